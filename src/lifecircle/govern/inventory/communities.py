"""The table of communities on a day: as the files say, and as the platform changed it since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from lifecircle.govern.areas.choices import Level, Succeeds, Tree
from lifecircle.govern.areas.models import AreaState, Outline, Succession
from lifecircle.govern.audit.chain import canonical, root
from lifecircle.govern.inventory.area_changes import fitting
from lifecircle.govern.inventory.standing import NIGHT, Standing
from lifecircle.place.area_changes import AreaChange
from lifecircle.place.areas.communities import ATTRIBUTES, COUNTS, UNKNOWN, kind_by_code
from lifecircle.place.books import sha256_of
from lifecircle.place.kept_areas import KeptAreas
from lifecircle.place.plane import Plane
from lifecircle.place.tables import Communities
from lifecircle.terms.errors import Spot

OWN_FILE = "平台区划"
"""Stands for a file where a community is told of that no file of the office has."""


class CommunitiesOnRecord(KeptAreas):
    """Changes what the files say of communities into what was true of them on a day.

    ``hashes`` gets one for the file whose communities are no longer what it says; ``notices`` what
    could not be decided.
    """

    def __init__(self, standing: Standing, file: Path, hashes: dict[Path, str]) -> None:
        """Take the areas of the day, and the file of the outlines."""
        self._standing, self._file, self._hashes = standing, file, hashes
        self._changes: list[AreaChange] = []
        self._members: Mapping[str, tuple[str, ...]] = {}
        self.notices: list[str] = []

    def communities(self, read: Communities, plane: Plane) -> Communities:
        """Return the communities of the day; the very table where nothing was changed."""
        own = self._standing.communities()
        if not own:
            return read
        table = _Table(self._standing, read, plane, self.notices)
        self._members = table.members(own)
        rows = [row for pk in own if (row := table.row(pk)) is not None]
        rows.sort(key=lambda row: row["id"])
        now = _as_table(rows, read, table.former(rows))
        self._changes, left = fitting(self._standing, now)
        self.notices += left
        if _same(read, now):
            return read
        said = [
            canonical({name: row[name] for name in row if name not in ("shape", "spot")})
            for row in rows
        ]
        drawn = hashlib.sha256(b"".join(shapely.to_wkb(now.shape))).hexdigest()
        told = f"{sha256_of(self._file)}{root(said)}{drawn}"
        self._hashes[self._file] = hashlib.sha256(told.encode()).hexdigest()
        return now

    def changes(self) -> Sequence[AreaChange]:
        """Return the changes of areas made on the platform up to the day."""
        return self._changes

    def as_now(self, change: AreaChange) -> AreaChange | None:
        """Return a change of the files with its members as they are called now; None of nobody."""
        members = dict.fromkeys(
            now for one in change.members for now in self._members.get(one, (one,))
        )
        if change.members and not members:
            said = f"{change.on} {change.source}→{change.target}"
            self.notices.append(f"资料里的区划变更“{said}”涉及的社区都已撤销，没有用来对照前后。")
            return None
        return replace(change, members=tuple(members))


class _Table:
    """Tells the row of each community of a day."""

    def __init__(
        self, standing: Standing, read: Communities, plane: Plane, notices: list[str]
    ) -> None:
        self._standing, self._read, self._plane, self._notices = standing, read, plane, notices
        row_of = {own_id: row for row, own_id in enumerate(read.id)}
        self._rows = {
            pk: row_of[code]
            for pk, (code, _) in standing.loaded.items()
            if code in row_of and standing.areas[pk].level == Level.COMMUNITY
        }

    def row(self, pk: int) -> dict[str, Any] | None:
        """Return what is true of a community, None where nobody knows where it lies."""
        standing, read, at = self._standing, self._read, self._rows.get(pk)
        state = standing.state(pk)
        assert state is not None
        shape = self._shape(pk, standing.day)
        if shape is None:
            self._notices.append(f"社区 {state.name} 还没有边界，没有评估；请画上边界。")
            return None
        own_id = standing.called(pk)
        county = self._above(pk, Tree.ADMINISTRATIVE, Level.COUNTY)
        attributes = {name: state.attributes.get(name, "") for name in ATTRIBUTES}
        attributes["kind"] = attributes["kind"] or kind_by_code(own_id)
        attributes["zone"] = self._zone(state, at)
        return {
            "id": own_id,
            "name": state.name,
            "township": self._above(pk, Tree.ADMINISTRATIVE, Level.TOWNSHIP),
            "county": county,
            "managed_by": self._above(pk, Tree.MANAGING, Level.COUNTY) or county,
            **attributes,
            **{name: self._count(pk, name, standing.day) for name in COUNTS},
            "radius_m": None if at is None else float(read.radius_m[at]),
            "shape": shape,
            "spot": self._spot(pk, at),
        }

    def former(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """Return the id of today by what files may still call a community that changed it."""
        known = {row["id"] for row in rows} | {row["name"] for row in rows}
        found = {}
        for pk, at in self._rows.items():
            if self._standing.stands(pk) and self._standing.state(pk):
                for word in (self._read.id[at], self._read.name[at]):
                    if word not in known and self._read.name.count(word) <= 1:
                        found[word] = self._standing.called(pk)
        return found

    def members(self, own: Sequence[int]) -> dict[str, tuple[str, ...]]:
        """Return by id or name in the files the ids of those that carry its past, maybe nobody."""
        heirs: dict[int, list[str]] = {pk: [] for pk in self._rows}
        for pk in own:
            past = pk
            while past not in self._rows and self._standing.into.get(past):
                past = self._standing.into[past][0].source_id
            if past in heirs:
                heirs[past].append(self._standing.called(pk))
        return {
            word: tuple(heirs[pk])
            for pk, at in self._rows.items()
            for word in (self._read.id[at], self._read.name[at])
        }

    def _above(self, pk: int, tree: Tree, level: Level) -> str:
        return self._standing.name(self._standing.above(pk, tree, level))

    def _zone(self, state: AreaState, at: int | None) -> str:
        """Return the zone; of several the one that the files name, else none."""
        before = "" if at is None else self._read.attributes["zone"][at]
        if before in state.zones or len(state.zones) <= 1:
            return before if before in state.zones else "".join(state.zones)
        self._notices.append(f"社区 {state.name} 有几个片区，分不清按哪一个，没有按片区分类。")
        return ""

    def _count(self, pk: int, name: str, day: date) -> int:
        """Return a count; of a merge the sum of its parts, until the whole was counted anew."""
        state = self._standing.state(pk, day)
        assert state is not None
        is_new = self._standing.areas[pk].began_on == state.from_on
        since = state.from_on - NIGHT if is_new and name not in state.counts else state.from_on
        merges = self._standing.merged_since(pk, since, day)
        if not merges:
            return int(state.counts.get(name, UNKNOWN))
        first = min(row.on for row in merges)
        parts = [self._count(row.source_id, name, row.on - NIGHT) for row in merges]
        if self._standing.stands(pk, first - NIGHT):
            parts.append(self._count(pk, name, first - NIGHT))
        return UNKNOWN if UNKNOWN in parts else sum(parts)

    def _shape(self, pk: int, day: date) -> Any:
        """Return the outline of a day in metres; of a merge all parts, until it was drawn anew.

        A part of a split that was not drawn yet has that of the whole.
        """
        outline = self._standing.outline(pk, day)
        began = self._standing.areas[pk].began_on
        since = outline.from_on if outline else began - NIGHT
        merges = self._standing.merged_since(pk, since, day)
        parts = [self._shape(row.source_id, row.on - NIGHT) for row in merges]
        if outline is not None:
            parts.append(self._drawn(pk, outline))
        if not parts:
            parts = [self._whole(row) for row in self._standing.into.get(pk, ())]
        known = [part for part in parts if part is not None]
        return shapely.union_all(known) if len(known) > 1 else known[0] if known else None

    def _whole(self, row: Succession) -> Any:
        name, whole = (self._standing.areas[pk].name for pk in (row.target_id, row.source_id))
        if row.kind == Succeeds.SPLIT and row.on <= self._standing.day:
            self._notices.append(
                f"社区 {name} 还没有自己的边界，暂用拆分前 {whole} 的；请画上边界。"
            )
        return self._shape(row.source_id, row.on - NIGHT)

    def _drawn(self, pk: int, outline: Outline) -> Any:
        """Return an outline; the one that was loaded is that of the file, to the last bit."""
        if self._is_loaded(pk, outline):
            return self._read.shape[self._rows[pk]]
        drawn = shapely.make_valid(shapely.from_geojson(outline.shape))
        return self._plane.to_metres(np.array([drawn], dtype=object))[0]

    def _is_loaded(self, pk: int, outline: Outline | None) -> bool:
        return pk in self._rows and outline is self._standing.outlines[pk][0]

    def _spot(self, pk: int, at: int | None) -> Spot:
        if at is not None and self._is_loaded(pk, self._standing.outline(pk)):
            return self._read.spots[at]
        return Spot(OWN_FILE)


def _as_table(
    rows: Sequence[Mapping[str, Any]], read: Communities, former: Mapping[str, str]
) -> Communities:
    def text(name: str) -> tuple[str, ...]:
        return tuple(row[name] for row in rows)

    shape = np.empty(len(rows), dtype=object)
    shape[:] = [row["shape"] for row in rows]
    radius = [np.nan if row["radius_m"] is None else row["radius_m"] for row in rows]
    return replace(
        read,
        **{name: text(name) for name in ("id", "name", "township", "county", "managed_by")},
        attributes={name: text(name) for name in read.attributes},
        counts={name: np.array(text(name), dtype=np.int64) for name in read.counts},
        radius_m=np.array(radius, dtype=np.float64),
        shape=shape,
        spots=tuple(row["spot"] for row in rows),
        former=former,
    )


def _same(one: Communities, other: Communities) -> bool:
    """Say whether two tables say the same."""
    texts = ("id", "name", "township", "county", "managed_by", "attributes", "former")
    return (
        all(getattr(one, name) == getattr(other, name) for name in texts)
        and all(np.array_equal(one.counts[name], other.counts[name]) for name in one.counts)
        and all(mine is its for mine, its in zip(one.shape, other.shape, strict=True))
    )
