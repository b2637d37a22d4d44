"""Counts people: who lives in each subject, and how many of them a mask of origins holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lifecircle.place.tables import City, Integers

Mask = npt.NDArray[np.bool_]

FAR_FROM_WAY_M = 100.0
"""Beyond this a way was probably not mapped: a block is rarely deeper than 200 m."""

OUTSIDE_M = 1000.0
"""Beyond this the files do not cover the place at all, and absence there proves nothing."""


UNKNOWN = -1
_BASES = ("estate", "point", "raster", "building", "centre")
"""What people rest on, the strongest first."""


@dataclass(frozen=True, eq=False)
class People:
    """The origins of a city grouped by subject: ``home`` (o,) is a row of ``count``, -1 none."""

    city: City
    home: Integers
    count: int

    @classmethod
    def by_community(cls, city: City) -> People:
        """Group by community."""
        return cls(city, city.origins.community, len(city.communities))

    def weight(self, mask: Mask | None = None) -> Integers:
        """Return the summed weight of the origins in ``mask`` by subject."""
        return self.sum(self.city.origins.weight, mask)

    def known(self, column: str, mask: Mask | None = None) -> list[int | None]:
        """Return a count of people by subject, None where any origin's count is unknown."""
        values = getattr(self.city.origins, column)
        missing = self.sum((values < 0).astype(np.int64), mask)
        return [
            None if unknown else int(total)
            for total, unknown in zip(self.sum(values, mask), missing, strict=True)
        ]

    def basis(self) -> list[str]:
        """Return for each subject what its people rest on; the weakest where several do."""
        return weakest(self.city.origins.basis, self.home, self.count)

    def farther_than(self, metres: float, nearest_leg_m: npt.NDArray[np.float64]) -> Mask:
        """Say for each subject whether over a tenth of its weight is so far from any way."""
        far = self.weight(nearest_leg_m > metres)
        return np.asarray(far * 10 > self.weight())

    def sum(self, values: Integers, mask: Mask | None = None) -> Integers:
        """Return the sum of ``values`` (o,) of the origins in ``mask`` by subject."""
        total = np.zeros(self.count, dtype=np.int64)
        chosen = self.home >= 0 if mask is None else mask & (self.home >= 0)
        np.add.at(total, self.home[chosen], values[chosen])
        return total


def weakest(own: Sequence[str], home: Integers, count: int) -> list[str]:
    """Return the weakest of the bases in ``own`` (n,) by group; ``home`` (n,) is its row or -1."""
    rank = {basis: at for at, basis in enumerate(("", *_BASES))}
    worst = np.zeros(count, dtype=np.int64)
    ranks = np.array([rank[basis] for basis in own], dtype=np.int64)
    np.maximum.at(worst, home[home >= 0], ranks[home >= 0])
    return [("", *_BASES)[at] for at in worst.tolist()]


def registered(city: City, column: str) -> Integers:
    """Return a registered count by community (c,): households, residents, older or children.

    Where nobody registered one, the sum of the community's estates, if all of them are known;
    else -1.
    """
    own, estates = _registered(city, column), _of_estates(city, column)
    return np.where(own >= 0, own, estates)


def headcount(city: City, column: str) -> Integers:
    """Return the people of each community (c,) from whose doors walks start, -1 unknown.

    Where an estate's people are unknown, the registered count of the community.
    """
    own, estates = _registered(city, column), _of_estates(city, column)
    return np.where(estates >= 0, estates, own)


def people_in(city: City, column: str, mask: Mask) -> Integers:
    """Return the people of the origins in ``mask`` (o,) by community (c,), -1 unknown.

    Of a community that is in it as a whole, the headcount.
    """
    people = People.by_community(city)
    ones = np.ones(len(mask), dtype=np.int64)
    chosen, every = people.sum(ones, mask), people.sum(ones)
    some = [UNKNOWN if one is None else one for one in people.known(column, mask)]
    return np.where(chosen == every, headcount(city, column), np.array(some, dtype=np.int64))


def _registered(city: City, column: str) -> Integers:
    nobody = np.full(len(city.communities), UNKNOWN, dtype=np.int64)
    return city.communities.counts.get(column, nobody)


def _of_estates(city: City, column: str) -> Integers:
    known = People.by_community(city).known(column)
    return np.array([UNKNOWN if one is None else one for one in known], dtype=np.int64)


def total(values: Integers, home: Integers, count: int) -> list[int | None]:
    """Add up a count by community over areas, None where a part is unknown or there is none.

    ``home`` (c,) is the area of each community, a row of ``count``, -1 none.
    """
    there = home >= 0
    summed = np.zeros(count, dtype=np.int64)
    parts = np.zeros(count, dtype=np.int64)
    np.add.at(summed, home[there], values[there])
    np.add.at(parts, home[there], 1)
    missing = np.zeros(count, dtype=np.int64)
    np.add.at(missing, home[there & (values < 0)], 1)
    open_ = (missing > 0) | (parts == 0)
    return [
        None if unknown else int(one) for one, unknown in zip(summed.tolist(), open_, strict=True)
    ]
