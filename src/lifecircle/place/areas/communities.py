"""Reads communities: outlines from a map file, and what the registers say of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from lifecircle.place.forms.columns import LOST_DIGITS, Columns, Headers
from lifecircle.place.layers import VectorLayer
from lifecircle.place.plane import Plane
from lifecircle.place.sources import CommunitySource
from lifecircle.place.tables import Communities, Doubt
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import Fault, Spot, raise_all

WIDEST_M = 300_000.0
"""No city reaches farther from its middle."""

ATTRIBUTES = ("kind", "size", "class", "status", "setting", "zone")
COUNTS = ("households", "residents", "older", "children")
TEXTS = ("name", "township", "county", "managed_by")
UNKNOWN = -1
MOST_NAMED = 5
Described = dict[str, list[Any]]


def outlined(
    vector: VectorLayer, source: CommunitySource, plane: Plane, headers: Headers
) -> tuple[Columns, list[str]]:
    """Return the columns of the outlines and their ids; raises InputError with every fault."""
    named = {"id": source.id_column, "name": source.name_column}
    columns = Columns(vector, "communities", headers, named)
    ids = columns.ids("社区")
    areas = np.isin(shapely.get_type_id(vector.geometry), (3, 6))
    shape = plane.to_metres(vector.geometry)
    far = ~(np.abs(shapely.bounds(shape)) < WIDEST_M).all(axis=1)
    for row in range(len(vector)):
        if not areas[row]:
            columns.fault("社区应为面（多边形）", row + 1, "换成边界面", code="not-an-area")
        elif far[row]:
            reason = f"社区 {ids[row]} 离其他社区300公里以上"
            columns.fault(reason, row + 1, "检查坐标", code="far-from-all")
        elif shapely.area(shape[row]) == 0:
            columns.fault("边界面积为零", row + 1, "重画边界", code="no-area")
    return columns, ids


def read_communities(
    vector: VectorLayer,
    source: CommunitySource,
    plane: Plane,
    registers: list[VectorLayer],
    headers: Headers,
) -> tuple[Communities, list[Doubt]]:
    """Return the table, sorted by id; what a register says goes before the map file.

    Raises InputError with the faults of the map file and of all registers.
    """
    columns, ids = outlined(vector, source, plane, headers)
    described = _described(columns)
    faults, doubts = list(columns.faults), [Doubt(doubt) for doubt in columns.doubts]
    row_of = {own_id: row for row, own_id in enumerate(ids)}
    listed: dict[str, str] = {}
    for register in registers:
        own = Columns(register, "communities", headers)
        said, more = _described(own), own.ids("社区")
        _merge(own, said, more, described, row_of, listed)
        faults += own.faults
        doubts += [Doubt(d, _of_row(d, own, more)) for d in own.doubts]
    if registers:
        doubts += _unlisted(source, ids, listed)
    raise_all(faults, (doubt.fault for doubt in doubts))
    shape = plane.to_metres(shapely.make_valid(vector.geometry))
    spots = [vector.spot(row) for row in range(1, len(vector) + 1)]
    return _table(ids, described, shape, spots), doubts


def _of_row(doubt: Fault, columns: Columns, ids: list[str]) -> frozenset[str] | None:
    """Return the id that a doubt about a row of a register concerns."""
    rows = columns.layer.rows
    at = rows.index(doubt.spot.row) if doubt.spot and doubt.spot.row in rows else -1
    return frozenset([ids[at]]) if at >= 0 else frozenset()


def _described(columns: Columns) -> Described:
    """Return what a layer says of its communities, by column of the form."""
    described: Described = {name: columns.texts(name) for name in TEXTS}
    described |= {name: columns.words(name) for name in ATTRIBUTES}
    described |= {name: columns.values(name) for name in (*COUNTS, "circle_radius_m")}
    whole = described["residents"]
    for part in ("older", "children", "households"):
        for row, count in enumerate(described[part], start=1):
            total = whole[row - 1]
            if count is not None and total is not None and count > total:
                reason = f"{columns.header(part)} {count} 多于常住人口 {total}"
                columns.fault(reason, row, "改正", part, "more-than-whole")
    if columns.has("id"):
        for row, text in enumerate(columns.texts("id"), start=1):
            if LOST_DIGITS.fullmatch(text):
                reason = f"编号 {text} 被改成了科学计数，末几位已经丢了"
                columns.fault(reason, row, "把这一列设成文本格式，重新粘贴", "id", "lost-digits")
    return described


def _merge(
    columns: Columns,
    said: Described,
    ids: list[str],
    described: Described,
    row_of: Mapping[str, int],
    listed: dict[str, str],
) -> None:
    """Put what a register says beside the outlines; tell of rows that fit none."""
    for at, own_id in enumerate(ids):
        if own_id not in row_of:
            reason = f"边界文件里没有编号为 {own_id} 的社区"
            columns.doubt("no-outline", reason, at + 1, "改正编号，或在边界文件里补上", "id")
            continue
        if own_id in listed:
            reason = f"社区 {own_id} 在 {listed[own_id]} 里已经登记"
            columns.fault(reason, at + 1, "只留一处", "id", "duplicate-id")
            continue
        listed[own_id] = columns.layer.path.name
        for name, values in said.items():
            if values[at] not in (None, ""):
                before = described[name][row_of[own_id]]
                if before not in (None, "", values[at]):
                    set_name = columns.form.columns[name].choices
                    new, old = (
                        code_sets()[set_name][value].zh if set_name else value
                        for value in (values[at], before)
                    )
                    here = f"“{columns.header(name)}”写的是“{new}”"
                    reason = f"{here}，边界文件里是“{old}”，按这里的算"
                    columns.doubt("two-values", reason, at + 1, "改成一致", name)
                described[name][row_of[own_id]] = values[at]


def _unlisted(source: CommunitySource, ids: list[str], listed: Mapping[str, str]) -> list[Doubt]:
    missing = sorted(set(ids) - listed.keys())
    if not missing:
        return []
    more = f"等{len(missing)}个" if len(missing) > MOST_NAMED else ""
    reason = f"登记表里没有社区 {'、'.join(missing[:MOST_NAMED])}{more}"
    remedy = "在“社区”表补上"
    fault = Fault(reason, str(source.file), remedy=remedy, code="not-registered")
    return [Doubt(fault, frozenset(missing))]


def kind_by_code(own_id: str) -> str:
    """Return community or village as the last three digits of a 12-digit code say.

    统计用区划代码 gives 001-199 and 400-499 to residents' committees, 200-399 and 500-599 to
    villagers' committees; where there is no such code, a community.
    """
    number = int(own_id[9:]) if re.fullmatch(r"\d{12}", own_id) else 0
    return "village" if 200 <= number <= 399 or 500 <= number <= 599 else "community"


def _table(ids: list[str], described: Described, shape: Any, spots: list[Spot]) -> Communities:
    order = sorted(range(len(ids)), key=lambda row: ids[row])

    def text(name: str) -> tuple[str, ...]:
        return tuple(described[name][row] for row in order)

    def count(name: str) -> Any:
        values = (described[name][row] for row in order)
        return np.array([UNKNOWN if v is None else v for v in values], dtype=np.int64)

    described["kind"] = [
        kind or kind_by_code(own_id) for kind, own_id in zip(described["kind"], ids, strict=True)
    ]
    radius = [described["circle_radius_m"][row] or np.nan for row in order]
    return Communities(
        id=tuple(ids[row] for row in order),
        name=tuple(described["name"][row] or ids[row] for row in order),
        township=text("township"),
        county=text("county"),
        managed_by=tuple(described["managed_by"][row] or described["county"][row] for row in order),
        attributes={name: text(name) for name in ATTRIBUTES},
        counts={name: count(name) for name in COUNTS},
        radius_m=np.array(radius, dtype=np.float64),
        shape=shape[order],
        spots=tuple(spots[row] for row in order),
    )
