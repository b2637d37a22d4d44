"""Runs contestants one after another, round by round, and prints what it took them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from time import perf_counter, process_time
from typing import Any

SLOW_S = 5.0
"""Who takes longer than this for its first answer is asked once more only."""


class Difference(Exception):
    """Two contestants answered differently: seconds would compare different work."""


def clocked(action: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds an action took, and what it gave."""
    begin = perf_counter()
    answer = action()
    return perf_counter() - begin, answer


def worked(action: Callable[[], Any]) -> tuple[float, Any]:
    """Return the processor seconds an action took, of all its threads, and what it gave."""
    begin = process_time()
    answer = action()
    return process_time() - begin, answer


def race(
    title: str,
    contestants: Mapping[str, Callable[[], Any]],
    check: Callable[[str, Any], str],
    rounds: int,
) -> None:
    """Check every contestant's first answer, then run all in turn and print their seconds.

    ``check`` gets a name and an answer and returns how close it is, or raises Difference. The
    first contestant is the one all ratios are to.
    """
    print(f"\n{title}")
    cold: dict[str, float] = {}
    for name, action in contestants.items():
        cold[name], answer = clocked(action)
        print(f"  {name}: {check(name, answer)}")
    warm: dict[str, list[float]] = {name: [] for name in contestants}
    busy: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(rounds):
        for name, action in contestants.items():
            if turn == 0 or cold[name] < SLOW_S:
                worked_s, (took_s, _) = worked(partial(clocked, action))
                warm[name].append(took_s)
                busy[name].append(worked_s)
    print(
        f"  {'seconds':<12}{'first':>9}{'min':>9}{'median':>9}{'max':>9}{'times':>7}{'ratio':>9}"
        f"{'cpu':>9}{'ratio':>9}"
    )
    own, own_busy = (median(next(iter(one.values()))) for one in (warm, busy))
    for name, took in warm.items():
        middle, work = median(took), median(busy[name])
        print(
            f"  {name:<12}{cold[name]:>9.4f}{min(took):>9.4f}{middle:>9.4f}{max(took):>9.4f}"
            f"{len(took):>7}{middle / own:>9.1f}{work:>9.4f}{work / own_busy:>9.1f}"
        )
