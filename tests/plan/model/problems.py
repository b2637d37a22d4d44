"""Small random planning problems, and a slow planner that tries every set of actions."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from lifecircle.plan.model.problem import (
    EVERY_GROUP,
    UNLIMITED,
    Actions,
    Demands,
    EquityFloors,
    Options,
    Problem,
)

CLASSES = 2


def ints(values: object, width: int = 0) -> np.ndarray:
    array = np.array(values, dtype=np.int64)
    return array.reshape(-1, width) if width else array


def actions_of(
    option: list[int],
    floor_m2: list[float],
    cost_yuan: list[list[int]],
    reach: list[dict[int, int]],
    capacity: list[int] | None = None,
    decided: tuple[int, ...] = (),
    barred: tuple[int, ...] = (),
) -> Actions:
    count = len(option)
    return Actions(
        option=ints(option),
        floor_m2=np.array(floor_m2, dtype=np.float64),
        cost_yuan=ints(cost_yuan),
        capacity_people=ints(capacity or [UNLIMITED] * count),
        first=np.cumsum([0, *(len(one) for one in reach)]),
        demand=ints([d for one in reach for d in sorted(one)]),
        people=ints([one[d] for one in reach for d in sorted(one)]),
        decided=np.isin(np.arange(count), decided),
        barred=np.isin(np.arange(count), barred),
    )


@st.composite
def problems(draw: st.DrawFn, most: int = 6) -> Problem:
    demands, sites, years = (
        draw(st.integers(1, 5)),
        draw(st.integers(1, 3)),
        draw(st.integers(1, 2)),
    )
    options = draw(st.integers(sites, sites + 2))
    count = draw(st.integers(1, most))

    def numbers(low: int, high: int, size: int) -> np.ndarray:
        return ints(draw(st.lists(st.integers(low, high), min_size=size, max_size=size)))

    people = numbers(1, 9, demands)
    reach = []
    for _ in range(count):
        within = draw(st.sets(st.integers(0, demands - 1), min_size=1))
        reach.append({d: draw(st.sampled_from([0, 1, people[d], people[d]])) for d in within})
    floors = draw(st.integers(0, 2))
    pair = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(
        lambda both: both[0] != both[1]
    )
    exclusions = draw(st.lists(pair, max_size=2)) if count > 1 else []
    unit, group = numbers(0, 1, demands), numbers(0, 1, demands)
    where = draw(st.lists(st.integers(0, demands - 1), min_size=floors, max_size=floors))
    whole = draw(st.lists(st.booleans(), min_size=floors, max_size=floors))
    return Problem(
        demands=Demands(people, numbers(0, CLASSES - 1, demands), unit, group),
        options=Options(
            site=ints([o % sites for o in range(options)]),
            floor_m2=numbers(2, 9, options).astype(np.float64),
            cost_yuan=1000 * numbers(0, 3, options * years).reshape(options, years),
        ),
        actions=actions_of(
            option=list(numbers(0, options - 1, count)),
            floor_m2=list(numbers(0, 4, count)),
            cost_yuan=list(1000 * numbers(0, 4, count * years).reshape(count, years)),
            reach=reach,
            capacity=list(numbers(UNLIMITED, 9, count)),
            decided=tuple(draw(st.sets(st.integers(0, count - 1), max_size=1))),
        ),
        budget_yuan=1000 * numbers(2, 15, years),
        exclusions=ints(exclusions, 2),
        floors=EquityFloors(
            unit=unit[ints(where)],
            group=np.where(whole, EVERY_GROUP, group[ints(where)]) if floors else ints([]),
            least_people=numbers(0, 4, floors),
        ),
    )


def allowed(problem: Problem, chosen: tuple[int, ...]) -> bool:
    """Say whether a set keeps everything but the equity floors."""
    a, o = problem.actions, problem.options
    opened = {int(a.option[k]) for k in chosen}
    spent = sum((a.cost_yuan[k] for k in chosen), np.zeros_like(problem.budget_yuan))
    spent = spent + sum((o.cost_yuan[k] for k in opened), np.zeros_like(problem.budget_yuan))
    sites = [int(o.site[k]) for k in opened]
    return (
        bool((spent <= problem.budget_yuan).all())
        and len(sites) == len(set(sites))
        and all(
            sum(a.floor_m2[k] for k in chosen if a.option[k] == one) <= o.floor_m2[one]
            for one in opened
        )
        and not any(set(map(int, pair)) <= set(chosen) for pair in problem.exclusions)
        and all(k in chosen for k in np.flatnonzero(a.decided))
        and not any(k in chosen for k in np.flatnonzero(a.barred))
    )


def serving(problem: Problem, chosen: tuple[int, ...]) -> list[int] | None:
    """Return the most people served per class, in their order; None where a floor is missed."""
    d, a = problem.demands, problem.actions
    arcs = [
        (k, int(a.demand[at]), int(a.people[at]))
        for k in chosen
        for at in range(a.first[k], a.first[k + 1])
    ]
    if not arcs:
        return None if (problem.floors.least_people > 0).any() else [0] * len(problem.aims())
    rows, low, high = [], [], []

    def row(wanted: list[bool], least: float, most: float) -> None:
        rows.append(np.array(wanted, dtype=np.float64))
        low.append(least)
        high.append(most)

    for k in chosen:
        if a.capacity_people[k] != UNLIMITED:
            row([arc[0] == k for arc in arcs], 0, a.capacity_people[k])
    for one in range(len(d.people)):
        row([arc[1] == one for arc in arcs], 0, d.people[one])
    for members, least in zip(problem.floor_members, problem.floors.least_people, strict=True):
        row([arc[1] in members for arc in arcs], least, np.inf)
    upper = np.array([arc[2] for arc in arcs], dtype=np.float64)
    values = []
    for worth in problem.aims():
        gain = np.array([worth[arc[1]] for arc in arcs], dtype=np.float64)
        limits = LinearConstraint(np.array(rows), low, high)
        found = milp(-gain, constraints=limits, bounds=(0, upper), integrality=np.ones(len(arcs)))
        if found.x is None:
            return None
        values.append(round(-found.fun))
        row(list(gain > 0), values[-1], np.inf)
    return values


def every_plan(problem: Problem) -> list[tuple[list[int], int, tuple[int, ...]]]:
    """Return (people by class, yuan, actions) of every plan that keeps everything."""
    count = len(problem.actions.option)
    plans = []
    for size in range(count + 1):
        for chosen in combinations(range(count), size):
            if allowed(problem, chosen):
                people = serving(problem, chosen)
                if people is not None:
                    yuan = int(problem.cost_yuan(ints(list(chosen))).sum())
                    plans.append((people, yuan, chosen))
    return plans


def best_plan(problem: Problem) -> tuple[list[int], int, int] | None:
    """Return people by class, yuan and the sum of action numbers of the best plan."""
    ranked = [
        ([-n for n in people], yuan, sum(chosen) + len(chosen))
        for people, yuan, chosen in every_plan(problem)
    ]
    if not ranked:
        return None
    people, yuan, numbers = min(ranked)
    return [-n for n in people], yuan, numbers
