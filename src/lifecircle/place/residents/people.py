"""Builds the origins of walks from estates, points, dwellings, or a community's centre."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

import numpy as np
import shapely

from lifecircle.place.formats.vector import read_vector
from lifecircle.place.forms.columns import Columns, Headers
from lifecircle.place.layers import NOTHING_KEPT, Kept, VectorLayer
from lifecircle.place.plane import Plane
from lifecircle.place.residents.gates import with_open_gates
from lifecircle.place.residents.homes import community_of, homes_of
from lifecircle.place.sources import PeopleSource, RasterSource
from lifecircle.place.tables import (
    Communities,
    Doubt,
    Integers,
    Origins,
    PeopleBasis,
    PeopleEstimate,
)
from lifecircle.terms.errors import Fault, InputError, Spot, raise_all

UNKNOWN = -1
FAR_GATE_M = 1000.0
GROUPS = ("residents", "older", "children", "households")


NO_SPOT = Spot()


@dataclass(frozen=True, order=True)
class _Gate:
    """A gate in plane metres, with its hours and the code of who may pass, empty if unknown."""

    x_m: float
    y_m: float
    hours: str
    open_to: str


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
    households: int = UNKNOWN
    gates: tuple[_Gate, ...] = ()
    stage: str = ""
    spot: Spot = NO_SPOT
    name: str = ""


@dataclass(frozen=True)
class PeopleLayer:
    """Estates or points with residents as read, and the gates of the estates where known."""

    people: VectorLayer
    gates: VectorLayer | None = None


def people_layers(
    source: PeopleSource, headers: Headers, kept: Kept = NOTHING_KEPT
) -> list[PeopleLayer]:
    """Read the layers of ``source``, if any; the gates are in the datum of the estates."""
    if source.file is None:
        return []
    people = kept.layers.get((source.file, "estates"))
    if people is None:
        people = read_vector(
            source.file, source.layer, source.datum, source.crs, form="estates", headers=headers
        )
    if source.gates is None:
        return [PeopleLayer(people)]
    gates = kept.layers.get((source.gates, "gates"))
    if gates is None:
        gates = read_vector(
            source.gates, datum=source.datum, crs=source.crs, form="gates", headers=headers
        )
    return [PeopleLayer(people, gates)]


def origins_of(
    communities: Communities,
    plane: Plane,
    layers: list[PeopleLayer],
    rasters: RasterSource | None,
    dwellings: list[tuple[str, int, bool, Any]],
    headers: Headers,
    at: time | None = None,
) -> tuple[Origins, list[str], list[Doubt], tuple[PeopleEstimate, ...]]:
    """Return the origins with the notices, doubts and estimates that go with them.

    People start at the gates that they may pass, ``at`` that time where one is given.

    A community's people come from ``layers``; where those have none of them, from ``rasters``;
    where those do not cover it, from its dwellings; and where it has none of those, its centre
    stands in. Raises InputError with the faults of all layers.
    """
    notices: list[str] = []
    doubts: list[Doubt] = []
    faults: list[Fault] = []
    rows: list[_Row] = []
    for layer in layers:
        try:
            rows += _counted(communities, plane, layer, headers, notices, doubts)
        except InputError as error:
            faults += error.faults
            doubts += [Doubt(doubt, frozenset()) for doubt in error.doubts]
    times = Counter(row.id for row in rows)
    faults += [
        Fault(f"小区编号 {own_id} 在两个文件里都有", remedy="改正其中一个", code="duplicate-id")
        for own_id, count in times.items()
        if count > 1
    ]
    raise_all(faults, (doubt.fault for doubt in doubts))
    wanted = _unsettled(communities, rows)
    cells = None
    if rasters and wanted:
        # rasterio is slow to import, and few cities bring a raster
        from lifecircle.place.residents.raster_people import cells_of, joined  # noqa: PLC0415

        cells = cells_of(communities, plane, rasters, sorted(wanted))
    if cells is not None:
        notices += cells.notices
        wanted -= set(cells.origins.community.tolist())
    rows += _from_dwellings(communities, plane, dwellings, wanted, notices)
    empty = sorted(wanted - {row.community for row in rows})
    rows += [_centre(communities, row) for row in empty]
    if empty:
        names = "、".join(communities.name[row] for row in empty[:5])
        more = f"等{len(empty)}个社区" if len(empty) > 5 else ""
        notices.append(f"{names}{more}没有人口和住宅资料，只从社区中心评估。")
    origins = _table(rows) if cells is None else joined(_table(rows), cells.origins)
    origins, told, doubted = with_open_gates(communities, origins, at)
    return origins, notices + told, doubts + doubted, cells.estimates if cells else ()


def _unsettled(communities: Communities, rows: list[_Row]) -> set[int]:
    """Return the communities that have no origin yet."""
    return set(range(len(communities))) - {row.community for row in rows}


def _counted(
    communities: Communities,
    plane: Plane,
    layer: PeopleLayer,
    headers: Headers,
    notices: list[str],
    doubts: list[Doubt],
) -> list[_Row]:
    """Return the estates or points with residents; tell of those that could not be counted."""
    columns = Columns(layer.people, "estates", headers)
    ids = columns.ids("小区")
    counts, stages = _counts(columns), columns.words("stage")
    names = columns.texts("name")
    shape = plane.to_metres(layer.people.geometry)
    gates = _gates(plane, layer.gates, dict(zip(ids, shape, strict=True)), headers, columns)
    raise_all(columns.faults, columns.doubts)
    point = shapely.point_on_surface(shape)
    home = homes_of(communities, columns, "community", point)
    doubts += _doubts(communities, columns, home)
    areas = np.isin(shapely.get_type_id(shape), (3, 6))
    rows = [
        _Row(
            id=own_id,
            community=int(home[at]),
            basis="estate" if areas[at] or own_id in gates else "point",
            x_m=float(shapely.get_x(point[at])),
            y_m=float(shapely.get_y(point[at])),
            weight=counts["residents"][at],
            gates=gates.get(own_id, ()),
            stage=stages[at],
            spot=layer.people.spot(at + 1),
            name=names[at],
            **{group: numbers[at] for group, numbers in counts.items()},
        )
        for at, own_id in enumerate(ids)
        if home[at] >= 0 and counts["residents"][at] > 0 and not shapely.is_empty(point[at])
    ]
    name = layer.people.path.name
    outside = int((home < 0).sum())
    if outside:
        notices.append(f"{name} 有{outside}处人口不在任何社区内，没有计入。")
    unknown = sum(count == UNKNOWN for count in counts["residents"])
    if unknown:
        notices.append(f"{name} 有{unknown}处没有人口数，没有计入。")
    return rows


def _doubts(communities: Communities, columns: Columns, home: Integers) -> list[Doubt]:
    unplaced = shapely.is_empty(columns.layer.geometry)
    if columns.layer.faults:
        unplaced[:] = False  # their own faults say why
    for row in np.flatnonzero(unplaced):
        reason = "没有坐标，这里的人没有算进步行"
        columns.doubt("no-coordinates", reason, int(row) + 1, "补上坐标", "lon")
    rows = {number: at for at, number in enumerate(columns.layer.rows)}
    found = []
    for doubt in columns.doubts:
        at = rows.get(doubt.spot.row if doubt.spot else 0)
        concerns = at is not None and home[at] >= 0
        whose = frozenset([communities.id[home[at]]]) if concerns else frozenset()
        found.append(Doubt(doubt, whose))
    return found


def _counts(columns: Columns) -> dict[str, list[int]]:
    """Read residents, older people, children and households by row, -1 where nobody counted."""
    columns.require("residents", "常住人口")
    read = {group: columns.values(group) for group in GROUPS}
    for row, whole in enumerate(read["residents"]):
        for group in GROUPS[1:]:
            part = read[group][row]
            if whole is not None and part is not None and part > whole:
                reason = f"{columns.header(group)} {part} 多于常住人口 {whole}"
                columns.fault(reason, row + 1, "改正", group, "more-than-whole")
    return {
        group: [UNKNOWN if count is None else count for count in numbers]
        for group, numbers in read.items()
    }


def _gates(
    plane: Plane,
    layer: VectorLayer | None,
    estate_shapes: Mapping[str, Any],
    headers: Headers,
    beside: Columns,
) -> dict[str, tuple[_Gate, ...]]:
    """Return the gates of each estate; the faults go to the columns of the estates."""
    if layer is None:
        return {}
    columns = Columns(layer, "gates", headers)
    if not columns.require("estate", "小区编号"):
        beside.faults += columns.faults
        return {}
    estates = columns.texts("estate")
    hours, open_to = columns.values("hours"), columns.words("open_to")
    point = shapely.centroid(plane.to_metres(layer.geometry))
    for row, (estate, gate) in enumerate(zip(estates, point, strict=True), start=1):
        if shapely.is_empty(gate):
            columns.fault("门没有坐标", row, "补上坐标，或删去这一行", "lon", "no-place")
        elif estate not in estate_shapes:
            reason = f"人口文件里没有编号为 {estate or '（空）'} 的小区"
            columns.fault(reason, row, "改正 estate 列，或删去这个门", "estate", "orphan")
        elif shapely.distance(estate_shapes[estate], gate) > FAR_GATE_M:
            reason = f"门离小区 {estate} 1公里以上"
            columns.fault(reason, row, "检查坐标", "lon", "far-gate")
    beside.faults += columns.faults
    if columns.faults:
        return {}
    found: dict[str, list[_Gate]] = {}
    for estate, gate, *said in zip(estates, point, hours, open_to, strict=True):
        own = _Gate(round(gate.x, 3), round(gate.y, 3), said[0] or "", said[1])
        found.setdefault(estate, []).append(own)
    return {estate: tuple(sorted(gates)) for estate, gates in found.items()}


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
    homes = community_of(communities, point).tolist()
    floor_m2 = np.round(shapely.area(shape) * np.array([row[1] for row in dwellings])).tolist()
    xs_m, ys_m = shapely.get_x(point).tolist(), shapely.get_y(point).tolist()
    rows = [
        _Row(own[0], home, "building", round(x_m, 3), round(y_m, 3), int(own_m2))
        for own, home, x_m, y_m, own_m2 in zip(dwellings, homes, xs_m, ys_m, floor_m2, strict=True)
        if home in wanted and own_m2 > 0
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


def _table(rows: list[_Row]) -> Origins:
    rows = sorted(rows, key=lambda row: (row.community, row.id))
    gates = [gate for row in rows for gate in row.gates]
    gate_of = np.repeat(np.arange(len(rows)), [len(row.gates) for row in rows]).astype(np.int64)
    gate_x_m = np.array([gate.x_m for gate in gates], dtype=np.float64)
    gate_y_m = np.array([gate.y_m for gate in gates], dtype=np.float64)
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
        households=np.array([row.households for row in rows], dtype=np.int64),
        gate_of=gate_of,
        gate_x_m=gate_x_m,
        gate_y_m=gate_y_m,
        gate_leg_m=np.sqrt(dx * dx + dy * dy),
        spots=tuple(row.spot for row in rows),
        stage=tuple(row.stage for row in rows),
        gate_hours=tuple(gate.hours for gate in gates),
        gate_open_to=tuple(gate.open_to for gate in gates),
        name=tuple(row.name for row in rows),
    )
