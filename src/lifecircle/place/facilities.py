"""Builds the table of facilities and the declaration of each of its layers."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from lifecircle.place.columns import Columns
from lifecircle.place.layers import VectorLayer
from lifecircle.place.osm import Extract
from lifecircle.place.plane import Plane
from lifecircle.place.sources import FacilitySource
from lifecircle.place.tables import Facilities, Layer
from lifecircle.place.vector import read_vector
from lifecircle.terms.errors import Fault, raise_all
from lifecircle.terms.taxonomy import categories

FARTHEST_M = 1_000_000.0
"""No facility of a city is farther from it; the plane would not hold there either."""

ENTRY_EVERY_M = 50.0
"""Open ground is entered from its edge, at points no farther apart than this."""


@dataclass
class Row:
    """One facility before the table is built; the shape is in WGS84 degrees.

    ``place`` says how a person finds it in its file.
    """

    id: str
    name: str
    categories: tuple[str, ...]
    layer: int
    shape: Any
    place: str = ""


def layer_from_osm(
    source: FacilitySource, extract: Extract, number: int
) -> tuple[Layer, list[Row]]:
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
    return layer, rows


def layer_from_file(source: FacilitySource, number: int) -> tuple[Layer, list[Row]]:
    """Read facilities with a ``category`` column of codes or Chinese names."""
    vector = read_vector(
        source.file, source.layer, source.datum, source.crs, may_be_empty=bool(source.census)
    )
    columns = Columns(vector)
    names = columns.texts("name")
    codes = _codes(columns, vector)
    faults = columns.faults
    ids = columns.ids("设施") if columns.header("id") else _content_ids(vector, names, codes)
    raise_all(faults)
    present = frozenset(code for own in codes for code in own)
    layer = Layer(
        name=source.file.name,
        census=_census(source),
        partial=present,
        census_on=source.census_on,
        declared_by=source.declared_by,
        looked_for="category 列",
        remarks=vector.remarks,
    )
    rows = [
        Row(own_id, name, own, number, shape, place)
        for own_id, name, own, shape, place in zip(
            ids, names, codes, vector.geometry, vector.places, strict=True
        )
    ]
    return layer, rows


def _census(source: FacilitySource) -> frozenset[str]:
    """Return the categories declared complete; ``all`` means every category of the taxonomy.

    A declaration needs a date and somebody who made it.
    """
    file = str(source.file)
    by_name = {cat.zh: code for code, cat in categories().items()}
    named = [by_name.get(text, text) for text in source.census]
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


def _codes(columns: Columns, vector: VectorLayer) -> list[tuple[str, ...]]:
    if len(vector) == 0:
        return []
    if columns.header("category") is None:
        columns.fault("没有设施类别的列", "", f"加上 category 列（现有：{columns.headers}）")
        return [()] * len(vector)
    by_name = {cat.zh: code for code, cat in categories().items()}
    found = []
    for row, text in enumerate(columns.texts("category"), start=1):
        own = []
        for part in re.split(r"[;；、,，]\s*", text):
            code = by_name.get(part, part)
            if code in categories():
                own.append(code)
            else:
                reason = f"不认识的设施类别 {part or '（空）'}"
                columns.faults.append(
                    Fault(reason, str(vector.path), vector.places[row - 1], _suggest(part))
                )
        found.append(tuple(sorted(set(own))))
    return found


def _suggest(text: str) -> str:
    names = list(categories()) + [cat.zh for cat in categories().values()]
    close = difflib.get_close_matches(text, names, n=2, cutoff=0.4)
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


def facility_table(rows: list[Row], plane: Plane) -> Facilities:
    """Build the table, sorted by id, with the entries of each facility."""
    rows = sorted(rows, key=lambda row: (row.layer, row.id))
    times = Counter(row.id for row in rows)
    raise_all(
        Fault(f"设施编号 {name} 在两个图层里都有", place="facilities", remedy="改正其中一个")
        for name, count in times.items()
        if count > 1
    )
    shape = plane.to_metres(np.array([row.shape for row in rows], dtype=object))
    far = ~(np.abs(shapely.bounds(shape)) < FARTHEST_M).all(axis=1)
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
        entry_of=np.repeat(np.arange(len(rows)), [len(own) for own in entries]),
        entry_x_m=points[:, 0],
        entry_y_m=points[:, 1],
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
