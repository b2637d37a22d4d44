"""Builds the table of facilities and the declaration of each of its layers."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from lifecircle.place.columns import SEVERAL, Columns, Headers
from lifecircle.place.homes import community_of
from lifecircle.place.layers import VectorLayer
from lifecircle.place.osm import Extract
from lifecircle.place.plane import Plane
from lifecircle.place.sources import FacilitySource
from lifecircle.place.tables import (
    Communities,
    Doubt,
    Facilities,
    FacilityDetails,
    Integers,
    Layer,
)
from lifecircle.place.vector import read_vector
from lifecircle.terms.errors import Fault, Spot, raise_all
from lifecircle.terms.taxonomy import (
    categories,
    categories_named,
    categories_of_amap,
    category_of,
    suggestions,
)

FARTHEST_M = 1_000_000.0
"""No facility of a city is farther from it; the plane would not hold there either."""

ENTRY_EVERY_M = 50.0
"""Open ground is entered from its edge, at points no farther apart than this."""


Kinds = Mapping[str, tuple[str, ...]]
"""Categories by the office's own words, folded."""

UNTOLD = FacilityDetails()
NO_SPOT = Spot()


@dataclass
class Row:
    """One facility before the table is built; the shape is in WGS84 degrees.

    ``home`` is the id of its community where a register says one.
    """

    id: str
    name: str
    categories: tuple[str, ...]
    layer: int
    shape: Any
    home: str = ""
    details: FacilityDetails = UNTOLD
    spot: Spot = NO_SPOT


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


def read_facilities(source: FacilitySource, headers: Headers) -> VectorLayer:
    """Read facilities with a ``category`` column; a census may have found nothing."""
    return read_vector(
        source.file,
        source.layer,
        source.datum,
        source.crs,
        may_be_empty=bool(source.census),
        form="facilities",
        headers=headers,
    )


def layer_from_table(
    vector: VectorLayer, source: FacilitySource, number: int, headers: Headers, kinds: Kinds
) -> tuple[Layer, list[Row], list[Doubt]]:
    """Make a layer of what was read; a facility needs coordinates or its community."""
    columns = Columns(vector, "facilities", headers)
    names = columns.texts("name")
    codes = _codes(columns, kinds)
    ids = _ids(columns, names, codes)
    homes = columns.texts("community")
    details = _details(columns)
    placed = ~shapely.is_empty(vector.geometry)
    bad = {fault.spot.row for fault in vector.faults if fault.spot}
    for row in np.flatnonzero(~placed):
        if vector.rows and vector.rows[row] in bad:
            continue
        if not homes[row]:
            reason = "没有坐标，也没有写属于哪个社区"
            columns.fault(reason, int(row) + 1, "补上一样", "lon", "no-place")
        else:
            reason = f"{names[row] or ids[row]} 没有坐标：面积照算，步行不算"
            columns.doubt("no-coordinates", reason, int(row) + 1, "补上坐标", "lon")
    raise_all(columns.faults, columns.doubts)
    unplaced = frozenset(code for row in np.flatnonzero(~placed) for code in codes[row])
    layer = Layer(
        name=source.file.name,
        census=_census(source) - unplaced,
        partial=frozenset(code for own in codes for code in own),
        census_on=source.census_on,
        declared_by=source.declared_by,
        looked_for="category 列",
        counted=_census(source) & unplaced,
    )
    rows = [
        Row(own_id, name, own, number, shape, home, detail, vector.spot(row))
        for row, (own_id, name, own, shape, home, detail) in enumerate(
            zip(ids, names, codes, vector.geometry, homes, details, strict=True), start=1
        )
        if own
    ]
    return layer, rows, [_about(doubt, columns, codes, homes) for doubt in columns.doubts]


def _about(doubt: Fault, columns: Columns, codes: list[tuple[str, ...]], homes: list[str]) -> Doubt:
    """Say which communities and categories a doubt about one row concerns."""
    rows = columns.layer.rows
    if doubt.spot is None or doubt.spot.row not in rows:
        return Doubt(doubt, frozenset())
    at = rows.index(doubt.spot.row)
    return Doubt(doubt, frozenset([homes[at]]) if homes[at] else None, frozenset(codes[at]))


AMOUNTS = ("floor_m2", "usable_m2", "site_m2", "childcare_places", "nursing_beds", "beds", "seats")
LARGEST_M2 = 500_000.0
SMALLEST_M2 = 1.0


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
        strict=True,
    )
    return [FacilityDetails(*part) for part in parts]


