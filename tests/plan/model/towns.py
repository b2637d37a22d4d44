"""A made-up town of any size, seeded: people on squares, sites among them, functions to add."""

from __future__ import annotations

import numpy as np

from lifecircle.plan.model.problem import (
    UNLIMITED,
    Actions,
    Demands,
    EquityFloors,
    Options,
    Problem,
)


def town(
    communities: int,
    sites: int,
    functions: int,
    *,
    share_of_cost: float = 0.2,
    floors: bool = False,
    seed: int = 20261122,
) -> Problem:
    """Return a problem with a demand per community and function, half of them open.

    A site has one to three modes, each with every function as an action; an action reaches the
    communities within 1 km of which there are about four per square kilometre. The budget of three
    years is ``share_of_cost`` of what doing everything in the first mode costs. Class 0 are the
    first third of the functions.
    """
    dice = np.random.default_rng(seed)
    side_m = np.sqrt(communities / 4) * 1000
    home = dice.uniform(0, side_m, (communities, 2))
    site = dice.uniform(0, side_m, (sites, 2))
    people = dice.integers(500, 9000, communities)
    lacks = dice.random((communities, functions)) < 0.5
    place = np.full((communities, functions), -1)
    place[lacks] = np.arange(lacks.sum())
    where, function = np.nonzero(lacks)
    demands = Demands(
        people=people[where] // np.where(function % 3 == 0, 5, 1),
        priority=np.minimum(function * 3 // functions, 2),
        unit=(home[where, 0] // (side_m / 2)).astype(np.int64),
        group=function % 3,
    )
    modes = dice.integers(1, 4, sites)
    of = np.repeat(np.arange(sites), modes)
    options = Options(
        site=of,
        floor_m2=dice.integers(3, 30, len(of)).astype(np.float64) * 100,
        cost_yuan=_by_year(dice, dice.integers(0, 300, len(of)) * 10_000),
    )
    near = [np.flatnonzero(np.hypot(*(home - one).T) <= 1000) for one in site]
    actions = _actions(dice, options, near, place, demands)
    whole = int(actions.cost_yuan[options_first(options)[actions.option]].sum())
    budget = np.full(3, int(whole * share_of_cost / 3))
    least = np.array([people[: communities // 20].sum()] * 2) if floors else np.empty(0, np.int64)
    equity = EquityFloors(
        unit=np.arange(len(least)), group=np.full(len(least), -1), least_people=least
    )
    return Problem(demands, options, actions, budget, np.empty((0, 2), np.int64), equity)


def options_first(options: Options) -> np.ndarray:
    """Mark the first option of each site."""
    return np.append(True, np.diff(options.site) > 0)


def _by_year(dice: np.random.Generator, yuan: np.ndarray) -> np.ndarray:
    cost = np.zeros((len(yuan), 3), dtype=np.int64)
    cost[np.arange(len(yuan)), dice.integers(0, 3, len(yuan))] = yuan
    return cost


def _actions(
    dice: np.random.Generator,
    options: Options,
    near: list[np.ndarray],
    place: np.ndarray,
    demands: Demands,
) -> Actions:
    option, reach = [], []
    for o, site in enumerate(options.site):
        for function in range(place.shape[1]):
            within = place[near[site], function]
            within = np.sort(within[within >= 0])
            if len(within):
                option.append(o)
                reach.append(within)
    count = len(option)
    floor_m2 = dice.integers(1, 8, count).astype(np.float64) * 50
    demand = np.concatenate(reach)
    capacity = np.where(dice.random(count) < 0.1, dice.integers(500, 5000, count), UNLIMITED)
    return Actions(
        option=np.array(option),
        floor_m2=floor_m2,
        cost_yuan=_by_year(dice, (floor_m2 * dice.integers(10, 60, count)).astype(np.int64) * 100),
        capacity_people=capacity,
        first=np.cumsum([0, *(len(one) for one in reach)]),
        demand=demand,
        people=demands.people[demand],
        decided=np.zeros(count, dtype=bool),
        barred=np.zeros(count, dtype=bool),
    )
