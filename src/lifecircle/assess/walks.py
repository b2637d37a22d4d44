"""Walks of one profile over a city: origins and facilities put on the network, lanes asked once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from lifecircle.assess.parts import PartedWalker
from lifecircle.assess.people import FAR_FROM_WAY_M, OUTSIDE_M, Mask, People
from lifecircle.place.tables import City, Floats, Integers, Streets
from lifecircle.walk.nearest import Nearest, Walker
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import AccessPoints, Snapper
from lifecircle.walk.ways import Way, length_m, way

FARTHEST_S = 3600.0
"""Evidence names the nearest facility up to an hour away; beyond that it is out of reach."""


@dataclass(frozen=True, eq=False)
class Lane:
    """One group of categories asked for: the city rows of its facilities, and where they stand."""

    rows: Integers
    access: AccessPoints
    nearest: Nearest

    @property
    def time_s(self) -> Floats:
        """Return the seconds from each origin to its nearest facility, infinite beyond an hour."""
        return self.nearest.time_s[:, 0]


class Walks:
    """Answers which origins of a city reach which categories; each lane is searched once."""

    def __init__(
        self,
        city: City,
        network: Network,
        profile: Profile,
        unhindered: Profile | None = None,
        *,
        most_leg_m: float = np.inf,
        parts: int = 1,
    ) -> None:
        """Snap every origin and facility of ``city`` that is within ``most_leg_m`` of a way.

        With ``parts`` the streets are walked in so many parts at once, to the same answers.

        ``unhindered`` is the same walker without what nobody verified, if that matters; ``leg_m``
        (o,) is how far each origin is from the network, whether it may join it or not, and
        ``off_way_m`` (o,) the same without what is walked inside an estate.
        """
        self._city = city
        self._walker = Walker(network, profile)
        self._unhindered = None if unhindered is None else Walker(network, unhindered)
        self.profile = profile
        # walls are left out: they have gates and doors that nobody drew
        lines = city.barriers.shape[[kind != "wall" for kind in city.barriers.kind]]
        self.snapper = snapper = Snapper(network, self._walker.timing, lines)
        self.origins, self.off_way_m = _origin_access(city, snapper)
        self.leg_m = self.origins.nearest_leg_m()
        if most_leg_m < np.inf:
            self.origins, _ = _origin_access(city, snapper, most_leg_m)
        self._asked: Walker | PartedWalker = self._walker
        if parts > 1:
            self._asked = PartedWalker(self._walker, self.origins, parts, FARTHEST_S)
        places = city.facilities
        self._facilities = snapper.snap(
            places.entry_x_m,
            places.entry_y_m,
            places.entry_of,
            owners=len(places),
            most_leg_m=most_leg_m,
        )
        self._lanes: dict[tuple[tuple[str, ...], int], Lane] = {}
        self._lengths_m: dict[tuple[int, int], float] = {}

    @cached_property
    def away(self) -> tuple[Mask, Mask]:
        """Say for each community (c,) whether many live far from any way, and whether outside."""
        people = People.by_community(self._city)
        return (
            people.farther_than(FAR_FROM_WAY_M, self.off_way_m),
            people.farther_than(OUTSIDE_M, self.off_way_m),
        )

    @cached_property
    def facility_leg_m(self) -> Floats:
        """Return how far each facility (f,) is from the network."""
        return self._facilities.nearest_leg_m()

    def joined(self) -> tuple[int, int]:
        """Return how many origins and how many facilities are on the network."""
        return len(np.unique(self.origins.owner)), len(np.unique(self._facilities.owner))

    def ask_together(self, wanted: Iterable[tuple[str, ...]]) -> None:
        """Find the nearest facility of many groups of categories in one pass over the streets."""
        keys = dict.fromkeys((tuple(sorted(categories)), 1) for categories in wanted)
        new = [key for key in keys if key not in self._lanes]
        rows = [self._city.of_categories(categories) for categories, _ in new]
        access = [_only(self._facilities, own) for own in rows]
        found = self._asked.nearest_each(self.origins, access, FARTHEST_S)
        lanes = [Lane(*parts) for parts in zip(rows, access, found, strict=True)]
        self._lanes.update(zip(new, lanes, strict=True))

    def lane(self, categories: tuple[str, ...], count: int) -> Lane:
        """Return the ``count`` nearest facilities of ``categories`` from every origin."""
        key = (tuple(sorted(categories)), count)
        if key not in self._lanes:
            rows = self._city.of_categories(categories)
            access = _only(self._facilities, rows)
            nearest = self._asked.nearest(self.origins, access, FARTHEST_S, count)
            self._lanes[key] = Lane(rows, access, nearest)
        return self._lanes[key]

    def reached(self, lane: Lane, limit_s: float, count: int) -> Integers:
        """Return for each origin how many facilities of the lane it reaches, up to ``count``."""
        reached = np.zeros(self.origins.owners, dtype=np.int64)
        for n in range(1, count + 1):
            reached += self._asked.reaches(self.origins, lane.access, limit_s, n, lane.nearest)
        return reached

    def perhaps_reached(
        self, lane: Lane, limit_s: float, count: int, reached: Integers
    ) -> Integers:
        """Return ``reached`` as it is without the waits and steps that nobody verified."""
        other = self._unhindered
        if other is None or self._walker.timing.takes_as_long_as(other.timing):
            return reached
        most = np.zeros(len(reached), dtype=np.int64)
        for n in range(1, count + 1):
            most += other.reaches(self.origins, lane.access, limit_s, n)
        return np.maximum(most, reached)

    def near_door(self, origin: int, limit_s: float) -> Mask:
        """Say for each origin (o,) whether it reaches, in time, the street before ``origin``."""
        door = _only(self.origins, np.array([origin]))
        at_street = replace(door, leg_m=np.zeros(len(door.leg_m)))
        return self._asked.reaches(self.origins, at_street, limit_s)

    def way(self, origin: int, facility: int) -> Way | None:
        """Return the way from an origin to a facility, both rows of the city's tables."""
        return way(self._walker.timing, self.origins, origin, self._facilities, facility)

    def metres(self, lane: Lane, origin: int, place: int = 0) -> float:
        """Return the metres of the way to the ``place``-th nearest of a lane, which there is.

        On level way time tells them; where there are waits, steps or slopes the way does.
        """
        time_s = float(lane.nearest.time_s[origin, place])
        if self._walker.timing.level:
            return float(self.profile.metres(time_s))
        key = origin, int(lane.rows[lane.nearest.target[origin, place]])
        if key not in self._lengths_m:
            places = self.origins, key[0], self._facilities, key[1]
            found_m = length_m(self._walker.timing, *places)
            assert found_m is not None, "the kernel found a way"
            self._lengths_m[key] = found_m
        return self._lengths_m[key]


