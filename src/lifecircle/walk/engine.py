"""Chooses how shortest ways are found, and runs it: sweeps over an order, or a bucket search."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lifecircle.walk.buckets import spread
from lifecircle.walk.elimination import Order, eliminate, turned_round
from lifecircle.walk.reach import REGION, Bounds, amounts_over
from lifecircle.walk.rows import FAR, LANES
from lifecircle.walk.search import Array
from lifecircle.walk.sweeps import fall, harvest, rise, sow

MOST_BITS = 60
"""So many bits a value may have, time and target together, for sums to stay whole."""
FEW = 4
"""Up to so many lanes a bucket search each is quicker than sweeps of sixteen, order or none."""
WORTH = 16
"""An order costs about as much as so many bucket searches; from then on it is made."""


@dataclass(frozen=True, eq=False)
class Doors:
    """Where walks begin: owner o at ``first[o] : first[o + 1]`` of ``node`` after ``ticks``."""

    first: Array
    node: Array
    ticks: Array

    @property
    def owners(self) -> int:
        """Return how many there are, with or without a way."""
        return len(self.first) - 1


@dataclass(frozen=True, eq=False)
class Seeds:
    """Points of targets (s,), lane by lane: where each stands, as which number of its lane."""

    node: Array
    lane: Array
    number: Array
    ticks: Array


@dataclass(frozen=True, eq=False)
class Beside:
    """Targets (m,) that owners reach without passing a junction, owner by owner."""

    owner: Array
    lane: Array
    number: Array
    ticks: Array


@dataclass(frozen=True, eq=False)
class _Question:
    doors: Doors
    seeds: Seeds
    beside: Beside
    limit: int
    shift: int

    def clipped(self, ticks: Array) -> Array:
        """Return ticks; what is beyond the limit stays beyond it without overflowing."""
        return np.minimum(ticks, self.limit + 1)

    def packed(self, ticks: Array, number: Array) -> Array:
        """Return values; of a value without bits for them, numbers are left out."""
        return (self.clipped(ticks) << self.shift) | (number & ((1 << self.shift) - 1))

    def seeds_of(self, lanes: range) -> tuple[Array, Array, Array]:
        """Return where targets of some lanes stand, in which of these lanes, and their values."""
        seeds = self.seeds
        own = slice(*np.searchsorted(seeds.lane, (lanes.start, lanes.stop)))
        packed = self.packed(seeds.ticks[own], seeds.number[own])
        return seeds.node[own], seeds.lane[own] - lanes.start, packed


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
        self._spare: list[Array] = []
        self._last: tuple[tuple[Doors, Order | None, int], tuple[Array, Array, Array]] | None = None

    def prepare(self, limit: int) -> Order | None:
        """Return an order for ways of up to ``limit`` ticks, None where the graph forbids one."""
        if self._streetlike and (self._order is None or self._order.limit < limit):
            self._order = eliminate(*self._graph, limit)
            self._streetlike = self._order is not None
        return self._order

    def nearest(
        self,
        doors: Doors,
        seeds: Seeds,
        beside: Beside,
        most: int,
        limit: int,
        target: Array,
        time_s: Array,
    ) -> bool:
        """Write the nearest target of each lane and its seconds, both (lanes, owners).

        -1 and infinity where none is within ``limit`` ticks. Nobody asks which target it is where
        ``target`` has no rows. False, and nothing written, where a lane has more targets than a
        value can number beside such a limit; ``most`` is their largest count.
        """
        lanes, shift = len(time_s), max(1, most.bit_length()) if len(target) else 0
        order = self._chosen(lanes, limit)
        top = limit if order is None else order.limit
        if (top + 1).bit_length() + shift > MOST_BITS:
            return False
        question = _Question(doors, seeds, beside, limit, shift)
        walks = self._walks_from(question, order)
        near = question.packed(beside.ticks, beside.number)

        def answer(begin: int) -> None:
            own = slice(begin, begin + LANES)
            if order is None:
                value = self._searched(question, range(lanes)[own])
            else:
                value = self._swept(question, order, range(lanes)[own])
            harvest(
                *walks, beside.owner, beside.lane - begin, near, value,
                shift, limit, self._tick_s, target[own], time_s[own],
            )  # fmt: skip
            if order is not None:
                self._spare.append(value)

        side_by_side(answer, range(0, lanes, LANES))
        return True

    def _walks_from(self, question: _Question, order: Order | None) -> tuple[Array, Array, Array]:
        """Return the doors by rows of values; those asked for last are remembered."""
        doors, asked = question.doors, (question.doors, order, question.limit)
        last = self._last
        if last is None or last[0] != asked:
            node = np.arange(len(doors.node)) if order is None else order.place[doors.node]
            self._last = last = asked, (doors.first, node, question.clipped(doors.ticks))
        return last[1]

    def _chosen(self, lanes: int, limit: int) -> Order | None:
        """Return the order to sweep over, None where a bucket search for each lane is quicker."""
        ready = self._order is not None and self._order.limit >= limit
        self._asked += lanes
        if lanes <= FEW or not (ready or self._asked >= WORTH):
            return None
        return self.prepare(limit)

    def _swept(self, question: _Question, order: Order, lanes: range) -> Array:
        """Return the values (n, 16) of some lanes at every place of the order."""
        node, lane, packed = question.seeds_of(lanes)
        value, known = self._borrow(), np.zeros(len(order.place), dtype=np.bool_)
        sow(value, known, order.place[node], lane, packed)
        rise(*order.from_below, question.shift, value, known)
        fall(order.first, order.higher, order.down, question.shift, value)
        return value

    def _borrow(self) -> Array:
        """Return rows with anything in them; fresh memory takes its time."""
        try:
            return self._spare.pop()
        except IndexError:
            return np.empty((len(self._graph[0]) - 1, LANES), dtype=np.int64)

    def _searched(self, question: _Question, lanes: range) -> Array:
        """Return the values (d, 16) of some lanes at every door, by a bucket search for each."""
        doors = question.doors.node
        value = np.full((len(doors), LANES), FAR)

        def search(lane: int) -> None:
            row = np.full(len(self._graph[0]) - 1, FAR)
            node, _, packed = question.seeds_of(range(lane, lane + 1))
            np.minimum.at(row, node, packed)
            spread(*self._graph, question.shift, question.limit, row)
            value[:, lane - lanes.start] = row[doors]

        side_by_side(search, lanes)
        return value

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


def side_by_side(answer: Callable[[int], None], begins: range) -> None:
    """Call ``answer`` for each part, on as many threads as there are processors, this one too."""
    left = iter(begins)

    def work() -> None:
        for begin in left:
            answer(begin)

    helpers = min(len(begins), os.cpu_count() or 1) - 1
    if helpers < 1:
        work()
        return
    with ThreadPoolExecutor(helpers) as threads:
        others = [threads.submit(work) for _ in range(helpers)]
        work()
        for other in others:
            other.result()
