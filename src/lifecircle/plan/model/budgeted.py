"""The best plan under a budget, exact through HiGHS, its gap reported."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from lifecircle.plan.model.checking import check
from lifecircle.plan.model.formulation import Formulation, formulate
from lifecircle.plan.model.greedy import completed, quick, ready
from lifecircle.plan.model.outcome import Aim, NoPlanError, Plan, Stage, aims_of
from lifecircle.plan.model.problem import Problem
from lifecircle.plan.model.serving import served_by
from lifecircle.plan.model.solving import (
    Answer,
    Floats,
    Integers,
    Limits,
    SolverError,
    Status,
)
from lifecircle.terms.errors import Fault

HALF = 0.5
"""People and units of money are whole: half of one more is none."""

SLACK = 0.01
"""How far a stage may fall behind an earlier one, in people or units of money: not by one."""


def solve(
    problem: Problem,
    limits: Limits | None = None,
    weights: tuple[int, ...] | None = None,
    start: Integers | None = None,
) -> Plan:
    """Serve the most people of the most urgent class, then of the next, then spend the least.

    Each class is a stage: the people of the stages before may not become fewer, or, with
    ``limits.gap``, fall behind their bound by no more than it. ``weights`` (one whole number per
    class) makes all people one stage instead. Of plans that are still equal, the
    one whose action numbers add up to the least is taken, where every stage is proved; the same
    input gives the same plan. The model is that of `formulation`. ``start`` are actions of a plan
    to begin with; without it the greedy one is.

    Of what is left of ``limits.seconds`` each stage of people gets an equal part, that of cost half
    of one; stopped by the clock or a
    person, the best plan so far is returned with its bounds. Raises InputError for a faulty
    problem, NoPlanError where there is no plan or none was found.
    """
    check(problem)
    ready()
    limits = (limits or Limits()).started()
    start = _begun(problem, limits, weights, start)
    try:
        return best(problem, formulate(problem), limits, weights, start)
    except NoPlanError as error:
        standing = None if error.proved else _standing(problem, start, weights, error.status)
        if standing is None:
            raise
        return standing


def _standing(
    problem: Problem, chosen: Integers, weights: tuple[int, ...] | None, status: Status
) -> Plan | None:
    """Return the plan to begin with where the solver had no time for any, None if it is none."""
    served = served_by(problem, chosen)
    if problem.broken(chosen, served):
        return None
    people = problem.demands.people
    stages = [
        Stage(*aim, int(served @ worth), int(people @ worth), status)
        for aim, worth in zip(aims_of(problem, weights), problem.aims(weights), strict=True)
    ]
    cost_yuan = problem.cost_yuan(chosen)
    stages.append(Stage(Aim.COST, None, int(cost_yuan.sum()), 0, status))
    return Plan(chosen, problem.opened(chosen), served, cost_yuan, tuple(stages))


def best(
    problem: Problem,
    form: Formulation,
    limits: Limits,
    weights: tuple[int, ...] | None = None,
    start: Integers | None = None,
) -> Plan:
    """Run the stages on a model that may hold more rows than the problem's own."""
    limits = limits.started()
    search = _Search(form, limits, form.start(_begun(problem, limits, weights, start)))
    aims = problem.aims(weights)
    for k, aim in enumerate(aims):
        if k:
            chosen = form.chosen(search.found)
            search.begin(completed(problem, chosen, k))
        search.people(form.people(aim), parts=len(aims) - k + 0.5)
    search.money()
    if all(answer.status is Status.OPTIMAL for answer in search.answers):
        search.tie()
    return _plan(problem, form, search, weights)


def _begun(
    problem: Problem, limits: Limits, weights: tuple[int, ...] | None, start: Integers | None
) -> Integers:
    """Return actions to begin with; the greedy ones where none are given."""
    if start is not None:
        return start
    try:
        part = replace(limits, seconds=limits.left_s / 4).started()
        return quick(problem, part, weights)[0]
    except NoPlanError:
        return np.empty(0, dtype=np.int64)


