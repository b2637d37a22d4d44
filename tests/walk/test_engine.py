"""Sweeps and buckets against a slow search that knows neither, on graphs that no city has."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core.errors import TypingError

from lifecircle.walk import engine as engines
from lifecircle.walk.elimination import DENSEST, eliminate
from lifecircle.walk.engine import Beside, Doors, Engine, Seeds
from lifecircle.walk.nearest import Walker
from lifecircle.walk.rows import LANES
from lifecircle.walk.search import nearest_targets
from lifecircle.walk.sweeps import fall
from tests.walk.graphs import Streets, access, streets
from tests.walk.test_nearest import ADULT, at_junctions

TICK_S = 0.5
Arcs = list[tuple[int, int, int]]


@dataclass(frozen=True)
class Graph:
    nodes: int
    arcs: Arcs

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        arcs = sorted(self.arcs)
        tails = np.array([tail for tail, _, _ in arcs], dtype=np.int64)
        first = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=self.nodes))])
        heads = np.array([head for _, head, _ in arcs], dtype=np.int64)
        return first.astype(np.int64), heads, np.array([w for *_, w in arcs], dtype=np.int64)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Draw one-way arcs with loops, parallels and no length, alone or in pieces."""
    nodes = draw(st.integers(1, 14))
    node = st.integers(0, nodes - 1)
    arc = st.tuples(node, node, st.integers(0, 40))
    arcs = draw(st.lists(arc, max_size=3 * nodes))
    back = draw(st.lists(st.sampled_from(arcs), max_size=nodes)) if arcs else []
    arcs += [(head, tail, draw(st.integers(0, 40))) for tail, head, _ in back]
    return Graph(nodes, arcs)


def slow(
    graph: Graph, seeds: list[tuple[int, int, int]], limit: int
) -> list[tuple[int, int] | None]:
    """Return (cost, target) for every node; ``seeds`` are (node, target, cost)."""
    best: list[tuple[int, int] | None] = [None] * graph.nodes
    heap = [(cost, target, node) for node, target, cost in seeds if cost <= limit]
    heapq.heapify(heap)
    while heap:
        cost, target, here = heapq.heappop(heap)
        if best[here] is not None:
            continue
        best[here] = (cost, target)
        for tail, head, weight in graph.arcs:
            if tail == here and cost + weight <= limit:
                heapq.heappush(heap, (cost + weight, target, head))
    return best


Lane = list[tuple[int, int, int]]


def asked(
    engine: Engine, lanes: list[Lane], doors: list[tuple[int, int, int]], limit: int
) -> tuple[np.ndarray, np.ndarray] | None:
    """Ask an engine; ``doors`` are (owner, node, ticks), every second end the same as the first."""
    flat = [(node, lane, *rest) for lane, own in enumerate(lanes) for node, *rest in own]
    seeds = np.array(flat, dtype=np.int64).reshape(-1, 4)
    ends = sorted((owner, at, took + more) for owner, at, took in doors for more in (0, 3))
    owner, node, ticks = np.array(ends, dtype=np.int64).reshape(-1, 3).T
    owners = max((owner for owner, *_ in doors), default=-1) + 1
    none = np.zeros(0, dtype=np.int64)
    shape = len(lanes), owners
    target, time_s = np.empty(shape, dtype=np.int32), np.empty(shape)
    could = engine.nearest(
        Doors(np.searchsorted(owner, np.arange(owners + 1)), node, ticks),
        Seeds(*seeds.T),
        Beside(none, none, none, none),
        max((target + 1 for own in lanes for _, target, _ in own), default=0),
        limit,
        target,
        time_s,
    )
    return (target, time_s) if could else None


