"""The way found: as long as the slow walker's, in one piece, on streets that exist."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecircle.walk.network import Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import AccessPoints, Snapper
from lifecircle.walk.timing import Timing
from lifecircle.walk.ways import length_m, way
from tests.walk.graphs import access, slow_metres, streets

ADULT = Profile("adult", 80.0)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_way_is_as_long_as_the_slow_walkers_and_its_line_as_long_as_it_says(
    data: st.DataObject,
) -> None:
    plan = data.draw(streets())
    network = plan.network()
    if network.chains == 0:
        return
    origins, targets = data.draw(access(network)), data.draw(access(network))
    truth = slow_metres(network, origins, targets)
    pieces = {frozenset(pair) for pair in plan.pairs}
    for o, row in enumerate(truth):
        for t, metres in enumerate(row):
            found = way(Timing(network, ADULT), origins, o, targets, t)
            length = length_m(Timing(network, ADULT), origins, o, targets, t)
            if math.isinf(metres):
                assert found is None
                assert length is None
                continue
            assert found is not None
            assert length == found.length_m
            assert found.length_m == pytest.approx(metres, abs=1e-6)
            line_m = np.hypot(np.diff(found.x_m), np.diff(found.y_m)).sum()
            assert line_m + found.leg_from_m + found.leg_to_m == pytest.approx(metres, abs=1e-6)
            assert sum(part for _, part in found.straights()) == pytest.approx(line_m, abs=1e-6)
            assert all(plan.xy[own] for own in found.junctions)
            _every_hop_is_a_street(plan.xy, pieces, found.x_m, found.y_m)


def _every_hop_is_a_street(
    xy: list[tuple[float, float]], pieces: set[frozenset[int]], x_m: np.ndarray, y_m: np.ndarray
) -> None:
    for n in range(len(x_m) - 1):
        middle = (x_m[n] + x_m[n + 1]) / 2, (y_m[n] + y_m[n + 1]) / 2
        assert any(_off(middle, xy[min(p)], xy[max(p)]) < 1e-6 for p in pieces)


def _off(point: tuple[float, float], begin: tuple[float, float], end: tuple[float, float]) -> float:
    ax, ay = end[0] - begin[0], end[1] - begin[1]
    square = ax * ax + ay * ay
    inner = (point[0] - begin[0]) * ax + (point[1] - begin[1]) * ay
    share = min(max(inner / square, 0.0), 1.0) if square else 0.0
    return math.hypot(point[0] - begin[0] - share * ax, point[1] - begin[1] - share * ay)


def test_a_way_by_hand() -> None:
    """From 50 m south of a, along a-b-c, up to d: two parts, one turn to the left.

              d (400, 300)
              |
    a -- b -- c        a (0, 0), b (200, 0), c (400, 0)
    o                  the door
    """
    ids = np.array([10, 20, 30, 40])
    x_m, y_m = np.array([0.0, 200, 400, 400]), np.array([0.0, 0, 0, 300])
    network = Network.from_segments(ids, x_m, y_m, np.array([[0, 1], [1, 2], [2, 3]]))
    snapper = Snapper(network)
    origin, target = snapper.snap([0], [-50]), snapper.snap([420], [300])
    found = way(Timing(network, ADULT), origin, 0, target, 0)
    assert found is not None
    assert found.length_m == 50 + 400 + 300 + 20
    assert (found.leg_from_m, found.leg_to_m) == (50, 20)
    assert found.straights() == [("start", 400.0), ("left", 300.0)]
    assert found.turns == 1
    assert found.junctions == ()


def test_no_way_between_two_parts() -> None:
    ids, y_m = np.arange(4), np.array([0.0, 0, 500, 500])
    network = Network.from_segments(
        ids, np.array([0.0, 2000, 0, 2000]), y_m, np.array([[0, 1], [2, 3]])
    )
    here = AccessPoints(1, np.array([0]), np.array([0]), np.array([5.0]), np.array([0.0]))
    there = AccessPoints(1, np.array([0]), np.array([1]), np.array([5.0]), np.array([0.0]))
    assert way(Timing(network, ADULT), here, 0, there, 0) is None
