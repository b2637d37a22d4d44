"""Stopped by the clock or by a person, a search gives the best so far and says so."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace

import numpy as np
import pytest

from lifecircle.plan.model.budgeted import solve
from lifecircle.plan.model.greedy import greedy
from lifecircle.plan.model.outcome import NoPlanError
from lifecircle.plan.model.problem import EVERY_GROUP, EquityFloors
from lifecircle.plan.model.solving import Limits, Model, SolverError, Status, until_interrupted
from tests.plan.model.towns import town

HARD = town(60, 60, 9, share_of_cost=0.03)


def stopped_after(calls: int) -> Limits:
    left = iter(range(calls))
    return Limits(stopped=lambda: next(left, None) is None)


def test_a_person_stops_the_search() -> None:
    begin = greedy(HARD).chosen
    plan = solve(HARD, stopped_after(20), start=begin)
    assert plan.status is Status.INTERRUPTED
    assert plan.status.words == "中断时的最好结果"
    assert 0 < plan.stages[0].value <= plan.stages[0].bound
    assert HARD.broken(plan.chosen, plan.served) == []


def test_the_clock_stops_the_search() -> None:
    plan = solve(HARD, Limits(seconds=1.0))
    assert plan.status is Status.TIME_LIMIT
    assert plan.stages[0].value <= plan.stages[0].bound


def test_stopped_before_the_solver_found_any_the_greedy_plan_stands() -> None:
    plan = solve(HARD, stopped_after(0))
    assert plan.status is Status.INTERRUPTED
    assert 0 < plan.stages[0].value <= plan.stages[0].bound
    assert HARD.broken(plan.chosen, plan.served) == []


def test_stopped_before_anything_was_found_nothing_is_claimed() -> None:
    everyone = np.array([HARD.demands.people.sum()])
    floors = EquityFloors(np.zeros(1, np.int64), np.array([EVERY_GROUP]), everyone)
    with pytest.raises(NoPlanError, match="也没有证明不存在") as caught:
        solve(replace(HARD, floors=floors), stopped_after(0))
    assert not caught.value.proved


def test_control_c_is_a_question_and_the_second_one_an_exception() -> None:
    before = signal.getsignal(signal.SIGINT)
    with until_interrupted() as stopped:
        assert not stopped()
        os.kill(os.getpid(), signal.SIGINT)
        assert stopped()
        plan = greedy(HARD, Limits(stopped=stopped))
        assert len(plan.chosen)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_outside_the_main_thread_nothing_is_caught() -> None:
    seen: list[bool] = []

    def ask() -> None:
        with until_interrupted() as stopped:
            seen.append(stopped())

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert seen == [False]


def test_an_unbounded_model_is_no_answer() -> None:
    model = Model()
    column = model.add_columns(1, upper=np.inf)
    model.add_row(column, 1.0, 0.0, np.inf)
    with pytest.raises(SolverError):
        model.solve(np.ones(1), Limits(), maximise=True)


def test_a_gap_is_kept_to_and_said() -> None:
    small = town(20, 20, 4, share_of_cost=0.03)
    plan = solve(small, Limits(gap=0.05))
    assert plan.gap <= 0.05
    exact = solve(small)
    assert exact.status is Status.OPTIMAL
    assert plan.stages[0].value <= exact.stages[0].value <= plan.stages[0].bound
    less = solve(small.without(int(exact.chosen[0])))
    assert [s.value for s in less.stages[:-1]] <= [s.value for s in exact.stages[:-1]]
    assert exact.chosen[0] not in less.chosen