@settings(max_examples=300)
@given(st.data())
def test_every_way_to_find_them_finds_the_same(data: st.DataObject) -> None:
    graph = data.draw(graphs())
    node, legs = st.integers(0, graph.nodes - 1), st.integers(0, 20)
    lane = st.lists(st.tuples(node, st.integers(0, 9), legs), max_size=5)
    lanes = data.draw(st.lists(lane, min_size=1, max_size=3))
    lanes *= data.draw(st.sampled_from([1, 6, 17]))
    doors = data.draw(st.lists(st.tuples(st.integers(0, 5), node, legs), min_size=1, max_size=9))
    limit = data.draw(st.integers(0, 120))
    ready = limit + data.draw(st.sampled_from([0, 0, 1, 1000]))
    plain, swept = (Engine(*graph.arrays(), TICK_S) for _ in range(2))
    plain._streetlike = False
    swept.prepare(ready)
    answers = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "FEW", 0)
        for engine in (plain, swept):
            answer = asked(engine, lanes, doors, limit)
            assert answer is not None
            answers.append(answer)
    for one, other in zip(*answers, strict=True):
        np.testing.assert_array_equal(one, other)
    target, time_s = answers[0]
    for which, own in enumerate(lanes[:3]):
        truth = slow(graph, own, limit)
        for owner in range(target.shape[1]):
            ways = [
                (truth[at][0] + extra, truth[at][1])  # type: ignore[index]
                for whose, at, extra in doors
                if whose == owner and truth[at] is not None
            ]
            least, nearest = min(ways, default=(limit + 1, -1))
            reached = least <= limit
            assert target[which, owner] == (nearest if reached else -1)
            assert time_s[which, owner] == (least * TICK_S if reached else np.inf)
        at, number, ticks = np.array(own, dtype=np.int64).reshape(-1, 3).T
        count, named, cost = nearest_targets(*graph.arrays(), at, number, ticks, 1, limit)
        heaped = [
            (int(cost[n, 0]), int(named[n, 0])) if count[n] else None for n in range(len(count))
        ]
        assert heaped == truth


@settings(max_examples=200)
@given(graphs(), st.integers(0, 120))
def test_an_order_rises_and_keeps_every_shortest_way(graph: Graph, limit: int) -> None:
    order = eliminate(*graph.arrays(), limit)
    assert order is not None
    assert sorted(order.junction.tolist()) == list(range(graph.nodes))
    np.testing.assert_array_equal(order.place[order.junction], np.arange(graph.nodes))
    low = np.repeat(np.arange(graph.nodes), np.diff(order.first))
    assert np.all(order.higher > low)


def test_what_is_no_street_network_is_searched_plainly() -> None:
    nodes = 4 * DENSEST + 20
    arcs = [(a, b, 5) for a in range(nodes) for b in range(nodes) if a != b]
    engine = Engine(*Graph(nodes, arcs).arrays(), TICK_S)
    assert engine.prepare(100) is None
    lanes: list[Lane] = [[(0, 3, 1)]] * (engines.WORTH + 1)
    answer = asked(engine, lanes, [(0, nodes - 1, 2)], 100)
    assert answer is not None
    assert answer[1].tolist() == [[8 * TICK_S]] * len(lanes)


def test_an_order_is_made_when_it_pays_and_then_kept() -> None:
    engine = Engine(*Graph(3, [(0, 1, 5), (1, 2, 5)]).arrays(), TICK_S)
    lanes: list[Lane] = [[(0, 0, 0)]] * engines.FEW
    asked(engine, lanes, [(0, 2, 0)], 100)
    orders = [engine._order]
    for count, limit in ((engines.WORTH, 100), (2, 50), (2, 101)):
        asked(engine, lanes * count, [(0, 2, 0)], limit)
        orders.append(engine._order)
    none, made, kept, longer = orders
    assert none is None
    assert made is not None
    assert kept is made
    assert longer is not made


def test_more_targets_than_a_value_can_number_are_left_to_another_search() -> None:
    engine = Engine(*Graph(2, [(0, 1, 5)]).arrays(), TICK_S)
    lanes: list[Lane] = [[(0, 2**20, 0)]]
    assert asked(engine, lanes, [(0, 1, 0)], 2**38) is not None
    assert asked(engine, lanes, [(0, 1, 0)], 2**39) is None


@settings(max_examples=60)
@given(st.data())
def test_lanes_asked_together_are_those_asked_alone(data: st.DataObject) -> None:
    network = data.draw(streets()).network()
    if network.chains == 0:
        return
    origins = data.draw(access(network))
    lanes = [data.draw(access(network)) for _ in range(3)] * 6
    limit_s = data.draw(st.sampled_from([60.0, 200.0, 7200.0]))
    alone, ready = Walker(network, ADULT), Walker(network, ADULT)
    assert ready.prepare(3600.0)
    together = ready.nearest_each(origins, lanes, limit_s)
    for lane, found in zip(lanes[:3], together, strict=False):
        wanted = alone.nearest(origins, lane, limit_s)
        np.testing.assert_array_equal(found.target, wanted.target)
        np.testing.assert_array_equal(found.time_s, wanted.time_s)


