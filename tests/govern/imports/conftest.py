"""Workbooks to be imported, and jobs run on the spot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from lifecircle.govern.actor import Actor, system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.imports.models import Batch
from lifecircle.govern.imports.services import bring_in, commit
from lifecircle.govern.jobs.worker import Worker
from lifecircle.place.formats.blanks import shown
from lifecircle.place.forms.forms import forms
from tests.govern.parts import plain_pages

MAY = date(2026, 5, 1)
Rows = list[dict[str, Any]]
BringIn = Callable[..., Batch]


@pytest.fixture(autouse=True)
def _apart(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    plain_pages(settings)


def facility(number: int, community: str = "mill", **more: Any) -> dict[str, Any]:
    """Return a row of the form of facilities."""
    row: dict[str, Any] = {
        "id": f"F{number}", "name": f"facility {number}", "category": ["breakfast_outlet"],
        "community": community, "lon": 108.95 + number / 10_000, "lat": 34.25, "floor_m2": 620,
    }  # fmt: skip
    return row | more


def workbook(folder: Path, rows: Rows) -> bytes:
    """Return a workbook with one sheet, rows of the form of facilities."""
    path, form = folder / "made.xlsx", forms()["facilities"]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(form.zh)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for at, column in enumerate(form.columns.values()):
            sheet.write(0, at, column.zh)
            for number, row in enumerate(rows, start=1):
                value = shown(column, row.get(column.code))
                if value is not None:
                    style = [day] if isinstance(value, date) else []
                    sheet.write(number, at, value, *style)
    return path.read_bytes()


def work() -> None:
    """Run every job that waits."""
    worker = Worker("test")
    while worker.run_one():
        pass


@pytest.fixture
def brought(tmp_path: Path) -> BringIn:
    """Bring rows in as a workbook and check them."""

    def bring(rows: Rows, area: Area, actor: Actor | None = None, **how: Any) -> Batch:
        content = workbook(tmp_path, rows)
        how.setdefault("effective_on", MAY)
        who = actor or system("test")
        batch = bring_in(who, [content], how.pop("name", "设施.xlsx"), area, **how)
        work()
        batch.refresh_from_db()
        return batch

    return bring


def committed(batch: Batch, actor: Actor | None = None, **how: Any) -> Batch:
    """Commit a batch and run its job."""
    commit(actor or system("test"), batch, **how)
    work()
    batch.refresh_from_db()
    return batch
