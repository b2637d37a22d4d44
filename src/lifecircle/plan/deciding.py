"""Solves a proposal: the best plan, others as good, what is lost without each, what clashes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from lifecircle.place.tables import City, Integers
from lifecircle.plan.model.alternatives import alternatives
from lifecircle.plan.model.budgeted import solve
from lifecircle.plan.model.clashes import Clash, clashing
from lifecircle.plan.model.greedy import completed, greedy
from lifecircle.plan.model.outcome import NoPlanError, Plan
from lifecircle.plan.model.problem import Constraint, Kind, Problem
from lifecircle.plan.model.serving import served_by
from lifecircle.plan.model.solving import Limits, Status
from lifecircle.plan.proposal import Proposal
from lifecircle.terms.errors import Fault, InputError
from lifecircle.terms.figures import decimal_text
from lifecircle.terms.taxonomy import names_zh

MOST_EXACT = 400_000
"""Beyond so many pairs of an action and whom it reaches the exact model takes too long to begin."""

PLANS = 3


@dataclass(frozen=True, eq=False)
class Decision:
    """The recommended plan first, then others about as good; ``ended`` says why no more.

    ``exact`` says that the solver proved the gaps, not the heuristic's bound.
    """

    plans: tuple[Plan, ...]
    ended: Status
    exact: bool


@dataclass(frozen=True)
class Loss:
    """What the best plan is without one facility on its site, by whatever mode and in any year.

    ``people`` are how many fewer it serves, by class (those of ``priorities``), and ``yuan`` what
    it costs more (negative less): fewer of the first class stay fewer, however many more of a later
    one the money then serves. ``status`` says how sure that is: short of OPTIMAL a better plan may
    lose less. None, where there is no plan at all without it.
    """

    action: int
    priorities: tuple[int, ...]
    people: tuple[int, ...]
    yuan: int
    status: Status | None

    @property
    def first(self) -> tuple[int, int] | None:
        """Return the most urgent class that changes and how many fewer, None where none does."""
        changed = zip(self.priorities, self.people, strict=True)
        return next((one for one in changed if one[1] != 0), None)


def decide(problem: Problem, limits: Limits, count: int = PLANS) -> Decision:
    """Return plans for a problem, exact where its size lets it, else by the heuristic.

    Raises NoPlanError where there is none (`no_plan` then says why) or none was found in time.
    """
    if len(problem.actions.demand) > MOST_EXACT:
        return Decision((greedy(problem, limits),), Status.TIME_LIMIT, exact=False)
    found = alternatives(problem, limits, count=count)
    return Decision(found.plans, found.ended, exact=True)


def losses(proposal: Proposal, plan: Plan, limits: Limits) -> Iterator[Loss]:
    """Yield for each action of ``plan`` what is lost without it, solving again as time lasts.

    What the others leave is first spent anew by the greedy hand; the solver begins with that. Once
    a person asks to stop, the actions that are left yield nothing.
    """
    problem = proposal.problem
    assert problem is not None
    limits = limits.started()
    classes = np.unique(problem.demands.priority)
    before = _by_class(problem, plan.served, classes)
    for done, action in enumerate(plan.chosen.tolist()):
        if limits.stopped():
            return
        part = replace(limits, seconds=limits.left_s / (len(plan.chosen) - done))
        other = _without(problem.without(*_same(proposal, action)), plan, part)
        if other is None:
            yield Loss(action, (), (), 0, None)
            continue
        chosen, served, status = other
        fewer = before - _by_class(problem, served, classes)
        yuan = int(problem.cost_yuan(chosen).sum() - plan.cost_yuan.sum())
        yield Loss(action, tuple(classes.tolist()), tuple(fewer.tolist()), yuan, status)


def _without(
    problem: Problem, plan: Plan, limits: Limits
) -> tuple[Integers, Integers, Status] | None:
    """Return (chosen, served, how sure) of the best plan of a problem; None where there is none."""
    left = plan.chosen[~problem.actions.barred[plan.chosen]]
    chosen = completed(problem, left, len(problem.aims()))
    served = served_by(problem, chosen)
    found = (chosen, served, limits.over or Status.TIME_LIMIT)
    kept = not problem.broken(chosen, served)
    if kept and limits.over:
        return found
    try:
        other = solve(problem, limits, start=chosen)
    except NoPlanError as error:
        return None if error.proved or not kept else found
    rank = _rank(problem, other.served, other.cost_yuan)
    if kept and rank < _rank(problem, served, problem.cost_yuan(chosen)):
        return found
    return other.chosen, other.served, other.status


def _rank(problem: Problem, served: Integers, cost_yuan: Integers) -> tuple[int, ...]:
    """Return what makes a plan better, more is better in each place."""
    people = _by_class(problem, served, np.unique(problem.demands.priority))
    return *people.tolist(), -int(cost_yuan.sum())


def _same(proposal: Proposal, action: int) -> list[int]:
    """Return every action that builds the same kind of facility on the same site."""

    def what(number: int) -> tuple[int, int]:
        return proposal.way_of(number).space, proposal.offers.offers[number].standard

    return [number for number in range(len(proposal.offers.offers)) if what(number) == what(action)]


def _by_class(problem: Problem, served: Integers, classes: Integers) -> Integers:
    priority = problem.demands.priority
    return np.array([served[priority == one].sum() for one in classes], dtype=np.int64)


def no_plan(city: City, proposal: Proposal, limits: Limits) -> InputError:
    """Return what stands against what where there is no plan, in a planner's words."""
    assert proposal.problem is not None
    clash = clashing(proposal.problem, limits)
    said = clash_words(city, proposal, clash) if clash else ["没有说得清的冲突"]
    head = Fault("没有可行方案：下面几项不能同时做到", place="规划", remedy="放宽其中任何一项")
    return InputError(head, *(Fault(text, place="规划") for text in said))


