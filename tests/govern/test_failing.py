"""What is answered and written down where the database is away, or a program is at fault."""

from __future__ import annotations

import logging
import sys
from typing import Any

import pytest
from django.db import OperationalError, ProgrammingError
from django.test import Client

from lifecircle.govern.site import logs
from lifecircle.govern.site.logs import Plainly

AWAY = OperationalError("connection refused\n\tIs the server running?")
WRONG = ProgrammingError("no such column")


def record(error: Exception) -> logging.LogRecord:
    """Return what a logger makes of an error."""
    try:
        raise error  # noqa: TRY301
    except Exception:  # noqa: BLE001 - any error at all
        return logging.LogRecord("x", logging.ERROR, "", 0, "broke off", (), sys.exc_info())


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let every page and operation fail with an error."""

    def fail(error: Exception) -> Client:
        def raised(*_: object) -> None:
            raise error

        monkeypatch.setattr("lifecircle.govern.site.gate.Gate.__call__", raised)
        return Client(raise_request_exception=False)

    return fail


@pytest.mark.parametrize(("error", "status"), [(AWAY, 503), (WRONG, 500), (KeyError("x"), 500)])
@pytest.mark.django_db
def test_a_page_and_an_operation_say_that_it_is_the_platform(
    failing: Any, error: Exception, status: int
) -> None:
    client = failing(error)
    page = client.get("/help/")
    assert page.status_code == status
    assert "平台出错了" in page.content.decode()
    answer = client.get("/api/areas/")
    assert answer.status_code == status
    assert set(answer.json()) == {"reason", "remedy"}
    assert ("Retry-After" in answer.headers) is (status == 503)


def test_a_database_that_is_away_is_told_in_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plainly, first = Plainly(), record(AWAY)
    assert plainly.filter(first)
    said = logging.Formatter("{message}", style="{").format(first)
    assert said.startswith("DATABASE_URL：数据库连不上或者中断了（connection refused Is")
    assert "\n" not in said
    assert not plainly.filter(record(AWAY))
    monkeypatch.setattr(logs, "AGAIN_S", 0.0)
    assert plainly.filter(record(AWAY))


def test_a_fault_of_the_program_keeps_its_traceback() -> None:
    kept = record(WRONG)
    assert Plainly().filter(kept)
    assert "Traceback" in logging.Formatter().format(kept)
