"""A plan: what is chosen, whom it serves, what it costs, and how far from the best it can be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from lifecircle.plan.model.problem import Problem
from lifecircle.plan.model.solving import Integers, Status, relative_gap
from lifecircle.terms.errors import Fault, LifecircleError


class Aim(StrEnum):
    """What a stage maximises or, of money, minimises."""

    PEOPLE = "people"
    WEIGHTED = "people by weight"
    COST = "cost"


class NoPlanError(LifecircleError):
    """There is no plan: proved so (``proved``), or none was found in time."""

    def __init__(self, status: Status) -> None:
        """Say why in a sentence; `clashes.clashing` names what stands against what."""
        self.status = status
        self.proved = status is Status.INFEASIBLE
        reason = status.words if self.proved else "没有找到可行方案，也没有证明不存在"
        remedy = "查看互相冲突的要求" if self.proved else "放宽时限或改用精确求解"
        super().__init__(Fault(reason, place="规划", remedy=remedy))


@dataclass(frozen=True)
class Stage:
    """One aim of a plan.

    ``priority`` is the class whose people count, or None; ``value`` is what the plan reaches
    (people, people by weight, yuan), ``bound`` what no plan can beat that does as well in the
    stages before.
    """

    aim: Aim
    priority: int | None
    value: int
    bound: int
    status: Status

    @property
    def gap(self) -> float:
        """Return ``|bound - value|`` as a share of ``bound``."""
        return relative_gap(self.value, self.bound)


@dataclass(frozen=True, eq=False)
class Plan:
    """What to do.

    ``chosen`` actions and ``opened`` options, ascending; ``served`` (d,) people newly served of
    each demand; ``cost_yuan`` (t,) by year; ``stages`` in the order of the aims, money last.
    """

    chosen: Integers
    opened: Integers
    served: Integers
    cost_yuan: Integers
    stages: tuple[Stage, ...]

    @property
    def status(self) -> Status:
        """Return how the search ended: the least sure of its stages."""
        order = list(Status)
        return max((stage.status for stage in self.stages), key=order.index)

    @property
    def gap(self) -> float:
        """Return the gap of the first stage of people that is not proved the best there is.

        A later stage says less: it is bounded among plans that do as well in this one.
        """
        people = (stage for stage in self.stages if stage.aim is not Aim.COST)
        return next((stage.gap for stage in people if stage.gap > 0), 0.0)


COST = "cost"


def aims_of(problem: Problem, weights: tuple[int, ...] | None) -> list[tuple[Aim, int | None]]:
    """Return what each of `Problem.aims` pursues and for which class."""
    if weights is not None:
        return [(Aim.WEIGHTED, None)]
    return [(Aim.PEOPLE, int(k)) for k in np.unique(problem.demands.priority)]
