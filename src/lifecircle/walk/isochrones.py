"""How far one walks from a point: streets cut where the time is up, and the area beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from lifecircle.walk.bounded import Array, Bounded
from lifecircle.walk.compiling import compiled
from lifecircle.walk.nearest import SAME_TIME_S
from lifecircle.walk.network import Floats, Integers, Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import AccessPoints
from lifecircle.walk.ways import piece

BESIDE_M = (100.0, 75.0, 50.0, 25.0)
"""How far beside a street a place may lie, in steps: half the depth of a block of 200 m.

A choice of this program; no source prescribes it. The share of a circle depends on it.
"""

SAME_PLACE_M = 1e-9

_AHEAD = np.array([True])

ROUND = 8
"""Straight pieces to a quarter of a round end."""


@dataclass(frozen=True, eq=False)
class Reached:
    """Parts of chains (r,) walked in time, by chain and place; no two parts of a chain touch.

    ``from_m`` and ``to_m`` are metres from the beginning of the chain.
    """

    chain: Integers
    from_m: Floats
    to_m: Floats

    @property
    def length_m(self) -> float:
        """Return the metres of street."""
        return float((self.to_m - self.from_m).sum())


class Isochrones:
    """Answers how far one walks on one network with one profile."""

    def __init__(self, network: Network, profile: Profile) -> None:
        """Prepare the search and the lines of all chains."""
        self._network = network
        self._search = Bounded(network, profile)
        vertices = np.column_stack([network.vertex_x_m, network.vertex_y_m])
        of_chain = np.repeat(np.arange(network.chains), np.diff(network.chain_start))
        self._line = shapely.linestrings(vertices, indices=of_chain)
        timing, level_s = self._search.timing, profile.seconds(network.vertex_at_m)
        # seconds from the beginning of its chain to each vertex, and back from it
        self._vertex_s = level_s + timing.ahead_s, level_s + timing.back_s

    def reached(self, points: AccessPoints, owner: int, limits_s: Sequence[float]) -> list[Reached]:
        """Return the streets within each of ``limits_s`` of an owner, its leg walked first.

        Exact in float64: a street ends where the time is up, and the limit itself is within.
        """
        longest_s = max(limits_s) + SAME_TIME_S
        node, time_s = self._search.junctions(points, owner, longest_s)
        return [self._within(points, owner, node, time_s, limit_s) for limit_s in limits_s]

    def _within(
        self, points: AccessPoints, owner: int, node: Integers, time_s: Floats, limit_s: float
    ) -> Reached:
        limit_s += SAME_TIME_S
        near = time_s <= limit_s
        node, left_s = node[near], limit_s - time_s[near]
        first, arc = self._network.arcs
        size = first[node + 1] - first[node]
        row = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size - first[node], size)
        leaves, left_s = arc[row], np.repeat(left_s, size)
        forth = leaves < self._network.chains
        chain = np.where(forth, leaves, leaves - self._network.chains)
        length_m = self._network.chain_length_m[chain]
        walked_m = self._walked_m(chain, forth, left_s)
        parts = [
            np.column_stack([np.zeros(forth.sum()), walked_m[forth]]),
            np.column_stack([length_m[~forth] - walked_m[~forth], length_m[~forth]]),
        ]
        chains = [chain[forth], chain[~forth]]
        for own in np.flatnonzero(points.owner == owner).tolist():
            chains.append(points.chain[own : own + 1])
            parts.append(self._around(points, own, limit_s))
        return _joined(np.concatenate(chains), np.concatenate(parts))

    def _walked_m(self, chain: Integers, forth: Any, left_s: Floats) -> Floats:
        """Return how far along each chain one comes, from its beginning or its end, in time."""
        length_m = self._network.chain_length_m[chain]
        whole_s = np.where(forth, *(one[chain] for one in self._search.timing.chain_s))
        walked_m = length_m.copy()
        cut = np.flatnonzero(left_s < whole_s)
        # against the chain, one comes to where as much of its time is left as was not walked
        gone_s = np.where(forth, left_s, whole_s - left_s)[cut]
        ends = self._network.chain_start[chain[cut]], self._network.chain_start[chain[cut] + 1]
        at_m = _after(self._network.vertex_at_m, *self._vertex_s, *ends, forth[cut], gone_s)
        walked_m[cut] = np.where(forth[cut], at_m, length_m[cut] - at_m)
        return walked_m

    def _around(self, points: AccessPoints, own: int, limit_s: float) -> Floats:
        """Return the part (1, 2) of its own chain that a point reaches without a junction."""
        chain, at_m = points.chain[own : own + 1], points.at_m[own : own + 1]
        left_s = limit_s - self._search.profile.seconds(points.leg_m[own : own + 1])
        if left_s[0] < 0:
            return np.column_stack([at_m, at_m])
        timing = self._search.timing
        begin, end = np.zeros(1), self._network.chain_length_m[chain]
        # ahead as if one had come from the beginning, and back as if from the end
        ahead_m = self._walked_m(chain, _AHEAD, left_s + timing.along(chain, begin, at_m))
        back_m = self._walked_m(chain, ~_AHEAD, left_s + timing.along(chain, end, at_m))
        return np.column_stack([end - back_m, ahead_m])

    def lines(self, reached: Reached) -> Any:
        """Return the streets as lines (r,) in plane metres."""
        length_m = self._network.chain_length_m[reached.chain]
        lines = self._line[reached.chain]
        cut = (reached.from_m > 0) | (reached.to_m < length_m)
        for row in np.flatnonzero(cut).tolist():
            ends_m = float(reached.from_m[row]), float(reached.to_m[row])
            lines[row] = shapely.linestrings(piece(self._network, int(reached.chain[row]), *ends_m))
        return lines

    def area(self, points: AccessPoints, owner: int, limit_s: float) -> Any:
        """Return the polygon, in plane metres, of the places within ``limit_s`` of an owner.

        A place counts when the walk along streets and then straight to it is within the limit, and
        the straight end at most 100 m: streets reached with enough time left are widened by 25, 50,
        75 or 100 m. So no place lies beyond the limit, and those between two steps may be missing.
        """
        legs_s = [float(self._search.profile.seconds(metres)) for metres in BESIDE_M]
        rings = [(m, limit_s - leg_s) for m, leg_s in zip(BESIDE_M, legs_s, strict=True)]
        rings = [(metres, left_s) for metres, left_s in rings if left_s >= 0]
        if not rings:
            return shapely.Polygon()
        found = self.reached(points, owner, [left_s for _, left_s in rings])
        wide: list[Any] = []
        known: set[tuple[float, ...]] = set()
        for (metres, _), one in zip(rings, found, strict=True):
            # what is widened already needs no narrower strip
            rows = list(
                zip(one.chain.tolist(), one.from_m.tolist(), one.to_m.tolist(), strict=True)
            )
            fresh = np.array([row not in known for row in rows], dtype=np.bool_)
            known.update(rows)
            wide.extend(shapely.buffer(self.lines(one)[fresh], metres, quad_segs=ROUND))
        return shapely.union_all(wide) if wide else shapely.Polygon()


def _joined(chain: Integers, part: Floats) -> Reached:
    """Join the parts (n, 2) of each chain that overlap or touch; parts of no length are dropped."""
    some = part[:, 1] > part[:, 0]
    chain, part = chain[some], part[some]
    order = np.lexsort((part[:, 0], chain))
    chain, part = chain[order], part[order]
    rows = _merge(chain, part)
    return Reached(chain[rows], part[rows, 0], part[rows, 1])


@compiled
def _after(
    at_m: Array,
    ahead_s: Array,
    back_s: Array,
    begin: Array,
    end: Array,
    forth: Array,
    gone_s: Array,
) -> Array:
    """Return the metres along a chain (its rows ``begin : end``) at ``gone_s`` on its clock."""
    found = np.empty(len(begin))
    for row in range(len(begin)):
        low, high = begin[row], end[row] - 1
        clock_s = ahead_s if forth[row] else back_s
        while high - low > 1:
            middle = (low + high) // 2
            if clock_s[middle] <= gone_s[row]:
                low = middle
            else:
                high = middle
        span_s = clock_s[high] - clock_s[low]
        share = (gone_s[row] - clock_s[low]) / span_s if span_s > 0 else 1.0
        found[row] = at_m[low] + min(max(share, 0.0), 1.0) * (at_m[high] - at_m[low])
    return found


@compiled
def _merge(chain: Array, part: Array) -> Array:
    """Widen the first of the sorted parts that meet to hold them all; return the rows of these."""
    kept = np.empty(len(chain), dtype=np.int64)
    count = 0
    for row in range(len(chain)):
        last = kept[count - 1]
        meets = count > 0 and chain[last] == chain[row]
        if meets and part[row, 0] <= part[last, 1] + SAME_PLACE_M:
            part[last, 1] = max(part[last, 1], part[row, 1])
        else:
            kept[count] = row
            count += 1
    return kept[:count].copy()
