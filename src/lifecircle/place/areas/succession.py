"""Puts communities back into the trees of an earlier day, and carries figures over a change.

The table of communities is of today. What changed after a day is undone, the latest change first:
no community is ever divided, so every one lies in exactly one area of each tree on every day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from lifecircle.place.area_changes import LEVELS, Event, events
from lifecircle.place.tables import Area, City, Communities, Record

BETWEEN = "·"
"""Stands between a county and a township of a name that several counties have."""

_COLUMNS = {"township": ("township",), "county": ("county", "managed_by")}
Parts = Mapping[str, Mapping[str, Fraction | None]]
"""By area of one side of a change, the share of it that each area of the other side has."""


@dataclass(frozen=True)
class Trees:
    """Where each community (c) lies in the administrative tree, and who answers for it."""

    id: tuple[str, ...]
    name: tuple[str, ...]
    township: tuple[str, ...]
    county: tuple[str, ...]
    managed_by: tuple[str, ...]

    @classmethod
    def of(cls, communities: Communities) -> Trees:
        """Take the columns of the table of communities."""
        table = communities
        return cls(table.id, table.name, table.township, table.county, table.managed_by)

    def rows_in(self, event: Event, area: str) -> tuple[int, ...]:
        """Return the communities of an area, in the tree that an event changes."""
        county, _, name = area.rpartition(BETWEEN)
        everyone = range(len(self.id))
        if event.level == "township":
            here = [row for row in everyone if self.township[row] == name]
            return tuple(row for row in here if not county or self.county[row] == county)
        columns = [getattr(self, column) for column in columns_of(event)]
        return tuple(row for row in everyone if any(own[row] == area for own in columns))

    def named(self, member: str, among: tuple[int, ...]) -> tuple[int, ...]:
        """Return those ``among`` that are this community by id or name, or are of this township."""
        by_id = tuple(row for row in among if self.id[row] == member)
        by_name = tuple(row for row in among if self.name[row] == member)
        township = member.rpartition(BETWEEN)[2]
        return by_id or by_name or tuple(row for row in among if self.township[row] == township)

    def within(self, communities: Communities) -> Communities:
        """Return the table of communities with these columns."""
        return replace(
            communities, township=self.township, county=self.county, managed_by=self.managed_by
        )


def columns_of(event: Event) -> tuple[str, ...]:
    """Return the columns of the table of communities that an event changes.

    A change of the county level goes on in the managing tree, where a county answers for what no
    development zone took over; a hand-over leaves the administrative tree alone.
    """
    return ("managed_by",) if event.kind == "hand_over" else _COLUMNS.get(event.level, ())


def plain(event: Event, area: str) -> str:
    """Return the name of an area as the table has it, without the county before a township."""
    return area.rpartition(BETWEEN)[2] if event.level == "township" else area


def went_over(trees: Trees, event: Event) -> list[tuple[int, ...]]:
    """Return for each row of an event the communities that it carried over.

    A merge's row without members carried what no other row of it names.
    """
    found = []
    for row in event.rows:
        there = trees.rows_in(event, row.target)
        if row.members and event.kind != "rename":
            found.append(tuple(at for own in row.members for at in trees.named(own, there)))
            continue
        others = {
            at
            for other in event.rows
            if event.kind == "merge" and other is not row
            for own in other.members
            for at in trees.named(own, there)
        }
        found.append(tuple(at for at in there if at not in others))
    return found


def undone(trees: Trees, event: Event) -> Trees:
    """Return the trees as they were just before an event, given those just after it."""
    columns = {name: list(getattr(trees, name)) for name in columns_of(event)}
    for row, rows in zip(event.rows, went_over(trees, event), strict=True):
        source, target = plain(event, row.source), plain(event, row.target)
        for name, cells in columns.items():
            for at in rows:
                if getattr(trees, name)[at] == target:
                    cells[at] = source
    return replace(trees, **{name: tuple(cells) for name, cells in columns.items()})


def back_from_today(city: City) -> Iterator[tuple[Event, Trees, Trees]]:
    """Yield each event of a city, the latest first, with the trees just before and just after."""
    trees = Trees.of(city.communities)
    for event in reversed(events(city.changes)):
        if city.trees_of is not None and event.on > city.trees_of:
            continue
        before = undone(trees, event)
        yield event, before, trees
        trees = before


def trees_on(city: City, day: date) -> City:
    """Return the city with its communities in the trees in force on ``day``.

    Changes after the day are undone; asking for the same day again changes nothing. Registers that
    call a renamed area by another day's name follow it. Raises ValueError for a day after the one
    that the city already stands on, since what was undone is not known any more.
    """
    if not city.changes or city.trees_of == day:
        return city
    if city.trees_of is not None and city.trees_of < day:
        raise ValueError(f"the trees are already those of {city.trees_of}")
    trees, later = Trees.of(city.communities), []
    for event, before, _ in back_from_today(city):
        if event.on > day:
            trees = before
            later.append(event)
    there = replace(city, communities=trees.within(city.communities), trees_of=day)
    called = {level: _Names(there, level) for level in LEVELS}
    return replace(
        there,
        areas=tuple(_known_as(area, called) for area in city.areas),
        records=tuple(_recorded_of(record, called) for record in city.records),
        notices=(*city.notices, *_notices(later, day)),
    )


def _notices(later: list[Event], day: date) -> Iterator[str]:
    said = "；".join(event.text for event in reversed(later) if event.level != "community")
    if said:
        yield f"各级汇总按{day}的区划和管理关系，撤回了其后的变更：{said}。"
    own = "；".join(event.text for event in reversed(later) if event.level == "community")
    if own:
        yield f"社区本身按现在的社区表评估，{day}以后的变更没有撤回，旧社区的结论不推算：{own}。"


def _known_as(area: Area, called: Mapping[str, _Names]) -> Area:
    name = called[area.level].on(area.name) if area.level in called else area.name
    return area if name == area.name else replace(area, name=name)


def _recorded_of(record: Record, called: Mapping[str, _Names]) -> Record:
    known = record.level in called
    subject = called[record.level].on(record.subject) if known else record.subject
    return record if subject == record.subject else replace(record, subject=subject)


class _Names:
    """What the areas of a level are called on the day that a city stands on."""

    def __init__(self, city: City, level: str) -> None:
        table, day = city.communities, city.trees_of or date.max
        self._known = {
            "community": {*table.id},
            "township": {*table.township},
            "county": {*table.county, *table.managed_by},
        }[level]
        renamed = [
            e.rows[0] for e in events(city.changes) if e.kind == "rename" and e.level == level
        ]
        back = [row for row in reversed(renamed) if row.on > day and level != "community"]
        self._steps = [
            *((row.source, row.target) for row in renamed if row.on <= day),
            *((row.target, row.source) for row in back),
        ]

    def on(self, name: str) -> str:
        """Follow a name through renamings to the one on the day; a name of that day stays."""
        called = name
        for one, other in self._steps:
            if called in self._known:
                break
            called = other if called == one else called
        return called if called in self._known else name


def forward(event: Event) -> Parts:
    """Return what part of each source went to each target; None where nobody recorded it."""
    if event.kind in ("move", "hand_over"):
        return {row.source: {row.target: None} for row in event.rows}
    parts: dict[str, dict[str, Fraction | None]] = {}
    for row in event.rows:
        share = row.share if event.kind == "split" else Fraction(1)
        parts.setdefault(row.source, {})[row.target] = share
    if event.absorbs:
        parts.setdefault(event.targets[0], {})[event.targets[0]] = Fraction(1)
    return parts


def back(event: Event) -> Parts:
    """Return what part of each target came from each source; None where nobody recorded it."""
    if event.kind in ("move", "hand_over"):
        return {row.target: {row.source: None} for row in event.rows}
    parts: dict[str, dict[str, Fraction | None]] = {}
    for row in event.rows:
        share = row.share if event.kind == "merge" else Fraction(1)
        parts.setdefault(row.target, {})[row.source] = share
    if event.absorbs and event.targets[0] not in event.sources:
        taken = event.rows[0].share
        rest = None if taken is None else 1 - taken
        parts[event.targets[0]][event.targets[0]] = rest
    return parts


def carried(values: Mapping[str, int | None], parts: Parts) -> dict[str, int | None]:
    """Carry counts by area over a change; areas that it does not touch keep theirs.

    A count is apportioned by the shares, in whole numbers by the largest remainder, so that the
    sum stays the same; a count of unknown shares is unknown on the other side.
    """
    found: dict[str, int | None] = {
        area: value for area, value in values.items() if area not in parts
    }
    for area, shares in parts.items():
        value = values.get(area)
        own = [share for share in shares.values() if share is not None]
        if value is None or len(own) < len(shares):
            found |= dict.fromkeys(shares)
            continue
        for other, part in zip(shares, apportioned(value, own), strict=True):
            known = found.get(other, 0)
            found[other] = None if known is None else known + part
    return found


def apportioned(total: int, shares: list[Fraction]) -> list[int]:
    """Split a count by shares that add up to 1: whole numbers with the same sum.

    Rounded down, and the rest goes to the largest remainders, the first of equal ones.
    """
    exact = [total * share for share in shares]
    found = [int(part) for part in exact]
    order = sorted(range(len(shares)), key=lambda at: (found[at] - exact[at], at))
    for at in order[: total - sum(found)]:
        found[at] += 1
    return found