class _Search:
    """Runs one stage after another on a growing model."""

    def __init__(self, form: Formulation, limits: Limits, start: Floats) -> None:
        self.form = form
        self.model = form.model.copy()
        self.limits = limits
        self.values: Floats | None = None
        self.hint: Floats | None = start
        self.answers: list[Answer] = []
        self.aims: list[Floats] = []

    def people(self, cost: Floats, parts: float) -> None:
        """Maximise ``cost``; later stages keep what was reached, or its bound but for the gap."""
        answer = self._run(cost, parts, maximise=True)
        self.answers.append(answer)
        self.aims.append(cost)
        reached = self._reached(cost)
        if math.isfinite(answer.bound):
            reached = min(reached, math.ceil((1 - self.limits.gap) * answer.bound))
        self._keep(cost, reached)

    def _reached(self, cost: Floats) -> int:
        return round(float(cost @ self.found))

    def _keep(self, cost: Floats, least: int) -> None:
        used = np.flatnonzero(cost)
        if len(used):
            self.model.add_row(used, cost[used], least - SLACK, np.inf)

    def begin(self, chosen: Integers) -> None:
        """Try ``chosen`` first in the next stage; what was found stays where it does not serve."""
        self.hint = self.form.start(chosen)

    def money(self) -> None:
        """Minimise what is spent on the people now reached, and keep it."""
        for aim in self.aims:
            self._keep(aim, self._reached(aim))
        cost = self.form.money()
        self.answers.append(self._run(cost, 1.5, maximise=False))
        self._keep(-cost, -self._reached(cost))

    def tie(self) -> None:
        """Take the smallest action numbers."""
        cost = np.zeros(self.model.columns)
        cost[self.form.action] = 1.0 + np.arange(len(self.form.action))
        self._run(cost, 1, maximise=False)

    @property
    def found(self) -> Floats:
        """Return the best solution so far."""
        assert self.values is not None
        return self.values

    def _run(self, cost: Floats, parts: float, *, maximise: bool) -> Answer:
        limits = replace(self.limits, seconds=self.limits.left_s / parts)
        answer = self.model.solve(
            cost, limits, maximise=maximise, start=self.hint, absolute_gap=HALF
        )
        if answer.values is not None:
            self.values = self.hint = answer.values
        elif answer.status is Status.INFEASIBLE and self.values is not None:
            # what was found keeps every row within the solver's tolerance, but not exactly
            reached = float(cost @ self.values)
            worst = np.inf if maximise else -np.inf
            return Answer(Status.TIME_LIMIT, self.values, reached, worst)
        elif answer.status is Status.INFEASIBLE or self.values is None:
            raise NoPlanError(answer.status)
        if abs(answer.bound - answer.objective) < 1.0 - SLACK:
            return replace(answer, status=Status.OPTIMAL)
        return answer


def _plan(
    problem: Problem,
    form: Formulation,
    search: _Search,
    weights: tuple[int, ...] | None,
) -> Plan:
    """Count the plan anew from its actions; nothing is taken from the solver but the bounds."""
    chosen = form.chosen(search.found)
    served = served_by(problem, chosen)
    broken = problem.broken(chosen, served)
    if broken:
        said = "、".join(f"{one.kind} {one.number}" for one in broken)
        raise SolverError(Fault(f"求解器给出的方案不满足约束（{said}）"))
    answers = iter(search.answers)
    stages = []
    for aim, worth in zip(aims_of(problem, weights), problem.aims(weights), strict=True):
        answer = next(answers)
        value, most = int(served @ worth), int(problem.demands.people @ worth)
        bound = max(value, _whole(answer.bound, most, 1))
        stages.append(Stage(*aim, value, bound, _ended(answer, value, bound)))
    answer = next(answers)
    spent = int(problem.cost_yuan(chosen).sum())
    least = min(spent, max(0, _whole(answer.bound, 0, -1)) * form.unit_yuan)
    stages.append(Stage(Aim.COST, None, spent, least, _ended(answer, spent, least)))
    opened = problem.opened(chosen)
    return Plan(chosen, opened, served, problem.cost_yuan(chosen), tuple(stages))


def _whole(bound: float, worst: int, direction: int) -> int:
    """Round a bound to the whole number it proves, down for people (1), up for money (-1)."""
    if not math.isfinite(bound):
        return worst
    return direction * math.floor(direction * bound + SLACK)


def _ended(answer: Answer, value: int, bound: int) -> Status:
    if value == bound:
        return Status.OPTIMAL
    # proved best when it was found, then given back to a later stage
    return Status.WITHIN_GAP if answer.status is Status.OPTIMAL else answer.status
