"""An attack on published numbers of persons: what integers are possible, given all files at once.

The attacker has every table of every publication, knows how the numbers were made, and that people
affected are some of the people, older people and children different people, totals sums of
communities; with ``still``, that nobody moved between two days. Each number is an unknown integer;
HiGHS says how small and how large it can be.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

Rows = Sequence[Mapping[str, Any]]
Publication = Mapping[str, Rows]
Cell = tuple[str, ...]
Sum = Mapping[Cell, int]

GROUPS = ("residents", "older", "children")
PEOPLE = 3
"""A name of three parts is of people who live there, a longer one of people affected."""

HIT = ("affected", "older_affected", "children_affected")


def read(folder: Path) -> Publication:
    """Return the tables about persons of a folder of open data."""
    found = {}
    for name in ("communities", "verdicts", "totals"):
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            found[name] = list(csv.DictReader(file))
    return found


def rows_of(columns: Mapping[str, Sequence[Any]]) -> Rows:
    """Return columns as rows."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def people_of(day: int, community: str, group: str) -> Cell:
    """Name the number of a group of a community."""
    return (str(day), community, group)


def hit_of(day: int, row: Mapping[str, Any], group: str) -> Cell:
    """Name the number of those affected of a verdict."""
    return (str(day), row["subject"], group, row["pack"], row["rule"], row["reading"])


class Attack:
    """All that publications say of persons as linear constraints on integers."""

    def __init__(self, *publications: Publication, still: bool = False) -> None:
        self._at: dict[Cell, int] = {}
        self._rows: list[tuple[Sum, float, float]] = []
        for day, publication in enumerate(publications):
            self._communities(day, publication["communities"])
            self._verdicts(day, publication["verdicts"])
            self._totals(day, publication)
        for cell in [one for one in self._at if still and one[0] != "0" and len(one) == PEOPLE]:
            first = ("0", *cell[1:])
            if first in self._at:
                self.know({first: 1, cell: -1}, 0, 0)
        self._solve_by: tuple[Any, Any] | None = None

    def know(self, cells: Sum, least: float, most: float) -> None:
        """Add knowledge: a sum of cells lies between two numbers."""
        for cell in cells:
            self._at.setdefault(cell, len(self._at))
        self._rows.append((cells, least, most))

    def range(self, cells: Sum) -> tuple[float, float]:
        """Return the least and the largest that a sum of cells can be."""
        cost = np.zeros(len(self._at))
        for cell, factor in cells.items():
            cost[self._at[cell]] = factor
        constraints, bounds = self._made()
        ends = []
        for sign in (1, -1):
            found = milp(
                sign * cost,
                constraints=constraints,
                bounds=bounds,
                integrality=np.ones(len(cost)),
            )
            assert found.status in (0, 3), found.message
            ends.append(sign * round(found.fun) if found.status == 0 else sign * -np.inf)
        return ends[0], ends[1]

    def _made(self) -> tuple[Any, Any]:
        if self._solve_by is None:
            at = [(n, self._at[c], f) for n, (row, *_) in enumerate(self._rows)
                  for c, f in row.items()]  # fmt: skip
            rows, cells, factors = zip(*at, strict=True)
            shape = (len(self._rows), len(self._at))
            matrix = coo_array((factors, (rows, cells)), shape=shape).tocsc()
            least, most = ([row[end] for row in self._rows] for end in (1, 2))
            self._solve_by = LinearConstraint(matrix, least, most), Bounds(0, np.inf)
        return self._solve_by

    def _span(self, cells: Sum, row: Mapping[str, Any], name: str) -> None:
        least, most = (row[f"{name}_{end}"] for end in ("at_least", "at_most"))
        low = 0.0 if least in ("", None) else float(least)
        self.know(cells, low, np.inf if most in ("", None) else float(most))

    def _communities(self, day: int, rows: Rows) -> None:
        for row in rows:
            everyone, older, children = (people_of(day, row["id"], group) for group in GROUPS)
            for cell, group in zip((everyone, older, children), GROUPS, strict=True):
                self._span({cell: 1}, row, group)
            self.know({everyone: 1, older: -1, children: -1}, 0, np.inf)

    def _verdicts(self, day: int, rows: Rows) -> None:
        for row in rows:
            if row["subject_level"] != "community" or row["verdict"] not in ("met", "not met"):
                continue
            own = [people_of(day, row["subject"], group) for group in GROUPS]
            hit = [hit_of(day, row, group) for group in HIT]
            if row["verdict"] == "not met":
                for cell, group in zip(hit, HIT, strict=True):
                    self._span({cell: 1}, row, group)
            for some, whole in zip(hit, own, strict=True):
                self.know({whole: 1, some: -1}, 0, np.inf)
            self.know({hit[0]: 1, hit[1]: -1, hit[2]: -1}, 0, np.inf)
            others = {own[0]: 1, own[1]: -1, own[2]: -1, hit[0]: -1, hit[1]: 1, hit[2]: 1}
            self.know(others, 0, np.inf)
            if row["unit"] == "share" and row["reading"] == "walk":
                self._share(row, hit[0], own[0])

    def _share(self, row: Mapping[str, Any], hit: Cell, everyone: Cell) -> None:
        left = 1 - Fraction(row["required"])
        met = row["verdict"] == "met"
        bound = {everyone: left.numerator, hit: -left.denominator}
        self.know(bound, 0 if met else -np.inf, np.inf if met else -1)

    def _totals(self, day: int, publication: Publication) -> None:
        verdicts: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
        for row in publication["verdicts"]:
            if row["subject_level"] == "community":
                key = (row["pack"], row["rule"], row["reading"])
                verdicts.setdefault(key, []).append(row)
        homes = {row["id"]: row for row in publication["communities"]}
        for row in publication["totals"]:
            if row["subject_level"] != "community":
                continue
            inside = [one for one in verdicts[row["pack"], row["rule"], row["reading"]]
                      if _lies_in(homes[one["subject"]], row)]  # fmt: skip
            every = {people_of(day, one["subject"], "residents"): 1 for one in inside
                     if one["verdict"] != "not applicable"}  # fmt: skip
            hit = {hit_of(day, one, "affected"): 1 for one in inside if one["verdict"] == "not met"}
            for cells, name in ((every, "people"), (hit, "affected")):
                if cells:
                    self._span(cells, row, name)


def _lies_in(community: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    column = {"managing": "managed_by", "tag": "zone"}.get(row["tree"], row["area_level"])
    return bool(row["area_level"] == "city" or community[column] == row["area_name"])
