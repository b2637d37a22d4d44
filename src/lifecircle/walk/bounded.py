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
from lifecircle.walk.timing import Timing

Array = npt.NDArray[Any]


class Bounded:
    """Searches of one profile on one network, outwards or, ``towards``, against the walk."""

    def __init__(self, network: Network, profile: Profile, *, towards: bool = False) -> None:
        """Take the seconds of every arc, in the direction of the search."""
        self.network, self.profile = network, profile
        self.timing = Timing(network, profile)
        self._timed = self.timing.from_ends if towards else self.timing.to_ends
        ahead_s, back_s = self.timing.chain_s
        first, arc = network.arcs
        there = np.concatenate([network.chain_to, network.chain_from])
        both_s = np.concatenate([back_s, ahead_s] if towards else [ahead_s, back_s])
        self._arcs = first, there[arc], both_s[arc]
        self._time_s = np.full(network.junctions, np.inf)

    def ends(self, points: AccessPoints) -> tuple[Integers, Floats]:
        """Return (node (p, 2), seconds (p, 2)): the ends of each point's chain, leg included."""
        network, chain = self.network, points.chain
        node = np.column_stack([network.chain_from[chain], network.chain_to[chain]])
        return node, self._timed(chain, points.at_m, points.leg_m)

    def junctions(
        self, points: AccessPoints, owner: int, limit_s: float
    ) -> tuple[Integers, Floats]:
        """Return the junctions within ``limit_s`` of an owner's points, and the seconds to each."""
        own = np.flatnonzero(points.owner == owner)
        node, end_s = self.ends(_rows(points, own))
        found = _search(*self._arcs, node.ravel(), end_s.ravel(), limit_s, self._time_s)
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
