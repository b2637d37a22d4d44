"""Builds the origins of walks from estates, points, dwellings, or a community's centre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from lifecircle.place.columns import Columns
from lifecircle.place.declarations import DeclaredLayer
from lifecircle.place.plane import Plane
from lifecircle.place.sources import PeopleSource
from lifecircle.place.tables import Communities, Geometries, Integers, Origins, PeopleBasis
from lifecircle.place.vector import read_vector
from lifecircle.terms.errors import raise_all

UNKNOWN = -1
FAR_GATE_M = 1000.0


@dataclass
class _Row:
    """One origin before the table is built; the point is in plane metres."""

    id: str
    community: int
    basis: PeopleBasis
    x_m: float
    y_m: float
    weight: int
    residents: int = UNKNOWN
    older: int = UNKNOWN
    children: int = UNKNOWN
    gates: tuple[tuple[float, float], ...] = ()


def origins_of(
    communities: Communities,
    plane: Plane,
    source: PeopleSource | None,
    dwellings: list[tuple[str, int, bool, Any]],
    read: list[DeclaredLayer] | None = None,
) -> tuple[Origins, list[str]]:
    """Return the origins and the notices that go with them; ``read`` gathers the layers read.

    A community's people come from ``source``; where that has none of them, from its dwellings;
    and where it has none of those, its centre stands in.
    """
    notices: list[str] = []
    read = [] if read is None else read
    rows = _counted(communities, plane, source, notices, read) if source is not None else []
    rows += _from_dwellings(communities, plane, dwellings, _unsettled(communities, rows), notices)
    empty = sorted(_unsettled(communities, rows))
    rows += [_centre(communities, row) for row in empty]
    if empty:
        names = "、".join(communities.name[row] for row in empty[:5])
        more = f"等{len(empty)}个社区" if len(empty) > 5 else ""
        notices.append(f"{names}{more}没有人口和住宅资料，只从社区中心评估。")
    return _table(rows), notices


def _unsettled(communities: Communities, rows: list[_Row]) -> set[int]:
    """Return the communities that have no origin yet."""
    return set(range(len(communities))) - {row.community for row in rows}


def _counted(
    communities: Communities,
    plane: Plane,
    source: PeopleSource,
    notices: list[str],
    read: list[DeclaredLayer],
) -> list[_Row]:
    """Return the estates or points with residents; tell of those that could not be counted."""
    layer = read_vector(source.file, source.layer, source.datum, source.crs)
    read.append(
        DeclaredLayer(source.file, layer.geometry, source.datum, layer.places, bounded=True)
    )
    notices += layer.remarks
    columns = Columns(layer)
    ids = columns.ids("人口要素")
    counts = _counts(columns)
    raise_all(columns.faults)
    shape = plane.to_metres(layer.geometry)
    point = shapely.point_on_surface(shape)
    home = community_of(communities, point)
    gates = _gates(plane, source, dict(zip(ids, shape, strict=True)), read)
    areas = np.isin(shapely.get_type_id(shape), (3, 6))
    rows = [
        _Row(
            id=own_id,
            community=int(home[at]),
            basis="estate" if areas[at] else "point",
            x_m=float(shapely.get_x(point[at])),
            y_m=float(shapely.get_y(point[at])),
            weight=counts["residents"][at],
            gates=gates.get(own_id, ()),
            **{group: numbers[at] for group, numbers in counts.items()},
        )
        for at, own_id in enumerate(ids)
        if home[at] >= 0 and counts["residents"][at] > 0
    ]
    outside = int((home < 0).sum())
    if outside:
        notices.append(f"{source.file.name} 有{outside}处人口不在任何社区内，没有计入。")
    unknown = sum(count == UNKNOWN for count in counts["residents"])
    if unknown:
        notices.append(f"{source.file.name} 有{unknown}处没有人口数，没有计入。")
    return rows


def _counts(columns: Columns) -> dict[str, list[int]]:
    """Read residents, older people and children by row, -1 where nobody counted them."""
    if columns.header("residents") is None:
        columns.fault("没有常住人口的列", "", f"加上 residents 列（现有：{columns.headers}）")
    read = {group: columns.counts(group) for group in ("residents", "older", "children")}
    for row, whole in enumerate(read["residents"]):
        for group in ("older", "children"):
            part = read[group][row]
            if whole is not None and part is not None and part > whole:
                reason = f"{group} {part} 多于常住人口 {whole}"
                columns.fault(reason, columns.place(row + 1), "改正")
    return {
        group: [UNKNOWN if count is None else count for count in numbers]
        for group, numbers in read.items()
    }


def _gates(
    plane: Plane,
    source: PeopleSource,
    estate_shapes: Mapping[str, Any],
    read: list[DeclaredLayer],
) -> dict[str, tuple[tuple[float, float], ...]]:
    if source.gates is None:
        return {}
    layer = read_vector(source.gates, datum=source.datum, crs=source.crs)
    read.append(DeclaredLayer(source.gates, layer.geometry, source.datum, layer.places))
    columns = Columns(layer)
    if columns.header("estate") is None:
        columns.fault("没有小区编号的列", "", f"加上 estate 列（现有：{columns.headers}）")
        raise_all(columns.faults)
    estates = columns.texts("estate")
    point = shapely.centroid(plane.to_metres(layer.geometry))
    for row, (estate, gate) in enumerate(zip(estates, point, strict=True), start=1):
        reason, remedy = "", "改正 estate 列，或删去这个门"
        if estate not in estate_shapes:
            reason = f"人口文件里没有编号为 {estate or '（空）'} 的小区"
        elif shapely.distance(estate_shapes[estate], gate) > FAR_GATE_M:
            reason, remedy = f"门离小区 {estate} 1公里以上", "检查坐标"
        if reason:
            columns.fault(reason, columns.place(row), remedy)
    raise_all(columns.faults)
    found: dict[str, list[tuple[float, float]]] = {}
    for estate, x_m, y_m in zip(estates, shapely.get_x(point), shapely.get_y(point), strict=True):
        found.setdefault(estate, []).append((round(float(x_m), 3), round(float(y_m), 3)))
    return {estate: tuple(sorted(points)) for estate, points in found.items()}


def _from_dwellings(
    communities: Communities,
    plane: Plane,
    dwellings: list[tuple[str, int, bool, Any]],
    wanted: set[int],
    notices: list[str],
) -> list[_Row]:
    """Return the dwellings in the ``wanted`` communities, weighted by floor area."""
    if not dwellings or not wanted:
        return []
    shape = plane.to_metres(np.array([row[3] for row in dwellings], dtype=object))
    point = shapely.centroid(shape)
    home = community_of(communities, point)
    floor_m2 = np.round(shapely.area(shape) * np.array([row[1] for row in dwellings]))
    rows = [
        _Row(
            id=own_id,
            community=int(home[at]),
            basis="building",
            x_m=round(float(shapely.get_x(point[at])), 3),
            y_m=round(float(shapely.get_y(point[at])), 3),
            weight=int(floor_m2[at]),
        )
        for at, (own_id, _, _, _) in enumerate(dwellings)
        if int(home[at]) in wanted and floor_m2[at] > 0
    ]
    if rows:
        places = {row.community for row in rows}
        whole = "" if len(places) == len(communities) else f"的{len(places)}个社区"
        taken = {row.id for row in rows}
        assumed = sum(guess for own_id, _, guess, _ in dwellings if own_id in taken)
        notices.append(
            f"没有人口资料{whole}：比例按{len(rows)}栋住宅的建筑面积推算，不是人数"
            f"（其中{assumed}栋只标为 building=yes，推定为住宅；没有层数的按一层计）。"
        )
    return rows


def _centre(communities: Communities, row: int) -> _Row:
    point = shapely.centroid(communities.shape[row])
    return _Row(
        id=f"centre-{communities.id[row]}",
        community=row,
        basis="centre",
        x_m=round(float(point.x), 3),
        y_m=round(float(point.y), 3),
        weight=1,
    )


def community_of(communities: Communities, point: Geometries) -> Integers:
    """Return for each point the row of its community, -1 outside all; the first where two overlap.

    A point on a border belongs to the first community that touches it.
    """
    tree = shapely.STRtree(communities.shape)
    at, area = tree.query(point, predicate="intersects")
    home = np.full(len(point), len(communities), dtype=np.int64)
    np.minimum.at(home, at, area)
    home[home == len(communities)] = -1
    return home


def _table(rows: list[_Row]) -> Origins:
    rows = sorted(rows, key=lambda row: (row.community, row.id))
    gates = [(at, x_m, y_m) for at, row in enumerate(rows) for x_m, y_m in row.gates]
    gate_of = np.array([gate[0] for gate in gates], dtype=np.int64)
    gate_x_m = np.array([gate[1] for gate in gates], dtype=np.float64)
    gate_y_m = np.array([gate[2] for gate in gates], dtype=np.float64)
    x_m = np.array([row.x_m for row in rows])
    y_m = np.array([row.y_m for row in rows])
    dx, dy = gate_x_m - x_m[gate_of], gate_y_m - y_m[gate_of]
    return Origins(
        id=tuple(row.id for row in rows),
        community=np.array([row.community for row in rows], dtype=np.int64),
        basis=tuple(row.basis for row in rows),
        x_m=x_m,
        y_m=y_m,
        weight=np.array([row.weight for row in rows], dtype=np.int64),
        residents=np.array([row.residents for row in rows], dtype=np.int64),
        older=np.array([row.older for row in rows], dtype=np.int64),
        children=np.array([row.children for row in rows], dtype=np.int64),
        gate_of=gate_of,
        gate_x_m=gate_x_m,
        gate_y_m=gate_y_m,
        gate_leg_m=np.sqrt(dx * dx + dy * dy),
    )
