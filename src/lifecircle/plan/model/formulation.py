"""The planning problem as a mixed-integer model.

Choose actions x_a, options u_o (binary) and the share y_d of each demand that is served:

    max  sum_d worth_d people_d y_d
    y_d <= sum_{a free} s_ad x_a + sum_{a bounded} z_ad,  0 <= y_d <= 1    covering
    z_ad <= s_ad x_a                                                       reach
    sum_d people_d z_ad <= capacity_a x_a                                  capacity
    x_a <= u_o(a)                                                          option of an action
    sum_{o at s} u_o <= 1                                                  one mode per site
    sum_{a on o} floor_a x_a <= floor_o u_o                                floor area
    sum_a cost_at x_a + sum_o cost_ot u_o <= budget_t                      budget of a year
    x_a + x_b <= 1,  x_a = 1 (decided),  x_a = 0 (barred)
    sum_{d of unit and group} people_d y_d >= least_f                      equity floor

with s_ad the share of the demand that the action reaches. It is the maximal covering model of
Church and ReVelle (1974, see `location.mclp`) with budgets (Church and ReVelle, ibid., p. 115,
weighted by cost) and capacities (Current and Storbeck, Capacitated covering models, Environment
and Planning B 15 (1988) 153-163). Shares of one demand add up to at most one, which is exact where
the reaches of two actions are the same people or no one in common: cut demands as fine as needed.
Demands that the same actions reach by the same shares, alike in class (and floor), are one column.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from lifecircle.plan.model.problem import Constraint, Kind, Problem
from lifecircle.plan.model.solving import Array, Floats, Integers, Model


@dataclass(frozen=True, eq=False)
class Formulation:
    """A model and how to read it.

    ``action`` (a,), ``option`` (o,), ``share`` (m,) are columns; ``merged`` (d,) is the place of a
    demand among ``share``; ``owner`` (rows,) is the place of a row's constraint in
    ``constraints``, -1 for rows that only say what the columns mean.
    """

    problem: Problem
    model: Model
    action: Integers
    option: Integers
    share: Integers
    merged: Integers
    owner: Integers
    constraints: tuple[Constraint, ...]
    unit_yuan: int

    def people(self, worth: Integers) -> Floats:
        """Return the objective (columns,) that counts people, each demand at its worth (d,)."""
        cost = np.zeros(self.model.columns)
        people = self.problem.demands.people * worth
        cost[self.share] = np.bincount(self.merged, people, minlength=len(self.share))
        return cost

    def money(self) -> Floats:
        """Return the objective (columns,) that counts money in ``unit_yuan``."""
        cost = np.zeros(self.model.columns)
        cost[self.action] = self.problem.actions.cost_yuan.sum(axis=1) / self.unit_yuan
        cost[self.option] = self.problem.options.cost_yuan.sum(axis=1) / self.unit_yuan
        return cost

    def chosen(self, values: Floats) -> Integers:
        """Return the actions taken, ascending."""
        return np.flatnonzero(values[self.action] > 0.5)

    def start(self, chosen: Integers) -> Floats:
        """Return ``chosen`` as a solution to begin with; what follows from it stays open (NaN)."""
        values = np.full(self.model.columns, np.nan)
        values[self.action] = values[self.option] = 0.0
        values[self.action[chosen]] = 1.0
        values[self.option[self.problem.opened(chosen)]] = 1.0
        return values


class _Rows:
    """Adds rows to a model and keeps whose they are."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.constraints: list[Constraint] = []
        self.owner: list[int] = []

    def own(self, kind: Kind, number: int, column: Array, value: Array, most: float) -> None:
        """Add ``value . column <= most`` as a constraint of its own."""
        self.model.add_row(column, value, -np.inf, most)
        self.owner.append(len(self.constraints))
        self.constraints.append(Constraint(kind, number))

    def mean(self, entries: tuple[Array, Array, Array], most: float, count: int) -> None:
        """Add ``count`` rows that say what columns mean."""
        self.model.add_rows(entries, -np.inf, most, count)
        self.owner += [-1] * count


def formulate(problem: Problem) -> Formulation:
    """Build the model of a checked problem."""
    model = Model()
    rows = _Rows(model)
    action = model.add_columns(len(problem.actions.option), integer=True)
    option = model.add_columns(len(problem.options.site), integer=True)
    people, merged, shares = _merged(problem)
    share = model.add_columns(len(people))
    unit = _common_yuan(problem)
    _sites(problem, rows, action, option)
    _money(problem, rows, action, option, unit)
    _wishes(problem, rows, action)
    _cover(problem, rows, action, share, people, shares)
    for number, (members, least) in enumerate(
        zip(problem.floor_members, problem.floors.least_people, strict=True)
    ):
        amount = np.bincount(merged[members], problem.demands.people[members], len(share))
        used = np.flatnonzero(amount)
        rows.own(Kind.EQUITY, number, share[used], -amount[used], -float(least))
    owner = np.array(rows.owner, dtype=np.int64)
    constraints = tuple(rows.constraints)
    return Formulation(problem, model, action, option, share, merged, owner, constraints, unit)


