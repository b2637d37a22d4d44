"""Whom a set of actions serves, counted anew from the problem and not taken from a solver."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from lifecircle.plan.model.problem import Problem
from lifecircle.plan.model.solving import Array, Floats, Integers, Limits, Model


def served_by(problem: Problem, chosen: Integers) -> Integers:
    """Return the people of each demand (d,) that ``chosen`` serve, the most urgent class first.

    Where nothing is short: all within reach, nobody twice. Where a capacity binds, who is served
    is a transport problem, whose corners are whole numbers, solved class by class; equity floors
    are kept where they can be.
    """
    people, bounded = problem.demands.people, problem.bounded[chosen]
    free = np.asarray(problem.reach[chosen[~bounded]].sum(axis=0)).ravel()
    served: Integers = np.minimum(people, free).astype(np.int64)
    if not bounded.any():
        return served
    tight = chosen[bounded]
    pairs = problem.reach[tight].tocoo()
    short = np.unique(pairs.col[served[pairs.col] < people[pairs.col]])
    kept = np.isin(pairs.col, short)
    who, place = np.unique(pairs.col[kept], return_inverse=True)
    if len(who):
        flow = csr_array(
            (pairs.data[kept].astype(np.float64), (pairs.row[kept], place)),
            shape=(len(tight), len(who)),
        )
        capacity = problem.actions.capacity_people[tight]
        served[who] += _transported(problem, flow, capacity, who, served)
    return served


def _transported(
    problem: Problem, flow: csr_array, capacity: Integers, who: Integers, served: Integers
) -> Integers:
    """Return how many of each of ``who`` the bounded actions serve beside ``served``."""
    model = Model()
    pairs = flow.tocoo()
    moved = model.add_columns(pairs.nnz, upper=np.inf)
    given = model.add_columns(len(who), upper=np.inf)
    own = np.arange(len(moved))
    model.add_rows((own, moved, 1.0), 0.0, pairs.data, len(own))
    model.add_rows((pairs.row, moved, 1.0), 0.0, capacity, flow.shape[0])
    entries = (
        np.append(pairs.col, np.arange(len(who))),
        np.append(moved, given),
        np.append(-np.ones(len(moved)), np.ones(len(who))),
    )
    model.add_rows(entries, -np.inf, 0.0, len(who))
    missing = problem.demands.people[who] - served[who]
    model.add_rows((np.arange(len(who)), given, 1.0), 0.0, missing, len(who))
    floors = _floors(problem, model, given, who, served)
    free = np.zeros(model.rows, dtype=bool)
    values = _class_by_class(problem, model, given, who, free)
    if values is None:
        free[floors] = True
        values = _class_by_class(problem, model, given, who, free)
    assert values is not None
    return np.rint(values[given]).astype(np.int64)


def _floors(
    problem: Problem, model: Model, given: Integers, who: Integers, served: Integers
) -> list[int]:
    rows = []
    for members, least in zip(problem.floor_members, problem.floors.least_people, strict=True):
        column = given[np.isin(who, members)]
        more = float(least - served[members].sum())
        if len(column) and more > 0:
            rows.append(model.add_row(column, 1.0, more, np.inf))
    return rows


def _class_by_class(
    problem: Problem, model: Model, given: Integers, who: Integers, free: Array
) -> Floats | None:
    model = model.copy()
    values = None
    for worth in problem.aims():
        cost = np.zeros(model.columns)
        cost[given] = worth[who]
        if not cost.any():
            continue
        answer = model.solve(cost, Limits(), maximise=True, free=free)
        if answer.values is None:
            return None
        values = answer.values
        used = np.flatnonzero(cost)
        model.add_row(used, 1.0, round(answer.objective) - 1e-6, np.inf)
        free = np.append(free, False)
    return values
