"""How far one walks from the centre of each community, and how much of its circle that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from lifecircle.assess.circles import SAME_PLACE_M, centres, radii_m
from lifecircle.assess.walks import Walks
from lifecircle.place.tables import City, Integers
from lifecircle.policy.models import Circle
from lifecircle.terms.progress import Progress, silent
from lifecircle.walk.isochrones import Isochrones
from lifecircle.walk.matrix import pairs_within
from lifecircle.walk.nearest import SAME_TIME_S
from lifecircle.walk.network import Network
from lifecircle.walk.snap import AccessPoints


@dataclass(frozen=True)
class Heads:
    """The residents of some origins: ``known`` of them were counted, all of them if ``complete``.

    ``estimated`` says that some of the counts are read from a raster.
    """

    known: int
    complete: bool
    estimated: bool


@dataclass(frozen=True, eq=False)
class Isochrone:
    """What is within ``minutes`` on foot of the geometric centre of a community (a row).

    ``area`` is a polygon and ``streets`` are lines, in plane metres; ``leg_m`` is walked from the
    centre to the nearest street first, NaN where there is no street. ``heads`` are those who walk
    to the centre in that time from their doors.
    """

    community: int
    minutes: float
    leg_m: float
    area: Any
    streets: Any
    street_m: float
    heads: Heads


@dataclass(frozen=True, eq=False)
class CircleShare:
    """How much of the circle of a community (a row) is walked in the minutes it stands for.

    ``circle_heads`` live in the circle, ``walked_heads`` of them walk to its centre in time.
    """

    community: int
    minutes: float
    radius_m: float
    leg_m: float
    circle_m2: float
    walked_m2: float
    circle_heads: Heads
    walked_heads: Heads


class Centres:
    """Walks between the centres of a city's communities and the doors of its people."""

    def __init__(self, city: City, network: Network, walks: Walks, longest_min: float) -> None:
        """Put the centres on the network and find who walks to them in ``longest_min``."""
        self._city, self._network, self._walks = city, network, walks
        self.point = centres(city)
        where = shapely.get_coordinates(self.point)
        self._access: AccessPoints = walks.snapper.snap(where[:, 0], where[:, 1])
        legs_m = self._access.nearest_leg_m()
        self.leg_m = np.where(np.isfinite(legs_m), legs_m, np.nan)
        self._isochrones = Isochrones(network, walks.profile)
        self._pairs = pairs_within(
            network, walks.profile, walks.origins, self._access, longest_min * 60.0
        )

    def isochrones(self, minutes: Sequence[float], progress: Progress = silent) -> list[Isochrone]:
        """Return the isochrones of every community for each of ``minutes``."""
        found = []
        for row in range(len(self.point)):
            progress(f"等时圈 {row + 1}/{len(self.point)}")
            limits_s = [one * 60.0 for one in minutes]
            reached = self._isochrones.reached(self._access, row, limits_s)
            for limit, streets in zip(minutes, reached, strict=True):
                area = self._isochrones.area(self._access, row, limit * 60.0)
                lines = self._isochrones.lines(streets)
                heads = heads_of(self._city, self._walking(row, limit))
                leg_m = float(self.leg_m[row])
                found.append(Isochrone(row, limit, leg_m, area, lines, streets.length_m, heads))
        return found

    def shares(self, circle: Circle, isochrones: Sequence[Isochrone]) -> list[CircleShare]:
        """Return the share of each circle that is walked, by the isochrones of its minutes."""
        radius_m = radii_m(self._city, circle)
        doors = shapely.points(self._city.origins.x_m, self._city.origins.y_m)
        tree = shapely.STRtree(doors)
        found = []
        for one in isochrones:
            if one.minutes not in circle.minutes:
                continue
            row, radius = one.community, float(radius_m[one.community])
            # sides so short that the ring is the circle to a ten-thousandth
            ring = shapely.buffer(self.point[row], radius, quad_segs=90)
            inside = tree.query(self.point[row], "dwithin", radius + SAME_PLACE_M)
            walking = np.intersect1d(inside, self._walking(row, one.minutes))
            found.append(
                CircleShare(
                    community=row,
                    minutes=one.minutes,
                    radius_m=radius,
                    leg_m=one.leg_m,
                    circle_m2=float(ring.area),
                    walked_m2=float(shapely.intersection(ring, one.area).area),
                    circle_heads=heads_of(self._city, inside),
                    walked_heads=heads_of(self._city, walking),
                )
            )
        return found

    def _walking(self, row: int, minutes: float) -> Integers:
        """Return the origins that walk to a centre in time."""
        low, high = np.searchsorted(self._pairs.target, [row, row + 1])
        near = self._pairs.time_s[low:high] <= minutes * 60.0 + SAME_TIME_S
        walking: Integers = self._pairs.origin[low:high][near]
        return walking


def heads_of(city: City, origins: Integers) -> Heads:
    """Count the residents of some origins (n rows)."""
    residents = city.origins.residents[origins]
    known = residents >= 0
    estimated = any(city.origins.basis[row] == "raster" for row in origins.tolist())
    return Heads(int(residents[known].sum()), bool(known.all()), estimated)
