"""Nearest targets on foot, from every origin, with verdicts that no rounding can change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lifecircle.walk.network import Floats, Integers, Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.reach import amount_within
from lifecircle.walk.search import nearest_targets, read_at_origins, read_on_same_chain
from lifecircle.walk.snap import AccessPoints
from lifecircle.walk.timing import BARRED_S, Timing

TICK_S = 0.01
"""The kernel's unit: a hundredth of a second, 13 mm at 80 m/min."""

SAME_TIME_S = 1e-6
"""Two times closer than this are the same: a micrometre on foot, far above float64's own error."""

Array = npt.NDArray[Any]
Timed = Callable[[Integers, Floats, Floats], Floats]


@dataclass(frozen=True, eq=False)
class Nearest:
    """The k nearest targets of each origin, nearest first.

    ``target`` (o, k) is -1 where there is none within the limit. ``least_s`` (o, k) is what the
    way takes at least; ``time_s`` (o, k) is what the way that was found takes, infinite where
    there is none. The true shortest time lies between the two.
    """

    target: Integers
    least_s: Floats
    time_s: Floats


class Walker:
    """One profile on one network: turns lengths into seconds once and answers many questions."""

    def __init__(self, network: Network, profile: Profile, tick_s: float = TICK_S) -> None:
        """Prepare the arcs; ``tick_s`` is the kernel's unit and changes no verdict."""
        self.network = network
        self.profile = profile
        self._tick_s = tick_s
        self.timing = Timing(network, profile)
        ahead_s, back_s = self.timing.chain_s
        # targets are searched for backwards: an arc stands at the junction where it arrives
        both_s = np.concatenate([back_s, ahead_s])
        ends = np.concatenate([network.chain_from, network.chain_to])
        others = np.concatenate([network.chain_to, network.chain_from])
        open_ = both_s < BARRED_S
        ends, others, both_s = ends[open_], others[open_], both_s[open_]
        order = np.lexsort((both_s, others, ends))
        degree = np.bincount(ends, minlength=network.junctions)
        self._first = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
        self._neighbour = others[order]
        self._arc_s = both_s[order]
        self._arc_ticks = self._ticks(self._arc_s)

    def _ticks(self, time_s: Floats) -> Integers:
        """Round seconds down to whole ticks: an integer way is never longer than the true one."""
        return np.floor(time_s / self._tick_s).astype(np.int64)

    def nearest(
        self, origins: AccessPoints, targets: AccessPoints, limit_s: float, k: int = 1
    ) -> Nearest:
        """Find the ``k`` nearest distinct targets of every origin owner within ``limit_s``.

        Among equally near targets (to the tick) the one with the smallest number is named.
        """
        limit = int(np.floor((limit_s + SAME_TIME_S) / self._tick_s))
        target, ticks, time_s = self._search(origins, targets, limit, k, self._arc_ticks)
        least_s = np.where(target >= 0, ticks * self._tick_s, np.inf)
        return Nearest(target, least_s, time_s)

    def reaches(
        self,
        origins: AccessPoints,
        targets: AccessPoints,
        limit_s: float,
        count: int = 1,
        found: Nearest | None = None,
    ) -> npt.NDArray[np.bool_]:
        """Say for each origin owner whether it reaches ``count`` targets in at most ``limit_s``.

        Where the rounding of the kernel leaves a doubt, the lane is searched again in float64.
        ``found`` may bring an earlier answer with at least this limit and count.
        """
        answer = found or self.nearest(origins, targets, limit_s, count)
        least_s = answer.least_s[:, count - 1]
        # Nearest in ticks is not always nearest in seconds: what `count` ways take at most counts.
        time_s = answer.time_s[:, :count].max(axis=1)
        limit_s += SAME_TIME_S
        sure = time_s <= limit_s
        if bool(np.any(~sure & (least_s <= limit_s))):
            target, _, _ = self._search(origins, targets, limit_s, count, self._arc_s)
            return np.asarray(target[:, count - 1] >= 0)
        return np.asarray(sure)

    def amount_within(self, amount: Array, limit_s: float) -> Array:
        """Return for each junction (n,) the sum of ``amount`` (n,) over those it walks to in time.

        ``amount`` stands at the junctions: whole numbers, such as people.
        """
        limit_s += SAME_TIME_S
        return np.asarray(amount_within(self._first, self._neighbour, self._arc_s, amount, limit_s))

    def _search(
        self, origins: AccessPoints, targets: AccessPoints, limit: float, k: int, weight: Array
    ) -> tuple[Integers, Array, Floats]:
        """Search with ``weight`` in ticks (integers) or in seconds (floats)."""
        seed_node, seed_s = self._ends(targets, self.timing.from_ends)
        labels = nearest_targets(
            self._first,
            self._neighbour,
            weight,
            self._arc_s,
            seed_node.ravel(),
            np.repeat(targets.owner, 2),
            self._cost(seed_s, weight).ravel(),
            seed_s.ravel(),
            k,
            limit,
        )
        end_node, end_s = self._ends(origins, self.timing.to_ends)
        best, cost, time_s = read_at_origins(
            origins.owners,
            origins.owner,
            end_node,
            self._cost(end_s, weight),
            end_s,
            *labels,
            limit,
        )
        begin, end, target, same_s = self._on_same_chain(origins, targets)
        same = self._cost(same_s, weight)
        read_on_same_chain(
            best, cost, time_s, origins.owner, begin, end, target, same, same_s, limit
        )
        return best, cost, time_s

    def _cost(self, time_s: Floats, weight: Array) -> Array:
        return self._ticks(time_s) if weight.dtype.kind == "i" else time_s

    def _ends(self, points: AccessPoints, timed: Timed) -> tuple[Integers, Floats]:
        """Return (node (p, 2), seconds (p, 2)): the ends of each point's chain, leg included."""
        network = self.network
        node = np.column_stack([network.chain_from[points.chain], network.chain_to[points.chain]])
        return node, timed(points.chain, points.at_m, points.leg_m)

    def _on_same_chain(
        self, origins: AccessPoints, targets: AccessPoints
    ) -> tuple[Integers, Integers, Integers, Floats]:
        """Pair every origin point with the targets of its chain.

        Returns (begin (p,), end (p,), target, seconds): the pairs of origin point p stand at
        ``begin[p] : end[p]``.
        """
        order = np.argsort(targets.chain, kind="stable")
        chain = targets.chain[order]
        low = np.searchsorted(chain, origins.chain, side="left")
        high = np.searchsorted(chain, origins.chain, side="right")
        size = high - low
        end = np.cumsum(size)
        begin = end - size
        point = np.repeat(np.arange(len(size)), size)
        row = order[np.arange(len(point)) - begin[point] + low[point]]
        way_s = self.timing.along(
            targets.chain[row],
            origins.at_m[point],
            targets.at_m[row],
            origins.leg_m[point] + targets.leg_m[row],
        )
        return begin, end, targets.owner[row], way_s
