"""Why there is no plan: constraints that cannot all hold, none of them superfluous."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecircle.plan.model.checking import check
from lifecircle.plan.model.formulation import Formulation, formulate
from lifecircle.plan.model.outcome import NoPlanError
from lifecircle.plan.model.problem import Constraint, Kind, Problem
from lifecircle.plan.model.solving import Integers, Limits, Status

GIVEN_UP_FIRST = (
    Kind.CAPACITY,
    Kind.FLOOR_AREA,
    Kind.ONE_MODE,
    Kind.EXCLUSION,
    Kind.BARRED,
    Kind.DECIDED,
    Kind.EQUITY,
    Kind.BUDGET,
)
"""Where several sets clash, the one named leans to the end of this list: what an office decides."""


@dataclass(frozen=True)
class Clash:
    """Constraints that no plan keeps together, in the order of their kinds and numbers.

    Without any one of them the others can be kept, unless ``irreducible`` is false: then the
    search was cut short and some may be superfluous. ``reachable_people`` is what each equity
    floor of the set could reach at most if only nothing else bound it: (number, people).
    """

    constraints: tuple[Constraint, ...]
    irreducible: bool
    reachable_people: tuple[tuple[int, int], ...]


def clashing(problem: Problem, limits: Limits | None = None) -> Clash | None:
    """Return an irreducible set of clashing constraints, or None where there is a plan.

    Constraints are those of `formulation` that carry a name. Halving as in Junker, QuickXplain:
    preferred explanations and relaxations for over-constrained problems, AAAI 2004, 167-172; each
    question is whether any choice of actions keeps the set. Several sets may clash; see
    `GIVEN_UP_FIRST`. Where the limits cut a question short, its set counts as kept; where they cut
    the first one short, NoPlanError says so. Raises InputError for a faulty problem.
    """
    check(problem)
    filtering = _Filter(formulate(problem), (limits or Limits()).started())
    order = sorted(
        range(len(filtering.form.constraints)),
        key=lambda i: (
            GIVEN_UP_FIRST.index(filtering.form.constraints[i].kind),
            filtering.form.constraints[i].number,
        ),
        reverse=True,
    )
    if filtering.kept(order):
        if filtering.unsure is not None:
            raise NoPlanError(filtering.unsure)
        return None
    found = filtering.explain([], order, asked=False)
    constraints = tuple(sorted(filtering.form.constraints[i] for i in found))
    floors = [one.number for one in constraints if one.kind is Kind.EQUITY]
    return Clash(
        constraints,
        filtering.unsure is None,
        tuple((number, _reachable(problem, number)) for number in floors),
    )


class _Filter:
    def __init__(self, form: Formulation, limits: Limits) -> None:
        self.form = form
        self.limits = limits
        self.unsure: Status | None = None

    def kept(self, held: list[int]) -> bool:
        """Say whether some plan keeps the constraints ``held``."""
        free = (self.form.owner >= 0) & ~np.isin(self.form.owner, held)
        cost = np.zeros(self.form.model.columns)
        answer = self.form.model.solve(cost, self.limits, free=free)
        if answer.values is None and answer.status is not Status.INFEASIBLE:
            self.unsure = answer.status
        return answer.status is not Status.INFEASIBLE

    def explain(self, held: list[int], rest: list[int], *, asked: bool) -> list[int]:
        """Return the fewest needed of ``rest`` (no subset serves) that clash beside ``held``.

        ``asked`` says that ``held`` has grown since it was last known to be kept.
        """
        if asked and not self.kept(held):
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        first, second = rest[:half], rest[half:]
        of_second = self.explain(held + first, second, asked=True)
        of_first = self.explain(held + of_second, first, asked=bool(of_second))
        return of_first + of_second


def _reachable(problem: Problem, number: int) -> int:
    """Return how many of an equity floor's people all actions together reach."""
    members: Integers = problem.floor_members[number]
    reached = np.asarray(problem.reach.sum(axis=0)).ravel()[members]
    return int(np.minimum(reached, problem.demands.people[members]).sum())
