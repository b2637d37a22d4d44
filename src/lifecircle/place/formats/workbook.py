"""Reads the sheets of workbooks and CSV files as layers: headers found, coordinates understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from lifecircle.place.coordinates.datums import Datum
from lifecircle.place.formats.sheets import Sheet, read_sheets
from lifecircle.place.formats.table_coordinates import meaning_of, placed
from lifecircle.place.forms.cells import text_of
from lifecircle.place.forms.columns import Headers
from lifecircle.place.forms.forms import ASIDE_SHEETS, Form, bare, form_of_sheet, forms
from lifecircle.place.layers import VectorLayer, letters
from lifecircle.terms.errors import Fault, InputError, Spot, raise_all, stop

FEWEST_HEADERS = 3
HEADER_ROWS = 15
"""Titles, units and dates of filling stand above the headers, never more rows than these."""

_SHOWN = 4
"""So many characters of a footnote are repeated: it may hold a person's name."""

TOTALS = frozenset(["合计", "总计", "小计", "共计", "总数", "全区合计", "全市合计", "合计数"])
LONGEST_TOTAL = 12
_FOOTNOTES = (
    "填表",
    "制表",
    "审核",
    "填报单位",
    "单位（盖章）",
    "说明：",
    "注：",
    "备注：",
    "注意",
)


@dataclass(frozen=True)
class _Table:
    """A sheet taken apart: where each header stands and the rows below with their numbers."""

    sheet: str
    columns: Mapping[str, int]
    numbers: tuple[int, ...]
    rows: list[list[Any]]
    doubts: tuple[Fault, ...]


def read_table(
    path: Path,
    sheet: str | None,
    datum: Datum | None,
    form: str,
    headers: Headers | None = None,
    *,
    crs: str | None = None,
    may_be_empty: bool = False,
) -> VectorLayer:
    """Read one sheet by a form; rows without coordinates have an empty point.

    Rows whose coordinates are none are among its faults. ``crs`` is for two columns of metres.
    Raises InputError for what is no table.
    """
    sheets = read_sheets(path, sheet)
    if sheet is None and len(sheets) > 1:
        named = [one for one in sheets if form_of_sheet(one.name) == form]
        if len(named) != 1:
            shown = "、".join(one.name for one in sheets)
            remedy = "在 lifecircle.toml 用 layer 指明一个"
            raise stop(f"有多个工作表（{shown}）", file=path, remedy=remedy)
        sheets = named
    if not sheets:
        raise _nothing(path, "")
    return _layer(
        path, sheets[0], forms()[form], datum, headers, crs=crs, may_be_empty=may_be_empty
    )


def read_workbook(
    path: Path, datum: Datum | None, headers: Headers | None = None, crs: str | None = None
) -> dict[str, VectorLayer]:
    """Read every sheet that bears the name of a form, by the code of the form.

    A CSV file bears its own name. A form whose sheet holds no row below its headers is left out.
    Raises InputError with the faults of all sheets, also of those that only look like a form.
    """
    chosen, unread, faults = _chosen(path)
    if not chosen and not faults:
        known = "、".join(form.zh for form in forms().values())
        remedy = f"工作表（CSV 则是文件）取名为 {known} 之一；只有设施点的表写在 [[facilities]] 里"
        raise stop("没有认得的工作表", file=path, remedy=remedy)
    layers = {}
    for form, sheet in chosen.items():
        try:
            layers[form] = _layer(
                path, sheet, forms()[form], datum, headers, crs=crs, may_be_empty=True
            )
        except InputError as error:
            faults += error.faults
    raise_all(faults)
    read = {form: layer for form, layer in layers.items() if len(layer)}
    if unread and read:
        reason = f"没有读这些工作表：{'、'.join(unread)}"
        doubt = Fault(
            reason, str(path), "", "有资料的改成样表的名称", "unread-sheet", Spot(str(path))
        )
        form, layer = next(iter(read.items()))
        read[form] = replace(layer, doubts=(doubt, *layer.doubts))
    return read


def _chosen(path: Path) -> tuple[dict[str, Sheet], list[str], list[Fault]]:
    """Return the sheets by form, the names of those nobody reads, and what is wrong with them."""
    chosen: dict[str, Sheet] = {}
    faults: list[Fault] = []
    unread: list[str] = []
    for sheet in read_sheets(path):
        name = sheet.name or path.stem
        form = form_of_sheet(name)
        like = None if form or name in ASIDE_SHEETS else _looks_like(sheet)
        if form in chosen:
            reason = f"工作表“{chosen[form].name}”和“{name}”是同一种表"
            faults.append(Fault(reason, str(path), f"“{name}”表", "合成一个"))
        elif form is not None:
            chosen[form] = sheet
        elif name not in ASIDE_SHEETS and like is not None:
            reason = f"工作表“{name}”像是“{like.zh}”，但名称不认识，没有读"
            remedy = f"是的话改名为 {like.zh}，不是就删去"
            faults.append(Fault(reason, str(path), f"“{name}”表", remedy, "unread-sheet"))
        elif name not in ASIDE_SHEETS and sheet.rows:
            unread.append(name)
    return chosen, unread, faults


