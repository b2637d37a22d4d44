"""Holds the rows of a layer against the streets, to say which datum they are in.

A layer in GCJ-02 taken as WGS84 is off by 28 to 700 m: nothing fails, and every 300 m rule is
judged wrongly. Places people use stand beside streets, buildings stand back from them, and the
borders of communities run along them. Under a wrong datum a layer lies like one moved at random.
So each row gets a score for its distance to the nearest street under each datum, and one datum is
preferred only if it is far better than the declared one and far better than random moves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely

from lifecircle.place.coordinates.datums import Datum, in_china, to_wgs84
from lifecircle.place.coordinates.nearness import StreetIndex
from lifecircle.place.plane import Floats, Geometries, Plane
from lifecircle.place.tables import Integers, Streets
from lifecircle.terms.memory import Memory, forgetful

Kind = Literal["points", "outlines"]

DATUMS: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")

FEWEST_CELLS = 8
FEWEST_ROWS: dict[Kind, int] = {"points": 20, "outlines": 3}
CELL_M = 200.0
"""Rows in one cell speak with one voice: neighbours lie alike under every datum."""

ROADWAY_M = 4.0

MOST_ROWS = 1000
SAMPLED_EVERY_M = 50.0
MOST_SAMPLES = 20_000

_EDGES_M = np.array([2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 200, 300], np.float64)
_BUILDING = np.array(
    [-2.0, -1.2, -0.3, 0.6, 1.2, 1.2, 0.7, 0.0, -0.3, -0.8, -1.4, -2.0, -2.4, -2.2, -2.3]
)


def beside_street(away_m: Floats) -> Floats:
    """Score the nearer the better, level below 10 m and beyond 300 m."""
    return np.asarray(-np.log(np.minimum(away_m, 300.0) + 10.0))


def set_back(away_m: Floats) -> Floats:
    """Score as buildings stand: hardly ever on the roadway, mostly within 30 m of it.

    The logarithm of how much more often buildings than random places lie at a distance, measured
    on the buildings of Las Palmas, Andorra and Monaco in OpenStreetMap.
    """
    return np.asarray(_BUILDING[np.digitize(away_m, _EDGES_M)])


Score = Callable[[Floats], Floats]
SCORES: dict[Kind, tuple[Score, ...]] = {
    "points": (beside_street, set_back),
    "outlines": (beside_street,),
}


@dataclass(frozen=True)
class Evidence:
    """How sure one must be: the better score in standard errors and as such, and over chance."""

    better_z: float
    better_by: float
    over_chance_z: float


DECLARED: dict[Kind, Evidence] = {
    "points": Evidence(4.0, 0.25, 3.0),
    "outlines": Evidence(5.0, 0.35, 4.0),
}
"""Measured on subsets of 20 to 1,000 rows, scattered (s) or of one neighbourhood (n), of
facilities, buildings, places, middles of blocks and of cells in eight cities (five moved into
China), in every true and declared datum, with ``set_back`` taken from other cities than the one
tested. True declarations accused: 0 of 2,736 (1 of 13,680 in a first draft). Wrong ones found:
of 20 rows s 22 %, n 13 %; of 50 s 49 %, n 37 %; of 100 s 68 %, n 47 %; of 300 s 82 %, n 74 %; of
1,000 s 100 %, n 87 %; a wrong answer to a wrong declaration 0.4 % at most; else "cannot tell".
Outlines: borders along streets are told from 5 areas on (100 %; real catchments of Las Palmas
76 % of 5, 89 % of 10, all of 29); estates set back 12 m 6-76 % of 5, 39-100 % of 29. True
declarations accused: of catchments and areas along streets none, of such estates 1 in 288, of
squares 0 in 144, of hexagons on a dense net of streets 3 in 144."""

UNDECLARED: dict[Kind, Evidence] = {
    "points": Evidence(3.0, 0.25, 2.0),
    "outlines": DECLARED["outlines"],
}
"""Who says nothing is asked sooner: 0 of 912 sound layers, and wrong ones found of 20 rows s 38 %,
n 23 %; of 50 s 73 %, n 52 %; of 100 s 79 %, n 66 %; of 300 s 89 %, n 82 %."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Points (n,) in the degrees of the file, each of a row; ``rows`` is their number."""

    lon: Floats
    lat: Floats
    row: Integers
    rows: int
    kind: Kind


