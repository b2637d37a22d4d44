"""The engine against scipy, against a slow walker, and against itself."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from lifecircle.walk.nearest import SAME_TIME_S, TICK_S, Walker
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import AccessPoints
from tests.walk.graphs import Streets, access, slow_metres, streets

ADULT = Profile("adult", 80.0)
FAR_S = 7200.0
SLOW_OK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def at_junctions(network: Network, junctions: list[int], owners: int | None = None) -> AccessPoints:
    """Stand on junctions exactly: on the beginning or end of a chain that touches each."""
    chain, at = [], []
    for junction in junctions:
        starts = np.flatnonzero(network.chain_from == junction)
        ends = np.flatnonzero(network.chain_to == junction)
        chain.append(int(starts[0]) if len(starts) else int(ends[0]))
        at.append(0.0 if len(starts) else float(network.chain_length_m[ends[0]]))
    return AccessPoints(
        owners or len(junctions),
        np.arange(len(junctions)),
        np.array(chain),
        np.array(at),
        np.zeros(len(junctions)),
    )


@SLOW_OK
@given(st.data())
def test_nearest_k_equals_the_slow_walker(data: st.DataObject) -> None:
    network = data.draw(streets()).network()
    if network.chains == 0:
        return
    origins = data.draw(access(network))
    targets = data.draw(access(network))
    k = data.draw(st.integers(1, 3))
    limit_s = data.draw(st.sampled_from([60.0, 200.0, FAR_S]))
    found = Walker(network, ADULT).nearest(origins, targets, limit_s, k)
    truth = slow_metres(network, origins, targets)
    for o, row in enumerate(truth):
        ranked = sorted((ADULT.seconds(m).item(), t) for t, m in enumerate(row) if m < math.inf)
        for place in range(k):
            time_s = found.time_s[o, place]
            if place < len(ranked):
                true_s = ranked[place][0]
                if found.target[o, place] >= 0:
                    assert time_s == pytest.approx(true_s, abs=1e-7)
                else:
                    assert true_s > limit_s - 1e-7
            else:
                assert found.target[o, place] == -1
                assert math.isinf(time_s)
        chosen = [t for t in found.target[o] if t >= 0]
        assert len(set(chosen)) == len(chosen)


@SLOW_OK
@given(st.data())
def test_a_verdict_does_not_depend_on_the_kernels_unit(data: st.DataObject) -> None:
    network = data.draw(streets()).network()
    if network.chains == 0:
        return
    origins, targets = data.draw(access(network)), data.draw(access(network))
    count = data.draw(st.integers(1, 2))
    truth = slow_metres(network, origins, targets)
    metres = sorted(m for row in truth for m in row if m < math.inf)
    limit_m = data.draw(st.sampled_from([*metres, 100.0]))
    limit_s = ADULT.seconds(limit_m).item()
    wanted = [
        sum(ADULT.seconds(m).item() <= limit_s + SAME_TIME_S for m in row) >= count for row in truth
    ]
    for tick_s in (0.001, 0.01, 0.7, 30.0):
        walker = Walker(network, ADULT, tick_s)
        assert walker.reaches(origins, targets, limit_s, count).tolist() == wanted, tick_s


@SLOW_OK
@given(st.data())
def test_ticks_equal_scipy(data: st.DataObject) -> None:
    """The same whole-number weights give the same whole-number answers."""
    network = data.draw(streets(most=20)).network()
    if network.chains == 0:
        return
    walker = Walker(network, ADULT)
    junctions = network.junctions
    sources = data.draw(st.sets(st.integers(0, junctions - 1), min_size=1, max_size=4))
    best: dict[tuple[int, int], int] = {}
    ticks = np.rint(ADULT.seconds(network.chain_length_m) / TICK_S).astype(np.int64)
    for a, b, w in zip(network.chain_from, network.chain_to, ticks, strict=True):
        for pair in ((int(a), int(b)), (int(b), int(a))):
            best[pair] = min(best.get(pair, int(w)), int(w))
    rows, columns = zip(*best, strict=True)
    graph = coo_array((list(best.values()), (rows, columns)), shape=(junctions, junctions)).tocsr()
    if any(weight == 0 for weight in best.values()):
        return  # scipy cannot tell a way of no length from no way
    wanted = dijkstra(graph, indices=sorted(sources), min_only=True) * TICK_S
    everyone = at_junctions(network, list(range(junctions)))
    found = walker.nearest(everyone, at_junctions(network, sorted(sources)), FAR_S)
    np.testing.assert_allclose(found.time_s[:, 0], wanted, rtol=0, atol=0)


def test_rounding_happens_once_on_the_chain() -> None:
    """1,300 edges of 0.94 m are 1,222 m, not the 1,170 of rounding each edge."""
    xs = np.arange(1301, dtype=np.float64) * 0.94
    segments = np.column_stack([np.arange(1300), np.arange(1, 1301)])
    network = Network.from_segments(np.arange(1301), xs, np.zeros(1301), segments)
    assert network.chains == 1
    found = Walker(network, ADULT, tick_s=0.75).nearest(
        at_junctions(network, [0]), at_junctions(network, [1]), FAR_S
    )
    assert ADULT.metres(found.time_s[0, 0]) == pytest.approx(1222.0, abs=1.0)


@pytest.mark.parametrize(("metres", "within"), [(400.0, True), (400.001, False), (399.999, True)])
def test_the_limit_itself_is_within(metres: float, within: bool) -> None:
    network = Streets([(0.0, 0.0), (metres, 0.0)], [(0, 1)]).network()
    for tick_s in (0.01, 1.0, 7.0):
        walker = Walker(network, ADULT, tick_s)
        reached = walker.reaches(at_junctions(network, [0]), at_junctions(network, [1]), 300.0)
        assert reached.tolist() == [within]


def test_among_equally_near_the_smallest_number_is_named() -> None:
    #  1 --100-- 0 --100-- 2
    network = Streets([(0, 0), (-100, 0), (100, 0)], [(0, 1), (0, 2)]).network()
    middle = AccessPoints(1, np.array([0]), np.array([0]), np.array([100.0]), np.array([0.0]))
    ends = at_junctions(network, [1, 0]) if network.junctions == 2 else None
    assert network.chains == 1
    assert ends is not None
    found = Walker(network, ADULT).nearest(middle, ends, FAR_S, 2)
    assert found.target.tolist() == [[0, 1]]


def test_a_target_on_the_same_chain_is_reached_without_a_junction() -> None:
    network = Streets([(0, 0), (1000, 0)], [(0, 1)]).network()
    origin = AccessPoints(1, np.array([0]), np.array([0]), np.array([400.0]), np.array([10.0]))
    target = AccessPoints(1, np.array([0]), np.array([0]), np.array([460.0]), np.array([20.0]))
    found = Walker(network, ADULT).nearest(origin, target, FAR_S)
    assert ADULT.metres(found.time_s[0, 0]) == pytest.approx(10 + 60 + 20)


def test_an_owner_without_a_way_reaches_nothing() -> None:
    network = Streets([(0, 0), (100, 0)], [(0, 1)]).network()
    nowhere = AccessPoints(2, np.array([1]), np.array([0]), np.array([0.0]), np.array([0.0]))
    found = Walker(network, ADULT).nearest(nowhere, at_junctions(network, [0]), FAR_S)
    assert found.target[:, 0].tolist() == [-1, 0]


@SLOW_OK
@given(st.data(), st.floats(1.0, 3.0))
def test_a_faster_walker_never_loses_reach(data: st.DataObject, factor: float) -> None:
    network = data.draw(streets()).network()
    if network.chains == 0:
        return
    origins, targets = data.draw(access(network)), data.draw(access(network))
    slow = Walker(network, ADULT).reaches(origins, targets, 120.0)
    fast = Walker(network, Profile("fast", 80.0 * factor)).reaches(origins, targets, 120.0)
    assert not np.any(slow & ~fast)


@SLOW_OK
@given(st.data())
def test_a_new_link_never_lengthens_a_way(data: st.DataObject) -> None:
    before = data.draw(streets())
    count = len(before.xy)
    node = st.integers(0, count - 1)
    link = data.draw(st.tuples(node, node).filter(lambda pair: pair[0] != pair[1]))
    # junction ids stay the same: every node gets a dead end of its own, so none is dissolved
    stubs = [(x + 1.0, y + 400.0) for x, y in before.xy]
    ends = [(n, n + count) for n in range(count)]
    old = Streets(before.xy + stubs, before.pairs + ends).network()
    new = Streets(before.xy + stubs, [*before.pairs, *ends, link]).network()
    people = [old.junction_id.tolist().index(n + count) for n in range(count)]
    places = [new.junction_id.tolist().index(n + count) for n in range(count)]
    shop = data.draw(node)
    then = Walker(old, ADULT).nearest(
        at_junctions(old, people), at_junctions(old, [people[shop]]), FAR_S
    )
    now = Walker(new, ADULT).nearest(
        at_junctions(new, places), at_junctions(new, [places[shop]]), FAR_S
    )
    assert np.all(now.time_s[:, 0] <= then.time_s[:, 0] + 1e-7)