@settings(max_examples=100)
@given(st.data())
def test_how_far_is_what_is_said_with_which_it_is(data: st.DataObject) -> None:
    network = data.draw(streets()).network()
    if network.chains == 0:
        return
    origins = data.draw(access(network))
    lanes = [data.draw(access(network)) for _ in range(3)] * data.draw(st.sampled_from([1, 6]))
    limit_s = data.draw(st.sampled_from([60.0, 200.0, 7200.0]))
    walker = Walker(network, ADULT)
    found = walker.nearest_each(origins, lanes, limit_s)
    shape = len(lanes), origins.owners
    target, far_s, time_s = np.full(shape, 7, np.int32), np.full(shape, -7.0), np.full(shape, -7.0)
    assert walker.seconds_each(origins, lanes, limit_s, far_s) is far_s
    walker.nearest_each(origins, lanes, limit_s, (target, time_s))
    for lane, one in enumerate(found):
        np.testing.assert_array_equal(target[lane], one.target[:, 0])
        for own_s in (far_s, time_s, walker.seconds_each(origins, lanes, limit_s)):
            np.testing.assert_array_equal(own_s[lane], one.time_s[:, 0])


@settings(max_examples=200)
@given(st.data())
def test_who_stands_on_a_junction_need_not_look_along_its_chain(data: st.DataObject) -> None:
    """The search for more than one nearest reads both ends and the chain for everyone."""
    network = data.draw(streets()).network()
    if network.chains == 0:
        return
    origins, targets = data.draw(access(network)), data.draw(access(network))
    origins = replace(origins, leg_m=origins.leg_m * data.draw(st.sampled_from([0.0, 0.0, 1.0])))
    walker = Walker(network, ADULT)
    found, both = (walker.nearest(origins, targets, 7200.0, k) for k in (1, 2))
    np.testing.assert_array_equal(found.target[:, 0], both.target[:, 0])
    np.testing.assert_array_equal(found.time_s[:, 0], both.time_s[:, 0])


def test_how_far_asks_for_a_limit_that_can_be_counted() -> None:
    walker = Walker(Streets([(0, 0), (100, 0)], [(0, 1)]).network(), ADULT)
    ends = at_junctions(walker.network, [0, 1])
    with pytest.raises(ValueError, match="more than"):
        walker.seconds_each(ends, [ends], 1e9)
    assert walker.seconds_each(ends, [], 60.0).shape == (0, 2)


def test_answers_are_not_written_into_arrays_they_do_not_fit() -> None:
    walker = Walker(Streets([(0, 0), (100, 0)], [(0, 1)]).network(), ADULT)
    ends = at_junctions(walker.network, [0, 1])
    with pytest.raises(ValueError, match="do not fit"):
        walker.seconds_each(ends, [ends], 60.0, np.empty((1, 3)))
    with pytest.raises(ValueError, match="do not fit"):
        walker.nearest_each(ends, [ends], 60.0, (np.empty((2, 2), np.int32), np.empty((1, 2))))


def test_rows_that_do_not_lie_together_are_refused() -> None:
    rows = np.zeros((2, LANES), dtype=np.int64)
    apart = np.zeros(4, dtype=np.int64)[::2]
    with pytest.raises(TypingError, match="contiguous"):
        fall(np.array([0, 1, 1]), apart, apart, 1, rows)


def test_a_lane_of_very_many_targets_is_answered_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    square = Streets([(0, 0), (100, 0), (100, 90), (0, 80)], [(0, 1), (1, 2), (2, 3), (0, 2)])
    network = square.network()
    walker = Walker(network, ADULT)
    origins = at_junctions(network, list(range(network.junctions)))
    wanted = walker.nearest_each(origins, [origins], 600.0)[0]
    monkeypatch.setattr(engines, "MOST_BITS", 8)
    found = walker.nearest_each(origins, [origins], 600.0)[0]
    np.testing.assert_array_equal(found.target, wanted.target)
    np.testing.assert_array_equal(found.time_s, wanted.time_s)
