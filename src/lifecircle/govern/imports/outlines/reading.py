"""Reads outlines from a map: of each feature its code and a valid polygon, or what is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from lifecircle.govern.areas.codes import DIGITS
from lifecircle.place.forms.cells import text_of
from lifecircle.place.forms.columns import LOST_DIGITS, Columns
from lifecircle.place.forms.forms import bare, forms
from lifecircle.place.layers import VectorLayer
from lifecircle.place.plane import Plane
from lifecircle.terms.errors import Fault, Spot, stop

HEADERS = {
    "communities": dict.fromkeys(
        ("统计用区划代码", "行政区划代码", "区划编号", "网格编号", "网格代码", "镇街代码",
         "乡镇代码", "街道代码", "区县代码", "村代码", "xzqdm", "qhdm", "area_id"), "id",
    )
}  # fmt: skip
"""What offices call the column of codes beside what the form of communities knows (待核)."""

DECIMALS = 7
MOST_FEATURES = 20_000
MOST_POINTS = 50_000
"""An outline drawn finer says nothing more."""

SURFACES = (3, 6)
"""The numbers that GEOS gives to polygons and to many polygons."""

LEAST_M2 = 1.0
"""Less than this is rounding, here and between old and new."""

MOST_MENDED = 0.01
"""A mending that changes more of the surface guesses what was meant (a choice of ours)."""

NOT_SURFACE = Fault("不是面（多边形）", remedy="换成边界面")
NO_SURFACE = Fault("边界面积为零", remedy="重画边界")
NO_CODE = Fault("没有写区划代码", remedy="补上12位代码")
LOST = Fault("代码被改成了科学计数，末几位已经丢了", remedy="把这一列设成文本，重新粘贴")


@dataclass
class Drawn:
    """One feature: its row in the file from 1, what it says it is, the polygon in degrees."""

    number: int
    word: str
    shape: Any
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)


def read_outlines(layer: VectorLayer, code_column: str = "") -> list[Drawn]:
    """Return the features of a layer; raises InputError where no column holds the codes."""
    if len(layer) > MOST_FEATURES:
        raise stop(f"有{len(layer)}个要素，超过{MOST_FEATURES}个", remedy="分成几个文件")
    named = {"id": code_column or _column_of_codes(layer)}
    columns = Columns(layer, "communities", HEADERS, named)
    if not columns.has("id"):
        missing = f"没有 {code_column} 这一列" if code_column else "没有认出哪一列是区划代码"
        raise stop(missing, remedy=f"写明代码在哪一列，从这些列里选：{columns.headers}")
    rounded = shapely.transform(layer.geometry, lambda xy: np.round(xy, DECIMALS))
    plane = Plane.around(rounded)
    found = []
    for number, (word, shape) in enumerate(zip(columns.texts("id"), rounded, strict=True), start=1):
        one = Drawn(number, word, shape)
        _check(one, plane)
        if not word or LOST_DIGITS.fullmatch(word):
            one.faults.append(LOST if word else NO_CODE)
        found.append(one)
    _tell_twice(found)
    return found


def _column_of_codes(layer: VectorLayer) -> str:
    """Return the usual header with most 12-digit codes below it, empty where none has any.

    Maps have an ``id`` of their own beside the code; KML always has.
    """
    form, ours = forms()["communities"], HEADERS["communities"]
    usual = [one for one in layer.columns if form.column_of(one) == "id" or bare(one) in ours]
    codes = {one: sum(len(text_of(cell)) == DIGITS for cell in layer.columns[one]) for one in usual}
    best = max(usual, key=lambda one: codes[one], default="")
    return best if codes.get(best) else ""


def spotted(fault: Fault, number: int) -> Fault:
    """Return a fault with the feature it is of."""
    return Fault(fault.reason, remedy=fault.remedy, code=fault.code, spot=Spot(row=number))


def metric(plane: Plane, shapes: Sequence[Any]) -> list[Any]:
    """Return shapes of degrees in metres of a plane, valid there too."""
    if not shapes:
        return []
    moved = plane.to_metres(np.array([*shapes, None], dtype=object)[:-1])
    return [one if shapely.is_valid(one) else _surface(shapely.make_valid(one)) for one in moved]


def _check(one: Drawn, plane: Plane) -> None:
    if shapely.get_type_id(one.shape) not in SURFACES:
        one.faults.append(NOT_SURFACE)
        return
    points = int(shapely.get_num_coordinates(one.shape))
    if points > MOST_POINTS:
        remedy = f"简化到{MOST_POINTS}个点以内"
        one.faults.append(Fault(f"边界有{points}个点，太多", remedy=remedy))
        return
    if not shapely.is_valid(one.shape):
        _mend(one, plane)
    if not one.faults and _m2(plane, one.shape) < LEAST_M2:
        one.faults.append(NO_SURFACE)


def _mend(one: Drawn, plane: Plane) -> None:
    """Mend a polygon that crosses itself where that changes next to nothing, else refuse it."""
    mended = _surface(shapely.make_valid(one.shape))
    before, after = _m2(plane, one.shape), _m2(plane, mended)
    said = shapely.is_valid_reason(one.shape)
    at = re.search(r"\[(\S+) (\S+)\]", said)
    where = f"（经度{float(at[1]):.6f}、纬度{float(at[2]):.6f}处）" if at else ""
    changed = abs(after - before)
    if changed > max(MOST_MENDED * after, LEAST_M2):
        one.faults.append(Fault(f"边界自相交{where}，修复会改变面积", remedy="重画这里"))
        return
    if changed >= LEAST_M2:
        reason = f"边界自相交{where}，已自动拆开，面积变了{changed:.0f}平方米"
        one.doubts.append(Fault(reason, remedy="在地图上核对"))
    one.shape = mended


def _surface(shape: Any) -> Any:
    """Return the polygons of what a mending made; lines and points are left out."""
    parts = [part for part in shapely.get_parts(shape) if shapely.get_type_id(part) in SURFACES]
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def _m2(plane: Plane, shape: Any) -> float:
    return float(shapely.area(plane.to_metres(np.array([shape], dtype=object)))[0])


def _tell_twice(found: Sequence[Drawn]) -> None:
    """Refuse all features of one code: any of them alone would be a part."""
    rows: dict[str, list[int]] = {}
    for one in found:
        rows.setdefault(one.word, []).append(one.number)
    for one in found:
        others = [str(number) for number in rows[one.word] if number != one.number]
        if one.word and others:
            reason = f"代码 {one.word} 还有第{'、'.join(others[:5])}个要素"
            one.faults.append(Fault(reason, remedy="合并成一个面，或改正代码"))
