"""Who is served where: by hand, and against every possible answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from lifecircle.assess.assignment import assign
from lifecircle.walk.matrix import Pairs

Times = dict[tuple[int, int], int]


def pairs_of(times: Times) -> Pairs:
    keys = list(times)
    return Pairs(
        np.array([o for o, _ in keys], np.int64),
        np.array([f for _, f in keys], np.int64),
        np.array([times[key] for key in keys], np.float64),
    )


def answer(times: Times, people: list[int], room: list[int]) -> tuple[dict[object, int], list[int]]:
    found = assign(pairs_of(times), people, room)
    keys = zip(found.origin.tolist(), found.facility.tolist(), strict=True)
    return dict(zip(keys, found.people.tolist(), strict=True)), found.left.tolist()


def test_serving_more_people_goes_before_walking_less() -> None:
    # estate 0 reaches both, estate 1 only facility 0: 0 gives way although it is next door
    times = {(0, 0): 60, (0, 1): 800, (1, 0): 700}
    assert answer(times, [10, 10], [10, 10]) == ({(0, 1): 10, (1, 0): 10}, [0, 0])


def test_an_estate_is_parted_and_some_are_left() -> None:
    times = {(0, 0): 60, (0, 1): 300, (1, 1): 100}
    assert answer(times, [10, 8], [4, 9]) == ({(0, 0): 4, (0, 1): 1, (1, 1): 8}, [5, 0])


def test_among_equals_the_first_estate_goes_to_the_first_facility() -> None:
    times = dict.fromkeys([(0, 0), (0, 1), (1, 0), (1, 1)], 120)
    assert answer(times, [5, 5], [5, 5]) == ({(0, 0): 5, (1, 1): 5}, [0, 0])
    assert answer(times, [5, 5], [7, 0]) == ({(0, 0): 5, (1, 0): 2}, [0, 3])


def test_nobody_or_nowhere() -> None:
    assert answer({}, [3, 4], [5]) == ({}, [3, 4])
    assert answer({(0, 0): 5}, [3], [0]) == ({}, [3])


def every_answer(
    keys: list[tuple[int, int]], people: list[int], room: list[int]
) -> Iterator[tuple[int, ...]]:
    if not keys:
        yield ()
        return
    o, f = keys[0]
    for going in range(min(people[o], room[f]) + 1):
        people[o] -= going
        room[f] -= going
        for rest in every_answer(keys[1:], people, room):
            yield (going, *rest)
        people[o] += going
        room[f] += going


@settings(max_examples=150)
@given(
    st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 2)), st.integers(0, 3), max_size=6),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.randoms(use_true_random=False),
)
def test_the_best_of_all_answers(
    times: Times, people: list[int], room: list[int], dice: object
) -> None:
    keys = sorted(times)
    best = max(
        every_answer(keys, list(people), list(room)),
        key=lambda x: (sum(x), -sum(times[k] * n for k, n in zip(keys, x, strict=True)), x),
    )
    mixed = list(times)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    found = assign(pairs_of({key: times[key] for key in mixed}), people, room)
    going = {
        (int(o), int(f)): int(n)
        for o, f, n in zip(found.origin, found.facility, found.people, strict=True)
    }
    assert tuple(going.get(key, 0) for key in keys) == best
    assert found.person_s == sum(times[k] * n for k, n in zip(keys, best, strict=True))
    sent = [sum(n for (o, _), n in going.items() if o == own) for own in range(3)]
    assert found.left.tolist() == [p - s for p, s in zip(people, sent, strict=True)]


def test_a_city_is_assigned_in_a_moment() -> None:
    dice = np.random.default_rng(7)
    home, place = dice.uniform(0, 9000, (1500, 2)), dice.uniform(0, 9000, (90, 2))
    away = np.hypot(*(home[:, None] - place[None]).transpose(2, 0, 1))
    origin, target = np.nonzero(away < 1200)
    pairs = Pairs(origin, target, away[origin, target] / 80 * 60)
    people, room = dice.integers(0, 900, 1500), dice.integers(0, 9000, 90)
    found = assign(pairs, people, room)
    assert found.people.sum() + found.left.sum() == people.sum()
    assert np.all(np.bincount(found.facility, found.people, 90) <= room)
    again = assign(pairs, people, room)
    assert found.people.tolist() == again.people.tolist()


def test_what_cannot_be_proven_is_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def worse(*args: Any, **options: Any) -> Any:
        solved = linprog(*args, **options)
        solved.x = np.zeros_like(solved.x)
        return solved

    monkeypatch.setattr("lifecircle.assess.assignment.linprog", worse)
    with pytest.raises(ArithmeticError, match="could not be proven"):
        answer({(0, 0): 5}, [3], [3])
