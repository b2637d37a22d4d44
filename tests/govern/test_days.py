"""A day is written as ISO 8601 has it, and in no other way."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from lifecircle.govern.days import Day

DAY: TypeAdapter[date] = TypeAdapter(Day)


def test_a_day() -> None:
    assert DAY.validate_python("2026-02-28") == date(2026, 2, 28)
    assert DAY.validate_python(date(2026, 2, 28)) == date(2026, 2, 28)
    assert DAY.json_schema() == {"type": "string", "format": "date"}


@pytest.mark.parametrize(
    "told", ["4.7e-155", "0", 0, 1.5, True, "2026-02-30", "20260228", "2026-02-28T00:00", ""]
)
def test_what_is_no_day(told: Any) -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(told)