def _merged(problem: Problem) -> tuple[Floats, Integers, csr_array]:
    """Return people (m,), the place of each demand (d,), and shares (m, a) sparse by rows."""
    reached, d = problem.reached, problem.demands
    reached.sort_indices()
    people = np.maximum(d.people, 1).astype(np.float64)
    data = reached.data / np.repeat(people, np.diff(reached.indptr))
    seen: dict[tuple[object, ...], int] = {}
    merged = np.empty(len(people), dtype=np.int64)
    for i in range(len(people)):
        part = slice(reached.indptr[i], reached.indptr[i + 1])
        where = (d.unit[i], d.group[i]) if len(problem.floors.unit) else ()
        key = (d.priority[i], *where, reached.indices[part].tobytes(), data[part].tobytes())
        merged[i] = seen.setdefault(key, len(seen))
    _, one = np.unique(merged, return_index=True)
    shares = csr_array((data, reached.indices, reached.indptr), shape=reached.shape)[one]
    return np.bincount(merged, d.people).astype(np.float64), merged, shares


def _common_yuan(problem: Problem) -> int:
    """Return the largest amount that every cost is a multiple of, so that numbers stay small."""
    costs = np.concatenate([problem.actions.cost_yuan.ravel(), problem.options.cost_yuan.ravel()])
    return int(np.gcd.reduce(costs)) if costs.any() else 1


def _sites(problem: Problem, rows: _Rows, action: Integers, option: Integers) -> None:
    a, o = problem.actions, problem.options
    number = np.arange(len(action))
    entries = (
        np.append(number, number),
        np.append(action, option[a.option]),
        np.append(np.ones(len(number)), -np.ones(len(number))),
    )
    rows.mean(entries, 0.0, len(number))
    for site, several in enumerate(_grouped(o.site)):
        if len(several) > 1:
            rows.own(Kind.ONE_MODE, site, option[several], np.ones(len(several)), 1.0)
    for number_of, using in enumerate(_grouped(a.option, len(option))):
        if len(using) and np.isfinite(o.floor_m2[number_of]):
            column = np.append(action[using], option[number_of])
            value = np.append(a.floor_m2[using], -o.floor_m2[number_of])
            rows.own(Kind.FLOOR_AREA, number_of, column, value, 0.0)


def _money(problem: Problem, rows: _Rows, action: Integers, option: Integers, unit: int) -> None:
    for year, budget in enumerate(problem.budget_yuan):
        costs = np.append(problem.actions.cost_yuan[:, year], problem.options.cost_yuan[:, year])
        used = np.flatnonzero(costs)
        if len(used):
            column = np.append(action, option)[used]
            rows.own(Kind.BUDGET, year, column, costs[used] / unit, float(int(budget) // unit))


def _wishes(problem: Problem, rows: _Rows, action: Integers) -> None:
    for number, pair in enumerate(problem.exclusions):
        rows.own(Kind.EXCLUSION, number, action[pair], np.ones(2), 1.0)
    for one in np.flatnonzero(problem.actions.decided):
        rows.own(Kind.DECIDED, int(one), action[[one]], -np.ones(1), -1.0)
    for one in np.flatnonzero(problem.actions.barred):
        rows.own(Kind.BARRED, int(one), action[[one]], np.ones(1), 0.0)


def _cover(
    problem: Problem,
    rows: _Rows,
    action: Integers,
    share: Integers,
    people: Floats,
    shares: csr_array,
) -> None:
    """Add covering, reach and capacity."""
    entry = shares.tocoo()
    of, by, part = entry.row, entry.col, entry.data
    bounded = problem.bounded[by]
    served = rows.model.add_columns(int(bounded.sum()))
    column = action[by]
    value = np.where(bounded, -1.0, -part)
    column[bounded] = served
    entries = (
        np.append(of, np.arange(len(share))),
        np.append(column, share),
        np.append(value, np.ones(len(share))),
    )
    rows.mean(entries, 0.0, len(share))
    if not len(served):
        return
    own = np.arange(len(served))
    entries = (
        np.append(own, own),
        np.append(served, action[by[bounded]]),
        np.append(np.ones(len(own)), -part[bounded]),
    )
    rows.mean(entries, 0.0, len(own))
    capacity = problem.actions.capacity_people
    for number in np.flatnonzero(problem.bounded):
        mine = np.flatnonzero(by[bounded] == number)
        column = np.append(served[mine], action[number])
        amount = np.append(people[of[bounded][mine]], -float(capacity[number]))
        rows.own(Kind.CAPACITY, int(number), column, amount, 0.0)


def _grouped(numbers: Integers, count: int | None = None) -> list[Integers]:
    """Return for each number the places that hold it, ascending."""
    count = int(numbers.max(initial=-1)) + 1 if count is None else count
    order = np.argsort(numbers, kind="stable")
    edges = np.searchsorted(numbers[order], np.arange(count + 1))
    return [order[edges[i] : edges[i + 1]] for i in range(count)]
