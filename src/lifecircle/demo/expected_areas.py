"""Tells what registers and records of the example city amount to: counts, areas, rates.

A figure is what it lies between; None is no limit. Nothing here knows the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from lifecircle.demo.expected_walks import PARTLY_LISTED
from lifecircle.demo.plan import ExampleCity, Place
from lifecircle.demo.records import Key, Recorded, Subjects, registered
from lifecircle.demo.registers import PARTLY_REGISTERED, Registers, Room, stands_in
from lifecircle.place.area_changes import AreaChange
from lifecircle.policy.measures import (
    AreaPer100Households,
    CapacityPerThousand,
    CountFromRecords,
    CountInArea,
    FacilityArea,
    RateFromRecords,
    RecordedValue,
)
from lifecircle.policy.models import Pack, Rule
from lifecircle.terms.taxonomy import categories

Figure = tuple[Fraction | None, Fraction | None]
UNKNOWN: Figure = (None, None)
AMOUNT = {"gross_floor": "floor_m2", "usable": "usable_m2", "site": "site_m2"}
PARTIAL = PARTLY_REGISTERED | {PARTLY_LISTED}
DIGITS = {"township": 9, "county": 6, "city": 0}
"""So many leading digits of a community's code name the area it lies in."""
CODE_DIGITS = 12


@dataclass(frozen=True)
class Drawn:
    """All that was drawn, as the figures need it.

    ``mapped`` are places of the map and ``rooms`` those that serve, by community; ``inside`` are
    the communities of each area by its leading digits.
    """

    city: ExampleCity
    kept: Registers
    records: Mapping[Key, Recorded]
    subjects: Subjects
    mapped: Mapping[str, list[Place]]
    rooms: Mapping[str, list[Room]]
    inside: Mapping[str, list[str]]

    @classmethod
    def of(cls, city: ExampleCity, kept: Registers, records: Mapping[Key, Recorded]) -> Drawn:
        """Sort places and rooms by community, and communities by area."""
        mapped: dict[str, list[Place]] = {}
        rooms: dict[str, list[Room]] = {}
        inside: dict[str, list[str]] = {}
        for town, community in city.communities():
            near = [place for place in city.places if place.id.startswith(town.code)]
            mapped[community.id] = [place for place in near if stands_in(community, place)]
            rooms[community.id] = []
            for digits in {len(community.id), *DIGITS.values()}:
                inside.setdefault(community.id[:digits], []).append(community.id)
        for room in kept.rooms:
            if room.serves:
                rooms[room.community].append(room)
        return cls(city, kept, records, Subjects(city, kept), mapped, rooms, inside)

    def communities(self, level: str, own_id: str) -> list[str]:
        """Return the ids of the communities of an area."""
        return self.inside[own_id[: DIGITS.get(level, len(own_id))]]


class Touched(NamedTuple):
    """An area that a change touched, on one side of it, and the communities it held there."""

    on: str
    side: str
    tree: str
    name: str
    communities: frozenset[str]


def touched_areas(drawn: Drawn) -> list[Touched]:
    """Return what the drawn changes touched, before and after.

    The merged township stands apart before. The zone and the county it took from differ by what
    was handed over; the zone does not stand at all where it had nothing before.
    """
    found = []
    for change in drawn.kept.changes:
        if change.kind == "merge" and change.members:
            home = drawn.city.towns[0]
            whole = frozenset(one.id for one in home.communities)
            former = frozenset(change.members)
            day, tree = change.on.isoformat(), "administrative"
            found.append(Touched(day, "before", tree, change.source, former))
            found.append(Touched(day, "before", tree, home.name, whole - former))
            found.append(Touched(day, "after", tree, home.name, whole))
        elif change.kind == "hand_over":
            found += _handed_over(drawn, change)
    return [one for one in found if one.communities]


def _handed_over(drawn: Drawn, change: AreaChange) -> Iterator[Touched]:
    moved, day = frozenset(change.members), change.on.isoformat()
    units: dict[str, set[str]] = {change.source: set(), change.target: set()}
    for town, community in drawn.city.communities():
        unit = drawn.kept.members[community.id].managed_by or town.county_name
        if unit in units:
            units[unit].add(community.id)
    county, zone = (frozenset(units[name]) for name in (change.source, change.target))
    yield Touched(day, "before", "managing", change.source, county | moved)
    yield Touched(day, "before", "managing", change.target, zone - moved)
    yield Touched(day, "after", "managing", change.source, county)
    yield Touched(day, "after", "managing", change.target, zone)


