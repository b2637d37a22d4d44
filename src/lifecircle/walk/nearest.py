"""Nearest targets on foot, from every origin, with verdicts that no rounding can change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from lifecircle.walk.elimination import turned_round
from lifecircle.walk.engine import MOST_BITS, Beside, Doors, Engine, Seeds
from lifecircle.walk.network import Floats, Integers, Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.reach import Bounds, amount_within
from lifecircle.walk.search import nearest_targets, read_at_origins, read_on_same_chain
from lifecircle.walk.snap import AccessPoints
from lifecircle.walk.timing import BARRED_S, Timing

TICK_S = 2.0**-32
"""The kernel's unit, a quarter of a nanosecond: a way of a thousand chains is true to 0.1 us."""

SAME_TIME_S = 1e-6
"""Two times closer than this are the same: a micrometre on foot, far above float64's own error."""

Array = npt.NDArray[Any]
Timed = Callable[[Integers, Floats, Floats], Floats]


@dataclass(frozen=True, eq=False)
class Nearest:
    """The k nearest targets of each origin, nearest first.

    ``target`` (o, k) is -1 where there is none within the limit; ``time_s`` (o, k) is what the way
    takes, infinite where there is none. Each chain of the way was rounded once to the kernel's
    unit.
    """

    target: npt.NDArray[np.integer]
    time_s: Floats


@dataclass(frozen=True, eq=False)
class _Standing:
    """Where points stand: junctions, the ticks between, and whose they are, owner by owner.

    Who stands on a junction stands there alone: the chain is a street like the others. Only points
    ``within`` a chain have both its ends, and may meet others without passing a junction.
    """

    owner: Integers
    node: Integers
    ticks: Integers
    within: AccessPoints

    @cached_property
    def doors(self) -> Doors:
        """Return them as beginnings of walks."""
        first = np.searchsorted(self.owner, np.arange(self.within.owners + 1))
        return Doors(first, self.node, self.ticks)


