"""The demand list (需求清单): what communities lack, in the policy's order, and what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.ground import Ground
from lifecircle.assess.people import UNKNOWN, People, headcount
from lifecircle.assess.profiles import walkers_of
from lifecircle.place.tables import City, Integers
from lifecircle.policy.measures import (
    AreaPer100Households,
    CountInArea,
    CountWithin,
    WalkMeasure,
)
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.planning_order import class_of
from lifecircle.terms.taxonomy import categories as taxonomy

State = Literal["gap", "waived", "not assessed", "asked for"]
Fillable = CountInArea | WalkMeasure | AreaPer100Households
LEVELS = ("community", "township", "county")

NONE: Integers = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Need:
    """One kind of facility that an area lacks, or may lack.

    ``row`` is the area's place among those of its level, ``unit`` who answers for it (the first of
    its communities'). ``state`` says whether it is a gap, one that somebody excused, one that
    nobody could assess, or only asked for by residents. ``people`` are those short of it, None
    where nobody counted them; on foot they live at ``origins`` (k,) as ``at_origin`` (k,) persons.
    ``stated`` is how many residents asked for its functions. ``missing_m2`` is the floor area that
    would fill it, of area rules. ``kept_out`` says why building is not planned for it, empty where
    it is: people-unknown, several-missing, no-standard,
    claimed.
    """

    level: str
    subject: str
    row: int
    unit: str
    rule: Rule
    categories: tuple[str, ...]
    priority: int
    finding: Finding
    state: State
    people: int | None
    older: int | None
    children: int | None
    stated: int
    origins: Integers
    at_origin: Integers
    missing_m2: float | None
    kept_out: str = ""

    @property
    def planned(self) -> bool:
        """Say whether the plan looks for somewhere to fill it."""
        return self.state == "gap" and not self.kept_out

    def without(self, reason: str) -> Need:
        """Return the same need, kept out of what is built."""
        return replace(self, kept_out=reason)


STATE_OF = {"not met": "gap", "not assessed": "not assessed", "met": "asked for"}


def needs_of(ground: Ground, assessment: Assessment) -> tuple[Need, ...]:
    """Return the demand list of an assessment on ``ground``, the most urgent first.

    Sorted by the pack's class, then gaps before the rest, then by people short of it and people
    who asked, then by area and rule. Rules that count facilities of an area, walks to them or
    their floor area are listed; what is made of other rules or of records is not built. Where the
    policy reads a rule by its circle too, the walk counts, since people walk.
    """
    found = [
        need
        for rule in assessment.pack.rules
        if isinstance(rule.measure, Fillable) and rule.subject in LEVELS
        for need in _of_rule(ground, assessment, rule)
    ]
    return tuple(sorted(found, key=_rank))


def _rank(need: Need) -> tuple[object, ...]:
    order = ("gap", "waived", "not assessed", "asked for").index(need.state)
    return need.priority, order, -(need.people or 0), -need.stated, need.subject, need.rule.id


def _of_rule(ground: Ground, assessment: Assessment, rule: Rule) -> Iterator[Need]:
    pack, city = assessment.pack, ground.city
    assert isinstance(rule.measure, Fillable)
    codes = pack.categories_of(rule.measure)
    stated = _stated(ground, rule.subject, codes)
    short = _short(ground, pack, rule)
    subjects = ground.levels.subjects(rule.subject)
    readings = {f.reading for f in assessment.findings if f.rule == rule.id}
    reading = "walk" if "walk" in readings else "record"
    for finding in assessment.findings:
        row = subjects.row(finding.subject)
        if finding.rule != rule.id or finding.reading != reading or row is None:
            continue
        if finding.verdict not in STATE_OF or (finding.verdict == "met" and not stated[row]):
            continue
        need = Need(
            level=rule.subject,
            subject=finding.subject,
            row=row,
            unit=_unit(city, ground.levels.of_community[rule.subject], row),
            rule=rule,
            categories=codes,
            priority=class_of(pack.planning, rule.id),
            finding=finding,
            state="waived" if finding.waiver else STATE_OF[finding.verdict],  # type: ignore[arg-type]
            people=finding.people_affected,
            older=finding.older_affected,
            children=finding.children_affected,
            stated=int(stated[row]),
            origins=NONE,
            at_origin=NONE,
            missing_m2=_missing_m2(rule, finding),
        )
        yield _placed(city, need, short) if need.state == "gap" else need


def _unit(city: City, home: Integers, row: int) -> str:
    inside = np.flatnonzero(home == row)
    return city.communities.managed_by[inside[0]] if len(inside) else ""


def _stated(ground: Ground, level: str, codes: Sequence[str]) -> Integers:
    """Return how many residents of each area of a level asked for a function of ``codes``."""
    wanted = {function for code in codes for function in taxonomy()[code].functions}
    home = ground.levels.of_community[level]
    asked = np.zeros(len(ground.levels.subjects(level)), dtype=np.int64)
    for need in ground.city.planning.needs:
        if need.function in wanted and home[need.community] >= 0:
            asked[home[need.community]] += need.people
    return asked


def _missing_m2(rule: Rule, finding: Finding) -> float | None:
    """Return the square metres that an area rule lacks, None of other rules."""
    if not isinstance(rule.measure, AreaPer100Households) or not finding.whole:
        return None
    needed = float(rule.require.bounds[0]) * float(finding.whole) / 100.0
    return max(needed - float(finding.part or 0), 0.0)


@dataclass(frozen=True, eq=False)
class _Short:
    """How many more facilities each origin (o,) has to reach, and its persons (o,), -1 unknown."""

    missing: Integers
    people: Integers


def _short(ground: Ground, pack: Pack, rule: Rule) -> _Short | None:
    if not isinstance(rule.measure, WalkMeasure):
        return None
    walks = ground.walks(*walkers_of(pack))
    enough = 1
    if isinstance(rule.measure, CountWithin):
        enough = max(int(rule.require.value or rule.require.low or 0), 1)
    lane = walks.lane(pack.categories_of(rule.measure), enough)
    reached = walks.reached(lane, rule.measure.minutes * 60.0, enough)
    return _Short(enough - reached, people_at_origins(ground.city))


def _placed(city: City, need: Need, short: _Short | None) -> Need:
    """Say where the people of a gap live, or why it is not planned for."""
    if short is None:
        return need if need.people else need.without("people-unknown")
    lacking = (city.origins.community == need.row) & (short.missing > 0)
    at = np.flatnonzero(lacking & (short.missing == 1))
    if not len(at):
        return need.without("several-missing")
    if (short.people[at] == UNKNOWN).any():
        return need.without("people-unknown")
    at = at[short.people[at] > 0]
    if not len(at):
        return need.without("people-unknown")
    return replace(need, origins=at, at_origin=short.people[at])


def people_at_origins(city: City) -> Integers:
    """Return the persons at each origin (o,), -1 where nobody knows.

    Where only the community's number is known it is spread by weight (metres of dwelling, adults),
    in whole persons that add up, the largest remainders first.
    """
    origins = city.origins
    people = origins.residents.copy()
    by_community = People.by_community(city)
    known = np.array([one is not None for one in by_community.known("residents")])
    heads, weights = headcount(city, "residents"), by_community.weight()
    for row in np.flatnonzero(~known & (heads >= 0) & (weights > 0)).tolist():
        at = np.flatnonzero(origins.community == row)
        exact = heads[row] * origins.weight[at] / weights[row]
        whole = np.floor(exact).astype(np.int64)
        left = int(heads[row] - whole.sum())
        whole[np.argsort(whole - exact, kind="stable")[:left]] += 1
        people[at] = whole
    return people