def _looks_like(sheet: Sheet) -> Form | None:
    """Return the form that most headers of a sheet belong to, where it is three or more."""
    found = []
    for form in forms().values():
        at = _header_row(sheet, form, {})
        cells = sheet.rows[at] if at is not None else []
        known = {meaning_of(text_of(cell), form, {}) for cell in cells if text_of(cell)} - {None}
        found.append((len(known), form))
    most, form = max(found, key=lambda pair: pair[0])
    return form if most >= FEWEST_HEADERS else None


def _nothing(path: Path, sheet: str) -> Exception:
    place = f"“{sheet}”表" if sheet else ""
    return stop("没有表头和内容", file=path, place=place, remedy="第一行写表头，下面每行写一处")


def _layer(
    path: Path,
    sheet: Sheet,
    form: Form,
    datum: Datum | None,
    headers: Headers | None,
    *,
    crs: str | None = None,
    may_be_empty: bool = False,
) -> VectorLayer:
    own = {bare(theirs): ours for theirs, ours in (headers or {}).get(form.code, {}).items()}
    table = _taken_apart(path, sheet, form, own)
    if not table.rows and not may_be_empty:
        raise _nothing(path, sheet.name)
    turned = list(zip(*table.rows, strict=True)) or [()] * (max(table.columns.values(), default=0))
    columns = {name: _array(turned[at - 1]) for name, at in table.columns.items()}
    layer = VectorLayer(
        path=path,
        geometry=np.array([shapely.Point()] * len(table.rows), dtype=object),
        columns=columns,
        places=tuple(f"第{number}行" for number in table.numbers),
        sheet=sheet.name,
        rows=table.numbers,
        at_column=table.columns,
        doubts=table.doubts,
        datum=datum,
    )
    if "lon" not in form.columns:
        return layer
    return placed(layer, form, own, datum, crs)


def _array(values: Any) -> Any:
    """Return a column; what its cells say alike is kept once."""
    said: dict[str, str] = {}
    array = np.empty(len(values), dtype=object)
    array[:] = [said.setdefault(one, one) if isinstance(one, str) else one for one in values]
    return array


def _taken_apart(path: Path, sheet: Sheet, form: Form, own: Mapping[str, str]) -> _Table:
    """Find the headers and the rows that hold something, leaving out totals and footnotes."""
    width = max((len(row) for row in sheet.rows), default=0)
    for short in sheet.rows:
        short.extend([""] * (width - len(short)))
    at = _header_row(sheet, form, own)
    if at is None:
        raise _nothing(path, sheet.name)
    header = sheet.rows[at]
    columns: dict[str, int] = {}
    for place, cell in enumerate(header, start=1):
        name = text_of(cell)
        above = text_of(sheet.rows[at - 1][place - 1]) if at else ""
        if name and meaning_of(name, form, own) is None and meaning_of(above + name, form, own):
            name = above + name
        if name:
            columns.setdefault(name, place)
    numbers, rows, doubts = [], [], []
    for number, row in enumerate(sheet.rows[at + 1 :], start=at + 2):
        filled = [cell for cell in row if cell not in ("", None)]
        if not filled or row == header or not any(map(text_of, filled)):
            continue
        if _is_aside(filled):
            spot = Spot(str(path), sheet.name, number, "", f"{letters(1)}{number}")
            reason = f"“{text_of(filled[0])[:_SHOWN]}”开头的一行看作合计或附注，没有算进去"
            where = (f"“{sheet.name}”表" if sheet.name else "") + f"第{number}行"
            doubts.append(Fault(reason, str(path), where, "是资料就改写首列", "passed-over", spot))
            continue
        numbers.append(number)
        rows.append(row)
    return _Table(sheet.name, columns, tuple(numbers), rows, tuple(doubts))


def _is_aside(filled: list[Any]) -> bool:
    first = text_of(filled[0])
    if len(first) <= LONGEST_TOTAL and bare(first) in TOTALS:
        return True
    noted = len(filled) < 4 and first.startswith(_FOOTNOTES)
    return noted or (len(filled) > 2 and filled[0] == filled[-1] and len(set(filled)) == 1)


def _header_row(sheet: Sheet, form: Form, own: Mapping[str, str]) -> int | None:
    """Return the row with most known headers, or else the first that holds anything."""
    best, most = None, 0
    for at, row in enumerate(sheet.rows[:HEADER_ROWS]):
        filled = {text for text in map(text_of, row) if text}
        known = {meaning_of(text, form, own) for text in filled} - {None}
        if len(known) > most:
            best, most = at, len(known)
    if best is not None:
        return best
    rows = enumerate(sheet.rows)
    return next((at for at, row in rows if any(text_of(cell) for cell in row)), None)
