"""Bounded searches from one point in float64: which junctions are reached, and when."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import numpy.typing as npt

from lifecircle.walk.compiling import compiled
from lifecircle.walk.network import Floats, Integers, Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import AccessPoints

Array = npt.NDArray[Any]


class Bounded:
    """One profile on one network, walked outwards (``towards`` false) or inwards.

    ``forth_s`` (m,) are the seconds over each chain in its own direction as this search goes,
    ``back_s`` against it; an inward search goes against the walk. This is the only place that asks
    a profile for them: where the directions differ, they are told apart here.
    """

    def __init__(self, network: Network, profile: Profile, *, towards: bool = False) -> None:
        """Take the seconds of every chain."""
        self.network, self.profile = network, profile
        walked_forth_s = walked_back_s = profile.seconds(network.chain_length_m)
        self.forth_s = walked_back_s if towards else walked_forth_s
        self.back_s = walked_forth_s if towards else walked_back_s
        first, arc = network.arcs
        ends = np.concatenate([network.chain_to, network.chain_from])
        both_s = np.concatenate([self.forth_s, self.back_s])
        self._first, self._neighbour, self._arc_s = first, ends[arc], both_s[arc]
        self._time_s = np.full(network.junctions, np.inf)

    def ends(self, points: AccessPoints) -> tuple[Integers, Floats]:
        """Return (node (p, 2), seconds (p, 2)): the ends of each point's chain, leg included."""
        network, chain = self.network, points.chain
        node = np.column_stack([network.chain_from[chain], network.chain_to[chain]])
        length_m = network.chain_length_m[chain]
        share = np.divide(points.at_m, length_m, out=np.zeros(len(chain)), where=length_m > 0)
        share = np.clip(share, 0.0, 1.0)
        way_s = np.column_stack([share * self.back_s[chain], (1.0 - share) * self.forth_s[chain]])
        return node, way_s + self.profile.seconds(points.leg_m)[:, None]

    def junctions(
        self, points: AccessPoints, owner: int, limit_s: float
    ) -> tuple[Integers, Floats]:
        """Return the junctions within ``limit_s`` of an owner's points, and the seconds to each."""
        own = np.flatnonzero(points.owner == owner)
        node, end_s = self.ends(_rows(points, own))
        arcs = (self._first, self._neighbour, self._arc_s)
        found = _search(*arcs, node.ravel(), end_s.ravel(), limit_s, self._time_s)
        time_s = self._time_s[found]
        self._time_s[found] = np.inf
        order = np.argsort(found)
        return found[order], time_s[order]


def _rows(points: AccessPoints, rows: Integers) -> AccessPoints:
    return AccessPoints(
        points.owners, points.owner[rows], points.chain[rows], points.at_m[rows], points.leg_m[rows]
    )


@compiled
def _search(
    first: Array,
    neighbour: Array,
    arc_s: Array,
    seed: Array,
    seed_s: Array,
    limit_s: float,
    time_s: Array,
) -> Array:
    """Return the junctions within the limit; ``time_s`` comes in infinite and is set for these."""
    heap = [(np.inf, np.int64(-1))]
    for row in range(len(seed)):
        if seed_s[row] <= limit_s and seed_s[row] < time_s[seed[row]]:
            time_s[seed[row]] = seed_s[row]
            heapq.heappush(heap, (seed_s[row], seed[row]))
    found = [np.int64(0) for _ in range(0)]
    while True:
        here_s, here = heapq.heappop(heap)
        if here < 0:
            break
        if here_s > time_s[here]:
            continue
        found.append(here)
        for arc in range(first[here], first[here + 1]):
            there = neighbour[arc]
            there_s = here_s + arc_s[arc]
            if there_s <= limit_s and there_s < time_s[there]:
                time_s[there] = there_s
                heapq.heappush(heap, (there_s, there))
    return np.array(found, dtype=np.int64)