def figures(drawn: Drawn, pack: Pack, rule: Rule) -> dict[str, Figure]:
    """Return the figure of every subject of a rule on registers or records."""
    measure = rule.measure
    if isinstance(measure, FacilityArea):
        codes = pack.categories_of(measure)
        rooms = [room for room in drawn.kept.rooms if room.serves and room.category in codes]
        return {room.id: _exactly(room.amounts.get(AMOUNT[measure.basis])) for room in rooms}
    everyone = drawn.subjects.by_level[rule.subject]
    if isinstance(measure, CountInArea) and rule.subject == "estate":
        # an estate has none to all of what its community has
        most = {own[:CODE_DIGITS] for own in everyone}
        high = {home: _count(drawn, pack, rule, home)[1] for home in most}
        return {own: (Fraction(0), high[own[:CODE_DIGITS]]) for own in everyone}
    if isinstance(measure, CountInArea):
        return {own: _count(drawn, pack, rule, own) for own in everyone}
    if isinstance(measure, AreaPer100Households):
        return {own: _per_100_households(drawn, pack, rule, own) for own in everyone}
    if isinstance(measure, RateFromRecords):
        return {own: _rate(drawn, rule, own) for own in everyone}
    if isinstance(measure, RecordedValue | CountFromRecords):
        return {own: _exactly(_value(drawn, rule, own, measure.record)) for own in everyone}
    assert not isinstance(measure, CapacityPerThousand), "no rule of the packs has asked for it"
    raise TypeError(rule.id)


def _exactly(value: Fraction | int | None) -> Figure:
    return UNKNOWN if value is None else (Fraction(value), Fraction(value))


def _value(drawn: Drawn, rule: Rule, own_id: str, record: str) -> Fraction | None:
    subject = drawn.subjects.by_level[rule.subject][own_id]
    known = registered(drawn.kept, subject, record)
    there = drawn.records.get((rule.subject, own_id, record))
    return there.value if there else known


def _rate(drawn: Drawn, rule: Rule, own_id: str) -> Figure:
    measure = rule.measure
    assert isinstance(measure, RateFromRecords)
    part = _value(drawn, rule, own_id, measure.part)
    whole = _value(drawn, rule, own_id, measure.whole)
    if part is None or not whole:
        return UNKNOWN
    return _exactly(part * measure.per / whole)


def _rooms(drawn: Drawn, codes: tuple[str, ...], home: str) -> list[Room]:
    return [room for room in drawn.rooms[home] if room.category in codes]


def _count(drawn: Drawn, pack: Pack, rule: Rule, own_id: str) -> Figure:
    measure = rule.measure
    assert isinstance(measure, CountInArea)
    codes = pack.categories_of(measure)
    low, high = 0, 0
    open_ = False
    for home in drawn.communities(rule.subject, own_id):
        mapped = sum(place.category in codes for place in drawn.mapped[home])
        listed = len(_rooms(drawn, codes, home)) + mapped
        least, most = _with_survey(drawn, codes, home, listed, whole_kind=bool(measure.kind))
        low, high, open_ = low + least, high + (most or 0), open_ or most is None
    return Fraction(low), None if open_ else Fraction(high)


def _with_survey(
    drawn: Drawn, codes: tuple[str, ...], home: str, listed: int, *, whole_kind: bool
) -> tuple[int, int | None]:
    """Return least and most where a survey says more than the lists do."""
    most = None if PARTIAL & set(codes) else listed
    served = [categories()[code].functions for code in codes]
    if not all(served):
        return listed, most
    functions = {function for own in served for function in own}
    states = {drawn.kept.surveys[home][function] for function in functions}
    if states == {"absent"}:
        return listed, listed
    if whole_kind and not listed and len(functions) == 1 and states <= {"operating", "built"}:
        least = int(states == {"operating"} and most is None)
        return least, None if most is None else 1
    return listed, most


def _per_100_households(drawn: Drawn, pack: Pack, rule: Rule, own_id: str) -> Figure:
    measure = rule.measure
    assert isinstance(measure, AreaPer100Households)
    codes = pack.categories_of(measure)
    homes = drawn.communities(rule.subject, own_id)
    rooms = [room for home in homes for room in _rooms(drawn, codes, home)]
    areas = [room.amounts.get(AMOUNT[measure.basis]) for room in rooms]
    households = sum(drawn.kept.members[home].households for home in homes)
    per = Fraction(sum(area or 0 for area in areas) * 100, households)
    return per, None if None in areas or PARTIAL & set(codes) else per
