"""Every origin and target within a limit of each other, and the seconds between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecircle.walk.bounded import Bounded
from lifecircle.walk.nearest import SAME_TIME_S
from lifecircle.walk.network import Floats, Integers, Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import AccessPoints


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs (p,) of an origin and a target with the seconds to walk from one to the other.

    Sorted by target and origin; each pair once, with its shortest way.
    """

    origin: Integers
    target: Integers
    time_s: Floats

    def __len__(self) -> int:
        return len(self.origin)

    def within(self, limit_s: float) -> Pairs:
        """Return the pairs of at most ``limit_s``."""
        near = self.time_s <= limit_s + SAME_TIME_S
        return Pairs(self.origin[near], self.target[near], self.time_s[near])


def pairs_within(
    network: Network,
    profile: Profile,
    origins: AccessPoints,
    targets: AccessPoints,
    limit_s: float,
) -> Pairs:
    """Find every pair of owners that are at most ``limit_s`` apart on foot.

    One bounded search in float64 for each target, against the direction of the walk.
    """
    search = Bounded(network, profile, towards=True)
    meeting = _Meeting(search, origins)
    # the limit itself is within
    last_s = limit_s + SAME_TIME_S
    found = [meeting.of(targets, target, last_s) for target in range(targets.owners)]
    size = [len(origin) for origin, _ in found]
    none_i, none_f = np.empty(0, np.int64), np.empty(0)
    return Pairs(
        np.concatenate([none_i, *(origin for origin, _ in found)]),
        np.repeat(np.arange(targets.owners), size),
        np.concatenate([none_f, *(time_s for _, time_s in found)]),
    )


class _Meeting:
    """The origins by the junctions at the ends of their chains, and by chain."""

    def __init__(self, search: Bounded, origins: AccessPoints) -> None:
        self._search, self._origins = search, origins
        node, end_s = Bounded(search.network, search.profile).ends(origins)
        order = np.argsort(node.ravel(), kind="stable")
        self._point = (order // 2).astype(np.int64)
        self._end_s = end_s.ravel()[order]
        degree = np.bincount(node.ravel(), minlength=search.network.junctions)
        self._first = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
        self._by_chain = np.argsort(origins.chain, kind="stable")
        self._chain = origins.chain[self._by_chain]

    def of(self, targets: AccessPoints, target: int, limit_s: float) -> tuple[Integers, Floats]:
        """Return the origins (n,) that reach a target in time, rising, and the seconds of each."""
        node, time_s = self._search.junctions(targets, target, limit_s)
        size = self._first[node + 1] - self._first[node]
        skip = np.cumsum(size) - size
        row = np.arange(size.sum()) - np.repeat(skip - self._first[node], size)
        points, ways_s = [self._point[row]], [self._end_s[row] + np.repeat(time_s, size)]
        for own in np.flatnonzero(targets.owner == target).tolist():
            point, way_s = self._on_chain(targets, own)
            points.append(point)
            ways_s.append(way_s)
        whose, way_s = self._origins.owner[np.concatenate(points)], np.concatenate(ways_s)
        near = way_s <= limit_s
        owner, place = np.unique(whose[near], return_inverse=True)
        best_s = np.full(len(owner), np.inf)
        np.minimum.at(best_s, place, way_s[near])
        return owner, best_s

    def _on_chain(self, targets: AccessPoints, own: int) -> tuple[Integers, Floats]:
        """Return the origin points on the chain of a target's point, and the seconds along it."""
        chain = targets.chain[own]
        low, high = np.searchsorted(self._chain, [chain, chain + 1])
        point = self._by_chain[low:high]
        origins, count = self._origins, high - low
        way_s = self._search.timing.along(
            np.full(count, chain),
            origins.at_m[point],
            np.full(count, targets.at_m[own]),
            origins.leg_m[point] + targets.leg_m[own],
        )
        return point, way_s