def clash_words(city: City, proposal: Proposal, clash: Clash) -> list[str]:
    """Say each clashing constraint as a planner would."""
    reachable = dict(clash.reachable_people)
    return [_words(city, proposal, one, reachable) for one in clash.constraints]


def _words(city: City, proposal: Proposal, one: Constraint, reachable: dict[int, int]) -> str:
    problem = proposal.problem
    assert problem is not None
    if one.kind is Kind.BUDGET:
        row = proposal.money[one.number]
        return f"{row.year}年预算{decimal_text(row.yuan / 10_000, 2)}万元"
    if one.kind is Kind.EQUITY:
        unit, name = proposal.floors[one.number]
        least = int(problem.floors.least_people[one.number])
        title = _class_zh(proposal, name)
        most = f"（别的都不限也至多{reachable[one.number]:,}人）" if one.number in reachable else ""
        return f"{unit or '未写区县的社区'}{title}至少新服务{least:,}人{most}"
    if one.kind in (Kind.ONE_MODE, Kind.FLOOR_AREA):
        at = int(np.flatnonzero(problem.options.site == one.number)[0])
        number = one.number if one.kind is Kind.FLOOR_AREA else at
        space = city.spaces[proposal.ways[int(proposal.options[number])].space]
        said = (
            "只能用一种方式"
            if one.kind is Kind.ONE_MODE
            else f"只有{_floor(proposal, number)}平方米"
        )
        return f"空间 {space.id} {space.name}{said}"
    offer, way = proposal.offers.offers[one.number], proposal.way_of(one.number)
    kind = names_zh((city.planning.standards[offer.standard].category,))
    year = proposal.money[way.start].year
    return f"已定{year}年在空间 {city.spaces[way.space].id} 建{kind}"


def _floor(proposal: Proposal, option: int) -> str:
    return decimal_text(proposal.ways[int(proposal.options[option])].floor_m2, 2)


def _class_zh(proposal: Proposal, name: str) -> str:
    return next((one.title.zh for one in proposal.pack.planning.priority if one.id == name), "")
