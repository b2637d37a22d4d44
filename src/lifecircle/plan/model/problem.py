"""What a plan chooses from, as arrays: demands, options of sites, actions, budget, floors.

Numbers count from 0; who calls keeps the ids. A demand is one place, one function and one group
of people; a person who lacks two functions stands in two demands and is counted in each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from lifecircle.plan.model.solving import Array, Floats, Integers

UNLIMITED = -1
"""Capacity of an action that serves everyone within reach."""

EVERY_GROUP = -1
"""Group of an equity floor that counts the whole unit."""

SAME_AREA_M2 = 1e-6
"""Two floor areas closer than this are the same: a square millimetre."""


class Kind(StrEnum):
    """What a constraint holds."""

    BUDGET = "budget"
    ONE_MODE = "one mode"
    FLOOR_AREA = "floor area"
    CAPACITY = "capacity"
    EXCLUSION = "exclusion"
    DECIDED = "decided"
    BARRED = "barred"
    EQUITY = "equity"


@dataclass(frozen=True, order=True)
class Constraint:
    """One constraint: the year, site, option, action, exclusion or floor ``number`` of its kind.

    Budgets count years, one-mode rules sites, floor areas options, capacities, decided and barred
    ones actions, exclusions and equity floors their own rows.
    """

    kind: Kind
    number: int


@dataclass(frozen=True, eq=False)
class Demands:
    """Who is not served today.

    ``people`` (d,) whole numbers; ``priority`` (d,), 0 the most urgent class; ``unit`` (d,), the
    county-level unit; ``group`` (d,), any grouping that floors speak of.
    """

    people: Integers
    priority: Integers
    unit: Integers
    group: Integers


@dataclass(frozen=True, eq=False)
class Options:
    """Ways to have a site: one row per site and mode (add to, convert, buy, rent, build).

    ``site`` (o,); ``floor_m2`` (o,) gross floor area that its actions share, infinite where none
    is needed; ``cost_yuan`` (o, t) whole yuan by year, paid once when any action uses it. At most
    one option of a site is taken. ``alike`` (o,) is the same number for options that only differ in
    when they are done, None where none do.
    """

    site: Integers
    floor_m2: Floats
    cost_yuan: Integers
    alike: Integers | None = None


@dataclass(frozen=True, eq=False)
class Actions:
    """What can be done: one function on one option of a site.

    ``option`` (a,); ``floor_m2`` (a,); ``cost_yuan`` (a, t) whole yuan by year; ``capacity_people``
    (a,), `UNLIMITED` or how many it serves at most. Action k reaches the demands
    ``demand[first[k] : first[k + 1]]``, ``people`` of each (at most the demand's own).
    ``decided`` (a,) are in every plan, ``barred`` (a,) in none. An action that could begin in
    either of two years is two actions that exclude each other; ``alike`` (a,) gives them one
    number, None where there are no such.
    """

    option: Integers
    floor_m2: Floats
    cost_yuan: Integers
    capacity_people: Integers
    first: Integers
    demand: Integers
    people: Integers
    decided: Array
    barred: Array
    alike: Integers | None = None


@dataclass(frozen=True, eq=False)
class EquityFloors:
    """How many people a plan must newly serve at least, by unit and group.

    ``unit`` (f,), ``group`` (f,) or `EVERY_GROUP`, ``least_people`` (f,). `least_gain` turns a
    share of people served into these.
    """

    unit: Integers
    group: Integers
    least_people: Integers


@dataclass(frozen=True, eq=False)
class Problem:
    """A planning problem; `checking.check` says what is wrong with one.

    ``budget_yuan`` (t,) whole yuan by year, what is not spent lapses; ``exclusions`` (e, 2) pairs
    of actions of which at most one is done.
    """

    demands: Demands
    options: Options
    actions: Actions
    budget_yuan: Integers
    exclusions: Integers
    floors: EquityFloors

    @cached_property
    def reach(self) -> Any:
        """Return the people each action reaches of each demand, (a, d) sparse by rows."""
        a = self.actions
        shape = (len(a.option), len(self.demands.people))
        return csr_array((a.people, a.demand, a.first), shape=shape)

    @cached_property
    def reached(self) -> Any:
        """Return the same, (d, a) sparse by rows."""
        return self.reach.T.tocsr()

    @cached_property
    def bounded(self) -> Array:
        """Return which actions (a,) have a capacity below what they reach."""
        capacity = self.actions.capacity_people
        return np.asarray((capacity != UNLIMITED) & (capacity < self.reach.sum(axis=1)))

    @cached_property
    def floor_members(self) -> list[Integers]:
        """Return the demands of each equity floor."""
        d, floors = self.demands, self.floors
        return [
            np.flatnonzero((d.unit == unit) & ((group == EVERY_GROUP) | (d.group == group)))
            for unit, group in zip(floors.unit, floors.group, strict=True)
        ]

    def opened(self, chosen: Integers) -> Integers:
        """Return the options that the actions ``chosen`` use, ascending."""
        return np.unique(self.actions.option[chosen])

    def cost_yuan(self, chosen: Integers) -> Integers:
        """Return what ``chosen`` costs by year (t,)."""
        actions = self.actions.cost_yuan[chosen].sum(axis=0)
        return np.asarray(actions + self.options.cost_yuan[self.opened(chosen)].sum(axis=0))

    def aims(self, weights: tuple[int, ...] | None = None) -> list[Integers]:
        """Return what to maximise one after another, as a worth per person and demand (d,).

        Without ``weights`` the classes in their order, so that nobody of a lower class outweighs
        anybody of a higher one; with them one aim, a person of class k worth ``weights[k]``.
        """
        priority = self.demands.priority
        if weights is not None:
            return [np.asarray(weights, dtype=np.int64)[priority]]
        return [(priority == k).astype(np.int64) for k in np.unique(priority)]

    def broken(self, chosen: Integers, served: Integers) -> list[Constraint]:
        """Return the constraints that ``chosen`` with ``served`` (d,) people does not keep."""
        return sorted(
            Constraint(kind, int(number))
            for kind, numbers in self._broken(chosen, served)
            for number in numbers
        )

    def without(self, *out: int) -> Problem:
        """Return the same problem with actions out of the question, as if never proposed."""
        actions = self.actions
        gone = np.isin(np.arange(len(actions.option)), out)
        changed = replace(actions, barred=actions.barred | gone, decided=actions.decided & ~gone)
        return replace(self, actions=changed)

    def _broken(self, chosen: Integers, served: Integers) -> Iterator[tuple[Kind, Integers]]:
        a, o, opened = self.actions, self.options, self.opened(chosen)
        taken = np.zeros(len(a.option), dtype=bool)
        taken[chosen] = True
        yield Kind.BUDGET, np.flatnonzero(self.cost_yuan(chosen) > self.budget_yuan)
        sites, count = np.unique(o.site[opened], return_counts=True)
        yield Kind.ONE_MODE, sites[count > 1]
        used_m2 = np.bincount(a.option[chosen], a.floor_m2[chosen], minlength=len(o.site))
        yield Kind.FLOOR_AREA, np.flatnonzero(used_m2 > o.floor_m2 + SAME_AREA_M2)
        yield Kind.EXCLUSION, np.flatnonzero(taken[self.exclusions].all(axis=1))
        yield Kind.DECIDED, np.flatnonzero(a.decided & ~taken)
        yield Kind.BARRED, np.flatnonzero(a.barred & taken)
        gained = np.array([served[of].sum() for of in self.floor_members], dtype=np.int64)
        yield Kind.EQUITY, np.flatnonzero(gained < self.floors.least_people)


def least_gain(share: float, people: Integers, served_people: Integers) -> Integers:
    """Return how many more must be served so that ``share`` of ``people`` (f,) are.

    ``served_people`` (f,) are served today.
    """
    short = np.ceil(share * people - 1e-9) - served_people
    return np.asarray(np.maximum(short, 0), dtype=np.int64)
