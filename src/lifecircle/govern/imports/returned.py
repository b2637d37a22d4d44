"""What goes back to who filled in the file: a list of its faults, or its copy with marks."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path

import xlsxwriter

from lifecircle.govern.imports.models import Batch, Row, What
from lifecircle.govern.imports.reading import named
from lifecircle.govern.imports.targets import titled
from lifecircle.place.formats.marking import KEPT_AS_THEY_ARE, Mark, write_marked
from lifecircle.place.formats.sheets import TABLES
from lifecircle.place.layers import letters
from lifecircle.terms.errors import Fault, Spot

MOST_MARKED_BYTES = 4 * 2**20
"""A larger workbook takes longer to mark than anybody waits for a page; its list is quick."""

HEADERS = ("表", "行", "编号", "名称", "程度", "列", "单元格", "问题", "改法")
_TOLD = (What.REJECTED, What.CONFLICT, What.ADDED, What.CHANGED, What.UNCHANGED)


def may_mark(batch: Batch) -> bool:
    """Say whether a marked copy can be had."""
    suffix = Path(batch.name).suffix.lower()
    file = batch.file
    small = file is not None and not file.erased_at and file.size_bytes <= MOST_MARKED_BYTES
    return small and suffix in (*KEPT_AS_THEY_ARE, *TABLES)


def marked_copy(batch: Batch) -> bytes:
    """Return the workbook of a batch with its faults marked, as `lifecircle check` writes it."""
    with named(batch) as path, tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "marked.xlsx"
        write_marked(path, [_mark(row, told) for row, told in _told(batch)], out)
        return out.read_bytes()


def _mark(row: Row, told: dict[str, str]) -> Mark:
    spot = Spot(
        "", told["sheet"], row.number, told["header"], told["cell"] or f"{letters(1)}{row.number}"
    )
    return Mark(Fault(told["reason"], remedy=told["remedy"], spot=spot), bool(told["error"]))


def list_of_faults(batch: Batch) -> bytes:
    """Return a workbook that lists every fault and doubt: row, column, reason, remedy."""
    out = BytesIO()
    with xlsxwriter.Workbook(
        out, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    ) as book:
        sheet = book.add_worksheet("问题清单")
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, HEADERS, bold)
        sheet.freeze_panes(1, 0)
        for at, width in enumerate((10, 8, 14, 24, 8, 20, 10, 60, 40)):
            sheet.set_column(at, at, width)
        for at, (row, told) in enumerate(_told(batch), start=1):
            cells = (
                titled(row.form), row.number, row.own_id, row.name,
                "错误" if told["error"] else "疑点", told["header"], told["cell"],
                told["reason"], told["remedy"],
            )  # fmt: skip
            for column, cell in enumerate(cells):
                write = sheet.write_number if isinstance(cell, int) else sheet.write_string
                write(at, column, cell)
    return out.getvalue()


def _told(batch: Batch) -> list[tuple[Row, dict[str, str]]]:
    rows = Row.objects.filter(batch=batch, what__in=_TOLD).exclude(told=[])
    kept = rows.only("form", "number", "own_id", "name", "told").order_by("form", "number", "pk")
    return [(row, told) for row in kept for told in row.told]
