"""Figures of the areas that a recorded change touched, on the boundaries before and after it.

Communities move with their findings: each is counted in one area before and in one after, so the
touched areas add up to the same on both sides. Where communities themselves were merged or split,
a verdict on the old ones is never guessed from the new; only people are carried, by the recorded
shares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lifecircle.assess.findings import Finding, OnBoundaries, Tree
from lifecircle.assess.people import registered
from lifecircle.assess.rollup import (
    TREES,
    Found,
    Marks,
    in_order,
    lies_below,
    marks_of,
    of_subjects,
    rolled,
)
from lifecircle.assess.subjects import (
    AREAS,
    NOWHERE,
    Groups,
    Levels,
    Subjects,
    shared_area,
    trees_of,
)
from lifecircle.place.area_changes import Event, events
from lifecircle.place.areas.succession import Parts, back, back_from_today, carried, forward
from lifecircle.place.tables import City, Integers
from lifecircle.policy.models import Pack

Side = Literal["before", "after"]


def _members(areas: Groups) -> dict[str, tuple[str, frozenset[int]]]:
    """Return the name and the communities of each area by id."""
    inside: list[list[int]] = [[] for _ in areas.id]
    for community, row in enumerate(areas.home.tolist()):
        if row >= 0:
            inside[row].append(community)
    named = zip(areas.id, areas.name, inside, strict=True)
    return {own: (name, frozenset(rows)) for own, name, rows in named}


def before_and_after(
    pack: Pack, found: Found, levels: Levels, subjects: Mapping[str, Subjects], city: City
) -> tuple[OnBoundaries, ...]:
    """Return both sides of every recorded change, the earliest first.

    ``found`` and ``subjects`` are of one run, ``levels`` of its day; ``city`` has the trees of
    today. Subjects that lie in no area on one of the sides are left out on both.
    """
    if not city.changes:
        return ()
    rows: list[list[OnBoundaries]] = []
    after: Mapping[str, Groups] = {}
    marks = marks_of(pack)
    for event, earlier, later in back_from_today(city):
        if event.level == "community":
            continue
        after = after or trees_of(later.within(city.communities))
        before = trees_of(earlier.within(city.communities))
        moves = _Moves(pack, found, levels, subjects, event, marks)
        rows.append([row for tree in TREES for row in moves.of_level(tree, before, after)])
        after = before
    rows += _people(city)
    return tuple(row for own in sorted(rows, key=_place) for row in own)


def _place(rows: list[OnBoundaries]) -> tuple[str, str]:
    return (str(rows[0].event.on), rows[0].event.text) if rows else ("", "")


@dataclass(frozen=True)
class _Moves:
    """One change, and the findings that moved with it."""

    pack: Pack
    found: Found
    levels: Levels
    subjects: Mapping[str, Subjects]
    event: Event
    marks: Marks

    def of_level(
        self, tree: tuple[Tree, str, str], before: Mapping[str, Groups], after: Mapping[str, Groups]
    ) -> Iterator[OnBoundaries]:
        """Yield the touched areas of one level of a tree, rule by rule, before and then after."""
        kind, level, group = tree
        if kind == "tag":
            return
        sides = {"before": before[group], "after": after[group]}
        members = {side: _members(areas) for side, areas in sides.items()}
        pairs = (("before", "after"), ("after", "before"))
        touched = {
            side: [own for own, said in members[side].items() if members[other].get(own) != said]
            for side, other in pairs
        }
        if not touched["before"] and not touched["after"]:
            return
        for rule, reading in in_order(self.pack, self.found):
            findings = of_subjects(self.found[rule, reading])
            if not findings or not lies_below(findings[0].subject_level, level):
                continue
            homes = {name: self._home(self.subjects[rule], own.home) for name, own in sides.items()}
            both = (homes["before"] >= 0) & (homes["after"] >= 0)
            for side, areas in sides.items():
                at = np.where(both, homes[side], NOWHERE)
                for own in touched[side]:
                    row = areas.id.index(own)
                    here = [findings[n] for n in np.flatnonzero(at == row).tolist()]
                    if here:
                        called = areas.name[row] or own
                        yield self._row(side, kind, level, (own, called), here)

    def _row(
        self, side: str, tree: Tree, level: str, area: tuple[str, str], findings: list[Finding]
    ) -> OnBoundaries:
        counted = rolled(self.marks, tree, level, area, findings)
        named: Side = "before" if side == "before" else "after"
        return OnBoundaries(self.event, named, level, area[0], counted, counted.people)

    def _home(self, subjects: Subjects, then: Integers) -> Integers:
        """Return the area that each subject (s,) lies in on other boundaries (c,), -1 in none."""
        if subjects.level in AREAS:
            return shared_area(self.levels.of_community[subjects.level], then, len(subjects))
        community = subjects.areas["community"]
        return np.where(community >= 0, then[community], NOWHERE)


def _people(city: City) -> Iterator[list[OnBoundaries]]:
    """Yield the residents of communities that were themselves renamed, merged or split."""
    counts = registered(city, "residents").tolist()
    people: dict[str, int | None] = {
        own: None if count < 0 else count
        for own, count in zip(city.communities.id, counts, strict=True)
    }
    estimated: set[str] = set()
    for event in reversed([one for one in events(city.changes) if one.level == "community"]):
        if city.trees_of is not None and event.on > city.trees_of:
            continue
        earlier = carried(people, back(event))
        guessed = _guessed(back(event), estimated)
        after = [
            OnBoundaries(event, "after", "community", own, None, people.get(own), own in estimated)
            for own in forward_areas(event)
        ]
        before = [
            OnBoundaries(event, "before", "community", own, None, earlier.get(own), own in guessed)
            for own in sorted(forward(event))
        ]
        yield [*before, *after]
        people, estimated = earlier, guessed | estimated


def forward_areas(event: Event) -> list[str]:
    """Return the areas that an event left behind, sorted."""
    return sorted({own for parts in forward(event).values() for own in parts})


def _guessed(parts: Parts, already: set[str]) -> set[str]:
    """Return the areas whose people come of shares that somebody only recorded."""
    return {
        other
        for area, shares in parts.items()
        for other, share in shares.items()
        if share != 1 or area in already
    }
