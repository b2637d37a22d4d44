"""Doubts about facilities and estates: twice the same, all at one point, far from everything."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator
from typing import Protocol

import numpy as np
import shapely

from lifecircle.place.tables import City, Communities, Doubt, Facilities, Geometries, Integers
from lifecircle.terms.errors import Fault
from lifecircle.terms.spellings import folded

TWICE_M = 50.0
LIKE_NAMES = 0.8
AT_A_TIME = 1000
CROWDED = 200
FEWEST_AT_ONE_POINT = 3
OUTSIDE_M = 2000.0
FAR_FROM_WAY_M = 100.0
LOST_M = 1000.0


class Placed(Protocol):
    """Facilities and the communities they are in, on one plane: a `City`, or a part of one."""

    @property
    def facilities(self) -> Facilities:
        """The facilities."""

    @property
    def communities(self) -> Communities:
        """The communities."""


def place_doubts(city: City) -> list[Doubt]:
    """Return the doubts about registered places; what a map holds is not held against itself."""
    places = city.facilities
    listed = [
        row
        for row in range(len(places))
        if places.spots[row].file and not shapely.is_empty(places.shape[row])
    ]
    rows = np.array(listed, dtype=np.int64)
    return [*listed_doubts(city, rows), *_far_from_way(city, rows)]


def listed_doubts(city: Placed, rows: Integers) -> list[Doubt]:
    """Return the doubts about rows of the facilities that need no streets."""
    return [*_twice(city, rows), *_at_one_point(city, rows), *_outside(city, rows)]


def _doubt(city: Placed, row: int, code: str, reason: str, remedy: str) -> Doubt:
    places = city.facilities
    spot, home = places.spots[row], int(places.community[row])
    known = 0 <= home < len(city.communities)
    whose = frozenset([city.communities.id[home]]) if known else None
    fault = Fault(reason, spot.file, spot.place, remedy, code, spot)
    return Doubt(fault, whose, frozenset(places.categories[row]))


def _twice(city: Placed, rows: Integers) -> Iterator[Doubt]:
    """Find two of one category, near each other, whose names are alike."""
    places = city.facilities
    by_category: dict[str, list[int]] = defaultdict(list)
    for row in rows.tolist():
        if len(folded(places.name[row])) > 1:
            for code in places.categories[row]:
                by_category[code].append(row)
    pairs = {pair for own in by_category.values() for pair in _near_pairs(places, own)}
    for first, second in sorted(pairs):
        away_m = shapely.distance(
            shapely.centroid(places.shape[first]), shapely.centroid(places.shape[second])
        )
        reason = (
            f"{places.name[second]}（{places.id[second]}）与{places.name[first]}"
            f"（{places.id[first]}）相距{away_m:.0f}米，可能是同一处"
        )
        yield _doubt(city, second, "near-duplicate", reason, "是同一处就删去一行")


def _near_pairs(places: Facilities, rows: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs (a, b) of rows, a before b, that are near and alike.

    Where more stand together than any street holds, only equal names are compared: a list of a
    whole city at one point would take hours.
    """
    points = shapely.centroid(places.shape[np.array(rows, dtype=np.int64)])
    names = [folded(places.name[row]) for row in rows]
    tree = shapely.STRtree(points)
    for begin in range(0, len(rows), AT_A_TIME):
        part = points[begin : begin + AT_A_TIME]
        one, other = tree.query(part, predicate="dwithin", distance=TWICE_M)
        crowded = len(one) > CROWDED * len(part)
        for a, b in zip((one + begin).tolist(), other.tolist(), strict=True):
            if a < b and (names[a] == names[b] if crowded else _alike(names[a], names[b])):
                yield rows[a], rows[b]


def _alike(a: str, b: str) -> bool:
    """Say whether two folded names are nearly the same; other numbers make another place."""
    if a == b:
        return True
    if "".join(filter(str.isdigit, a)) != "".join(filter(str.isdigit, b)):
        return False
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return matcher.real_quick_ratio() >= LIKE_NAMES <= matcher.ratio()


def _at_one_point(city: Placed, rows: Integers) -> Iterator[Doubt]:
    """Find points that several unlike names share: an address that could not be found."""
    places = city.facilities
    at: dict[tuple[float, float], list[int]] = defaultdict(list)
    for row in rows.tolist():
        if places.shape[row].geom_type == "Point":
            at[(places.shape[row].x, places.shape[row].y)].append(row)
    for together in at.values():
        names = {folded(places.name[row]) for row in together} - {""}
        if len(names) >= FEWEST_AT_ONE_POINT:
            for row in together:
                reason = f"{places.name[row]} 与另外{len(together) - 1}处坐标完全相同"
                yield _doubt(city, row, "shared-coordinates", reason, "不在一处的，重新定位")


def _outside(city: Placed, rows: Integers) -> Iterator[Doubt]:
    tree = shapely.STRtree(city.communities.shape)
    lost = [row for row in rows.tolist() if city.facilities.community[row] < 0]
    for row, away_m in zip(lost, _away_m(tree, city.facilities.shape[lost]), strict=True):
        if away_m > OUTSIDE_M:
            reason = f"{city.facilities.name[row]} 离最近的社区{away_m / 1000:.1f}公里"
            yield _doubt(city, row, "outside", reason, "核对坐标，不归本市管的可以删去")


def _far_from_way(city: City, rows: Integers) -> Iterator[Doubt]:
    streets = city.streets
    registered = [row for row, spot in enumerate(city.origins.spots) if spot.file]
    if not len(rows) and not registered:
        return
    xy = np.column_stack([streets.x_m, streets.y_m])
    tree = shapely.STRtree(shapely.linestrings(xy[streets.segments]))
    points = city.facilities.shape[rows]
    for row, away_m in zip(rows.tolist(), _away_m(tree, points), strict=True):
        if away_m > FAR_FROM_WAY_M:
            where = "，可能在水里、山里，或坐标有误" if away_m > LOST_M else ""
            reason = f"{city.facilities.name[row]} 离最近道路{away_m:.0f}米{where}"
            yield _doubt(city, row, "place-far-from-way", reason, "核对坐标和路网")
    points = _estate_points(city)[registered]
    for row, away_m in zip(registered, _away_m(tree, points), strict=True):
        if away_m > FAR_FROM_WAY_M:
            spot = city.origins.spots[row]
            reason = f"小区 {city.origins.id[row]} 离最近道路{away_m:.0f}米"
            whose = frozenset([city.communities.id[city.origins.community[row]]])
            fault = Fault(
                reason, spot.file, spot.place, "核对坐标和路网", "place-far-from-way", spot
            )
            yield Doubt(fault, whose)


def _estate_points(city: City) -> Geometries:
    return np.asarray(shapely.points(city.origins.x_m, city.origins.y_m))


def _away_m(tree: shapely.STRtree, shapes: Geometries) -> list[float]:
    """Return the distance of each shape to the nearest in the tree (m); inf where it is empty."""
    away_m = np.full(len(shapes), np.inf)
    if len(tree.geometries) and len(shapes):
        found, near_m = tree.query_nearest(shapes, return_distance=True, all_matches=False)
        away_m[found[0]] = near_m
    return [float(metres) for metres in away_m]
