"""Times planning: `python -m benchmarks.planning`, all made up but Porto's streets; seeded."""

from __future__ import annotations

import argparse
import resource
import sys
from functools import partial

import numpy as np

from benchmarks.contestants import ADULT, at_junctions
from benchmarks.rounds import clocked
from benchmarks.work import MissingData, porto
from lifecircle.plan.model.budgeted import solve
from lifecircle.plan.model.coverage import coverage
from lifecircle.plan.model.greedy import greedy, quick
from lifecircle.plan.model.outcome import Aim, Plan
from lifecircle.plan.model.problem import (
    EVERY_GROUP,
    UNLIMITED,
    Actions,
    Demands,
    EquityFloors,
    Options,
    Problem,
)
from lifecircle.plan.model.solving import Integers, Limits
from tests.plan.model.towns import town

SEED = 20261122
CANDIDATES = 5000
PLACES = 4000
WALK_M = 1200.0
AT_MOST = {"240": 60.0, "4000": 600.0}
WEIGHTS = (9, 3, 1)


def main() -> int:
    """Run what was asked for and print seconds, gaps and memory."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planning", description=__doc__)
    parser.add_argument("which", nargs="*", default=["porto", "240", "4000"])
    options = parser.parse_args()
    solve(town(10, 10, 3))  # compiles
    greedy(town(10, 10, 3))
    for which in options.which:
        try:
            {"porto": _porto, "240": _exact, "4000": _city}[which]()
        except MissingData as missing:
            print(missing)
            return 1
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    return 0


def _porto() -> None:
    """Lay coverage lists of 5,000 candidates over Porto and choose 200 of them greedily."""
    work = porto(WALK_M)
    dice = np.random.default_rng(SEED)
    sites = np.sort(dice.choice(work.network.junctions, CANDIDATES, replace=False))
    homes = np.sort(dice.choice(work.network.junctions, PLACES, replace=False))
    limit_s = ADULT.seconds(WALK_M).item()
    lists = partial(
        coverage, work.network, ADULT, at_junctions(work, homes), at_junctions(work, sites), limit_s
    )
    clocked(lists)
    took_s, (first, home) = clocked(lists)
    problem = _one_function(work.people[homes], first, home, count=200)
    chose_s, (chosen, _) = clocked(partial(quick, problem, Limits(), None, 0))
    print(
        f"Porto, {CANDIDATES} candidates, {PLACES} places, {WALK_M:.0f} m: {len(home)} pairs in "
        f"{took_s:.2f} s, {len(chosen)} chosen in {chose_s:.2f} s"
    )


def _one_function(people: Integers, first: Integers, home: Integers, count: int) -> Problem:
    """Return the problem of choosing ``count`` of the candidates, each for one yuan."""
    sites, places = len(first) - 1, len(people)
    none = np.empty(0, dtype=np.int64)
    zeros = np.zeros(places, dtype=np.int64)
    return Problem(
        Demands(people, zeros, zeros, zeros),
        Options(np.arange(sites), np.full(sites, np.inf), np.zeros((sites, 1), np.int64)),
        Actions(
            option=np.arange(sites),
            floor_m2=np.zeros(sites),
            cost_yuan=np.ones((sites, 1), dtype=np.int64),
            capacity_people=np.full(sites, UNLIMITED),
            first=first,
            demand=home,
            people=people[home],
            decided=np.zeros(sites, dtype=bool),
            barred=np.zeros(sites, dtype=bool),
        ),
        np.array([count]),
        np.empty((0, 2), dtype=np.int64),
        EquityFloors(none, np.full(0, EVERY_GROUP), none),
    )


def _exact() -> None:
    """Solve 240 communities exactly, to one per cent."""
    problem = town(240, 300, 9, share_of_cost=0.02)
    limits = Limits(seconds=AT_MOST["240"], gap=0.01)
    for weights in (None, WEIGHTS):
        _told("240 communities, exact", problem, weights, partial(solve, problem, limits, weights))


def _city() -> None:
    """Plan for 4,000 communities, 30 functions and 5,000 sites by the greedy search."""
    problem = town(4000, 5000, 30, share_of_cost=0.01)
    limits = Limits(seconds=AT_MOST["4000"], gap=0.01)
    for weights in (None, WEIGHTS):
        search = partial(greedy, problem, limits, weights)
        _told("4,000 communities, greedy", problem, weights, search)


def _told(
    title: str, problem: Problem, weights: tuple[int, ...] | None, search: partial[Plan]
) -> None:
    took_s, plan = clocked(search)
    how = f"weights {weights}" if weights else "class by class"
    print(
        f"\n{title}, {how}: {took_s:.1f} s, gap {plan.gap:.2%}, {plan.status}; "
        f"{len(problem.demands.people)} demands, {len(problem.options.site)} options, "
        f"{len(problem.actions.option)} actions, {len(problem.actions.demand)} reaches"
    )
    for stage in plan.stages:
        of = "" if stage.priority is None else f" of class {stage.priority}"
        bounded = "at least" if stage.aim is Aim.COST else "at most"
        print(f"  {stage.aim}{of}: {stage.value}, {bounded} {stage.bound}, {stage.status}")


if __name__ == "__main__":
    sys.exit(main())