def network_of(streets: Streets) -> Network:
    """Return the network of a city's streets."""
    return Network.from_segments(
        streets.node_id,
        streets.x_m,
        streets.y_m,
        streets.segments,
        streets.z_m,
        streets.passage,
        streets.waits,
    )


def _origin_access(
    city: City, snapper: Snapper, most_leg_m: float = np.inf
) -> tuple[AccessPoints, Floats]:
    """Snap origins at their open gates, or at their own point where they have no gates.

    Returns also how far from a way that is (o,), without what is walked inside the estate.
    """
    origins = city.origins
    gateless = np.setdiff1d(np.arange(len(origins)), origins.gate_of)
    gate = slice(None) if origins.gate_open is None else origins.gate_open
    doors = snapper.snap(
        np.concatenate([origins.gate_x_m[gate], origins.x_m[gateless]]),
        np.concatenate([origins.gate_y_m[gate], origins.y_m[gateless]]),
        most_leg_m=most_leg_m,
    )
    whose = np.concatenate([origins.gate_of[gate], gateless])[doors.owner]
    inside_m = np.concatenate([origins.gate_leg_m[gate], np.zeros(len(gateless))])[doors.owner]
    off_way_m = np.full(len(origins), np.inf)
    np.minimum.at(off_way_m, whose, doors.leg_m)
    return replace(doors, owners=len(origins), owner=whose, leg_m=doors.leg_m + inside_m), off_way_m


def _only(access: AccessPoints, rows: Integers) -> AccessPoints:
    """Return the access points of the facilities ``rows``, numbered in that order."""
    rank = np.full(access.owners, -1, dtype=np.int64)
    rank[rows] = np.arange(len(rows))
    kept = rank[access.owner] >= 0
    return AccessPoints(
        len(rows),
        rank[access.owner[kept]],
        access.chain[kept],
        access.at_m[kept],
        access.leg_m[kept],
    )
