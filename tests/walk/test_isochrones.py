"""Reachable streets and areas: by hand, and against a slow walker on points of the streets."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecircle.walk.isochrones import Isochrones, Reached
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import AccessPoints, Snapper
from tests.walk.graphs import Streets, access, slow_metres, streets

ADULT = Profile("adult", 80.0)
SLOW_OK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def seconds(metres: float) -> float:
    return ADULT.seconds(metres).item()


def parts(reached: Reached) -> list[tuple[int, float, float]]:
    rows = zip(reached.chain, reached.from_m, reached.to_m, strict=True)
    return [(int(c), round(float(a), 4), round(float(b), 4)) for c, a, b in rows]


def at(network: Network, x_m: float, y_m: float) -> AccessPoints:
    return Snapper(network).snap([x_m], [y_m])


def test_streets_are_cut_part_way() -> None:
    #            2 (400, 300)
    #            |
    #  0 --400-- 1 --400-- 3
    cross = Streets([(0, 0), (400, 0), (400, 300), (800, 0)], [(0, 1), (1, 2), (1, 3)])
    network = cross.network()
    start = at(network, 300, 10)
    walked, all_of_it = Isochrones(network, ADULT).reached(start, 0, [seconds(200), 3600.0])
    lines = Isochrones(network, ADULT).lines(walked)
    # 10 m to the street, then 190 m to the left, 100 m and the rest of 90 m up and ahead
    arm = [[(110, 0), (400, 0)], [(400, 0), (490, 0)], [(400, 0), (400, 90)]]
    assert shapely.union_all(lines).hausdorff_distance(shapely.MultiLineString(arm)) < 1e-3
    assert walked.length_m == pytest.approx(190 + 100 + 90 + 90, abs=1e-3)
    assert all_of_it.length_m == pytest.approx(1100)


def test_a_street_reached_from_both_ends_is_whole_or_has_a_gap() -> None:
    square = Streets(
        [(0, 0), (100, 0), (100, 100), (0, 100), (0, -50), (100, 150)],
        [(0, 1), (1, 2), (2, 3), (3, 0), (0, 4), (2, 5)],
    )
    network = square.network()
    search = Isochrones(network, ADULT)
    start = at(network, 0, 0)
    gap, whole = search.reached(start, 0, [seconds(190), seconds(200)])
    # both ways round: 190 of each 200 m, and the 50 m down
    assert gap.length_m == pytest.approx(2 * 190 + 50, abs=1e-3)
    assert whole.length_m == pytest.approx(400 + 50, abs=1e-3)


def test_too_far_from_any_street() -> None:
    network = Streets([(0, 0), (100, 0)], [(0, 1)]).network()
    start = at(network, 50, 90)
    search = Isochrones(network, ADULT)
    assert parts(search.reached(start, 0, [seconds(80)])[0]) == []
    assert search.area(start, 0, seconds(80)).is_empty


@SLOW_OK
@given(st.data())
def test_points_of_streets_are_reached_as_the_slow_walker_says(data: st.DataObject) -> None:
    network = data.draw(streets()).network()
    if network.chains == 0:
        return
    starts = data.draw(access(network, most=3))
    limit_m = data.draw(st.sampled_from([20.0, 150.0, 400.0, 5000.0]))
    marks = np.linspace(0.0, 1.0, 5)
    chain = np.repeat(np.arange(network.chains), len(marks))
    at_m = np.tile(marks, network.chains) * network.chain_length_m[chain]
    count = len(chain)
    samples = AccessPoints(count, np.arange(count), chain, at_m, np.zeros(count))
    truth = slow_metres(network, starts, samples)
    search = Isochrones(network, ADULT)
    for owner in range(starts.owners):
        (found,) = search.reached(starts, owner, [seconds(limit_m)])
        assert np.all(found.from_m < found.to_m)
        same = found.chain[1:] == found.chain[:-1]
        assert np.all(found.from_m[1:][same] > found.to_m[:-1][same])
        for sample in range(count):
            own = found.chain == chain[sample]
            inside = np.any(
                own & (found.from_m <= at_m[sample] + 1e-6) & (at_m[sample] <= found.to_m + 1e-6)
            )
            some_street = network.chain_length_m[chain[sample]] > 0
            if some_street and abs(truth[owner][sample] - limit_m) > 1e-5:
                assert inside == (truth[owner][sample] < limit_m)


@settings(SLOW_OK, max_examples=25)
@given(st.data())
def test_the_area_is_what_is_beside_the_streets_in_time(data: st.DataObject) -> None:
    network = data.draw(streets(most=5)).network()
    if network.chains == 0 or network.chain_length_m.max() == 0:
        return
    x_m, y_m = data.draw(st.tuples(st.floats(0, 300), st.floats(0, 300)))
    limit_m = data.draw(st.sampled_from([60.0, 250.0]))
    start = at(network, x_m, y_m)
    area = Isochrones(network, ADULT).area(start, 0, seconds(limit_m))
    assert area.is_valid
    # walking is never shorter than the straight line
    circle = shapely.Point(x_m, y_m).buffer(limit_m + 0.01, quad_segs=360)
    assert area.difference(circle).is_empty
    samples, xy = every_few_metres(network)
    street_m = np.array(slow_metres(network, start, samples)[0])
    for place in data.draw(
        st.lists(st.tuples(st.floats(-50, 350), st.floats(-50, 350)), min_size=10, max_size=10)
    ):
        beside_m = np.hypot(*(xy - place).T)
        if area.covers(shapely.Point(place)):
            assert (street_m + beside_m)[beside_m <= 101].min() <= limit_m + 4
        else:
            # a round end of straight pieces is up to 2 m too short, a step up to 25 m
            inner = (beside_m <= 97) & (street_m + beside_m <= limit_m - 28)
            assert not inner.any()


def every_few_metres(network: Network) -> tuple[AccessPoints, np.ndarray]:
    """Stand on the streets, 8 m apart at most."""
    chain, at_m, xy = [], [], []
    for own in range(network.chains):
        rows = slice(int(network.chain_start[own]), int(network.chain_start[own + 1]))
        line = np.column_stack([network.vertex_x_m[rows], network.vertex_y_m[rows]])
        length_m = float(network.chain_length_m[own])
        marks = np.linspace(0, length_m, int(length_m / 8) + 2)
        at_vertex = network.vertex_at_m[rows]
        xy.append(np.column_stack([np.interp(marks, at_vertex, line[:, i]) for i in (0, 1)]))
        chain.append(np.full(len(marks), own))
        at_m.append(marks)
    chains = np.concatenate(chain)
    count = len(chains)
    return (
        AccessPoints(count, np.arange(count), chains, np.concatenate(at_m), np.zeros(count)),
        np.concatenate(xy),
    )
