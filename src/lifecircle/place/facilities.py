"""Builds the table of facilities and the declaration of each of its layers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from lifecircle.place.facility_parts import Row, placed_with_parts, put_together
from lifecircle.place.formats.vector import read_vector
from lifecircle.place.forms.amounts import AMOUNTS, amounts_of
from lifecircle.place.forms.category_cells import Kinds, categories_of, suggest
from lifecircle.place.forms.columns import Columns, Headers
from lifecircle.place.layers import NOTHING_KEPT, Kept, VectorLayer
from lifecircle.place.plane import Floats, Plane
from lifecircle.place.residents.homes import community_of, homes_of
from lifecircle.place.sources import FacilitySource
from lifecircle.place.streets.osm import Extract
from lifecircle.place.tables import (
    Aspect,
    Communities,
    Doubt,
    Facilities,
    FacilityDetails,
    Integers,
    Layer,
)
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import Fault, raise_all
from lifecircle.terms.taxonomy import categories, category_of

FARTHEST_M = 1_000_000.0
"""No facility of a city is farther from it; the plane would not hold there either."""

ENTRY_EVERY_M = 50.0
"""Open ground is entered from its edge, at points no farther apart than this."""


def layer_from_osm(
    source: FacilitySource, extract: Extract, number: int
) -> tuple[Layer, list[Row], list[Doubt]]:
    """Take the facilities of an extract; OpenStreetMap is a partial list unless declared."""
    layer = Layer(
        name=source.file.name,
        census=_census(source),
        partial=frozenset(code for code, cat in categories().items() if cat.osm),
        census_on=source.census_on,
        declared_by=source.declared_by,
        looked_for="OpenStreetMap 标签",
    )
    rows = [
        Row(own_id, name, codes, number, shape) for own_id, name, codes, shape in extract.facilities
    ]
    return layer, rows, []


def read_facilities(
    source: FacilitySource, headers: Headers, kept: Kept = NOTHING_KEPT
) -> VectorLayer:
    """Read facilities with a ``category`` column; a census may have found nothing."""
    if (kept_layer := kept.layers.get((source.file, "facilities"))) is not None:
        return kept_layer
    return read_vector(
        source.file,
        source.layer,
        source.datum,
        source.crs,
        may_be_empty=bool(source.census),
        form="facilities",
        headers=headers,
    )


@dataclass(frozen=True)
class ReadLayer:
    """A layer of facilities as read: rows without faults, and what is wrong with the others."""

    layer: Layer
    rows: list[Row]
    doubts: list[Doubt]
    faults: list[Fault]


def layer_from_table(
    vector: VectorLayer,
    source: FacilitySource,
    number: int,
    headers: Headers,
    kinds: Kinds,
    where: tuple[Communities, Plane] | None,
) -> ReadLayer:
    """Make a layer of what was read; a facility needs coordinates or its community.

    ``where`` are the communities it is held against, where they could be read.
    """
    columns = Columns(vector, "facilities", headers)
    names = columns.texts("name")
    codes = categories_of(columns, kinds)
    ids = facility_ids(columns, names, codes)
    homes = _said_homes(columns, where)
    details = _details(columns)
    _check_places(columns, names, homes, details)
    _tell_not_serving(columns, names, details)
    part_of = [detail.part_of for detail in details]
    placed = placed_with_parts(ids, part_of, ~shapely.is_empty(vector.geometry))
    unplaced = frozenset(code for row in np.flatnonzero(~placed) for code in codes[row])
    census = _census(source)
    layer = Layer(
        name=source.file.name,
        census=census - unplaced,
        partial=frozenset(code for own in codes for code in own),
        census_on=source.census_on,
        declared_by=source.declared_by,
        looked_for="category 列",
        counted=census & unplaced,
    )
    faulty = {fault.spot.row for fault in columns.faults if fault.spot}
    rows = [
        Row(own_id, name, own, number, shape, home, detail, vector.spot(row))
        for row, (own_id, name, own, shape, home, detail) in enumerate(
            zip(ids, names, codes, vector.geometry, homes, details, strict=True), start=1
        )
        if own and (vector.rows[row - 1] if vector.rows else row) not in faulty
    ]
    at = {number: row for row, number in enumerate(vector.rows)}
    amounts = {columns.header(name) for name in AMOUNTS if columns.has(name)}
    doubts = [_about(doubt, at, codes, homes, amounts) for doubt in columns.doubts]
    return ReadLayer(layer, rows, doubts, columns.faults)


def _said_homes(columns: Columns, where: tuple[Communities, Plane] | None) -> list[str]:
    """Return the id of the community of each row, empty where it has none."""
    if where is None:
        return columns.refs("community", {})
    communities, plane = where
    point = shapely.centroid(plane.to_metres(columns.layer.geometry))
    home = homes_of(communities, columns, "community", point)
    said = columns.texts("community")
    return [
        communities.id[row] if row >= 0 else text
        for row, text in zip(home.tolist(), said, strict=True)
    ]


def _check_places(
    columns: Columns, names: list[str], homes: list[str], details: list[FacilityDetails]
) -> None:
    """Tell of rows without coordinates, unless their own fault says why they have none.

    A part stands where the facility stands that it is part of.
    """
    bad = {fault.spot.row for fault in columns.layer.faults if fault.spot}
    for row in np.flatnonzero(shapely.is_empty(columns.layer.geometry)):
        if 0 in bad or (columns.layer.rows and columns.layer.rows[row] in bad):
            continue
        if details[row].part_of:
            continue
        if homes[row]:
            reason = f"{names[row] or '这一处'}没有坐标：面积照算，步行不算"
            columns.doubt("no-coordinates", reason, int(row) + 1, "补上坐标", "lon")
        else:
            reason = "没有坐标，也没有写属于哪个社区"
            remedy = "写上经纬度，或写上所属社区编号"
            columns.fault(reason, int(row) + 1, remedy, "lon", "no-place")


def _tell_not_serving(columns: Columns, names: list[str], details: list[FacilityDetails]) -> None:
    for row, detail in enumerate(details, start=1):
        if not detail.serves:
            zh = code_sets()["facility_status"][detail.status].zh
            reason = f"{names[row - 1] or '这一处'}的状态是“{zh}”，没有计入"
            remedy = "正在使用的，状态改为“运营中”"
            columns.doubt("not-serving", reason, row, remedy, "status")


def _about(
    doubt: Fault,
    row_at: Mapping[int, int],
    codes: list[tuple[str, ...]],
    homes: list[str],
    amounts: set[str],
) -> Doubt:
    """Say which communities and categories a doubt about one row concerns."""
    at = None if doubt.spot is None else row_at.get(doubt.spot.row)
    if doubt.spot is None or at is None:
        return Doubt(doubt, frozenset())
    whose = frozenset([homes[at]]) if homes[at] else None
    aspect: Aspect = "amounts" if doubt.spot.header in amounts else "all"
    return Doubt(doubt, whose, frozenset(codes[at]), aspect)


def _details(columns: Columns) -> list[FacilityDetails]:
    amounts = amounts_of(columns, AMOUNTS)
    parts = zip(
        columns.word_lists("functions"),
        amounts,
        columns.texts("hours"),
        columns.words("operating_mode"),
        columns.words("mode"),
        columns.words("status"),
        columns.values("opened_on"),
        columns.words("stage"),
        columns.texts("address"),
        columns.texts("hotline"),
        columns.texts("to_bring"),
        columns.texts("charges"),
        columns.refs("part_of", {}),
        strict=True,
    )
    return [FacilityDetails(*part) for part in parts]


def facility_ids(columns: Columns, names: list[str], codes: list[tuple[str, ...]]) -> list[str]:
    """Return the ids of the file; rows without one are named by their content."""
    if columns.has("id") and all(columns.texts("id")):
        return columns.ids("设施")
    own = columns.texts("id")
    made = _content_ids(columns.layer, names, codes)
    return [given or content for given, content in zip(own, made, strict=True)]


def _census(source: FacilitySource) -> frozenset[str]:
    """Return the categories declared complete; ``all`` means every category of the taxonomy.

    A declaration needs a date and somebody who made it.
    """
    file = str(source.file)
    named = [category_of(text) or text for text in source.census]
    faults = [
        Fault(f"没有设施类别 {code}", file, "census", suggest(code))
        for code in named
        if code != "all" and code not in categories()
    ]
    if source.census and (source.census_on is None or not source.declared_by):
        reason = "声明为普查却没写日期或声明人"
        faults.append(Fault(reason, file, "census", "写上 census_on 和 declared_by"))
    raise_all(faults)
    return frozenset(categories() if "all" in named else named)


def _content_ids(vector: VectorLayer, names: list[str], codes: list[tuple[str, ...]]) -> list[str]:
    """Name rows without ids by their content, so that their order does not matter."""
    seen: dict[str, int] = {}
    ids = []
    for name, own, shape in zip(names, codes, vector.geometry, strict=True):
        content = f"{name}|{'|'.join(own)}|{shapely.to_wkt(shape, rounding_precision=7)}"
        short = hashlib.sha256(content.encode()).hexdigest()[:10]
        seen[short] = seen.get(short, 0) + 1
        ids.append(short if seen[short] == 1 else f"{short}-{seen[short]}")
    return ids


def facility_table(rows: list[Row], plane: Plane, communities: Communities) -> Facilities:
    """Build the table, sorted by id, with the entries of each facility, parts put into it."""
    rows = sorted(rows, key=lambda row: (row.layer, row.id))
    twice, whole = list(_twice(rows)), put_together(rows)
    rows = whole.rows
    shape = plane.to_metres(np.array([row.shape for row in rows], dtype=object))
    far = (np.abs(shapely.bounds(shape)) >= FARTHEST_M).any(axis=1)
    raise_all([*twice, *whole.faults, *_lost(rows, far.tolist())])
    points, entry_of = shapely.get_coordinates(_entries(rows, shape), return_index=True)
    return Facilities(
        id=tuple(row.id for row in rows),
        name=tuple(row.name for row in rows),
        categories=tuple(row.categories for row in rows),
        layer=tuple(row.layer for row in rows),
        shape=shape,
        community=_homes(rows, shape, communities),
        details=tuple(row.details for row in rows),
        spots=tuple(row.spot for row in rows),
        entry_of=entry_of,
        entry_x_m=points[:, 0],
        entry_y_m=points[:, 1],
        also_listed=whole.also_listed,
    )


def _twice(rows: list[Row]) -> Iterator[Fault]:
    """Yield a fault for each facility whose id another layer has."""
    first: dict[str, Row] = {}
    for row in rows:
        before = first.setdefault(row.id, row)
        if before is not row:
            where = f"{Path(before.spot.file).name}{before.spot.place}" if before.spot.file else ""
            name = row.name or row.id
            reason = f"{name}与{where or '另一个图层'}的编号或内容相同（{row.id}）"
            yield Fault(reason, row.spot.file, row.spot.place, "只留一处", "duplicate-id", row.spot)


def _lost(rows: list[Row], far: list[bool]) -> Iterator[Fault]:
    for row, lost in zip(rows, far, strict=True):
        if lost:
            reason = f"{row.name or row.id}离社区1000公里以上"
            remedy = "检查经纬度是不是写反了，或写成了0"
            yield Fault(reason, row.spot.file, row.spot.place, remedy, "far-from-all", row.spot)


def _homes(rows: list[Row], shape: Any, communities: Communities) -> Integers:
    """Return the row of the community each facility belongs to: as said, else where it stands."""
    row_of = {own_id: row for row, own_id in enumerate(communities.id)}
    stands = community_of(communities, shapely.point_on_surface(shape))
    said = [row_of.get(row.home, -1) for row in rows]
    return np.array(
        [own if own >= 0 else int(at) for own, at in zip(said, stands, strict=True)],
        dtype=np.int64,
    )


def _entries(rows: list[Row], shape: Any) -> Any:
    """Return the points where each facility is entered (r,), in plane metres.

    Several points are several gates. Open ground is entered all along its edge; any other area
    at a point inside it, since nobody said where its door is.
    """
    points = [shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT]
    area = ~np.isin(shapely.get_type_id(shape), points)
    ground = {code for code, category in categories().items() if category.ground}
    entries = shape.copy()
    entries[area] = shapely.transform(shapely.point_on_surface(shape[area]), _to_mm)
    for at in np.flatnonzero(area).tolist():
        if not ground.isdisjoint(rows[at].categories):
            edge = shapely.segmentize(shapely.boundary(shape[at]), ENTRY_EVERY_M)
            entries[at] = shapely.multipoints(
                _to_mm(np.unique(shapely.get_coordinates(edge), axis=0))
            )
    return entries


def _to_mm(xy: Floats) -> Floats:
    return np.round(xy, 3)
