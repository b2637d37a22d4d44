"""Writes records as files: lists as CSV or a sheet, and all of them in the office's own forms."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from django.db.models.query import QuerySet
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor, under
from lifecircle.govern.inventory.access import VIEW
from lifecircle.govern.inventory.kinds import KINDS, filled, label, said
from lifecircle.govern.inventory.queries import place_named, related, seen_by
from lifecircle.govern.inventory.tables import MODELS, has_area, row_of
from lifecircle.govern.records.models import Version
from lifecircle.place.formats.blanks import write_workbook

HARMFUL = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes what begins so for a formula, wherever the text came from."""


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(HARMFUL) else text


def filled_forms(actor: Actor, area_path: str = "", as_of: date | None = None) -> bytes:
    """Return the workbook of the office's forms with the records that one may see.

    Importing it again changes nothing. Texts are cells of text there, never formulas.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "forms.xlsx"
        write_workbook(path, rows_by_form(actor, area_path, as_of))
        return path.read_bytes()


def rows_by_form(
    actor: Actor, area_path: str = "", as_of: date | None = None
) -> Mapping[str, list[dict[str, Any]]]:
    """Return the rows of the forms: codes, numbers and dates by column."""
    return {
        form: [row_of(form, one) for one in _all(actor, model, area_path, as_of)]
        for form, model in MODELS.items()
    }


def _all(
    actor: Actor, model: type[Version], area_path: str, as_of: date | None
) -> Iterator[Version]:
    rows = seen_by(actor, model, as_of, VIEW)
    if area_path:
        rows = rows.filter(under([area_path], "record__area__path"))
    further = ("record__parent", "record__area", *(("area",) if has_area(model) else ()))
    found: Iterable[Any] = rows.select_related(*further).order_by("record_id")
    for one in found:
        if as_of is None and has_area(model):
            one.area = one.record.area  # what it was written in may have been merged away
        yield one


def table(
    kind: str, rows: QuerySet[Any], actor: Actor, on: date | None = None
) -> Iterator[list[str]]:
    """Yield the headers and the rows of a list in words."""
    model = KINDS[kind].model
    names = filled(model)
    yield [_("编号"), *(label(model, name) for name in ("area", *names))]
    for one in rows.select_related(*related(model, on)).iterator(chunk_size=2000):
        place = place_named(actor, one, on)
        yield [one.record.own_id, place, *(said(one, name) for name in names)]


class _Line:
    """Takes what a CSV writer writes and gives it back."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a CSV file that Excel opens in Chinese, nothing in it a formula."""
    writer = csv.writer(_Line())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def sheet(rows: Iterable[Sequence[str]], title: str) -> bytes:
    """Return a workbook of one sheet; every cell is text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(str(path), options) as book:
            own = book.add_worksheet(title)
            for number, row in enumerate(rows):
                for at, cell in enumerate(row):
                    own.write_string(number, at, cell)
        return path.read_bytes()
