"""The exact plan against trying everything, and what it does when stopped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from lifecircle.plan.model.budgeted import solve
from lifecircle.plan.model.outcome import Aim, NoPlanError
from lifecircle.plan.model.problem import Problem
from lifecircle.plan.model.solving import Status
from tests.plan.model.problems import best_plan, problems


@settings(max_examples=60)
@given(problems())
def test_nothing_beats_the_plan(problem: Problem) -> None:
    wanted = best_plan(problem)
    if wanted is None:
        with pytest.raises(NoPlanError) as caught:
            solve(problem)
        assert caught.value.proved
        return
    plan = solve(problem)
    people, yuan, numbers = wanted
    assert [stage.value for stage in plan.stages] == [*people, yuan]
    assert [stage.bound for stage in plan.stages] == [*people, yuan]
    assert plan.stages[-1].aim is Aim.COST
    classes = np.unique(problem.demands.priority)
    assert [stage.priority for stage in plan.stages] == [*classes, None]
    assert plan.status is Status.OPTIMAL
    assert plan.gap == 0.0
    assert int(plan.chosen.sum()) + len(plan.chosen) == numbers
    again = solve(problem)
    assert np.array_equal(again.chosen, plan.chosen)
    assert np.array_equal(again.served, plan.served)
