"""Reads lists of 12-digit codes and names out of CSV files and workbooks.

A list has headings, or none: then codes and names are known by what they look like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.codes import DIGITS, URBAN_RURAL, level_of
from lifecircle.place.formats.sheets import Sheet, read_sheets
from lifecircle.terms.errors import stop

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "区划代码", "统计用区划代码", "代码", "编号"),
    "name": ("name", "名称", "区划名称", "单位名称"),
    "urban_rural": ("urban_rural", "城乡分类代码", "城乡分类"),
}
"""What columns are called in the lists of offices and of the public copies."""

MOST_ROWS = 20_000
LONGEST_NAME = 100


@dataclass(frozen=True)
class Row:
    """A row of a list; ``number`` is where it stood."""

    number: int
    code: str
    name: str = ""
    urban_rural: str = ""

    @property
    def level(self) -> Level:
        """Return the level that the code is of; only codes that have one are kept."""
        level = level_of(self.code)
        assert level is not None
        return level


@dataclass
class ListRead:
    """The rows of a list without faults, by code, and what was wrong with others."""

    rows: dict[str, Row] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


def read_list(paths: Iterable[Path]) -> ListRead:
    """Read the files of one list; raises InputError for what is no table or holds no codes."""
    read = ListRead()
    for path in paths:
        for sheet in read_sheets(path):
            _read_sheet(path, sheet, read)
    if len(read.rows) > MOST_ROWS:
        raise stop(_("一次最多%d行") % MOST_ROWS, remedy=_("分区县上传"))
    return read


def _read_sheet(path: Path, sheet: Sheet, read: ListRead) -> None:
    if not sheet.rows:
        return
    first = [_text(cell).lower() for cell in sheet.rows[0]]
    columns = {
        name: first.index(heading)
        for name, headings in HEADINGS.items()
        for heading in headings[::-1]
        if heading in first
    }
    body = list(enumerate(sheet.rows, start=1))[1 if "code" in columns else 0 :]
    columns = columns if "code" in columns else _guessed(sheet)
    if "code" not in columns:
        raise stop(
            _("没有找到区划代码一列"), file=path.name, place=sheet.name,
            remedy=_("第一行写上“区划代码”“名称”"),
        )  # fmt: skip
    for number, cells in body:
        said = {name: _text(cells[at]) for name, at in columns.items() if at < len(cells)}
        if any(said.values()):
            _take(f"{path.name}{sheet.name and f'“{sheet.name}”'}", number, said, read)


def _guessed(sheet: Sheet) -> dict[str, int]:
    """Find codes and names in a list without headings."""
    cells = [_text(cell) for cell in sheet.rows[0]]
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        if level_of(cell):
            found.setdefault("code", at)
        elif cell and not cell.isdigit():
            found.setdefault("name", at)
    return found


def _take(file: str, number: int, said: Mapping[str, str], read: ListRead) -> None:
    row = Row(number, said.get("code", ""), said.get("name", ""), said.get("urban_rural", ""))
    problem = _problem(row)
    before = read.rows.get(row.code)
    if before and not problem and row.name and before.name not in ("", row.name):
        problem = _("代码 %(code)s 已经是“%(name)s”") % {"code": row.code, "name": before.name}
    if problem:
        where = _("%(file)s第%(number)d行") % {"file": file, "number": number}
        read.told.append(where + _("：") + problem)
    elif before is None or row.name:
        read.rows[row.code] = row


def _problem(row: Row) -> str:
    if "E+" in row.code.upper():
        return _("代码成了“%s”，末几位已经丢失；把这一列设成文本再填") % row.code
    if level_of(row.code) is None:
        return _("区划代码要%(digits)d位数字，“%(code)s”不是") % {
            "digits": DIGITS, "code": row.code[:40],
        }  # fmt: skip
    if len(row.name) > LONGEST_NAME:
        return _("名称超过%d个字") % LONGEST_NAME
    if row.urban_rural and row.urban_rural not in URBAN_RURAL:
        return _("不认识城乡分类代码“%s”") % row.urban_rural[:40]
    return ""


def _text(cell: Any) -> str:
    """Return a cell as text; a workbook keeps codes as numbers where nobody said otherwise."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
