"""Plans about as good as the best that are done otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lifecircle.plan.model.budgeted import best, solve
from lifecircle.plan.model.formulation import Formulation, formulate
from lifecircle.plan.model.greedy import ready
from lifecircle.plan.model.outcome import NoPlanError, Plan
from lifecircle.plan.model.problem import Problem
from lifecircle.plan.model.solving import Floats, Integers, Limits, Model, SolverError, Status
from lifecircle.terms.errors import Fault

WITHIN = 0.02
DIFFERING = 0.3


@dataclass(frozen=True, eq=False)
class Alternatives:
    """The best plan first, then others as good and different.

    ``ended`` says why there are no more: INFEASIBLE, it is proved that no further plan differs
    enough from all of these; TIME_LIMIT or INTERRUPTED, the search was cut short; OPTIMAL, as
    many as were asked for were found.
    """

    plans: tuple[Plan, ...]
    ended: Status


def alternatives(
    problem: Problem,
    limits: Limits | None = None,
    weights: tuple[int, ...] | None = None,
    count: int = 3,
    within: float = WITHIN,
    differing: float = DIFFERING,
) -> Alternatives:
    """Return up to ``count`` plans.

    Each serves at least ``1 - within`` of the people the best serves, in every stage of people,
    and of any two plans each spends ``differing`` of its cost on what the other does not do. What
    is decided is no choice and counts on neither side; the same thing in another year (``alike``)
    is the same. With C the cost of what is open to choice
    and Q an earlier plan, a further plan P keeps

        C(P without Q) >= differing C(P),  C(Q without P) >= differing C(Q),

    both linear in P: cuts as in Chang, Brill and Hopkins, Use of mathematical models to generate
    alternative solutions, Water Resources Research 18 (1982) 58-64. The next plan is first the
    best that is left; where that ends too soon, the one that shares least with those before.
    Stages of a further plan are bounds among such plans only. Raises what `solve` raises.
    """
    ready()
    limits = (limits or Limits()).started()
    first = solve(problem, _part(limits, count), weights)
    search = _Search(problem, formulate(problem), weights, first, within, differing)
    found = search.run(limits, count, farthest=False)
    if len(found.plans) < count and found.ended is Status.INFEASIBLE and len(found.plans) > 1:
        other = search.run(limits, count, farthest=True)
        return max(found, other, key=lambda one: len(one.plans))
    return found


def difference(problem: Problem, one: Plan, other: Plan) -> float:
    """Return the least share of its cost that either plan spends on what the other does not do.

    1 where nothing is shared, 0 where a plan costs nothing beyond what is decided.
    """
    return min(_beside(problem, one, other), _beside(problem, other, one))


def _beside(problem: Problem, one: Plan, other: Plan) -> float:
    actions, options = _prices(problem)
    whole = actions[one.chosen].sum() + options[one.opened].sum()
    deeds, places = _alike(problem)
    own = actions[one.chosen[~np.isin(deeds[one.chosen], deeds[other.chosen])]].sum()
    own += options[one.opened[~np.isin(places[one.opened], places[other.opened])]].sum()
    return float(own / whole) if whole else 0.0


def _alike(problem: Problem) -> tuple[Integers, Integers]:
    """Return the number that actions (a,) and options (o,) share with those that are alike."""
    actions, options = problem.actions.alike, problem.options.alike
    return (
        np.arange(len(problem.actions.option)) if actions is None else actions,
        np.arange(len(problem.options.site)) if options is None else options,
    )


def _prices(problem: Problem) -> tuple[Integers, Integers]:
    """Return yuan of actions (a,) and options (o,), 0 for what is decided."""
    decided = problem.actions.decided
    actions = np.where(decided, 0, problem.actions.cost_yuan.sum(axis=1))
    options = problem.options.cost_yuan.sum(axis=1)
    options[problem.opened(np.flatnonzero(decided))] = 0
    return actions, options


def _part(limits: Limits, count: int) -> Limits:
    return replace(limits, seconds=limits.left_s / max(count, 1))


@dataclass(frozen=True, eq=False)
class _Search:
    problem: Problem
    form: Formulation
    weights: tuple[int, ...] | None
    first: Plan
    within: float
    differing: float

    def run(self, limits: Limits, count: int, *, farthest: bool) -> Alternatives:
        """Look for plans until there are ``count`` or none is left."""
        plans = [self.first]
        while len(plans) < count:
            part = _part(limits, count - len(plans))
            try:
                plan = self._next(plans, part, farthest=farthest)
            except NoPlanError as none:
                return Alternatives(tuple(plans), none.status)
            if any(difference(self.problem, plan, one) < self.differing - 1e-9 for one in plans):
                raise SolverError(
                    Fault("求解器给出的备选方案差别不足", remedy="把输入数据发给开发者")
                )
            plans.append(plan)
        return Alternatives(tuple(plans), Status.OPTIMAL)

    def _next(self, plans: list[Plan], limits: Limits, *, farthest: bool) -> Plan:
        model = self.form.model.copy()
        for aim, stage in zip(self.problem.aims(self.weights), self.first.stages, strict=False):
            people = self.form.people(aim)
            least = np.ceil((1 - self.within) * stage.value - 1e-9)
            self._add(model, people, float(least), np.inf)
        self._none_idle(model)
        price = self._price()
        shared = np.zeros(model.columns)
        for plan in plans:
            paid = self._paid(plan, price)
            whole = float(price[self.form.action[plan.chosen]].sum())
            whole += float(price[self.form.option[plan.opened]].sum())
            if whole == 0:
                raise NoPlanError(Status.INFEASIBLE)
            self._add(model, np.nan_to_num(paid), -np.inf, (1 - self.differing) * whole)
            self._add(model, price * (np.isnan(paid) - self.differing), 0.0, np.inf)
            shared += np.nan_to_num(paid)
        if farthest:
            answer = model.solve(shared, replace(limits, seconds=limits.left_s / 2))
            if answer.values is None:
                raise NoPlanError(answer.status)
            self._add(model, shared, -np.inf, answer.objective + 1e-6)
        return best(self.problem, replace(self.form, model=model), limits, self.weights)

    def _none_idle(self, model: Model) -> None:
        """Let nothing be opened that no action uses: paying for it is no difference."""
        actions, options = self.problem.actions, self.problem.options
        own = np.arange(len(options.site))
        entries = (
            np.append(own, actions.option),
            np.append(self.form.option, self.form.action),
            np.append(np.ones(len(own)), -np.ones(len(actions.option))),
        )
        model.add_rows(entries, -np.inf, 0.0, len(own))

    def _paid(self, plan: Plan, price: Floats) -> Floats:
        """Return what ``plan`` pays for each column or the one alike, NaN where for neither.

        Of those alike at most one is done, so that sums of it are what two plans share.
        """
        paid = np.full(len(price), np.nan)
        deeds, places = _alike(self.problem)
        for alike, column, own in (
            (deeds, self.form.action, plan.chosen),
            (places, self.form.option, plan.opened),
        ):
            of_group = np.full(int(alike.max(initial=-1)) + 1, np.nan)
            of_group[alike[own]] = price[column[own]]
            paid[column] = of_group[alike]
        return paid

    def _price(self) -> Floats:
        price = np.zeros(self.form.model.columns)
        actions, options = _prices(self.problem)
        price[self.form.action] = actions / self.form.unit_yuan
        price[self.form.option] = options / self.form.unit_yuan
        return price

    @staticmethod
    def _add(model: Model, value: Floats, least: float, most: float) -> None:
        used = np.flatnonzero(value)
        if len(used):
            model.add_row(used, value[used], least, most)
