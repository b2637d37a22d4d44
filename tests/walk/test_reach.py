"""Reach from every junction against one slow search from each."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.walk.engine import Engine
from lifecircle.walk.nearest import Walker
from lifecircle.walk.reach import REGION, Bounds
from tests.walk.graphs import Streets, access, streets
from tests.walk.test_engine import Graph, graphs, slow
from tests.walk.test_nearest import ADULT, SLOW_OK, at_junctions


@settings(max_examples=80)
@given(graphs(), st.integers(0, 120), st.integers(0, 5))
def test_amounts_are_those_of_the_nodes_within(graph: Graph, limit: int, doubt: int) -> None:
    amount = np.arange(graph.nodes) ** 2 + 1
    found = Engine(*graph.arrays(), 1.0).amounts(amount, Bounds(limit, limit + doubt))
    assert found is not None
    sums, certain = found
    for node in range(graph.nodes):
        within = [
            int(amount[goal])
            for goal in range(graph.nodes)
            if slow(graph, [(goal, 0, 0)], limit)[node] is not None
        ]
        perhaps = [slow(graph, [(goal, 0, 0)], limit + doubt)[node] for goal in range(graph.nodes)]
        assert sums[node] == sum(within)
        assert certain[node] == (len(within) == sum(way is not None for way in perhaps))


def lattice(side: int, seed: int) -> Streets:
    """Return streets with bends, gaps and dead ends, more of them than one region holds."""
    dice = np.random.default_rng(seed)
    bent = dice.integers(0, 60, (side * side, 2)).astype(float).tolist()
    xy = [(100.0 * (at % side) + x, 100.0 * (at // side) + y) for at, (x, y) in enumerate(bent)]
    pairs = [(at, at + 1) for at in range(side * side) if (at + 1) % side]
    pairs += [(at, at + side) for at in range(side * (side - 1))]
    return Streets(xy, [pair for pair in pairs if dice.random() < 0.9])


def test_regions_together_answer_as_each_origin_alone() -> None:
    network = lattice(48, 7).network()
    assert network.junctions > 1.5 * REGION
    amount = np.random.default_rng(8).integers(0, 50, network.junctions)
    swept = Walker(network, ADULT)
    plain = Walker(network, ADULT)
    plain._engine._streetlike = False
    for limit_s in (0.0, 300.0, 900.0):
        np.testing.assert_array_equal(
            swept.amount_within(amount, limit_s), plain.amount_within(amount, limit_s)
        )
    assert plain._engine._order is None


@SLOW_OK
@given(st.data())
def test_the_limit_itself_is_within_reach_whatever_the_unit(data: st.DataObject) -> None:
    network = data.draw(streets()).network()
    if network.chains == 0:
        return
    amount = np.arange(network.junctions) + 1
    limit_s = ADULT.seconds(data.draw(st.sampled_from(network.chain_length_m.tolist()))).item()
    answers = [Walker(network, ADULT, tick_s).amount_within(amount, limit_s) for tick_s in
               (2.0**-32, 0.01, 30.0)]  # fmt: skip
    for answer in answers[1:]:
        np.testing.assert_array_equal(answer, answers[0])
    a, b = int(network.chain_from[0]), int(network.chain_to[0])
    if ADULT.seconds(network.chain_length_m[0]) <= limit_s:
        assert answers[0][a] >= amount[a] + (amount[b] if a != b else 0)


@SLOW_OK
@given(st.data())
def test_the_gain_of_a_site_is_who_reaches_it_and_nothing_before(data: st.DataObject) -> None:
    network = data.draw(streets()).network()
    if network.chains == 0:
        return
    walker, places = Walker(network, ADULT), data.draw(access(network))
    limit_s = data.draw(st.sampled_from([0.0, 60.0, 200.0]))
    amount = np.arange(network.junctions) + 1
    everyone = at_junctions(network, list(range(network.junctions)))
    before = walker.reaches(everyone, places, limit_s)
    gains = walker.gains(np.arange(network.junctions), amount, places, limit_s)
    for site, gain in enumerate(gains.tolist()):
        reached = walker.reaches(everyone, at_junctions(network, [site]), limit_s)
        assert gain == int(amount[reached & ~before].sum())
