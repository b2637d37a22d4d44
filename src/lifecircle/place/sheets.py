"""Reads workbooks and CSV files as rows of cells, and refuses what no office would write."""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import python_calamine

from lifecircle.place.packages import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    RESAVE,
    inspect_package,
)
from lifecircle.terms.errors import stop

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
TABLES = (*WORKBOOKS, ".csv")
MOST_FILE_BYTES = 256 * 2**20
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
        return [Sheet("", _within(path, _csv_rows(path)))]
    with opened(path) as book:
        names = list(book.sheet_names)
        if only is not None and only not in names:
            shown = "、".join(names)
            raise stop(f"没有名为 {only} 的工作表", file=path, remedy=f"从 {shown} 里选")
        sheets = [_sheet(path, book, name) for name in names if only in (None, name)]
    return [sheet for sheet in sheets if sheet.rows or only]


def check_readable(path: Path) -> None:
    """Refuse what is not an ordinary file of an ordinary size, before anything reads it."""
    try:
        found = path.stat()
    except OSError as error:
        raise stop("没有这个文件", file=path, remedy="检查文件名") from error
    except ValueError as error:
        raise stop("文件名里有控制字符", file=repr(str(path)), remedy="改正文件名") from error
    if stat.S_ISDIR(found.st_mode):
        raise stop("这是文件夹，不是文件", file=path, remedy="检查文件名")
    if not stat.S_ISREG(found.st_mode):
        raise stop("不是普通文件", file=path, remedy="换成普通文件")
    if found.st_size == 0:
        raise stop("文件是空的", file=path, remedy="重新导出")
    if path.suffix.lower() in TABLES and found.st_size > MOST_FILE_BYTES:
        size = found.st_size // 2**20
        raise stop(f"有{size}兆，不像表格", file=path, remedy="检查文件来源，或拆成几个文件")


@contextmanager
def opened(path: Path) -> Iterator[python_calamine.CalamineWorkbook]:
    """Open a workbook after looking at its package; every way of being broken is one sentence."""
    _look_inside(path)
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


def _look_inside(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(4)
    if start == _PACKED:
        inspect_package(path)
    elif start != _OLD_BINARY:
        raise stop("不是完整的工作簿", file=path, remedy=RESAVE)


def _sheet(path: Path, book: python_calamine.CalamineWorkbook, name: str) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    width, height = sheet.total_width, sheet.total_height
    if width > MOST_COLUMNS or height > MOST_ROWS or width * height > MOST_CELLS:
        reason = f"工作表 {name} 有{height}行{width}列，不像登记表"
        raise stop(reason, file=path, remedy="删去表外的空行空列，或拆成几个文件")
    rows: Rows = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [value] * len(row[left : right + 1])
    return Sheet(name, rows)


def _within(path: Path, rows: Rows) -> Rows:
    if len(rows) > MOST_ROWS:
        raise stop(f"超过{MOST_ROWS}行", file=path, remedy="拆成几个文件")
    widest = max((len(row) for row in rows), default=0)
    if widest > MOST_COLUMNS:
        raise stop(f"有{widest}列，不像登记表", file=path, remedy="检查分隔符，或删去多余的列")
    return rows


def _csv_rows(path: Path) -> Rows:
    content = path.read_bytes()
    for encoding in (
        "utf-8-sig",
        "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030",
    ):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        try:
            return _parsed(path, text)
        except csv.Error as error:
            raise stop(
                f"不是完整的 CSV（{error}）", file=path, remedy="另存为 CSV UTF-8"
            ) from error
    raise stop("不是 UTF-8 或 GB18030 的文本", file=path, remedy="另存为 CSV UTF-8")


def _parsed(path: Path, text: str) -> Rows:
    """Split the text by the mark that its first line has most of: comma, tab or semicolon."""
    first = text.partition("\n")[0]
    mark = max(",\t;", key=first.count)
    if first.count(mark) > MOST_COLUMNS:
        raise stop("第一行列数过多，不像登记表", file=path, remedy="检查分隔符，或删去多余的列")
    rows: Rows = []
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
        rows.append(list(row))
        if len(rows) > MOST_ROWS:
            break
    return rows
