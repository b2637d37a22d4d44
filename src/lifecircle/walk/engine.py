"""Chooses how shortest ways are found, and runs it: sweeps over an order, or a bucket search."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lifecircle.walk.buckets import spread
from lifecircle.walk.elimination import Order, eliminate
from lifecircle.walk.reach import REGION, Bounds, amounts_over
from lifecircle.walk.search import Array
from lifecircle.walk.sweeps import FAR, LANES, harvest, offer_on_chains, sow, sweep, unpack

MOST_BITS = 60
"""So many bits a value may have, time and target together, for sums to stay whole."""
FEW = 4
"""Up to so many lanes a bucket search each is quicker than sweeps of sixteen, order or none."""
WORTH = 16
"""An order costs about as much as so many bucket searches; from then on it is made."""


@dataclass(frozen=True, eq=False)
class Doors:
    """Points of origins: ``node``, ``ticks`` (p, 2) at the ends of their chains, ``owner`` (p,)."""

    owners: int
    owner: Array
    node: Array
    ticks: Array


@dataclass(frozen=True, eq=False)
class Seeds:
    """Points of targets (s,): where each stands, in which lane, as which number of that lane."""

    node: Array
    lane: Array
    number: Array
    ticks: Array


@dataclass(frozen=True, eq=False)
class Pairs:
    """Origins (p,) and the targets on their chains: of p, ``begin[p] : end[p]`` of the rest."""

    owner: Array
    begin: Array
    end: Array
    lane: Array
    number: Array
    ticks: Array


@dataclass(frozen=True, eq=False)
class _Question:
    doors: Doors
    seeds: Seeds
    pairs: Pairs
    limit: int
    shift: int

    def packed(self, ticks: Array, number: Array | int) -> Array:
        """Return values; what is beyond the limit stays beyond it without overflowing."""
        clipped = np.minimum(ticks, self.limit + 1)
        return np.asarray((clipped << self.shift) | number, dtype=np.int64)


class Engine:
    """One graph in whole ticks: node v has the arcs ``first[v] : first[v + 1]``, each one-way.

    Costs are those of ways along the arcs, from the seeds to the doors.
    """

    def __init__(self, first: Array, neighbour: Array, weight: Array, tick_s: float) -> None:
        """Keep the arrays; nothing is prepared before it pays."""
        self._graph = (first, neighbour.astype(np.int32), weight)
        self._tick_s = tick_s
        self._asked = 0
        self._order: Order | None = None
        self._streetlike = True
        self._spare: dict[tuple[int, ...], list[Array]] = {}

    def prepare(self, limit: int) -> Order | None:
        """Return an order for ways of up to ``limit`` ticks, None where the graph forbids one."""
        if self._streetlike and (self._order is None or self._order.limit < limit):
            self._order = eliminate(*self._graph, limit)
            self._streetlike = self._order is not None
        return self._order

    def nearest(
        self, doors: Doors, seeds: Seeds, pairs: Pairs, lanes: int, most: int, limit: int
    ) -> tuple[Array, Array] | None:
        """Return the nearest target of each lane and its seconds, both (lanes, owners).

        -1 and infinity where none is within ``limit`` ticks. None where a lane has more targets
        than a value can number beside such a limit; ``most`` is their largest count.
        """
        shift = max(1, most.bit_length())
        order = self._chosen(lanes, limit)
        top = limit if order is None else order.limit
        if (top + 1).bit_length() + shift > MOST_BITS:
            return None
        question = _Question(doors, seeds, pairs, limit, shift)
        target = np.empty((lanes, doors.owners), dtype=np.int64)
        time_s = np.empty((lanes, doors.owners))
        width = 1 if order is None else LANES
        on_chain = question.packed(pairs.ticks, pairs.number)

        def answer(begin: int) -> None:
            best = self._borrow((doors.owners, width))
            best[:] = FAR
            own = slice(begin, begin + width)
            value, reached = self._values(question, order, begin)
            node = doors.node if order is None else order.place[doors.node]
            harvest(doors.owner, node, question.packed(doors.ticks, 0), value, reached, best)
            offer_on_chains(pairs.owner, pairs.begin, pairs.end, pairs.lane - begin, on_chain, best)
            unpack(best, shift, limit, self._tick_s, target[own], time_s[own])
            self._give_back(best, value)

        begins = range(0, lanes, width)
        side_by_side(answer, begins)
        return target, time_s

    def _chosen(self, lanes: int, limit: int) -> Order | None:
        """Return the order to sweep over, None where a bucket search for each lane is quicker."""
        ready = self._order is not None and self._order.limit >= limit
        self._asked += lanes
        if lanes <= FEW or not (ready or self._asked >= WORTH):
            return None
        return self.prepare(limit)

    def _values(self, question: _Question, order: Order | None, begin: int) -> tuple[Array, Array]:
        """Return values (n, lanes) and which nodes have any, for the lanes from ``begin`` on."""
        nodes = len(self._graph[0]) - 1
        seeds = question.seeds
        width = 1 if order is None else LANES
        mine = (seeds.lane >= begin) & (seeds.lane < begin + width)
        packed = question.packed(seeds.ticks[mine], seeds.number[mine])
        node, lane = seeds.node[mine], seeds.lane[mine] - begin
        if order is None:
            row = self._borrow((nodes, 1))
            row[:] = FAR
            np.minimum.at(row.reshape(-1), node, packed)
            spread(*self._graph, question.shift, question.limit, row.reshape(-1))
            return row, np.ones(nodes, dtype=np.bool_)
        rows, reached = self._borrow((nodes, LANES)), np.zeros(nodes, dtype=np.bool_)
        sow(rows, reached, order.place[node], lane, packed)
        arcs = (order.first, order.higher, order.up, order.down)
        sweep(*arcs, question.shift, rows, reached)
        return rows, reached

    def _borrow(self, shape: tuple[int, int]) -> Array:
        """Return an array of whole numbers with anything in it; fresh memory takes its time."""
        try:
            return self._spare[shape].pop()
        except (KeyError, IndexError):
            return np.empty(shape, dtype=np.int64)

    def _give_back(self, *arrays: Array) -> None:
        for array in arrays:
            self._spare.setdefault(array.shape, []).append(array)

    def amounts(self, amount: Array, bounds: Bounds) -> tuple[Array, Array] | None:
        """Return for every node the amounts (n,) it reaches, and where that is certain.

        From a node one goes against the arcs, as from a door. None where there is no order.
        """
        order = self.prepare(bounds.perhaps)
        if order is None:
            return None
        sums, certain = np.empty(len(amount), np.int64), np.empty(len(amount), np.bool_)

        def answer(begin: int) -> None:
            places = order.junction[begin : begin + REGION]
            sums[places], certain[places] = amounts_over(order, self.leaving, amount, bounds, begin)

        side_by_side(answer, range(0, len(amount), REGION))
        return sums, certain

    @cached_property
    def leaving(self) -> tuple[Array, Array, Array]:
        """Return the graph with every arc turned round: (first, neighbour, weight)."""
        return turned_round(*self._graph)


def turned_round(first: Array, neighbour: Array, weight: Array) -> tuple[Array, Array, Array]:
    """Return a graph whose arcs stand at the nodes they led to."""
    order = np.argsort(neighbour, kind="stable")
    tail = np.repeat(np.arange(len(first) - 1, dtype=np.int32), np.diff(first))
    counts = np.bincount(neighbour, minlength=len(first) - 1)
    return np.concatenate([[0], np.cumsum(counts)]), tail[order], weight[order]


def side_by_side(answer: Callable[[int], None], begins: range) -> None:
    """Call ``answer`` for each part, on as many threads as there are processors."""
    with ThreadPoolExecutor(min(len(begins), os.cpu_count() or 1) or 1) as threads:
        list(threads.map(answer, begins))
