"""What was expected of a value is said without a word of English."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel, ValidationError

from lifecircle.terms.expectations import expectation


class Given(BaseModel):
    datum: Literal["wgs84", "gcj02", "bd09"]


def test_the_words_that_fit_are_listed() -> None:
    with pytest.raises(ValidationError) as refused:
        Given.model_validate({"datum": "gcj-02"})
    (detail,) = refused.value.errors()
    assert expectation(dict(detail)) == "应为 wgs84、gcj02、bd09 之一，写的是 gcj-02"
