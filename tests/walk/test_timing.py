"""Time in both directions: by hand, and against a plain search over every vertex in float64."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecircle.assess.profiles import WALKERS, figures, profiles
from lifecircle.terms.streets import PASSAGES
from lifecircle.walk.nearest import Walker
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import BARRED, Profile
from lifecircle.walk.snap import AccessPoints, Snapper
from lifecircle.walk.timing import BARRED_S, Timing
from lifecircle.walk.ways import way
from tests.walk.graphs import Hilly, access, hilly, slow_seconds

#: a metre a second on the level, three on steps up, two down; waits of 30, 6, 4 and 45 s
PLAIN = Profile(
    "plain",
    60.0,
    pace=tuple({"steps": 2.5, "steps-up": 3.0, "steps-down": 2.0}.get(w, 1.0) for w in PASSAGES),
    wait_s=tuple({"signals": 30.0, "zebra": 6.0, "crossing": 4.0, "lift": 45.0}.get(w, 0.0)
                 for w in PASSAGES),
)  # fmt: skip
ON_WHEELS = Profile(
    "wheels",
    60.0,
    pace=tuple(BARRED if word.startswith("steps") else 1.0 for word in PASSAGES),
    steepest=1 / 12,
)
TOBLER = Profile("tobler", 60.0, tobler=True)
SLOW_OK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def line(*pieces: tuple[str, float], rise_m: tuple[float, ...] = (), waits: float = 1.0) -> Network:
    """Return one chain from west to east: the word and the metres of each piece."""
    x_m = np.cumsum([0.0, *(metres for _, metres in pieces)])
    segments = np.column_stack([np.arange(len(pieces)), np.arange(1, len(pieces) + 1)])
    return Network.from_segments(
        np.arange(len(x_m)),
        x_m,
        np.zeros(len(x_m)),
        segments,
        np.cumsum([0.0, *rise_m]) if rise_m else None,
        np.array([PASSAGES.index(word) for word, _ in pieces]),
        np.full(len(pieces), waits),
    )


def both_ways(network: Network, profile: Profile) -> tuple[float, float]:
    ahead, back = Timing(network, profile).chain_s
    return float(ahead[0]), float(back[0])


def test_steps_up_are_steps_down_on_the_way_back() -> None:
    """100 m level, 20 m of steps that rise eastward, 50 m level.

    a --100-- b ==20==> c --50-- d      east 100 + 3 x 20 + 50 = 210 s, west 100 + 2 x 20 + 50
    """
    network = line(("way", 100), ("steps-up", 20), ("way", 50))
    assert both_ways(network, PLAIN) == (210.0, 190.0)
    assert network.chain_length_m.tolist() == [170.0]


def test_steps_nobody_said_the_direction_of_take_the_mean() -> None:
    assert both_ways(line(("steps", 20)), PLAIN) == (50.0, 50.0)


def test_a_way_drawn_westward_is_the_same_way() -> None:
    """The same steps given from c to b, as going down."""
    network = Network.from_segments(
        np.arange(3), np.array([0.0, 100, 120]), np.zeros(3), np.array([[1, 0], [2, 1]]),
        None, np.array([0, PASSAGES.index("steps-down")]), np.zeros(2),
    )  # fmt: skip
    assert both_ways(network, PLAIN) == (160.0, 140.0)


@pytest.mark.parametrize(("word", "wait_s"), [("signals", 30), ("zebra", 6), ("crossing", 4)])
def test_a_crossing_is_waited_for(word: str, wait_s: float) -> None:
    """a --100-- k ==12== k --100-- b: the road is 12 m wide."""
    network = line(("way", 100), (word, 12), ("way", 100))
    assert both_ways(network, PLAIN) == (212.0 + wait_s, 212.0 + wait_s)


def test_a_lift_is_waited_for_and_steps_bar_wheels() -> None:
    """Up to a footbridge by steps or by lift, 40 m over the road, down again by lift.

      b --40-- c          steps a-b: 10 m; lifts a-b (by l): 5 m + 5 m; c-d: 5 m
      ║ l      │
    --a        d--        x: 0 and 40, y: 0 and 10
    """
    ids = np.arange(5)
    x_m, y_m = np.array([0.0, 0, 40, 40, -3]), np.array([0.0, 10, 10, 0, 4])
    words = ["steps-up", "lift", "lift", "way", "lift"]
    network = Network.from_segments(
        ids, x_m, y_m, np.array([[0, 1], [0, 4], [4, 1], [1, 2], [2, 3]]), None,
        np.array([PASSAGES.index(word) for word in words]), np.array([0, 0.5, 0.5, 0, 1.0]),
    )  # fmt: skip
    begin, end = at_node(network, 0.0, 0.0), at_node(network, 40.0, 0.0)
    on_foot = way(Timing(network, PLAIN), begin, 0, end, 0)
    assert on_foot is not None
    assert on_foot.time_s == pytest.approx(10 * 3 + 40 + 10 + 45)
    rolling = Profile("wheels", 60.0, pace=ON_WHEELS.pace, wait_s=PLAIN.wait_s)
    on_wheels = way(Timing(network, rolling), begin, 0, end, 0)
    assert on_wheels is not None
    assert on_wheels.length_m == pytest.approx(5 + math.hypot(3, 6) + 40 + 10)
    assert on_wheels.time_s == pytest.approx(on_wheels.length_m + 45 + 45)


def at_node(network: Network, x_m: float, y_m: float) -> AccessPoints:
    """Stand on the vertex at a place, wherever a chain passes it."""
    rows = np.flatnonzero((network.vertex_x_m == x_m) & (network.vertex_y_m == y_m))
    chain = np.searchsorted(network.chain_start, rows, side="right") - 1
    return AccessPoints(
        1, np.zeros(len(rows), np.int64), chain, network.vertex_at_m[rows], np.zeros(len(rows))
    )


def test_slopes_by_tobler_both_ways() -> None:
    """100 m that rise 10 m: 6 exp(-3.5 |0.1 + 0.05|) km/h up, exp(-3.5 |-0.1 + 0.05|) down."""
    up, down = both_ways(line(("way", 100), rise_m=(10,)), TOBLER)
    assert up == pytest.approx(100 * math.exp(0.35))
    assert down == pytest.approx(100.0)
    assert both_ways(line(("way", 100), rise_m=(-5,)), TOBLER)[0] == pytest.approx(
        100 * math.exp(-0.175)
    )


def test_wheels_stop_at_one_in_twelve() -> None:
    assert both_ways(line(("way", 120), rise_m=(9.9,)), ON_WHEELS) == (120.0, 120.0)
    assert min(both_ways(line(("way", 120), rise_m=(10.1,)), ON_WHEELS)) >= BARRED_S


def test_what_is_barred_is_never_reached() -> None:
    network = line(("way", 100), ("steps", 10), ("way", 100))
    walker = Walker(network, ON_WHEELS)
    west, east = (AccessPoints(1, np.array([0]), np.array([0]), np.array([at]), np.zeros(1))
                  for at in (50.0, 150.0))  # fmt: skip
    assert walker.nearest(west, east, 7200.0).target.tolist() == [[-1]]
    assert way(walker.timing, west, 0, east, 0) is None
    assert Walker(network, PLAIN).nearest(west, east, 7200.0).target.tolist() == [[0]]


def test_level_way_takes_what_it_always_took() -> None:
    """Exactly: no figure on level way may move because profiles know of more."""
    network = line(("way", 33.3), ("way", 0.7), ("way", 1234.5))
    timing = Timing(network, profiles()["adult"].at(80.0))
    assert timing.level
    old = Profile("adult", 80.0).seconds(network.chain_length_m)
    assert timing.chain_s[0].tobytes() == timing.chain_s[1].tobytes() == old.tobytes()


def test_nobody_lives_on_a_crossing_and_wheels_do_not_start_on_steps() -> None:
    """Doors 5 m north of the middle of each piece: 100 m way, 12 m zebra, 100 m steps, 1,000 m."""
    network = line(("way", 100), ("zebra", 12), ("steps", 100), ("way", 1000))
    doors = [50.0, 106.0, 190.0], [5.0, 5.0, 5.0]
    on_foot = Snapper(network, Timing(network, PLAIN)).snap(*doors)
    assert on_foot.at_m.tolist() == [50.0, 100.0, 190.0]
    on_wheels = Snapper(network, Timing(network, ON_WHEELS)).snap(*doors)
    assert on_wheels.at_m.tolist() == [50.0, 100.0, 212.0]


def test_no_leg_crosses_a_barrier() -> None:
    """A door 20 m from a street beyond the railway and 60 m from one on its own side.

    ---------------------- y 60
            o              y 0
    ++++++++++++++++++++++ railway, y -10
    ---------------------- y -20
    """
    network = Network.from_segments(
        np.arange(4), np.array([0.0, 2000, 0, 2000]), np.array([60.0, 60, -20, -20]),
        np.array([[0, 1], [2, 3]]),
    )  # fmt: skip
    rail = np.array([shapely.LineString([(-100, -10), (2100, -10)])], dtype=object)
    assert Snapper(network).snap([500.0], [0.0]).leg_m.tolist() == [20.0]
    assert Snapper(network, barriers=rail).snap([500.0], [0.0]).leg_m.tolist() == [60.0]
    assert Snapper(network, barriers=rail).snap([500.0], [-15.0]).leg_m.tolist() == [5.0]
    # beyond what is looked for on its own side, the nearest stays
    assert Snapper(network, barriers=rail).snap([5000.0], [0.0]).leg_m.tolist() == [
        math.hypot(3000, 20)
    ]


@SLOW_OK
@given(hilly(), st.randoms())
def test_the_order_of_rows_changes_nothing(plan: Hilly, dice: object) -> None:
    assert plan.shuffled(dice).sha256 == plan.network().sha256


@SLOW_OK
@given(st.data())
def test_every_time_equals_the_slow_walkers(data: st.DataObject) -> None:
    """Nearest and way, from doors to doors part-way along chains, for walkers of all sorts."""
    plan = data.draw(hilly())
    network = plan.network()
    if network.chains == 0:
        return
    origins, targets = data.draw(access(network)), data.draw(access(network))
    for profile in (PLAIN, TOBLER, profiles()["adult"]):
        walker = Walker(network, profile)
        found = walker.nearest(origins, targets, 36000.0, targets.owners)
        truth = slow_seconds(plan, network, profile, origins, targets)
        for o, row in enumerate(truth):
            for t, true_s in enumerate(row):
                one = way(walker.timing, origins, o, targets, t)
                if math.isinf(true_s):
                    assert one is None
                    assert t not in found.target[o]
                    continue
                assert one is not None
                assert one.time_s == pytest.approx(true_s, abs=1e-6)
                assert one.time_s >= profile.seconds(one.length_m) * math.exp(-0.175) - 1e-6
                place = found.target[o].tolist().index(t)
                assert found.time_s[o, place] == pytest.approx(true_s, abs=1e-6)


@SLOW_OK
@given(st.data())
def test_one_way_there_is_not_the_way_back(data: st.DataObject) -> None:
    """The slow walker's way from a to b is what the engine says from a to b, not from b to a."""
    plan = data.draw(hilly())
    network = plan.network()
    if network.chains == 0:
        return
    one, other = data.draw(access(network, 1)), data.draw(access(network, 1))
    timing = Timing(network, TOBLER)
    for begin, end in ((one, other), (other, one)):
        true_s = slow_seconds(plan, network, TOBLER, begin, end)[0][0]
        found = way(timing, begin, 0, end, 0)
        assert (found is None) == math.isinf(true_s)
        assert found is None or found.time_s == pytest.approx(true_s, abs=1e-6)


def test_every_shipped_figure_has_its_source() -> None:
    assert list(profiles()) == ["adult", "older", "child", "wheelchair"]
    for name in profiles():
        assert WALKERS[name]
        told = figures(name)
        assert {figure.name for figure in told} >= {"speed_m_per_min", "steps_up", "signals_s"}
        assert all(figure.source and figure.read in ("text", "abstract", "no") for figure in told)
    assert profiles()["wheelchair"].pace[PASSAGES.index("steps")] == BARRED
    assert profiles()["adult"].speed_m_per_min == 80
