"""The figures that drills tell at their end, as one table."""

from __future__ import annotations

import os
from dataclasses import dataclass
from statistics import median

BRIEF = os.environ.get("DRILL_BRIEF") == "1"
"""Whether the drills take what stands in their brief numbers: for machines with little time."""

SLACK = float(os.environ.get("DRILL_SLACK", "1"))
"""How many times its goal a figure may be before a drill fails: more on a machine that others use.

The table tells what missed its goal in any case.
"""


def brief(whole: int, short: int) -> int:
    """Return how many a drill takes: the short number where time is short."""
    return short if BRIEF else whole


@dataclass(frozen=True)
class Figure:
    """What was measured several times, its unit and its goal; a goal is the most that may be."""

    name: str
    database: str
    values: tuple[float, ...]
    unit: str
    goal: float | None = None

    @property
    def met(self) -> bool:
        """Say whether the median is within the goal."""
        return self.goal is None or median(self.values) <= self.goal

    @property
    def held(self) -> bool:
        """Say whether it is within what this machine is held to."""
        return self.goal is None or median(self.values) <= self.goal * SLACK


told: list[Figure] = []


def tell(
    name: str, database: str, values: list[float], unit: str, goal: float | None = None
) -> Figure:
    """Keep a figure for the table and return it."""
    figure = Figure(name, database, tuple(values), unit, goal)
    told.append(figure)
    return figure


def table() -> list[str]:
    """Return the lines of the table."""
    lines = [f"{'':44}{'database':12}{'min':>9}{'median':>9}{'max':>9}  unit   goal"]
    for one in told:
        low, middle, high = min(one.values), median(one.values), max(one.values)
        goal = "" if one.goal is None else f"<= {one.goal:g}{'' if one.met else '  MISSED'}"
        figures = "".join(f"{value:9.0f}" for value in (low, middle, high))
        lines.append(f"{one.name:44}{one.database:12}{figures}  {one.unit:6} {goal}")
    return lines


def percentile(values: list[float], share: float) -> float:
    """Return the value that a share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
