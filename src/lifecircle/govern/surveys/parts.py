"""A section cut into parts, each short enough for one page of a telephone.

The cuts are those of the pack: rows that it asks for under one heading stay together as far as a
page is long enough, and short headings share one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from lifecircle.govern.surveys.filled import Row
from lifecircle.govern.surveys.questions import FixedRow, Section
from lifecircle.govern.wording import listed

MOST_FIELDS = 20
"""So many fields are a few screens of a telephone."""

Rows = tuple[FixedRow, ...]


@dataclass(frozen=True)
class Part:
    """Some fixed rows of a section that are asked on one page, the ``number``th of ``of``."""

    number: int
    of: int
    rows: Rows

    @property
    def label(self) -> str:
        """Return the headings of the pack that its rows stand under; empty where it has none."""
        return listed(dict.fromkeys(row.heading.label for row in self.rows if row.heading.zh))

    @property
    def names(self) -> str:
        """Return what its rows are called."""
        return listed(row.label for row in self.rows)

    def of_these(self, rows: Sequence[Row]) -> list[Row]:
        """Return those rows of a return that are of this part; all where it is the only one."""
        if self.of == 1:
            return list(rows)
        keys = {row.key for row in self.rows}
        return [row for row in rows if row.key in keys]


def parts_of(section: Section) -> tuple[Part, ...]:
    """Return the parts of a section, in the order of the pack's headings; at least one.

    A section asked once, or of rows that communities have of their own, is one part without rows.
    """
    most = max(1, MOST_FIELDS // max(1, len(section.questions)))
    if len(section.rows) <= most:
        return (Part(1, 1, section.rows),)
    lots: list[Rows] = []
    for rows in _by_heading(section.rows):
        if lots and len(lots[-1]) + len(rows) <= most:
            lots[-1] += rows
        else:
            lots += _evenly(rows, most)
    return tuple(Part(at, len(lots), rows) for at, rows in enumerate(lots, start=1))


def _by_heading(rows: Rows) -> list[Rows]:
    found: dict[str, Rows] = {}
    for row in sorted(rows, key=lambda one: one.heading.place):
        found[row.heading.zh] = (*found.get(row.heading.zh, ()), row)
    return list(found.values())


def _evenly(rows: Rows, most: int) -> list[Rows]:
    """Cut rows into as few lots of at most so many as will do, as equal as can be."""
    lots = ceil(len(rows) / most)
    cuts = [len(rows) * at // lots for at in range(lots + 1)]
    return [rows[start:end] for start, end in pairwise(cuts)]
