"""A good plan for a whole city: lazy greedy, then swaps, then a proved bound.

Lazy evaluation: Minoux, Accelerated greedy algorithms for maximizing submodular set functions,
LNCIS 7 (1978) 234-243; by cost: Leskovec et al., Cost-effective outbreak detection in networks
(CELF), KDD 2007, 420-429. Here a move may open a site with several functions at once, since they
share what opening costs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from lifecircle.plan.model.bound import bounds
from lifecircle.plan.model.checking import check
from lifecircle.plan.model.filling import NOTHING, State, Town, fill, idle, take
from lifecircle.plan.model.outcome import Aim, NoPlanError, Plan, Stage, aims_of
from lifecircle.plan.model.problem import (
    UNLIMITED,
    Actions,
    Demands,
    EquityFloors,
    Kind,
    Options,
    Problem,
)
from lifecircle.plan.model.serving import served_by
from lifecircle.plan.model.solving import Array, Integers, Limits, Status

ROUNDS = 2
"""How often the options of a plan are tried without."""

WORK = 150_000_000
"""How many reaches the swaps of a round may look at about: a count, since a clock is no input."""


@cache
def ready() -> None:
    """Compile what the greedy hand runs, so that no clock of a search pays for it.

    Once on a machine that takes seconds; from the cache it takes tenths of one.
    """
    one, two = np.ones(1, dtype=np.int64), np.zeros(2, dtype=np.int64)
    no = np.zeros(2, dtype=np.bool_)
    smallest = Problem(
        demands=Demands(one, one * 0, one * 0, one * 0),
        options=Options(np.arange(2), np.full(2, np.inf), np.ones((2, 1), dtype=np.int64)),
        actions=Actions(
            np.arange(2), np.zeros(2), np.ones((2, 1), dtype=np.int64),
            two + UNLIMITED, np.arange(3), two, two + 1, no, no,
        ),
        budget_yuan=one * 2,
        exclusions=np.empty((0, 2), dtype=np.int64),
        floors=EquityFloors(two[:0], two[:0], two[:0]),
    )  # fmt: skip
    greedy(smallest)


def greedy(
    problem: Problem,
    limits: Limits | None = None,
    weights: tuple[int, ...] | None = None,
    rounds: int = ROUNDS,
) -> Plan:
    """Serve many people of the most urgent class, then of the next; prove how many more could be.

    First the equity floors, then class by class the move that serves most by cost (its share of
    the budgets), then swaps: each option is closed and what it frees is spent anew, kept where
    that is better; ``rounds`` times over all, the weakest first, as far as `WORK` goes. Actions
    that serve nobody more are dropped. Bounds are Lagrangian (see `bound`); a stage of cost has
    none but what is decided. The same input gives the same plan unless the limits cut the swaps
    short, which get half the time. ``limits.gap`` ends the work on the bounds.

    Raises InputError for a faulty problem, NoPlanError where what is decided breaks a constraint
    (proved) or the floors are not reached (not proved).
    """
    check(problem)
    limits = (limits or Limits()).started()
    half = replace(limits, seconds=limits.left_s / 2).started()
    chosen, status = quick(problem, half, weights, rounds)
    served = served_by(problem, chosen)
    if problem.broken(chosen, served):
        raise NoPlanError(status)
    stages = []
    aims = problem.aims(weights)
    most = bounds(_town(problem), problem.budget_yuan, aims, served, limits)
    for aim, worth, bound in zip(aims_of(problem, weights), aims, most, strict=True):
        value = int(served @ worth)
        ended = Status.OPTIMAL if value >= bound else status
        stages.append(Stage(*aim, value, max(bound, value), ended))
    cost_yuan = problem.cost_yuan(chosen)
    least = int(problem.cost_yuan(np.flatnonzero(problem.actions.decided)).sum())
    stages.append(Stage(Aim.COST, None, int(cost_yuan.sum()), least, Status.WITHIN_GAP))
    return Plan(chosen, problem.opened(chosen), served, cost_yuan, tuple(stages))


def quick(
    problem: Problem,
    limits: Limits,
    weights: tuple[int, ...] | None = None,
    rounds: int = ROUNDS,
) -> tuple[Integers, Status]:
    """Return the actions of a good plan of a checked problem and how the search ended.

    The equity floors may be missed; NoPlanError where what is decided breaks a constraint.
    """
    decided = np.flatnonzero(problem.actions.decided)
    nobody = np.zeros(len(problem.demands.people), dtype=np.int64)
    if any(one.kind is not Kind.EQUITY for one in problem.broken(decided, nobody)):
        raise NoPlanError(Status.INFEASIBLE)
    maker = _Maker(problem, problem.aims(weights), _town(problem), decided)
    best = maker.bettered(maker.made(decided, -1))
    tries = WORK // max(1, len(problem.actions.demand))
    for _ in range(rounds):
        better = best
        for option in maker.weakest_first(best)[:tries]:
            if over := limits.over:
                return better.chosen, over
            left = better.without(problem, option)
            if len(left) < len(better.chosen):
                better = max(better, maker.made(left, option), key=lambda one: one.rank)
        better = maker.bettered(better)
        if better.rank <= best.rank:
            break
        best = better
    return best.chosen, Status.WITHIN_GAP


def completed(problem: Problem, chosen: Integers, done: int) -> Integers:
    """Return ``chosen`` without what the first ``done`` aims can spare, spent on all aims anew."""
    maker = _Maker(problem, problem.aims(), _town(problem), np.flatnonzero(problem.actions.decided))
    return maker.completed(chosen, done).chosen


@dataclass(frozen=True, eq=False)
class _Made:
    """Actions, the options they use, and how good they are: more is better in each place."""

    chosen: Integers
    opened: Integers
    rank: tuple[int, ...]

    def without(self, problem: Problem, option: int) -> Integers:
        """Return the actions left when an option is closed; what is decided stays."""
        keep = problem.actions.decided[self.chosen]
        keep = keep | (problem.actions.option[self.chosen] != option)
        return np.asarray(self.chosen[keep])


@dataclass(frozen=True, eq=False)
class _Maker:
    problem: Problem
    aims: list[Integers]
    town: Town
    decided: Integers

    def made(self, begin: Integers, shut: int) -> _Made:
        """Complete a plan that begins with the actions ``begin``, without the option ``shut``."""
        problem, state = self.problem, self._state()
        for action in begin:
            take(self.town, state, self.aims[0], action)
        people, floors = problem.demands.people, problem.floors.least_people
        for members, least in zip(problem.floor_members, floors, strict=True):
            worth = np.zeros(len(people), dtype=np.int64)
            worth[members] = 1
            gained = int((people - state.left)[members].sum())
            fill(self.town, state, worth, float(least - gained), shut)
        for aim in self.aims:
            fill(self.town, state, aim, math.inf, shut)
        return self._judged(state)

    def completed(self, chosen: Integers, done: int) -> _Made:
        """Drop what nobody of the first ``done`` aims needs, dearest first, and complete the rest.

        Actions with a capacity stay, and with equity floors whoever counts for one counts here.
        """
        problem, price = self.problem, self.town.price
        counts = np.sum(self.aims[:done], axis=0) > 0
        for members in problem.floor_members:
            counts[members] = True
        kept = np.zeros(len(problem.actions.option), dtype=bool)
        kept[chosen] = True
        covered = np.asarray(problem.reach[chosen].sum(axis=0)).ravel()
        may_go = np.setdiff1d(chosen, self.decided)
        may_go = may_go[~problem.bounded[may_go]]
        order = may_go[np.lexsort((may_go, -price[may_go]))]
        idle(self.town, problem.demands.people * counts, covered, order, kept)
        return self.made(np.flatnonzero(kept), -1)

    def bettered(self, made: _Made) -> _Made:
        """Drop what nobody needs and complete the rest, as long as that is better."""
        while True:
            again = self.completed(made.chosen, len(self.aims))
            if again.rank <= made.rank:
                return made
            made = again

    def weakest_first(self, made: _Made) -> Integers:
        """Return the options of a plan, those first that reach least by price."""
        town, chosen = self.town, made.chosen
        people = np.asarray(self.problem.reach[chosen] @ self.aims[0]).ravel()
        count = len(town.site)
        reached = np.bincount(town.option[chosen], people, count)[made.opened]
        price = np.bincount(town.option[chosen], town.price[chosen], count) + town.option_price
        rate = reached / np.maximum(price[made.opened], NOTHING)
        return np.asarray(made.opened[np.lexsort((made.opened, rate))])

    def _judged(self, state: State) -> _Made:
        chosen = np.flatnonzero(state.taken)
        served = self.problem.demands.people - state.left
        floors = zip(self.problem.floor_members, self.problem.floors.least_people, strict=True)
        short = sum(max(0, int(least - served[of].sum())) for of, least in floors)
        people = (int(served @ aim) for aim in self.aims)
        rank = (-short, *people, -int(self.problem.cost_yuan(chosen).sum()))
        return _Made(chosen, self.problem.opened(chosen), rank)

    def _state(self) -> State:
        problem = self.problem
        return State(
            left=problem.demands.people.copy(),
            floor_left_m2=problem.options.floor_m2.copy(),
            money_left=problem.budget_yuan.copy(),
            taken=np.zeros(len(problem.actions.option), dtype=bool),
            held=np.full(int(problem.options.site.max()) + 1, -1),
        )


def _town(problem: Problem) -> Town:
    a, o = problem.actions, problem.options
    budget = np.maximum(problem.budget_yuan, 1).astype(np.float64)
    order = np.argsort(a.option, kind="stable")
    foe_first, foes = _foes(problem)
    return Town(
        people=problem.demands.people,
        first=a.first,
        demand=a.demand,
        reach=a.people,
        capacity=np.where(problem.bounded, a.capacity_people, -1),
        option=a.option,
        floor_m2=a.floor_m2,
        cost=a.cost_yuan,
        price=(a.cost_yuan / budget).sum(axis=1),
        barred=a.barred,
        option_first=np.searchsorted(a.option[order], np.arange(len(o.site) + 1)),
        by_option=order,
        site=o.site,
        floor_m2_of=o.floor_m2,
        option_cost=o.cost_yuan,
        option_price=(o.cost_yuan / budget).sum(axis=1),
        foe_first=foe_first,
        foes=foes,
    )


def _foes(problem: Problem) -> tuple[Array, Array]:
    """Return the actions each action excludes, as slices."""
    pairs = problem.exclusions.reshape(-1, 2)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    count = len(problem.actions.option)
    return np.searchsorted(both[:, 0], np.arange(count + 1)), both[:, 1].copy()
