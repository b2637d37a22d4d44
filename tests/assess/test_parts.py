"""A region walked in parts is the region walked whole, to the last bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.assess.parts import PartedWalker, cut
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.terms.streets import SHORTEST_PART_M
from lifecircle.walk.nearest import Nearest, Walker
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import Snapper
from tests.conftest import DAY
from tests.walk.graphs import access, streets

ADULT = Profile("adult", 80.0)
HILLS = Profile("older", 57.0, tobler=True)
SLOW_OK = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
SPAN_M = 400.0


def equal(one: Nearest, other: Nearest) -> None:
    np.testing.assert_array_equal(one.target, other.target)
    np.testing.assert_array_equal(one.time_s, other.time_s)


@SLOW_OK
@given(st.data())
def test_parts_answer_as_the_whole_does(data: st.DataObject) -> None:
    network = data.draw(streets(most=20)).network()
    if network.chains == 0:
        return
    network = hilly(network, data)
    profile = data.draw(st.sampled_from([ADULT, HILLS]))
    origins, near, far = (data.draw(access(network)) for _ in range(3))
    limit_s = data.draw(st.sampled_from([20.0, 60.0, 150.0, 3600.0]))
    asked_s = data.draw(st.sampled_from([limit_s, limit_s / 2, limit_s * 2]))
    whole = Walker(network, profile)
    parted = PartedWalker(whole, origins, data.draw(st.integers(2, 5)), limit_s)
    for k in (1, 2):
        found = whole.nearest(origins, near, limit_s, k)
        equal(parted.nearest(origins, near, limit_s, k), found)
        for earlier in (None, found) if asked_s <= limit_s else (None,):
            np.testing.assert_array_equal(
                parted.reaches(origins, near, asked_s, k, earlier),
                whole.reaches(origins, near, asked_s, k, earlier),
            )
    lanes = [near, far]
    pairs = zip(
        parted.nearest_each(origins, lanes, limit_s),
        whole.nearest_each(origins, lanes, limit_s),
        strict=True,
    )
    for one, other in pairs:
        equal(one, other)
    # a question about other doors goes to the whole
    equal(parted.nearest(far, near, limit_s), whole.nearest(far, near, limit_s))


def hilly(network: Network, data: st.DataObject) -> Network:
    """Lift the vertices, the same place to the same height."""
    slope = data.draw(st.sampled_from([0.0, 0.05, -0.1]))
    return replace(network, vertex_z_m=network.vertex_x_m * slope)


def test_nothing_is_cut_away_that_a_walk_downhill_needs() -> None:
    """Tobler's walker goes 1.19 times as fast down 5 in 100."""
    downhill = float(HILLS.slowed_by(np.array([-0.05]))[0])
    assert HILLS.farthest_m(60.0) == pytest.approx(57.0 / downhill)
    assert min(HILLS.slowed_by(np.linspace(-0.6, 0.6, 2401))) == pytest.approx(downhill)
    assert ADULT.farthest_m(60.0) == 80.0


def comb(teeth: int) -> Network:
    """Return a long street with a short lane at each corner.

    |   |   |   |
    +---+---+---+--- ...     lanes of 30 m, every SPAN_M along the street
    """
    xs = np.arange(teeth) * SPAN_M
    x_m, y_m = np.concatenate([xs, xs]), np.repeat([0.0, 30.0], teeth)
    along = np.column_stack([np.arange(teeth - 1), np.arange(1, teeth)])
    lanes = np.column_stack([np.arange(teeth), np.arange(teeth) + teeth])
    return Network.from_segments(
        np.arange(2 * teeth), x_m, y_m, np.concatenate([along, lanes]).astype(np.int64)
    )


def test_a_cut_leaves_no_fragment_unlinked() -> None:
    """The part of a man who walks 60 m holds two lanes and half a street: a fragment by itself."""
    network = comb(40)
    walker = Walker(network, ADULT)
    snapper = Snapper(network)
    xs = np.arange(40) * SPAN_M
    origins = snapper.snap(xs, np.full(40, 31.0))
    targets = snapper.snap(xs + 25.0, np.full(40, -2.0))
    limit_s = ADULT.seconds(60.0).item()
    parts = cut(walker, origins, 40, limit_s)
    assert len(parts) == 40
    assert sorted(np.concatenate([part.owners for part in parts])) == list(range(40))
    smallest = min(part.walker.network.chain_length_m.sum() for part in parts)
    assert smallest < network.chain_length_m.sum() / 10
    parted = PartedWalker(walker, origins, 40, limit_s)
    reached = parted.reaches(origins, targets, limit_s)
    assert reached.all()
    np.testing.assert_array_equal(reached, walker.reaches(origins, targets, limit_s))


def test_a_fragment_of_the_whole_stays_out_of_every_part() -> None:
    """Two metres of way beside the street: nobody starts there, in no part."""
    x_m, y_m = np.array([0.0, SPAN_M, 10.0, 12.0]), np.array([0.0, 0.0, 5.0, 5.0])
    network = Network.from_segments(np.arange(4), x_m, y_m, np.array([[0, 1], [2, 3]]))
    assert network.chain_length_m.min() < SHORTEST_PART_M
    origins = Snapper(network).snap([11.0, 390.0], [6.0, 6.0])
    for part in cut(Walker(network, ADULT), origins, 2, 3600.0):
        assert (part.walker.network.chain_length_m[part.origins.chain] == SPAN_M).all()


@pytest.mark.parametrize("parts", [2, 3, 7])
def test_the_example_city_by_parts(
    example_city: City, pack: Pack, example_network: Network, example: Assessment, parts: int
) -> None:
    ground = Ground(example_city, example_network, DAY, parts=parts)
    assert assess_on(ground, pack) == example
    asked = [walks._asked for walks in ground._walks.values()]
    assert all(isinstance(one, PartedWalker) and len(one.parts) == parts for one in asked)


def test_nobody_on_the_network_has_no_parts() -> None:
    network = comb(3)
    nobody = Snapper(network).snap(np.empty(0), np.empty(0))
    assert cut(Walker(network, ADULT), nobody, 3, 60.0) == ()
    targets = Snapper(network).snap([0.0], [1.0])
    parted = PartedWalker(Walker(network, ADULT), nobody, 3, 60.0)
    assert len(parted.nearest(nobody, targets, 60.0).target) == 0
