"""Reads workbooks and CSV files as rows of cells, and refuses what no office would write."""

from __future__ import annotations

import csv
import io
import itertools
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import python_calamine

from lifecircle.place.formats.compound import sheet_sizes
from lifecircle.place.formats.packages import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    RESAVE,
    inspect_package,
)
from lifecircle.terms.errors import InputError, stop
from lifecircle.terms.gate import check_readable

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
TABLES = (*WORKBOOKS, ".csv")
MOST_LINE_CHARACTERS = 2**20
_PACKED, _OLD_BINARY = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
Rows = list[list[Any]]


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet: its rows from the first, cells as read; merged cells all hold their value."""

    name: str
    rows: Rows


def read_sheets(path: Path, only: str | None = None) -> list[Sheet]:
    """Read every sheet that is not empty, or the one named ``only``.

    Raises InputError for what is no table, or unpacks to more than any office's table.
    """
    check_readable(path)
    if path.suffix.lower() == ".csv":
        return [Sheet("", _csv_rows(path))]
    with opened(path) as book:
        names = list(book.sheet_names)
        if only is not None and only not in names:
            shown = "、".join(names)
            raise stop(f"没有名为 {only} 的工作表", file=path, remedy=f"从 {shown} 里选")
        sheets = [_sheet(path, book, name) for name in names if only in (None, name)]
    return [sheet for sheet in sheets if sheet.rows or only]


@contextmanager
def opened(path: Path) -> Iterator[python_calamine.CalamineWorkbook]:
    """Open a workbook after looking at its package; every way of being broken is one sentence."""
    check_workbook(path)
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            yield book
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise stop("不是完整的工作簿", file=path, remedy=RESAVE) from error
    except BaseException as error:
        # calamine is compiled code: what it stumbles over arrives as a panic
        if type(error).__name__ != "PanicException":
            raise
        raise stop("不是完整的工作簿", file=path, remedy=RESAVE) from error


def check_workbook(path: Path) -> None:
    """Refuse a workbook that is a bomb, is broken or reaches outward, before anything opens it."""
    check_readable(path)
    with path.open("rb") as file:
        start = file.read(4)
    if start == _PACKED:
        inspect_package(path)
    elif start == _OLD_BINARY:
        _check_old(path)
    else:
        raise stop("不是完整的工作簿", file=path, remedy=RESAVE)


def _check_old(path: Path) -> None:
    try:
        for rows, columns in sheet_sizes(path):
            if rows * columns > MOST_CELLS:
                raise _too_large(path, "", rows, columns)
    except (struct.error, ValueError, LookupError) as error:
        raise stop("不是完整的工作簿", file=path, remedy=RESAVE) from error


def _too_large(path: Path, name: str, rows: int, columns: int) -> InputError:
    reason = f"工作表{name and f' {name} '}有{rows}行{columns}列，不像登记表"
    return stop(reason, file=path, remedy="删去表外的空行空列，或拆成几个文件")


def _sheet(path: Path, book: python_calamine.CalamineWorkbook, name: str) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    width, height = sheet.total_width, sheet.total_height
    if width > MOST_COLUMNS or height > MOST_ROWS or width * height > MOST_CELLS:
        raise _too_large(path, name, height, width)
    rows: Rows = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [value] * len(row[left : right + 1])
    return Sheet(name, rows)


def _csv_rows(path: Path) -> Rows:
    content = path.read_bytes()
    if content.count(b"\n") > MOST_ROWS:
        raise stop(f"超过{MOST_ROWS}行", file=path, remedy="拆成几个文件")
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
        try:
            return _parsed(path, text)
        except UnicodeError:
            continue
        except csv.Error as error:
            reason = "有一格过长，可能是引号没有配对"
            raise stop(f"不是完整的 CSV：{reason}", file=path, remedy="另存为 CSV UTF-8") from error
    raise stop("不是 UTF-8 或 GB18030 的文本", file=path, remedy="另存为 CSV UTF-8")


def _parsed(path: Path, text: TextIO) -> Rows:
    """Split the text by the mark that its first line has most of: comma, tab or semicolon."""
    lines = _lines(path, text)
    first = next(lines, "")
    mark = max(",\t;", key=first.count)
    rows: Rows = []
    cells = 0
    for row in csv.reader(itertools.chain([first], lines), delimiter=mark):
        rows.append(list(row))
        cells += len(row)
        if len(row) > MOST_COLUMNS or len(rows) > MOST_ROWS or cells > MOST_CELLS:
            reason = f"第{len(rows)}行有{len(row)}列，共{cells}格，不像登记表"
            raise stop(reason, file=path, remedy="检查分隔符，或拆成几个文件")
    return rows


def _lines(path: Path, text: TextIO) -> Iterator[str]:
    number = 0
    while line := text.readline(MOST_LINE_CHARACTERS):
        number += 1
        reason = "过长" if len(line) == MOST_LINE_CHARACTERS else "有 NUL 字符"
        if len(line) == MOST_LINE_CHARACTERS or "\x00" in line:
            place = f"第{number}行"
            raise stop(reason, file=path, place=place, remedy="重新导出为 CSV UTF-8")
        yield line
