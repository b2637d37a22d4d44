"""Recorded changes of areas: renamed, moved, handed over, merged, split, each on its day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import Spot

LEVELS = ("community", "township", "county")
NOWHERE = Spot()


@dataclass(frozen=True)
class AreaChange:
    """One row of the register: what lay in ``source`` has lain in ``target`` since the day ``on``.

    ``level`` is that of both. ``members`` are the communities (ids or names) or townships that
    went over; none are all of them. ``share`` is, of a split, the share of the people of
    ``source`` that ``target`` took; of a merge, the share of the people of ``target`` that came
    from ``source``. A township may be written with its county before it, 某县·某镇.
    """

    on: date
    kind: str
    level: str
    source: str
    target: str
    members: tuple[str, ...] = ()
    share: Fraction | None = None
    basis: str = ""
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Event:
    """The rows that are one change: all sources of a merge, all parts of a split."""

    rows: tuple[AreaChange, ...]

    @property
    def on(self) -> date:
        """Return the day since which it holds."""
        return self.rows[0].on

    @property
    def kind(self) -> str:
        """Return rename, move, hand_over, merge or split."""
        return self.rows[0].kind

    @property
    def level(self) -> str:
        """Return the level of its sources and targets."""
        return self.rows[0].level

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the areas there were before, in the order of the rows."""
        return tuple(dict.fromkeys(row.source for row in self.rows))

    @property
    def targets(self) -> tuple[str, ...]:
        """Return the areas there are since, in the order of the rows."""
        return tuple(dict.fromkeys(row.target for row in self.rows))

    @property
    def absorbs(self) -> bool:
        """Say whether a merge went into an area that had been there before."""
        return self.kind == "merge" and (len(self.rows) == 1 or self.rows[0].target in self.sources)

    @property
    def text(self) -> str:
        """Say the change in Chinese."""
        return described(
            self.on.isoformat(),
            self.kind,
            self.sources,
            self.targets,
            [member for row in self.rows for member in row.members],
        )


def described(
    on: str, kind: str, sources: Sequence[str], targets: Sequence[str], members: Sequence[str]
) -> str:
    """Say a change of areas in Chinese."""
    zh = code_sets()["area_change"][kind].zh
    named = kind in ("move", "hand_over")
    whom = f"{'、'.join(members)}由" if named and members else ""
    return f"{on}{zh}：{whom}{'、'.join(sources)}→{'、'.join(targets)}"


def events(changes: Iterable[AreaChange]) -> tuple[Event, ...]:
    """Return the changes as events, the earliest first; on one day the smaller areas first.

    The rows of a merge are those of one target, the rows of a split those of one source.
    """
    grouped: dict[tuple[object, ...], list[AreaChange]] = {}
    for row in changes:
        own: tuple[object, ...] = (row.source, row.target, row.members)
        if row.kind == "merge":
            own = (row.target,)
        elif row.kind == "split":
            own = (row.source,)
        key = (row.on, LEVELS.index(row.level), row.kind, *map(str, own))
        grouped.setdefault(key, []).append(row)
    return tuple(
        Event(tuple(sorted(grouped[key], key=lambda row: (row.source, row.target, row.members))))
        for key in sorted(grouped, key=str)
    )
