"""Which services the people of each community reach on foot, and which facility is nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lifecircle.assess.ground import Ground
from lifecircle.assess.on_foot import time_of_tenths
from lifecircle.assess.profiles import walkers_of
from lifecircle.assess.reach import minutes_of
from lifecircle.assess.walks import Lane
from lifecircle.place.tables import Declared, Integers
from lifecircle.policy.asked import categories_asked
from lifecircle.policy.models import Pack
from lifecircle.publish.handbook.heads import Heads
from lifecircle.walk.profiles import Profile

BANDS_MIN = (5.0, 10.0, 15.0)
"""Shown where no policy asked for speaks of minutes on foot."""

HALF = 5
MOST_OF_KIND = 5
"""A handbook lists so many facilities of a kind, those nearest to most people."""


@dataclass(frozen=True)
class Near:
    """A facility (a row of the city's table) nearest to some homes, the quickest of them in s."""

    facility: int
    first_s: float


@dataclass(frozen=True)
class Service:
    """A category as the people of a community reach it.

    ``half_s`` and ``half_older_s`` are the seconds that half of them need at most, as `Heads` count
    them, infinite where half of them do not arrive within the hour searched, None where nobody is
    known. ``near`` are within the last band, the one nearest to most people first; ``more`` is how
    many further ones are nearest to some home or stand in the community.
    """

    category: str
    declared: Declared
    half_s: float | None
    half_older_s: float | None
    near: tuple[Near, ...]
    more: int = 0


@dataclass(frozen=True, eq=False)
class Reached:
    """The services of every community (c,), and by whose walk they were found.

    ``unknown`` are the categories that the policies ask about and no facility of which is known,
    each with what the layers claim of it.
    """

    bands_min: tuple[float, ...]
    walker: Profile
    services: tuple[tuple[Service, ...], ...]
    unknown: tuple[tuple[str, Declared], ...]


def reached(ground: Ground, packs: Sequence[Pack], heads: Heads) -> Reached:
    """Return what every community reaches of the categories that ``packs`` ask about.

    The first pack that names a pace says who walks and which minutes are told.
    """
    city = ground.city
    paced = next((pack for pack in packs if pack.header.walking), packs[0])
    walks = ground.walks(*walkers_of(paced))
    bands_min = minutes_of(paced) or BANDS_MIN
    asked = categories_asked(packs)
    known = [code for code in asked if len(city.of_categories((code,)))]
    walks.ask_together((code,) for code in known)
    found: list[list[Service]] = [[] for _ in range(len(city.communities))]
    for code in known:
        lane = walks.lane((code,), 1)
        by_home = _by_community(ground, lane, bands_min[-1] * 60.0, heads.people)
        half_s = _halves(ground, lane, heads.people, heads.known)
        older_s = _halves(ground, lane, heads.older, heads.older_known)
        there = _standing_in(ground, code)
        for row, near in enumerate(by_home):
            listed = near[:MOST_OF_KIND]
            every = there[row].union(one.facility for one in near)
            more = len(every.difference(one.facility for one in listed))
            declared = city.declared(code)
            found[row].append(Service(code, declared, half_s[row], older_s[row], listed, more))
    return Reached(
        bands_min,
        walks.profile,
        tuple(map(tuple, found)),
        tuple((code, city.declared(code)) for code in asked if code not in known),
    )


def _standing_in(ground: Ground, code: str) -> list[set[int]]:
    """Return by community the facilities of a category that stand in it."""
    city = ground.city
    there: list[set[int]] = [set() for _ in range(len(city.communities))]
    for facility in city.of_categories((code,), by_area=True).tolist():
        home = int(city.facilities.community[facility])
        if home >= 0:
            there[home].add(facility)
    return there


def _halves(
    ground: Ground, lane: Lane, weight: Integers, known: npt.NDArray[np.bool_]
) -> list[float | None]:
    """Return by community the seconds that half of its people need, None where not ``known``."""
    home = ground.city.origins.community
    order = np.lexsort((lane.time_s, home))
    times_s = time_of_tenths(lane.time_s, weight, home, HALF, order).tolist()
    return [time_s if told else None for time_s, told in zip(times_s, known.tolist(), strict=True)]


def _by_community(
    ground: Ground, lane: Lane, limit_s: float, weight: Integers
) -> list[tuple[Near, ...]]:
    """Return by community the facilities that are nearest to its people, to most of them first."""
    origins, nearest = ground.city.origins, lane.nearest.target[:, 0]
    near = np.flatnonzero((lane.time_s <= limit_s) & (nearest >= 0))
    pairs = np.column_stack([origins.community[near], lane.rows[nearest[near]]])
    both, of_pair = np.unique(pairs, axis=0, return_inverse=True)
    of_pair = of_pair.ravel()
    people = np.zeros(len(both), dtype=np.int64)
    np.add.at(people, of_pair, weight[near])
    first_s = np.full(len(both), np.inf)
    np.minimum.at(first_s, of_pair, lane.time_s[near])
    found: list[tuple[Near, ...]] = [()] * len(ground.city.communities)
    for row in np.lexsort((both[:, 1], -people, both[:, 0])).tolist():
        found[int(both[row, 0])] += (Near(int(both[row, 1]), float(first_s[row])),)
    return found
