"""The field's plain siting models, each exact, each with its bound.

They serve as known ground: the published optima of others hold the solver to account.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lifecircle.plan.model.solving import (
    Answer,
    Array,
    Floats,
    Integers,
    Limits,
    Model,
    Status,
    relative_gap,
)
from lifecircle.terms.errors import stop

FIRST_RANKS = 8
"""How many of its nearest sites a customer looks at before more are needed."""


@dataclass(frozen=True, eq=False)
class Location:
    """The sites opened, ascending, the model's ``value`` and the ``bound`` nothing can beat."""

    status: Status
    sites: Integers
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """Return the relative distance of value and bound."""
        return relative_gap(self.value, self.bound)


def lscp(reached: Array, limits: Limits | None = None) -> Location:
    """Open the fewest sites that reach everyone.

    min sum_j x_j  subject to  sum_j r_ij x_j >= 1 for every i,  x binary. Toregas, Swain, ReVelle
    and Bergman, The location of emergency service facilities, Operations Research 19 (1971)
    1363-1373. ``reached`` (demands, sites) is bool. Raises InputError where a demand is out of
    reach of every site.
    """
    lost = int((~reached.any(axis=1)).sum())
    if lost:
        raise stop(f"有{lost}个需求点没有任何候选空间能服务到", remedy="补充候选空间或放宽距离")
    model = Model()
    site = model.add_columns(reached.shape[1], integer=True)
    row, column = np.nonzero(reached)
    model.add_rows((row, site[column], 1.0), 1.0, np.inf, len(reached))
    answer = model.solve(np.ones(len(site)), limits or Limits(), absolute_gap=0.999)
    bound = float(math.ceil(answer.bound - 1e-6))
    return _located(answer, site, answer.objective, bound)


def mclp(reached: Array, people: Array, count: int, limits: Limits | None = None) -> Location:
    """Reach the most people with ``count`` sites.

    max sum_i p_i y_i  subject to  y_i <= sum_j r_ij x_j,  sum_j x_j <= count,  x binary, y in
    [0, 1]. Church and ReVelle, The maximal covering location problem, Papers of the Regional
    Science Association 32 (1974) 101-118. ``reached`` (demands, sites) is bool, ``people``
    (demands,) whole numbers.
    """
    _count_of(count, reached.shape[1])
    model = Model()
    site = model.add_columns(reached.shape[1], integer=True)
    served = model.add_columns(len(reached))
    row, column = np.nonzero(reached)
    entries = (
        np.append(row, np.arange(len(served))),
        np.append(site[column], served),
        np.append(np.full(len(row), -1.0), np.ones(len(served))),
    )
    model.add_rows(entries, -np.inf, 0.0, len(served))
    model.add_row(site, 1.0, 0.0, count)
    cost = np.append(np.zeros(len(site)), people)
    answer = model.solve(cost, limits or Limits(), maximise=True, absolute_gap=0.999)
    return _located(answer, site, answer.objective, float(math.floor(answer.bound + 1e-6)))


def p_median(cost: Floats, weight: Floats, count: int, limits: Limits | None = None) -> Location:
    """Open ``count`` sites so that the weighted cost to the nearest is least.

    min sum_i w_i min_{j open} c_ij: ReVelle and Swain, Central facilities location, Geographical
    Analysis 2 (1970) 30-42. Solved in the radius form of Elloumi, A tighter formulation of the
    p-median problem, Journal of Combinatorial Optimization 19 (2010) 69-83: with D_i1 < D_i2 < ...
    the distinct costs of i and z_ik = 1 where no site within D_ik is open,

        min sum_i w_i (D_i1 + sum_k (D_i,k+1 - D_ik) z_ik)
        z_ik + sum_{j: c_ij = D_ik} x_j >= z_i,k-1  (z_i0 = 1),  sum_j x_j = count.

    Far ranks are left out until a solution asks for them (Garcia, Labbe and Marin, INFORMS Journal
    on Computing 23 (2011) 546-556); what is left out only lowers the bound. ``cost`` (demands,
    sites) is finite, ``weight`` (demands,) not negative.
    """
    _count_of(count, cost.shape[1])
    if not np.isfinite(cost).all():
        raise stop("有的需求点到某个候选空间没有已知的距离", remedy="补齐距离")
    limits = (limits or Limits()).started()
    levels = [np.unique(row) for row in cost]
    ranks = np.full(len(cost), FIRST_RANKS)
    relaxed = True
    while True:
        model, site, tails, price, offset = _radius_model(cost, weight, count, levels, ranks)
        answer = model.solve(price, limits, relaxed=relaxed)
        if answer.values is None:
            return Location(answer.status, np.empty(0, np.int64), math.nan, -math.inf)
        asks = np.zeros(len(cost), dtype=bool)
        asks[tails >= 0] = answer.values[tails[tails >= 0]] > 1e-6
        if not asks.any() or (not relaxed and answer.status is not Status.OPTIMAL):
            if not relaxed:
                sites = np.flatnonzero(answer.values[site] > 0.5)
                value = float((weight * cost[:, sites].min(axis=1)).sum())
                return Location(answer.status, sites, value, answer.bound + offset)
            relaxed = False
        ranks[asks] *= 2