_Known = WeakKeyDictionary[AccessPoints, _Standing]


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
        self._engine = Engine(self._first, self._neighbour, self._arc_ticks, tick_s)
        self._chain_ticks = np.column_stack([self._ticks(ahead_s), self._ticks(back_s)])
        self._origins: _Known = WeakKeyDictionary()
        self._targets: _Known = WeakKeyDictionary()
        self._shortest_s = np.cumsum(np.sort(self._arc_s[self._arc_s > 0]))
        self._most_arcs = len(self._first)

    def only(self, chains: Integers) -> Walker:
        """Return the walker over some of the chains.

        It takes as much for its rounding as the whole, so that wherever a walk lies within these
        chains it answers alike.
        """
        part = Walker(self.network.only(chains), self.profile, self._tick_s)
        part._shortest_s, part._most_arcs = self._shortest_s, self._most_arcs
        return part

    def _ticks(self, time_s: Floats) -> Integers:
        """Round seconds to the nearest tick."""
        return np.asarray(np.rint(time_s / self._tick_s), dtype=np.int64)

    def _error_s(self, limit_s: float) -> float:
        """Return how far the ticks of a way of up to ``limit_s`` may be from its seconds.

        A shortest way passes no arc twice, so it has no more of them than the shortest arcs of all
        that fit into the limit, and a leg at each end.
        """
        most = int(np.searchsorted(self._shortest_s, limit_s)) + 1
        return (min(most, self._most_arcs) + 2) * self._tick_s / 2

    def _limit(self, limit_s: float) -> int:
        """Return the ticks in which every way of up to ``limit_s`` is found, rounded or not."""
        with_same_s = limit_s + SAME_TIME_S
        return int(np.floor((with_same_s + self._error_s(with_same_s)) / self._tick_s))

    def prepare(self, limit_s: float) -> bool:
        """Get ready for many questions of up to ``limit_s``; say whether the streets allow it."""
        return self._engine.prepare(self._limit(limit_s)) is not None

    def nearest(
        self, origins: AccessPoints, targets: AccessPoints, limit_s: float, k: int = 1
    ) -> Nearest:
        """Find the ``k`` nearest distinct targets of every origin owner within ``limit_s``.

        Among equally near targets (to the tick) the one with the smallest number is named.
        """
        if k == 1:
            return self.nearest_each(origins, [targets], limit_s)[0]
        limit = self._limit(limit_s)
        target, ticks = self._search(origins, targets, limit, k, self._arc_ticks)
        return Nearest(target, np.where(target >= 0, ticks * self._tick_s, np.inf))

    def nearest_each(
        self,
        origins: AccessPoints,
        lanes: Sequence[AccessPoints],
        limit_s: float,
        out: tuple[Array, Array] | None = None,
    ) -> list[Nearest]:
        """Find the nearest target of each of ``lanes``, as `nearest` does, all of them at once.

        Who asks again and again gives two arrays (lanes, o) as ``out``, of int32 for the targets
        and float64 for the seconds, and is answered there: for a large city fresh memory takes
        longer than finding the answer.
        """
        shape = len(lanes), origins.owners
        target, time_s = out or (np.empty(shape, dtype=np.int32), np.empty(shape))
        if self._each(origins, lanes, limit_s, target, time_s):
            return [
                Nearest(which[:, None], took_s[:, None])
                for which, took_s in zip(target, time_s, strict=True)
            ]
        limit = self._limit(limit_s)
        answers = (self._search(origins, own, limit, 1, self._arc_ticks) for own in lanes)
        return [
            Nearest(which, np.where(which >= 0, ticks * self._tick_s, np.inf))
            for which, ticks in answers
        ]

    def seconds_each(
        self,
        origins: AccessPoints,
        lanes: Sequence[AccessPoints],
        limit_s: float,
        out: Floats | None = None,
    ) -> Floats:
        """Return only how far it is: the ``time_s`` of `nearest_each`, (lanes, o).

        ``out`` is an array of that shape to be written over. Raises ValueError where the limit is
        too long to be counted in ticks.
        """
        time_s = np.empty((len(lanes), origins.owners)) if out is None else out
        nobody_asks = np.empty((0, origins.owners), dtype=np.int32)
        if not self._each(origins, lanes, limit_s, nobody_asks, time_s):
            raise ValueError(f"A limit of {limit_s} s is more than {MOST_BITS} bits of ticks hold.")
        return time_s

    def _each(
        self,
        origins: AccessPoints,
        lanes: Sequence[AccessPoints],
        limit_s: float,
        target: Array,
        time_s: Floats,
    ) -> bool:
        """Ask the engine to write ``target`` and ``time_s``; say whether it could."""
        wanted = (len(lanes), origins.owners)
        if time_s.shape != wanted or target.shape not in (wanted, (0, origins.owners)):
            raise ValueError(f"Answers of shape {wanted} do not fit into the arrays given as out.")
        if not lanes:
            return True
        asked = self._standing(self._origins, origins, self.timing.to_ends, self._chain_ticks)
        there = [
            self._standing(self._targets, lane, self.timing.from_ends, self._chain_ticks[:, ::-1])
            for lane in lanes
        ]
        lane = np.repeat(np.arange(len(there)), [len(own.owner) for own in there])
        node, number, ticks = (
            np.concatenate([getattr(own, name) for own in there])
            for name in ("node", "owner", "ticks")
        )
        seeds = Seeds(node, lane, number, ticks)
        beside = self._beside(asked.within, [own.within for own in there])
        limit = self._limit(limit_s)
        most = max(own.owners for own in lanes)
        return self._engine.nearest(asked.doors, seeds, beside, most, limit, target, time_s)

    def _beside(self, origins: AccessPoints, lanes: Sequence[AccessPoints]) -> Beside:
        """Pair origins with the targets within the same chain."""
        targets = _together(lanes)
        lane = np.repeat(np.arange(len(lanes)), [len(own.owner) for own in lanes])
        near = _on_chains_of(origins, targets, self.network.chains)
        begin, end, row, way_s = self._on_same_chain(near, targets)
        owner = np.repeat(near.owner, end - begin)
        return Beside(owner, lane[row], targets.owner[row], self._ticks(way_s))

    def _standing(
        self, known: _Known, points: AccessPoints, timed: Timed, chain_ticks: Integers
    ) -> _Standing:
        """Return where points stand; it is ``known`` as long as somebody holds them.

        ``timed`` are the seconds to or from the ends of their chains, ``chain_ticks`` (m, 2) what
        the chain takes between its ends, beginning at its first and at its last.
        """
        if points in known:
            return known[points]
        rows = _some(points, np.argsort(points.owner, kind="stable"))
        node, end_s = self._ends(rows, timed)
        ticks, whole = self._ticks(end_s), chain_ticks[rows.chain]
        last = (ticks[:, 0] > 0) | (ticks[:, 1] < whole[:, 0])
        first = (ticks[:, 1] > 0) | (ticks[:, 0] < whole[:, 1]) | ~last
        needed = np.column_stack([first, last])
        owner, within = np.repeat(rows.owner, needed.sum(axis=1)), np.flatnonzero(first & last)
        found = _Standing(owner, node[needed], ticks[needed], _some(rows, within))
        known[points] = found
        return found

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
        time_s = answer.time_s[:, count - 1]
        limit_s += SAME_TIME_S
        error_s = self._error_s(limit_s)
        sure = time_s + error_s <= limit_s
        if bool(np.any(~sure & (time_s - error_s <= limit_s))):
            target, _ = self._search(origins, targets, limit_s, count, self._arc_s)
            return np.asarray(target[:, count - 1] >= 0)
        return np.asarray(sure)

    def amount_within(self, amount: Array, limit_s: float) -> Array:
        """Return for each junction (n,) the sum of ``amount`` (n,) over those it walks to in time.

        ``amount`` stands at the junctions: whole numbers, such as people. The first question of
        a length prepares the streets for it.
        """
        limit_s += SAME_TIME_S
        error_s = self._error_s(limit_s)
        bounds = Bounds(
            int(np.floor((limit_s - error_s) / self._tick_s)),
            int(np.floor((limit_s + error_s) / self._tick_s)),
        )
        amount = np.asarray(amount, dtype=np.int64)
        found = self._engine.amounts(amount, bounds)
        sums, certain = found or (np.empty(len(amount), np.int64), np.zeros(len(amount), np.bool_))
        again = np.flatnonzero(~certain)
        if len(again):
            arcs = turned_round(self._first, self._neighbour, self._arc_s)
            nothing = np.full(len(amount), np.inf)
            sums[again] = amount_within(*arcs, again, amount, nothing, limit_s)
        return sums

    def gains(
        self, sites: Integers, amount: Array, targets: AccessPoints, limit_s: float
    ) -> Integers:
        """Return for each junction of ``sites`` (s,) what one more target there would gain.

        That is the sum of ``amount`` (n,), whole numbers at the junctions, over those that reach
        the site in time and none of ``targets``. Each search stops where it brings nothing.
        """
        limit_s += SAME_TIME_S
        node, end_s = self._ends(targets, self.timing.from_ends)
        arcs = (self._first, self._neighbour, self._arc_s)
        number = np.repeat(targets.owner, 2)
        count, _, cost = nearest_targets(*arcs, node.ravel(), number, end_s.ravel(), 1, limit_s)
        known = np.where(count > 0, cost[:, 0], np.inf)
        missed = np.where(count > 0, 0, np.asarray(amount, dtype=np.int64))
        return np.asarray(amount_within(*arcs, np.asarray(sites), missed, known, limit_s))

    def _search(
        self, origins: AccessPoints, targets: AccessPoints, limit: float, k: int, weight: Array
    ) -> tuple[Integers, Array]:
        """Search with ``weight`` in ticks (integers) or in seconds (floats)."""
        seed_node, seed_s = self._ends(targets, self.timing.from_ends)
        labels = nearest_targets(
            self._first,
            self._neighbour,
            weight,
            seed_node.ravel(),
            np.repeat(targets.owner, 2),
            self._cost(seed_s, weight).ravel(),
            k,
            limit,
        )
        end_node, end_s = self._ends(origins, self.timing.to_ends)
        cost = self._cost(end_s, weight)
        best = read_at_origins(origins.owners, origins.owner, end_node, cost, *labels, limit)
        begin, end, row, same_s = self._on_same_chain(origins, targets)
        same = self._cost(same_s, weight)
        read_on_same_chain(*best, origins.owner, begin, end, targets.owner[row], same, limit)
        return best

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

        Returns (begin (p,), end (p,), row, seconds): the pairs of origin point p, with the rows
        of ``targets``, stand at ``begin[p] : end[p]``.
        """
        if not len(origins.owner):
            none = np.zeros(0, dtype=np.int64)
            return none, none, none, np.zeros(0)
        order = np.argsort(targets.chain, kind="stable")
        on_chain = np.bincount(targets.chain, minlength=self.network.chains)
        first = np.concatenate([[0], np.cumsum(on_chain)])
        low, size = first[origins.chain], on_chain[origins.chain]
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
        return begin, end, row, way_s


def _together(lanes: Sequence[AccessPoints]) -> AccessPoints:
    """Return the points of all lanes, lane by lane; owners keep the numbers of their lanes."""
    return AccessPoints(
        max((lane.owners for lane in lanes), default=0),
        np.concatenate([lane.owner for lane in lanes]),
        np.concatenate([lane.chain for lane in lanes]),
        np.concatenate([lane.at_m for lane in lanes]),
        np.concatenate([lane.leg_m for lane in lanes]),
    )


def _some(points: AccessPoints, rows: Integers) -> AccessPoints:
    """Return some of the points, of the same owners."""
    return AccessPoints(
        points.owners, points.owner[rows], points.chain[rows], points.at_m[rows], points.leg_m[rows]
    )


def _on_chains_of(points: AccessPoints, others: AccessPoints, chains: int) -> AccessPoints:
    """Return the points that stand on a chain where any of ``others`` does."""
    taken = np.zeros(chains, dtype=np.bool_)
    taken[others.chain] = True
    return _some(points, np.flatnonzero(taken[points.chain]))
