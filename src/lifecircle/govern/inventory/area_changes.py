"""The changes of areas made on the platform, as the register of a city tells them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from lifecircle.govern.areas.choices import Level, Succeeds, Tree
from lifecircle.govern.areas.models import Succession
from lifecircle.govern.inventory.standing import NIGHT, Standing
from lifecircle.place.area_changes import AreaChange, events
from lifecircle.place.areas.change_register import problems_of
from lifecircle.place.areas.succession import BETWEEN
from lifecircle.place.tables import Communities

Told = tuple[list[AreaChange], list[str]]


def fitting(standing: Standing, communities: Communities) -> Told:
    """Return the changes up to the day that fit its communities, and a sentence for each other."""
    told = [*_merged_and_split(standing), *_coded_anew(standing), *_Above(standing).changes()]
    kept = [one for one in told if isinstance(one, AreaChange)]
    said = [one for one in told if isinstance(one, str)]
    while wrong := {id(row): why for row, why, _ in problems_of(events(kept), communities)}:
        for event in events(kept):
            why = next((wrong[id(row)] for row in event.rows if id(row) in wrong), None)
            if why is not None:
                said.append(f"区划变更“{event.text}”没有用来对照前后：{why}。")
                kept = [row for row in kept if row not in event.rows]
    return kept, said


def _merged_and_split(standing: Standing) -> Iterator[AreaChange | str]:
    """Yield communities merged and split, or a sentence for one that cannot be told."""
    together: dict[object, list[Succession]] = defaultdict(list)
    for row in standing.successions:
        if standing.areas[row.source_id].level == Level.COMMUNITY:
            together[row.event].append(row)
    for rows in together.values():
        first = rows[0]
        if first.kind == Succeeds.SPLIT and not all(row.share for row in rows):
            name = standing.areas[first.source_id].name
            yield f"社区 {name} 于{first.on}拆分，没有写人口比例，结果不能按拆分前后对照。"
            continue
        for row in rows:
            share = Fraction(row.share) if row.kind == Succeeds.SPLIT else None
            yield _row(standing, row.kind, row.on, row.source_id, row.target_id, share, row.basis)
        stayed = first.target_id
        if first.kind == Succeeds.MERGE and len(rows) > 1 and standing.stands(
            stayed, first.on - NIGHT
        ):  # fmt: skip
            yield _row(standing, first.kind, first.on, stayed, stayed, None, first.basis)


def _coded_anew(standing: Standing) -> Iterator[AreaChange]:
    """Yield communities called by another code."""
    for pk, states in standing.states.items():
        if standing.areas[pk].level == Level.COMMUNITY:
            for before, after in pairwise(states):
                if before.code != after.code and before.until_on == after.from_on:
                    yield _row(standing, "rename", after.from_on, pk, pk, None, "")


def _row(
    standing: Standing,
    kind: str,
    on: date,
    source: int,
    target: int,
    share: Fraction | None,
    basis: str,
) -> AreaChange:
    ids = standing.called(source, on - NIGHT), standing.called(target, on)
    return AreaChange(on, str(kind), "community", *ids, share=share, basis=basis)


@dataclass(frozen=True)
class _Place:
    """What a community hangs below: townships, counties, and who answers for it, by key."""

    township: int | None
    county: int | None
    managed_by: int | None


class _Above:
    """Tells what changed of townships, counties and managers, by the communities of the day."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._kinds = {
            (row.source_id, row.target_id, row.on): str(row.kind) for row in standing.successions
        }
        self._members: dict[tuple[date, str, str, str, str], list[str]] = defaultdict(list)

    def changes(self) -> Iterator[AreaChange]:
        """Yield the changes; members are ids of today."""
        standing = self._standing
        own = standing.communities()
        for day in self._days():
            stayed: dict[tuple[str, int], list[str]] = defaultdict(list)
            for pk in own:
                before, after = self._then(pk, day - NIGHT), self._then(pk, day)
                if before is not None and after is not None:
                    self._compare(standing.called(pk), before, after, day, stayed)
            self._whole_merges(day, stayed)
        for (on, kind, level, source, target), members in self._members.items():
            named = () if kind == "rename" else tuple(sorted(members))
            yield AreaChange(on, kind, level, source, target, named)

    def _days(self) -> list[date]:
        """Return the days on which something above communities may have changed."""
        standing = self._standing
        named = {
            row.from_on
            for pk, states in standing.states.items()
            if standing.areas[pk].level != Level.COMMUNITY
            for row in states[1:]
        }
        placed = {row.from_on for rows in standing.placements.values() for row in rows[1:]}
        return sorted(named | placed)

    def _then(self, pk: int, day: date) -> _Place | None:
        """Return what a community, or what it came from, hung below on a day."""
        standing = self._standing
        while not standing.stands(pk, day):
            came = standing.into.get(pk)
            if not came:
                return None
            pk = came[0].source_id
        county = standing.above(pk, Tree.ADMINISTRATIVE, Level.COUNTY, day)
        return _Place(
            standing.above(pk, Tree.ADMINISTRATIVE, Level.TOWNSHIP, day),
            county,
            standing.above(pk, Tree.MANAGING, Level.COUNTY, day) or county,
        )

    def _compare(
        self,
        own_id: str,
        before: _Place,
        after: _Place,
        day: date,
        stayed: dict[tuple[str, int], list[str]],
    ) -> None:
        """Take down what is another than the day before."""
        county = self._standing.name(before.county, day - NIGHT)
        within = f"{county}{BETWEEN}" if county else ""
        moves = [("township", before.township, after.township, within, "move")]
        moves.append(("county", before.county, after.county, "", "move"))
        if (before.managed_by, after.managed_by) != (before.county, after.county):
            pair = before.managed_by, after.managed_by
            moves.append(("county", *pair, "", "hand_over"))
        for level, old, new, prefix, otherwise in moves:
            if old is None or new is None:
                continue
            names = [self._standing.name(old, day - NIGHT), self._standing.name(new, day)]
            source, target = (f"{prefix}{name}" for name in names)
            if old == new:
                stayed[level, new].append(own_id)
            if source != target:
                kind = "rename" if old == new else self._kinds.get((old, new, day), otherwise)
                # what hung below an area that was split hangs below the first of its parts
                kind = "rename" if kind == Succeeds.SPLIT else kind
                self._members[day, kind, level, source, target].append(own_id)

    def _whole_merges(self, day: date, stayed: dict[tuple[str, int], list[str]]) -> None:
        """Name who was in the target before, where several areas were merged into it."""
        sources: dict[tuple[str, str], int] = defaultdict(int)
        merges = [key for key in self._members if key[:2] == (day, "merge")]
        for key in merges:
            sources[key[2], key[4]] += 1
        for (level, area), members in stayed.items():
            name = self._standing.name(area, day)
            for (own, target), many in sources.items():
                if own == level and many > 1 and target.rpartition(BETWEEN)[2] == name:
                    self._members[day, "merge", level, target, target] = members
