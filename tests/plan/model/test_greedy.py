"""The greedy plan keeps every constraint, and its bound is one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from lifecircle.plan.model.budgeted import solve
from lifecircle.plan.model.greedy import greedy
from lifecircle.plan.model.outcome import NoPlanError, Plan
from lifecircle.plan.model.problem import Demands, EquityFloors, Options, Problem
from lifecircle.plan.model.solving import Limits, Status
from tests.plan.model.problems import actions_of, best_plan, every_plan, ints, problems
from tests.plan.model.towns import town


def made(problem: Problem) -> Plan | None:
    """Return the greedy plan; None where there is none, which it may claim only if it is so."""
    try:
        return greedy(problem)
    except NoPlanError as none:
        missed = none
    assert best_plan(problem) is None or not missed.proved
    return None


@settings(max_examples=100)
@given(problems())
def test_no_plan_exceeds_the_bound(problem: Problem) -> None:
    wanted = best_plan(problem)
    plan = made(problem)
    if plan is None:
        return
    assert wanted is not None
    assert problem.broken(plan.chosen, plan.served) == []
    values = [stage.value for stage in plan.stages[:-1]]
    assert values <= wanted[0]
    rivals = [people for people, _, _ in every_plan(problem)]
    for k, stage in enumerate(plan.stages[:-1]):
        as_good = [p for p in rivals if all(p[j] >= values[j] for j in range(k))]
        assert stage.value <= max(p[k] for p in as_good) <= stage.bound
        assert (stage.status is Status.OPTIMAL) == (stage.value == stage.bound)
    assert np.array_equal(plan.chosen, greedy(problem).chosen)


def test_functions_that_share_a_site_are_opened_together() -> None:
    """A site of 100 for both functions against two for 60 each: only together is it cheaper."""
    problem = Problem(
        Demands(ints([50, 50]), ints([0, 0]), ints([0, 0]), ints([0, 0])),
        Options(ints([0, 1, 2]), np.full(3, np.inf), ints([[80], [50], [50]])),
        actions_of([0, 0, 1, 2], [0.0] * 4, [[10]] * 4, [{0: 50}, {1: 50}, {0: 50}, {1: 50}]),
        ints([100]),
        ints([], 2),
        EquityFloors(ints([]), ints([]), ints([])),
    )
    assert list(greedy(problem).chosen) == [0, 1]


@pytest.mark.parametrize("weights", [None, (9, 3, 1)])
def test_a_town_is_near_its_best(weights: tuple[int, ...] | None) -> None:
    problem = town(30, 30, 6, share_of_cost=0.03)
    quick = greedy(problem, weights=weights)
    best = solve(problem, Limits(gap=0.01), weights)
    assert best.gap <= 0.01
    assert quick.stages[0].value <= best.stages[0].value <= best.stages[0].bound
    assert best.stages[0].value <= quick.stages[0].bound
    assert quick.gap < 0.2
    assert problem.broken(quick.chosen, quick.served) == []


def test_what_is_decided_must_be_affordable() -> None:
    problem = Problem(
        Demands(ints([5]), ints([0]), ints([0]), ints([0])),
        Options(ints([0]), np.array([1.0]), ints([[0]])),
        actions_of([0], [2.0], [[1]], [{0: 5}], decided=(0,)),
        ints([10]),
        ints([], 2),
        EquityFloors(ints([]), ints([]), ints([])),
    )
    with pytest.raises(NoPlanError, match="互相冲突") as caught:
        greedy(problem)
    assert caught.value.proved
