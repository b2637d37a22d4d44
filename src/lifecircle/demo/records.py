"""Draws the numbers on record that the rules of the packs read: some meet, some fail, some lack."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lifecircle.demo.plan import ExampleCity
from lifecircle.demo.registers import CITY_CLASS, PROGRAMMES, Registers, stage_of
from lifecircle.policy.measures import (
    CountFromRecords,
    RateFromRecords,
    RecordedValue,
    records_of,
)
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.parts import Requirement

COUNTED_ON = date(2026, 6, 30)
LAST_WHOLE = {"year": date(2025, 12, 31), "month": date(2026, 5, 31)}
"""The last day of the last whole year and month before the counting day."""

REGISTERED = ("households", "residents")
"""Registers of communities hold these; they are not recorded again."""

SOURCE = "示例市台账（模拟）"
ESTATES_ON_RECORD = 2
MEETS, FAILS = 60, 85
"""Of a hundred numbers so many meet the rule; those from there to the next fail; others lack."""

FACILITIES_OF = {"kiosk": ("service_kiosk",), "complex": ("community_complex",)}
SERVICE_FACILITIES = ("community_service_facility", "community_complex", "party_service_centre")
OnRecord = RecordedValue | RateFromRecords | CountFromRecords
Key = tuple[str, str, str]
"""(level, id of the subject, record)"""


@dataclass(frozen=True)
class Subject:
    """Whom a number is recorded of: its id, what the register calls it, what is known of it."""

    id: str
    called: str
    county: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Recorded:
    """A number on record."""

    level: str
    subject: Subject
    record: str
    value: Fraction
    on: date


class Subjects:
    """The subjects of each level, by id."""

    def __init__(self, city: ExampleCity, kept: Registers) -> None:
        """Gather the areas of the city and what its registers list."""
        self._kept = kept
        whole = {"city_class": CITY_CLASS}
        self.by_level: dict[str, dict[str, Subject]] = {
            "city": {"city": Subject("city", "全市", "", whole)},
            "county": {},
            "township": {},
            "community": {},
            "estate": {},
            "facility": {},
        }
        for town in city.towns:
            county = town.county_name
            kinds = {**whole, "zone": town.zone, "county_kind": town.county_kind}
            code = town.code[:6]
            self.by_level["county"][code] = Subject(code, county, county, kinds)
            kinds = {**kinds, "township_kind": town.kind}
            self.by_level["township"][town.code] = Subject(town.code, town.name, county, kinds)
            for community in town.communities:
                known = {**kinds, **kept.members[community.id].attributes}
                own = Subject(community.id, community.id, county, known)
                self.by_level["community"][own.id] = own
                for estate in community.estates:
                    staged = {**known, "stage": stage_of(estate.id)}
                    one = Subject(estate.id, estate.id, county, staged)
                    self.by_level["estate"][one.id] = one
        for room in kept.rooms:
            home = self.by_level["community"][room.community]
            known = {**home.attributes, "mode": room.mode, "stage": room.stage}
            self.by_level["facility"][room.id] = Subject(room.id, room.id, home.county, known)
        for level, zh in (("project", "示例项目"), ("organisation", "示例机构")):
            names = [f"{zh}{number}" for number in range(1, 1 + len(PROGRAMMES[level]))]
            self.by_level[level] = {
                name: Subject(name, name, "", {"programme": programme})
                for name, programme in zip(names, PROGRAMMES[level], strict=True)
            }

    def of(self, rule: Rule) -> Iterator[Subject]:
        """Yield whom numbers for a rule are recorded of, where its scope may hold."""
        for subject in self._asked(rule):
            if within(rule, subject.attributes):
                yield subject

    def _asked(self, rule: Rule) -> Iterator[Subject]:
        everyone = self.by_level[rule.subject]
        if rule.subject == "facility":
            first = records_of(rule.measure)[0].split("_")[0]
            wanted = FACILITIES_OF.get(first, SERVICE_FACILITIES)
            for room in self._kept.rooms:
                if room.serves and room.category in wanted:
                    yield everyone[room.id]
        elif rule.subject == "estate":
            last = [f"-{number:02d}" for number in range(1, ESTATES_ON_RECORD + 1)]
            yield from (one for one in everyone.values() if one.id[-3:] in last)
        else:
            yield from everyone.values()


def within(rule: Rule, attributes: Mapping[str, str]) -> bool:
    """Say whether nothing known of a subject puts it outside the scope of a rule."""
    return all(attributes.get(name, "") in ("", *allowed) for name, allowed in rule.scope.items())


def draw_records(
    city: ExampleCity, kept: Registers, packs: Sequence[Pack], seed: int
) -> dict[Key, Recorded]:
    """Draw a number for each record that any rule reads."""
    dice = random.Random(f"records {seed}")  # noqa: S311 - a game, no secret
    subjects = Subjects(city, kept)
    found: dict[Key, Recorded] = {}
    _put_known(found, subjects, kept)
    for pack in packs:
        for rule in pack.rules:
            if isinstance(rule.measure, OnRecord):
                for subject in subjects.of(rule):
                    lot = dice.randrange(100)
                    whole = dice.randrange(200, 900, 10)
                    if lot < FAILS:
                        _draw(found, rule, subject, kept, whole, meets=lot < MEETS)
    return found


def _put_known(found: dict[Key, Recorded], subjects: Subjects, kept: Registers) -> None:
    """Record what follows from the registers: functions surveyed, residents of the towns."""
    for own_id, states in kept.surveys.items():
        seen = sum(state != "not_surveyed" for state in states.values())
        subject = subjects.by_level["community"][own_id]
        _put(found, "community", subject, "functions_surveyed", Fraction(seen))
    members = kept.members.values()
    urban = sum(own.residents for own in members if own.attributes["kind"] == "community")
    _put(found, "city", subjects.by_level["city"]["city"], "urban_residents", Fraction(urban))


def _put(
    found: dict[Key, Recorded],
    level: str,
    subject: Subject,
    record: str,
    value: Fraction,
    on: date = COUNTED_ON,
) -> None:
    key = (level, subject.id, record)
    if record not in REGISTERED and key not in found:
        found[key] = Recorded(level, subject, record, value, on)


def _draw(
    found: dict[Key, Recorded],
    rule: Rule,
    subject: Subject,
    kept: Registers,
    whole: int,
    *,
    meets: bool,
) -> None:
    measure, level = rule.measure, rule.subject
    wanted = _figure(rule.require, meets=meets)
    if isinstance(measure, RateFromRecords):
        _put(found, level, subject, measure.whole, Fraction(whole))
        key = (level, subject.id, measure.whole)
        base = found[key].value if key in found else registered(kept, subject, measure.whole)
        if base:
            part = wanted * base / measure.per
            below = rule.require.comparator in (">=", ">") and not meets
            part = Fraction(math.floor(part) if below else math.ceil(part))
            _put(found, level, subject, measure.part, part)
        return
    each = measure.each if isinstance(measure, CountFromRecords) else ""
    on = LAST_WHOLE.get(each, COUNTED_ON)
    _put(found, level, subject, records_of(measure)[0], wanted, on)


def registered(kept: Registers, subject: Subject, record: str) -> Fraction | None:
    """Return households or residents of the city, a community, an estate; None where unknown."""
    if record == "households" and subject.id in kept.households:
        return Fraction(kept.households[subject.id])
    if record in REGISTERED and subject.id == "city":
        return Fraction(sum(getattr(own, record) for own in kept.members.values()))
    if record in REGISTERED and subject.id in kept.members:
        return Fraction(getattr(kept.members[subject.id], record))
    return None


def _figure(require: Requirement, *, meets: bool) -> Fraction:
    """Return a number that just meets a requirement or just fails it."""
    bound = Fraction((require.low if require.value is None else require.value) or 0)
    step = Fraction(1) if bound.denominator == 1 else Fraction(1, 20)
    beyond = {">=": -step, "<=": step, "=": step}
    if require.comparator == "between":
        return bound if meets else Fraction(require.high or 0) + step
    if require.comparator in beyond:
        return bound if meets else bound + beyond[require.comparator]
    inward = step if require.comparator == ">" else -step
    return bound + inward if meets else bound
