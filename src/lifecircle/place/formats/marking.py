"""Writes a copy of an office's workbook with the doubtful cells marked and a sheet of reasons."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.properties import PageSetupProperties

from lifecircle.place.formats.sheets import check_workbook, read_sheets
from lifecircle.place.forms.cells import text_of
from lifecircle.terms.errors import Fault

REASONS = "问题清单"
KEPT_AS_THEY_ARE = (".xlsx", ".xlsm")
_HEADERS = ("序号", "程度", "工作表", "单元格", "列", "问题", "改法")
_WIDTHS = (6, 8, 14, 10, 20, 60, 40)
_RED, _YELLOW = "FFC7CE", "FFEB9C"
_LONGEST_NOTE = 500


@dataclass(frozen=True)
class Mark:
    """One fault (an error, or else a doubt) at a place of a workbook."""

    fault: Fault
    error: bool

    @property
    def word(self) -> str:
        """Return what a person reads for its gravity."""
        return "错误" if self.error else "疑点"


def write_marked(path: Path, marks: Iterable[Mark], out: Path) -> None:
    """Write ``out`` (.xlsx): the workbook at ``path`` with its marks.

    Formats, widths and formulas of .xlsx stay; of other files the values are copied. Raises
    InputError for a workbook that the readers refuse: nobody should open it.
    """
    found = sorted(marks, key=_order)
    book = _opened(path)
    by_cell: dict[tuple[str, str], list[Mark]] = defaultdict(list)
    for mark in found:
        spot = mark.fault.spot
        if spot is not None and spot.row:
            by_cell[(spot.sheet, spot.cell or f"A{spot.row}")].append(mark)
    for (sheet, cell), own in by_cell.items():
        _mark(_sheet(book, sheet)[cell], own)
    _reasons(book, found)
    book.save(str(out))


def _order(mark: Mark) -> tuple[Any, ...]:
    spot = mark.fault.spot
    where = ("", 0, "") if spot is None else (spot.sheet, spot.row, spot.cell)
    return (not mark.error, *where, mark.fault.reason)


def _opened(path: Path) -> Any:
    """Return the workbook as openpyxl knows it, or a copy of the values where it cannot."""
    if path.suffix.lower() in KEPT_AS_THEY_ARE:
        check_workbook(path)
        try:
            return openpyxl.load_workbook(path)
        except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError):
            pass  # an odd style or a part openpyxl does not know must not hide the reasons
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in read_sheets(path):
        copy = book.create_sheet(_title(sheet.name or path.stem))
        for row, cells in enumerate(sheet.rows, start=1):
            for column, value in enumerate(cells, start=1):
                if value not in ("", None):
                    _write(copy.cell(row, column), value)
    return book


def _write(cell: Any, value: Any) -> None:
    """Put a value into a cell; text never becomes a formula."""
    try:
        cell.value = value
    except ValueError:
        cell.value = text_of(value)
    if isinstance(value, str):
        cell.value = text_of(value)
        cell.data_type = "s"


def _title(name: str) -> str:
    """Return a name as Excel allows it for a sheet."""
    return re.sub(r"[\\*?:/\[\]]", "_", text_of(name))[:31] or "_"


def _sheet(book: Any, name: str) -> Any:
    title = name if name in book.sheetnames else _title(name)
    return book[title] if title in book.sheetnames else book.worksheets[0]


def _mark(cell: Any, marks: list[Mark]) -> None:
    if type(cell).__name__ == "MergedCell":
        cell = next(
            cell.parent.cell(area.min_row, area.min_col)
            for area in cell.parent.merged_cells.ranges
            if cell.coordinate in area
        )
    colour = _RED if any(mark.error for mark in marks) else _YELLOW
    cell.fill = PatternFill("solid", start_color=colour)
    said = "\n".join(f"{mark.word}：{mark.fault.reason}" for mark in marks)
    note = Comment(said[:_LONGEST_NOTE], "lifecircle")
    note.width, note.height = 320, 90
    cell.comment = note


def _reasons(book: Any, marks: list[Mark]) -> None:
    """Put the sheet of reasons first; one from an earlier round goes."""
    if REASONS in book.sheetnames:
        book.remove(book[REASONS])
    sheet = book.create_sheet(REASONS, 0)
    book.active = 0
    sheet.freeze_panes = "A2"
    for at, (header, width) in enumerate(zip(_HEADERS, _WIDTHS, strict=True), start=1):
        sheet.cell(1, at, header).font = Font(bold=True)
        sheet.column_dimensions[chr(64 + at)].width = width
    for number, mark in enumerate(marks, start=1):
        spot, fault = mark.fault.spot, mark.fault
        cell = (spot.cell or (f"A{spot.row}" if spot.row else "")) if spot else ""
        row = (
            number, mark.word, spot.sheet if spot else "", cell, spot.header if spot else "",
            fault.reason, fault.remedy,
        )  # fmt: skip
        for at, value in enumerate(row, start=1):
            target = sheet.cell(number + 1, at)
            _write(target, value)
            target.alignment = Alignment(vertical="top", wrap_text=at > 5)
        sheet.cell(number + 1, 2).fill = PatternFill(
            "solid", start_color=_RED if mark.error else _YELLOW
        )
        if cell:
            name = _sheet(book, spot.sheet if spot else "").title.replace("'", "''")
            sheet.cell(number + 1, 4).hyperlink = f"#'{name}'!{cell}"
    sheet.auto_filter.ref = f"A1:G{len(marks) + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
