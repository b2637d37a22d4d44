"""Where there is no plan, the clash named is one, and no part of it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from lifecircle.plan.model.clashes import clashing
from lifecircle.plan.model.formulation import formulate
from lifecircle.plan.model.outcome import NoPlanError
from lifecircle.plan.model.problem import Constraint, Demands, EquityFloors, Kind, Options, Problem
from lifecircle.plan.model.solving import Limits
from tests.plan.model.problems import actions_of, best_plan, ints, problems


def keeps(problem: Problem, held: set[Constraint]) -> bool:
    form = formulate(problem)
    free = np.array([o >= 0 and form.constraints[o] not in held for o in form.owner])
    found = form.model.solve(np.zeros(form.model.columns), Limits(), free=free)
    return found.values is not None


@settings(max_examples=80)
@given(problems())
def test_a_clash_is_irreducible(problem: Problem) -> None:
    clash = clashing(problem)
    if best_plan(problem) is not None:
        assert clash is None
        return
    assert clash is not None
    assert clash.irreducible
    named = set(clash.constraints)
    assert not keeps(problem, named)
    for one in named:
        assert keeps(problem, named - {one})


def school(budget_yuan: int, least: int) -> Problem:
    """One site, 90 m2, two actions of 50 m2 for 40 and 30 people at 200,000 yuan each."""
    return Problem(
        Demands(ints([40, 30]), ints([0, 0]), ints([0, 0]), ints([0, 0])),
        Options(ints([0]), np.array([90.0]), ints([[0]])),
        actions_of([0, 0], [50.0, 50.0], [[200_000]] * 2, [{0: 40}, {1: 30}]),
        ints([budget_yuan]),
        ints([], 2),
        EquityFloors(ints([0]), ints([-1]), ints([least])),
    )


def test_money_and_room_are_named_where_they_are_short() -> None:
    equity, money, room = (
        Constraint(kind, 0) for kind in (Kind.EQUITY, Kind.BUDGET, Kind.FLOOR_AREA)
    )
    assert clashing(school(budget_yuan=400_000, least=40)) is None
    short_of_money = clashing(school(budget_yuan=100_000, least=40))
    assert short_of_money is not None
    assert set(short_of_money.constraints) == {money, equity}
    short_of_room = clashing(school(budget_yuan=400_000, least=41))
    assert short_of_room is not None
    assert set(short_of_room.constraints) == {room, equity}
    both = clashing(school(budget_yuan=300_000, least=41))
    assert both is not None
    assert set(both.constraints) == {money, equity}  # an office sets budgets, not rooms
    beyond = clashing(school(budget_yuan=400_000, least=71))
    assert beyond is not None
    assert beyond.constraints == (equity,)
    assert beyond.reachable_people == ((0, 70),)


def test_cut_short_it_says_that_it_does_not_know() -> None:
    with pytest.raises(NoPlanError) as caught:
        clashing(school(100_000, 40), Limits(seconds=0.0))
    assert not caught.value.proved