def _radius_model(
    cost: Floats, weight: Floats, count: int, levels: list[Floats], ranks: Integers
) -> tuple[Model, Integers, Integers, Floats, float]:
    """Return the model, its site columns, the last rank of those cut short (-1), costs, offset."""
    model = Model()
    site = model.add_columns(cost.shape[1], integer=True)
    model.add_row(site, 1.0, count, count)
    tails = np.full(len(cost), -1)
    price = [np.zeros(len(site))]
    for i, level in enumerate(levels):
        used = int(min(ranks[i], len(level) - 1))
        if used == 0:
            continue
        column = model.add_columns(used)
        if used < len(level) - 1:
            tails[i] = column[-1]
        price.append(weight[i] * np.diff(level[: used + 1]))
        near = np.flatnonzero(cost[i] < level[used])
        rank = np.searchsorted(level, cost[i, near])
        own, later = np.arange(used), np.arange(1, used)
        entries = (
            np.concatenate([rank, own, later]),
            np.concatenate([site[near], column, column[:-1]]),
            np.concatenate([np.ones(len(near) + used), np.full(used - 1, -1.0)]),
        )
        model.add_rows(entries, (own == 0).astype(np.float64), np.inf, used)
    offset = float(sum(w * level[0] for w, level in zip(weight, levels, strict=True)))
    return model, site, tails, np.concatenate(price), offset


def p_centre(cost: Floats, count: int, limits: Limits | None = None) -> Location:
    """Open ``count`` sites so that the farthest demand is as near as can be.

    min max_i min_{j open} c_ij: Hakimi, Optimum locations of switching centers and the absolute
    centers and medians of a graph, Operations Research 12 (1964) 450-459. Solved by halving the
    distinct costs, each asked as a set covering problem (Minieka, The m-center problem, SIAM
    Review 12 (1970) 138-139). ``cost`` (demands, sites).
    """
    _count_of(count, cost.shape[1])
    limits = (limits or Limits()).started()
    levels = np.unique(cost)
    low = int(np.searchsorted(levels, cost.min(axis=1).max()))
    high = int(np.searchsorted(levels, cost[:, :count].min(axis=1).max()))
    best, status = np.arange(count), Status.OPTIMAL
    while low < high:
        middle = (low + high) // 2
        found = lscp(cost <= levels[middle], limits)
        if len(found.sites) and found.value <= count:
            best = found.sites
            high = int(np.searchsorted(levels, cost[:, best].min(axis=1).max()))
        elif found.bound > count:
            low = middle + 1
        else:
            status = found.status
            break
    value = float(cost[:, best].min(axis=1).max())
    return Location(status, best, value, float(levels[low]))


def _count_of(count: int, sites: int) -> None:
    if not 1 <= count <= sites:
        raise stop(f"要选{count}个，而候选空间有{sites}个", remedy="给出1到候选数之间的个数")


def _located(answer: Answer, site: Integers, value: float, bound: float) -> Location:
    if answer.values is None:
        return Location(answer.status, np.empty(0, np.int64), math.nan, answer.bound)
    sites = np.flatnonzero(answer.values[site] > 0.5)
    value = float(round(value)) if abs(value - round(value)) < 1e-5 else value
    status = answer.status
    if status is Status.WITHIN_GAP and abs(bound - value) < 1e-6:
        status = Status.OPTIMAL
    return Location(status, sites, value, bound)