def samples_of(geometry: Geometries, kind: Kind) -> Samples:
    """Take one point of each geometry, or points along its outline every 50 m."""
    rows = len(geometry)
    if kind == "points":
        point = shapely.point_on_surface(geometry)
        return Samples(shapely.get_x(point), shapely.get_y(point), np.arange(rows), rows, kind)
    edge = shapely.boundary(geometry)
    lat = np.nan_to_num(shapely.get_y(shapely.centroid(geometry)))
    degrees = SAMPLED_EVERY_M / 111_320.0 / np.maximum(np.cos(np.radians(np.abs(lat))), 0.2)
    # an outline of a whole county would swamp the others
    degrees = np.maximum(degrees, shapely.length(edge) / max(16, MOST_SAMPLES // max(1, rows)))
    xy, row = shapely.get_coordinates(shapely.segmentize(edge, degrees), return_index=True)
    if len(xy) > MOST_SAMPLES:
        chosen = np.linspace(0, len(xy) - 1, MOST_SAMPLES).astype(np.int64)
        xy, row = xy[chosen], row[chosen]
    return Samples(xy[:, 0], xy[:, 1], row, rows, kind)


@dataclass(frozen=True)
class Reading:
    """How a layer lies under each datum.

    ``verdict`` is "fits" (the declared datum is clearly the best), "other" (``likely`` is), or
    "cannot tell". ``medians_m`` are distances to the nearest street, ``on_roadway`` the share of
    points within 4 m of its middle; ``score`` is what fitted best.
    """

    verdict: Literal["fits", "other", "cannot tell"]
    likely: Datum
    medians_m: dict[Datum, float]
    on_roadway: dict[Datum, float]
    score: Score


class Alignment:
    """Holds layers against the streets of a city, which are in WGS84."""

    def __init__(self, plane: Plane, streets: Streets, memory: Memory = forgetful) -> None:
        """Take the streets; the index is built when a layer is first asked about."""
        self._plane = plane
        self._streets = streets
        self._memory = memory

    @cached_property
    def _index(self) -> StreetIndex:
        return StreetIndex(self._streets)

    @cached_property
    def _hash(self) -> bytes:
        streets = self._streets
        return _hash(streets.x_m, streets.y_m, streets.segments)

    def away_m(self, xy: Floats) -> Floats:
        """Return distances (n,) of plane points (n, 2) to the nearest street."""
        if self._memory is forgetful:
            return self._index.away_m(xy)
        return self._memory(("away", self._hash, _hash(xy)), lambda: self._told_m(xy))

    def _told_m(self, xy: Floats) -> Floats:
        away_m = self._index.away_m(xy)
        away_m.flags.writeable = False
        return away_m

    def positions(self, samples: Samples) -> dict[Datum, Floats]:
        """Return where the samples lie on the plane (n, 2) under each datum."""
        return {
            datum: np.column_stack(self._plane.metres(*to_wgs84(samples.lon, samples.lat, datum)))
            for datum in DATUMS
        }

    def reading(self, samples: Samples, declared: Datum | None) -> Reading:
        """Say which datum a layer is in, as far as the streets can tell."""
        thinned = _thinned(samples)
        believed: Datum = declared or "wgs84"
        if samples.rows < FEWEST_ROWS[samples.kind] or not _shifts(thinned):
            return Reading("cannot tell", believed, {}, {}, SCORES[samples.kind][0])
        places = self.positions(thinned)
        away_m = {datum: self.away_m(xy) for datum, xy in places.items()}
        medians_m = {datum: float(np.median(away_m[datum])) for datum in DATUMS}
        on_roadway = {datum: float(np.mean(away_m[datum] < ROADWAY_M)) for datum in DATUMS}
        moved_m = [self.away_m(places["wgs84"] + by) for by in _moves(places)]
        cells = cells_of(places[believed], CELL_M)
        over = {
            datum: _over_chance(SCORES[samples.kind], away_m[datum], moved_m, cells)
            for datum in DATUMS
        }
        needed = (UNDECLARED if declared is None else DECLARED)[samples.kind]
        best = max(
            (datum for datum in DATUMS if datum != believed),
            key=lambda datum: _sureness(over[datum][0] - over[believed][0]),
        )
        better = over[best][0] - over[believed][0]
        if (
            cells.max() + 1 >= FEWEST_CELLS
            and _sureness(better) >= needed.better_z
            and float(better.mean()) >= needed.better_by
            and _sureness(over[best][0]) >= needed.over_chance_z
        ):
            return Reading("other", best, medians_m, on_roadway, over[best][1])
        fits = all(
            _sureness(over[believed][0] - over[datum][0]) >= needed.over_chance_z
            for datum in DATUMS
            if datum != believed
        )
        verdict: Literal["fits", "cannot tell"] = "fits" if fits else "cannot tell"
        return Reading(verdict, believed, medians_m, on_roadway, over[believed][1])


def _hash(*arrays: npt.NDArray[Any]) -> bytes:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.digest()


def _shifts(samples: Samples) -> bool:
    """Say whether GCJ-02 shifts all of these, so that the question makes sense."""
    return len(samples.lon) > 0 and bool(in_china(samples.lon, samples.lat).all())


def _thinned(samples: Samples) -> Samples:
    """Return at most 1,000 points, or all samples of outlines."""
    if samples.kind != "points" or len(samples.lon) <= MOST_ROWS:
        return samples
    chosen = np.linspace(0, len(samples.lon) - 1, MOST_ROWS).astype(np.int64)
    kept = samples.lon[chosen], samples.lat[chosen], samples.row[chosen]
    return Samples(*kept, samples.rows, samples.kind)


def _moves(places: dict[Datum, Floats]) -> list[Floats]:
    """Return moves (m) as large as those between datums, but in other directions."""
    turn = np.arange(12) * np.pi / 6
    reach_m = np.where(np.arange(12) % 2, 400.0, 800.0)[:, None]
    every = np.column_stack([np.cos(turn), np.sin(turn)]) * reach_m
    taken = [np.median(xy - places["wgs84"], axis=0) for xy in places.values()]
    return [by for by in every if min(np.hypot(*(by - other)) for other in taken) > CELL_M]


def cells_of(xy: Floats, size_m: float) -> Integers:
    """Return for plane points (n, 2) their square cells (n,), numbered from 0."""
    _, cell = np.unique(np.floor(xy / size_m).astype(np.int64), axis=0, return_inverse=True)
    return np.asarray(cell).ravel()


def _over_chance(
    scores: tuple[Score, ...], away_m: Floats, moved_m: list[Floats], cells: Integers
) -> tuple[Floats, Score]:
    """Return by how much the best of the scores beats random moves, cell by cell (c,)."""
    count = np.bincount(cells)
    found = []
    for score in scores:
        over = score(away_m) - np.mean([score(moved) for moved in moved_m], axis=0)
        found.append((np.bincount(cells, over) / count, score))
    return max(found, key=lambda pair: float(pair[0].mean()))


def _sureness(values: Floats) -> float:
    """Return the mean in standard errors."""
    if len(values) < 2:
        return 0.0
    error = float(values.std(ddof=1) / np.sqrt(len(values)))
    return float(values.mean()) / max(error, 1e-9)
