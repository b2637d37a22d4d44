"""Whom rules speak of: the areas, estates, facilities and projects of a city, by level.

Townships and counties are names on communities today. The id of one is the part of the 12-digit
statistical code that all its communities share (9 digits of a township, 6 of a county), since a
code outlives a renaming and no two places share it; where codes are missing or disagree, as in a
development zone that took communities over from several counties, its name is the id, with the
county before it where two townships are called the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from lifecircle.place.tables import WHOLE_CITY, City, Communities, Integers
from lifecircle.terms.codes import code_sets

AREAS = ("community", "township", "county", "city")
GROUPS = (*AREAS, "managing", "zone")
"""What communities are grouped by: areas, who answers for them, and the zone that is no area."""

CODE_DIGITS = {"township": 9, "county": 6}
WIDER = ("setting", "zone", "township_kind", "county_kind", "city_class")
"""Attributes that an area has where all its communities have the same; the others are of one
community alone."""

CITY_NAMES = ("city", "全市")
COUNTED = ("estate", "point")
NOWHERE = -1


@dataclass(frozen=True, eq=False)
class Subjects:
    """The subjects of one level (s rows), sorted by id.

    ``areas`` gives for each of `GROUPS` the row of the area that a subject lies in (s,), -1 where
    in none; ``home`` the subject of each origin of the city (o,), -1 where of none;
    ``facility`` the row in the city's facilities (s,), -1 where it is none.
    """

    level: str
    id: tuple[str, ...]
    name: tuple[str, ...]
    attributes: tuple[Mapping[str, str], ...]
    areas: Mapping[str, Integers]
    home: Integers
    facility: Integers

    def __len__(self) -> int:
        return len(self.id)

    @cached_property
    def _rows(self) -> Mapping[str, int]:
        times = Counter(self.name)
        rows = {name: row for row, name in enumerate(self.name) if name and times[name] == 1}
        return {**rows, **{own_id: row for row, own_id in enumerate(self.id)}}

    def row(self, text: str) -> int | None:
        """Return the subject with this id, or with this name where only one has it."""
        return self._rows.get(text)


class Levels:
    """The subjects of a city by level; each level is made once."""

    def __init__(self, city: City) -> None:
        """Group the communities of ``city`` into townships and counties."""
        self._city = city
        areas = city.communities
        count = len(areas)
        trees = trees_of(areas)
        self._township, self._county = trees["township"], trees["county"]
        self.of_community: Mapping[str, Integers] = {
            "community": np.arange(count, dtype=np.int64),
            "township": self._township.home,
            "county": self._county.home,
            "city": np.zeros(count, dtype=np.int64),
        }
        self._made: dict[str, Subjects] = {}
        self._managing = trees["managing"]
        self._zone = _tagged(own.get("zone", "") for own in self._attributes("community", count))
        self.of_community = {
            **self.of_community,
            "managing": self._managing.home,
            "zone": self._zone.home,
        }

    def groups(self, kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the ids and names of a level of areas, of the managing units or of the zones.

        A managing unit that is a county has the county's id; a development zone has its name.
        """
        if kind == "managing":
            return self._managing.id, self._managing.name
        if kind == "zone":
            return self._zone.id, self._zone.name
        return self._named(kind)

    def subjects(self, level: str) -> Subjects:
        """Return all subjects of an area level, all estates with people, or all facilities."""
        if level not in self._made:
            make = {"estate": self._estates, "facility": self._facilities}.get(level)
            self._made[level] = make() if make else self._areas(level)
        return self._made[level]

    def named(self, level: str, ids: Iterable[str]) -> Subjects:
        """Return the subjects with these ids, known to the city or only to its records."""
        wanted = tuple(sorted(set(ids)))
        if level in AREAS:
            return self.subjects(level)
        known = self.subjects(level) if level in ("estate", "facility") else None
        rows = [known.row(own_id) if known else None for own_id in wanted]
        chosen = _chosen(level, wanted, rows, known, len(self._city.origins))
        if known is not None:
            return chosen
        said = {area.name: area.attributes for area in self._city.areas if area.level == level}
        return replace(chosen, attributes=tuple(said.get(own_id, {}) for own_id in wanted))

    def name(self, level: str, own_id: str) -> str:
        """Return what a subject is called; its id where it has no name."""
        if level in (*AREAS, "estate", "facility"):
            subjects = self.subjects(level)
            row = subjects.row(own_id)
            return (subjects.name[row] if row is not None else "") or own_id
        return own_id

    def _areas(self, level: str) -> Subjects:
        home = self.of_community[level]
        ids, names = self._named(level)
        return Subjects(
            level,
            ids,
            names,
            self._attributes(level, len(ids)),
            {wider: shared_area(home, own, len(ids)) for wider, own in self.of_community.items()},
            home[self._city.origins.community],
            np.full(len(ids), NOWHERE),
        )

    def _named(self, level: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        areas = self._city.communities
        if level == "community":
            return areas.id, areas.name
        if level == "city":
            return ("city",), (self._city.title,)
        group = self._township if level == "township" else self._county
        return group.id, group.name

    def _attributes(self, level: str, count: int) -> tuple[Mapping[str, str], ...]:
        found: list[dict[str, str]] = [{} for _ in range(count)]
        home = self.of_community[level].tolist()
        for name, values in self._city.communities.attributes.items():
            if level != "community" and name not in WIDER:
                continue
            seen: list[set[str]] = [set() for _ in range(count)]
            for row, value in zip(home, values, strict=True):
                if row >= 0:
                    seen[row].add(value)
            for row, own in enumerate(seen):
                found[row][name] = next(iter(own)) if len(own) == 1 else ""
        for said, recorded in zip(found, self._recorded(level), strict=False):
            said.update({name: value for name, value in recorded.items() if not said.get(name)})
        return tuple(found)

    def _recorded(self, level: str) -> list[Mapping[str, str]]:
        """Return what a register says of each area, and of the areas that a community lies in."""
        known = {(area.level, area.name): area.attributes for area in self._city.areas}
        areas, whole = self._city.communities, known.get(("city", WHOLE_CITY), {})
        if level == "community":
            return [
                {
                    **whole,
                    **known.get(("county", county), {}),
                    **known.get(("township", township), {}),
                }
                for county, township in zip(areas.county, areas.township, strict=True)
            ]
        if level == "city":
            return [whole]
        return [{**whole, **known.get((level, name), {})} for name in self._named(level)[1]]

    def _estates(self) -> Subjects:
        origins = self._city.origins
        rows = [row for row, basis in enumerate(origins.basis) if basis in COUNTED]
        rows.sort(key=lambda row: origins.id[row])
        home = np.full(len(origins), NOWHERE, dtype=np.int64)
        home[rows] = np.arange(len(rows))
        ids = tuple(origins.id[row] for row in rows)
        nowhere = np.full(len(ids), NOWHERE)
        found = self._inside("estate", ids, ids, origins.community[rows], home, nowhere)
        if not origins.stage:
            return found
        own = zip(found.attributes, rows, strict=True)
        return replace(
            found, attributes=tuple({**shared, "stage": origins.stage[row]} for shared, row in own)
        )

    def _facilities(self) -> Subjects:
        places = self._city.facilities
        home = np.full(len(self._city.origins), NOWHERE, dtype=np.int64)
        rows = np.arange(len(places))
        found = self._inside("facility", places.id, places.name, places.community, home, rows)
        own = zip(found.attributes, places.details, strict=True)
        attributes = tuple({**one, "mode": said.mode, "stage": said.stage} for one, said in own)
        return replace(found, attributes=attributes, home=home)

    def _inside(
        self,
        level: str,
        ids: tuple[str, ...],
        names: tuple[str, ...],
        community: Integers,
        home: Integers,
        facility: Integers,
    ) -> Subjects:
        """Make subjects that stand in communities, and share their attributes."""
        shared = self.subjects("community").attributes
        attributes = tuple(shared[row] if row >= 0 else {} for row in community.tolist())
        areas = {
            wider: np.where(community >= 0, own[community], NOWHERE)
            for wider, own in self.of_community.items()
        }
        areas["city"] = np.zeros(len(ids), dtype=np.int64)
        return Subjects(level, ids, names, attributes, areas, home, facility)


@dataclass(frozen=True, eq=False)
class Groups:
    """The areas of one level of a tree: ids, names, and the row of each community (c,)."""

    id: tuple[str, ...]
    name: tuple[str, ...]
    home: Integers


def trees_of(areas: Communities) -> dict[str, Groups]:
    """Group communities by township, by county and by managing unit."""
    township = list(zip(areas.county, areas.township, strict=True))
    county = _grouped([(name,) for name in areas.county], areas.id, CODE_DIGITS["county"])
    return {
        "township": _grouped(township, areas.id, CODE_DIGITS["township"]),
        "county": county,
        "managing": _managing(county, areas.managed_by),
    }


def _grouped(keys: Sequence[tuple[str, ...]], codes: Sequence[str], digits: int) -> Groups:
    """Group communities by the names in ``keys``; one without a name goes by its code alone."""
    leading = [code[:digits] if re.fullmatch(r"\d{12}", code) else "" for code in codes]
    members: dict[tuple[str, ...], set[str]] = {}
    for key, lead in zip(keys, leading, strict=True):
        if key[-1]:
            members.setdefault(key, set()).add(lead)
    shared = {key: next(iter(own)) if len(own) == 1 else "" for key, own in members.items()}
    leads, names = Counter(shared.values()), Counter(key[-1] for key in shared)
    id_of = {
        key: lead
        if lead and leads[lead] == 1
        else key[-1]
        if names[key[-1]] == 1
        else "·".join(part for part in key if part)
        for key, lead in shared.items()
    }
    own = [id_of[key] if key[-1] else lead for key, lead in zip(keys, leading, strict=True)]
    return _rows(own, {id_of[key]: key[-1] for key in shared})


def _managing(county: Groups, managed_by: Sequence[str]) -> Groups:
    """Group communities by who answers for them; where nobody is named, by their county."""
    known = {name: own for own, name in zip(county.id, county.name, strict=True) if name}
    called = dict(zip(county.id, county.name, strict=True))
    own = []
    for name, row in zip(managed_by, county.home.tolist(), strict=True):
        own.append(known.get(name, name) if name else county.id[row] if row >= 0 else "")
    return _rows(own, called | {one: one for one in own if one not in called})


def _tagged(tags: Iterable[str]) -> Groups:
    zones = code_sets()["zone"]
    return _rows(list(tags), {code: zone.zh for code, zone in zones.items()})


def _rows(own: Sequence[str], called: Mapping[str, str]) -> Groups:
    """Group communities by the ids in ``own``; an empty one is of no group."""
    ids = tuple(sorted({one for one in own if one}))
    row_of = {one: row for row, one in enumerate(ids)}
    home = np.array([row_of.get(one, NOWHERE) for one in own], dtype=np.int64)
    return Groups(ids, tuple(called.get(one, "") for one in ids), home)


def shared_area(home: Integers, wider: Integers, count: int) -> Integers:
    """Return for each group the wider area that all its communities lie in, -1 where several."""
    low = np.full(count, np.iinfo(np.int64).max)
    high = np.full(count, NOWHERE, dtype=np.int64)
    there = home >= 0
    np.minimum.at(low, home[there], wider[there])
    np.maximum.at(high, home[there], wider[there])
    return np.where(low == high, high, NOWHERE)


def _chosen(
    level: str,
    ids: tuple[str, ...],
    rows: list[int | None],
    known: Subjects | None,
    origins: int,
) -> Subjects:
    """Take rows of ``known``; a subject that only a record names stands in no area."""
    home = np.full(origins, NOWHERE, dtype=np.int64)
    areas = {group: np.full(len(ids), NOWHERE, dtype=np.int64) for group in GROUPS}
    areas["city"] = np.zeros(len(ids), dtype=np.int64)
    facility = np.full(len(ids), NOWHERE, dtype=np.int64)
    names, attributes = list(ids), [dict[str, str]() for _ in ids]
    if known is not None:
        at_of = np.full(len(known) + 1, NOWHERE, dtype=np.int64)
        for at, row in enumerate(rows):
            if row is not None:
                at_of[row] = at
        home = at_of[known.home]
    for at, row in enumerate(rows):
        if known is None or row is None:
            continue
        facility[at] = known.facility[row]
        names[at], attributes[at] = known.name[row], dict(known.attributes[row])
        for wider in GROUPS:
            areas[wider][at] = known.areas[wider][row]
    return Subjects(level, ids, tuple(names), tuple(attributes), areas, home, facility)