def amounts_of(columns: Columns, names: tuple[str, ...]) -> list[dict[str, float]]:
    """Return the known amounts of each row; tell of areas that no room has."""
    read = {name: columns.values(name) for name in names}
    rows = [
        {name: float(values[row]) for name, values in read.items() if values[row] is not None}
        for row in range(len(columns.layer))
    ]
    for row, own in enumerate(rows, start=1):
        floor, usable = own.get("floor_m2"), own.get("usable_m2")
        if floor is not None and usable is not None and usable > floor:
            reason = f"使用面积 {usable:g} 大于建筑面积 {floor:g}"
            columns.fault(reason, row, "检查是不是填反了", "usable_m2", "more-than-whole")
        for name in ("floor_m2", "usable_m2", "site_m2"):
            area = own.get(name)
            if area is None or (SMALLEST_M2 <= area <= LARGEST_M2):
                continue
            scale = "万平方米" if area < SMALLEST_M2 else "别的单位"
            reason = f"“{columns.header(name)}”写的是 {area:g}，可能是按{scale}填的"
            columns.doubt("doubtful-area", reason, row, "换算成平方米", name)
    return rows


def _ids(columns: Columns, names: list[str], codes: list[tuple[str, ...]]) -> list[str]:
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
        Fault(f"没有设施类别 {code}", file, "census", _suggest(code))
        for code in named
        if code != "all" and code not in categories()
    ]
    if source.census and (source.census_on is None or not source.declared_by):
        reason = "声明为普查却没写日期或声明人"
        faults.append(Fault(reason, file, "census", "写上 census_on 和 declared_by"))
    raise_all(faults)
    return frozenset(categories() if "all" in named else named)


def _codes(columns: Columns, kinds: Kinds) -> list[tuple[str, ...]]:
    """Return the categories of each row: of its words, or of its Amap type code where it has none.

    A type code that is no kind of ours leaves the row without a category: exports hold anything.
    """
    if len(columns.layer) == 0:
        return []
    typed = [categories_of_amap(text) for text in columns.texts("typecode")]
    if not columns.has("category") and columns.has("typecode"):
        return typed
    if not columns.require("category", "设施类别"):
        return [()] * len(columns.layer)
    found = []
    for row, text in enumerate(columns.texts("category"), start=1):
        own: set[str] = set()
        for part in SEVERAL.split(text):
            codes = categories_named(part, kinds)
            own.update(codes)
            if not codes and not typed[row - 1]:
                reason = f"不认识的设施类别 {part or '（空）'}"
                columns.fault(reason, row, _suggest(part), "category", "unknown-category")
        found.append(tuple(sorted(own or typed[row - 1])))
    return found


def _suggest(text: str) -> str:
    close = suggestions(text)[:2]
    return f"改为 {' 或 '.join(close)}" if close else "用 lifecircle packs categories 查类别表"


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
    """Build the table, sorted by id, with the entries of each facility."""
    rows = sorted(rows, key=lambda row: (row.layer, row.id))
    times = Counter(row.id for row in rows)
    raise_all(
        Fault(f"设施编号 {name} 在两个图层里都有", place="facilities", remedy="改正其中一个")
        for name, count in times.items()
        if count > 1
    )
    shape = plane.to_metres(np.array([row.shape for row in rows], dtype=object))
    far = (np.abs(shapely.bounds(shape)) >= FARTHEST_M).any(axis=1)
    raise_all(
        Fault(f"设施 {row.id} 离社区1000公里以上", place="facilities", remedy="检查经纬度是否写反")
        for row, lost in zip(rows, far, strict=True)
        if lost
    )
    entries = [_entries(row, own) for row, own in zip(rows, shape, strict=True)]
    points = np.concatenate([*entries, np.empty((0, 2))])
    return Facilities(
        id=tuple(row.id for row in rows),
        name=tuple(row.name for row in rows),
        categories=tuple(row.categories for row in rows),
        layer=tuple(row.layer for row in rows),
        shape=shape,
        community=_homes(rows, shape, communities),
        details=tuple(row.details for row in rows),
        spots=tuple(row.spot for row in rows),
        entry_of=np.repeat(np.arange(len(rows)), [len(own) for own in entries]),
        entry_x_m=points[:, 0],
        entry_y_m=points[:, 1],
    )


def _homes(rows: list[Row], shape: Any, communities: Communities) -> Integers:
    """Return the row of the community each facility belongs to: as said, else where it stands."""
    row_of = {own_id: row for row, own_id in enumerate(communities.id)}
    stands = community_of(communities, shapely.point_on_surface(shape))
    said = [row_of.get(row.home, -1) for row in rows]
    return np.array(
        [own if own >= 0 else int(at) for own, at in zip(said, stands, strict=True)],
        dtype=np.int64,
    )


def _entries(row: Row, shape: Any) -> Any:
    """Return the points (e, 2) where a facility is entered, in plane metres.

    Several points are several gates. Open ground is entered all along its edge; any other area
    at a point inside it, since nobody said where its door is.
    """
    if shape.geom_type in ("Point", "MultiPoint"):
        return shapely.get_coordinates(shape)
    if any(categories()[code].ground for code in row.categories):
        edge = shapely.segmentize(shapely.boundary(shape), ENTRY_EVERY_M)
        return np.round(np.unique(shapely.get_coordinates(edge), axis=0), 3)
    return np.round(shapely.get_coordinates(shapely.point_on_surface(shape)), 3)
