"""Floating catchments: by hand, what they preserve, and the shapes of decay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.access import Decay, catchments, gaussian, gravity, step, steps
from lifecircle.walk.matrix import Pairs

DECAYS: dict[str, Decay] = {
    "step": step(900.0),
    "steps": steps((300.0, 600.0, 900.0), (1.0, 0.68, 0.22)),
    "gaussian": gaussian(900.0),
    "gravity": gravity(900.0, 1.5),
}


def pairs_of(rows: list[tuple[int, int, float]]) -> Pairs:
    origin, target, time_s = zip(*rows, strict=True) if rows else ((), (), ())
    return Pairs(
        np.array(origin, np.int64), np.array(target, np.int64), np.array(time_s, np.float64)
    )


def test_by_hand() -> None:
    #  100 people --5 min-- 10 places --10 min-- 300 people --15 min-- 30 places
    pairs = pairs_of([(0, 0, 300.0), (1, 0, 600.0), (1, 1, 900.0)])
    found = catchments(pairs, [100, 300], [10, 30], step(900.0))
    assert found.demand.tolist() == [400, 300]
    assert found.per_person == pytest.approx([10 / 400, 10 / 400 + 30 / 300])
    zones = steps((300.0, 900.0), (1.0, 0.5))
    found = catchments(pairs, [100, 300], [10, 30], zones)
    assert found.demand.tolist() == [250, 150]
    assert found.per_person == pytest.approx([10 / 250, 0.5 * 10 / 250 + 0.5 * 30 / 150])


def test_a_facility_that_nobody_reaches_gives_nothing() -> None:
    found = catchments(pairs_of([(0, 0, 901.0)]), [5], [7, 3], step(900.0))
    assert found.per_person.tolist() == [0]
    assert found.ratio.tolist() == [0, 0]


def test_the_shapes_of_decay() -> None:
    time_s = np.array([0.0, 60.0, 450.0, 900.0, 900.1])
    assert DECAYS["step"](time_s).tolist() == [1, 1, 1, 1, 0]
    assert DECAYS["steps"](time_s).tolist() == [1, 1, 0.68, 0.22, 0]
    bell = DECAYS["gaussian"](time_s)
    assert bell[[0, 3, 4]].tolist() == [1, 0, 0]
    # (exp(-1/8) - exp(-1/2)) / (1 - exp(-1/2))
    assert bell[2] == pytest.approx(0.701367, abs=1e-6)
    power = DECAYS["gravity"](time_s)
    assert power.tolist() == pytest.approx([1, 1, 7.5**-1.5, 15**-1.5, 0])
    for weight in DECAYS.values():
        assert np.all(np.diff(weight(np.arange(0.0, 1000.0, 7.0))) <= 0)


@pytest.mark.parametrize("limits", [(300.0, 300.0), (600.0, 300.0), (300.0,)])
def test_zones_that_make_no_sense(limits: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="limits must rise"):
        steps(limits, (1.0, 0.5))


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 4)), st.floats(0, 1000), max_size=20
    ),
    st.lists(st.integers(0, 500), min_size=6, max_size=6),
    st.lists(st.integers(0, 90), min_size=5, max_size=5),
    st.sampled_from(sorted(DECAYS)),
    st.randoms(use_true_random=False),
)
def test_people_together_get_what_there_is(
    times: dict[tuple[int, int], float],
    people: list[int],
    capacity: list[int],
    decay: str,
    dice: object,
) -> None:
    rows = [(o, f, time_s) for (o, f), time_s in times.items()]
    found = catchments(pairs_of(rows), people, capacity, DECAYS[decay])
    given_out = float(np.array(people) @ found.per_person)
    assert given_out == pytest.approx(
        sum(c for c, demand in zip(capacity, found.demand, strict=True) if demand > 0)
    )
    slow = [0.0] * 6
    for facility in range(5):
        share = [(o, float(DECAYS[decay](np.array([t]))[0])) for o, f, t in rows if f == facility]
        demand = sum(people[o] * w for o, w in share)
        for o, w in share:
            slow[o] += capacity[facility] / demand * w if demand > 0 else 0.0
    assert found.per_person == pytest.approx(slow)
    dice.shuffle(rows)  # type: ignore[attr-defined]
    again = catchments(pairs_of(rows), people, capacity, DECAYS[decay])
    assert again.per_person.tolist() == found.per_person.tolist()
