"""The API keeps what it says of itself, whoever calls it and whatever is sent."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import signals
from django.db import close_old_connections

from tests.govern.api.calling import Api, api_of
from tests.govern.people import people

EXAMPLES = int(os.environ.get("LIFECIRCLE_EXAMPLES", "3"))


@pytest.fixture(autouse=True)
def quiet(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.DEMO = True  # no second factor
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.ALLOWED_HOSTS = ["*"]
    logging.disable(logging.CRITICAL)
    # the calls are of the test's own transaction: no connection ends between them
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)
    logging.disable(logging.NOTSET)


@pytest.fixture
def api(db: None) -> Api:
    return api_of(people()["known"])


def test_it_keeps_its_word(api: Api) -> None:
    wrong = []
    for operation in api.operations():
        try:
            api.try_out(operation, EXAMPLES)
        except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - all of them in one list
            notes = "\n".join(getattr(error, "__notes__", ()))
            wrong.append(f"{operation.label}\n{error!r}\n{error}\n{notes}")
    assert not wrong, "\n\n".join(wrong)
