"""Measures of the facilities that belong to an area: how many, how large, how many places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import numpy as np

from lifecircle.assess.measured import (
    UNMEASURED,
    Added,
    Cited,
    Measured,
    knowledge,
    unknown,
)
from lifecircle.assess.people import Mask, registered, total
from lifecircle.assess.subjects import AREAS, Levels, Subjects
from lifecircle.place.censuses import complete_in
from lifecircle.place.tables import City, Floats, Integers
from lifecircle.policy.decide import UNBOUNDED
from lifecircle.policy.measures import (
    AreaPer100Households,
    CapacityPerThousand,
    CountInArea,
    FacilityArea,
)
from lifecircle.policy.models import Pack, Rule
from lifecircle.terms.figures import decimal_text, exact
from lifecircle.terms.taxonomy import categories as taxonomy

AMOUNT_OF_BASIS = {"gross_floor": "floor_m2", "usable": "usable_m2", "site": "site_m2"}
PARTS = 1_000_000
"""Amounts are summed as whole millionths, so that no order of rows changes a sum."""

T = TypeVar("T", str, Cited)
MOST_NAMED = 30
"""Evidence names so many facilities; the figure counts all of them."""


@dataclass(frozen=True, eq=False)
class Counted:
    """Facilities of some categories that serve today (f rows), and what each community has (c,).

    The true number of a community lies from ``low`` to ``high``; -1 in ``high`` is no limit.
    ``adrift`` more may belong to any of them, for nobody recorded where they are. ``reasons`` say
    why the two differ or why a source is in doubt, ``surveys`` what a survey
    found, by community.
    """

    rows: Integers
    home: Integers
    low: Integers
    high: Integers
    adrift: int
    reasons: tuple[tuple[str, ...], ...]
    surveys: tuple[tuple[Cited, ...], ...]
    known: Mask


def counted(city: City, codes: tuple[str, ...], *, whole_kind: bool) -> Counted:
    """Count the facilities of ``codes`` by community, from the layers and from the survey.

    A census of a community closes its count; so does a survey that found none of the functions of
    these categories, where the layers only hold a partial list. With ``whole_kind`` the categories
    are all that a policy means by one function, so that a survey that found it at work found at
    least one facility.
    """
    count = len(city.communities)
    rows = city.of_categories(codes, by_area=True)
    home = city.facilities.community[rows]
    listed = np.zeros(count, dtype=np.int64)
    np.add.at(listed, home[home >= 0], 1)
    doubts = knowledge(city, codes, by_area=True)
    complete = complete_in(city.censuses, codes, count) | (not doubts)
    low, high = listed.copy(), np.where(complete, listed, -1)
    reasons = [() if whole else doubts for whole in complete.tolist()]
    surveys: list[tuple[Cited, ...]] = [()] * count
    known = (listed > 0) | complete | (doubts != ("not-surveyed",))
    for row, said in _surveyed(city, codes).items():
        surveys[row], known[row] = said.cited, True
        if said.state == "absent":
            high[row] = listed[row]
            reasons[row] = ("survey-disagrees",) if listed[row] else ()
        elif whole_kind and not listed[row]:
            low[row], high[row], reasons[row] = _found(said.state, reasons[row])
    adrift = int(((home < 0) & ~np.isin(rows, city.facilities.entry_of)).sum())
    return Counted(rows, home, low, high, adrift, tuple(reasons), tuple(surveys), known)


def _found(state: str, doubts: tuple[str, ...]) -> tuple[int, int, tuple[str, ...]]:
    """Return least, most and reasons where a survey found what no layer lists.

    Beside a census the two contradict each other. What is built but does not serve may be ready
    to operate, which counts, or not, which does not.
    """
    idle = ("built-not-operating",) if state == "built" else ()
    if not doubts:
        return 0, 1, ("survey-disagrees", *idle)
    return int(not idle), -1, (*doubts, *idle)


@dataclass(frozen=True)
class _Said:
    state: str
    cited: tuple[Cited, ...]


def _surveyed(city: City, codes: tuple[str, ...]) -> Mapping[int, _Said]:
    """Return by community what its survey says of the functions that ``codes`` serve.

    ``absent`` is said only where every category serves a function and all of these are absent;
    another state only where all categories serve one and the same function.
    """
    own = [taxonomy()[code].functions for code in codes]
    functions = sorted({function for each in own for function in each})
    if not all(own):
        return {}
    found = {}
    for survey in city.surveys:
        states = {function: survey.states.get(function, "") for function in functions}
        on = str(survey.surveyed_on or "")
        cited = tuple(
            Cited(function, state, on, survey.surveyed_by) for function, state in states.items()
        )
        if set(states.values()) == {"absent"}:
            found[survey.community] = _Said("absent", cited)
        elif len(functions) == 1 and states[functions[0]] in ("operating", "built"):
            found[survey.community] = _Said(states[functions[0]], cited)
    return found


@dataclass(frozen=True, eq=False)
class Inside:
    """Counts facilities inside the areas of one level (s rows)."""

    city: City
    level: str
    community: Integers
    count: int

    @classmethod
    def of(cls, city: City, levels: Levels, level: str) -> Inside:
        """Take all areas of ``level``."""
        return cls(city, level, levels.of_community[level], len(levels.subjects(level)))

    def number(self, found: Counted) -> tuple[Integers, Integers]:
        """Return the least and the largest number (s,); -1 is no limit."""
        low, high = self._sum(found.low), self._sum(np.maximum(found.high, 0))
        open_ = self._sum((found.high < 0).astype(np.int64)) > 0
        if self.level == "city":
            beyond = int((found.home < 0).sum())
            low, high = low + beyond, high + beyond
        else:
            high = high + found.adrift
        return low, np.where(open_, -1, high)

    def amount(self, found: Counted, key: str) -> tuple[list[int], Mask]:
        """Return the known millionths of an amount (s,), and where any facility's is unknown."""
        millionths = _millionths(self.city, found.rows, key)
        at = self.of_facility(found)
        summed = np.zeros(self.count, dtype=np.int64)
        missing = np.zeros(self.count, dtype=np.bool_)
        there = at >= 0
        np.add.at(summed, at[there & (millionths >= 0)], millionths[there & (millionths >= 0)])
        missing[at[there & (millionths < 0)]] = True
        return summed.tolist(), missing

    def of_facility(self, found: Counted) -> Integers:
        """Return the area of each counted facility (f,), -1 for none."""
        if self.level == "city":
            return np.zeros(len(found.rows), dtype=np.int64)
        return np.where(found.home >= 0, self.community[found.home], -1)

    def evidence(self, found: Counted, key: str = "") -> list[tuple[Added, ...]]:
        """Return the facilities of each area by id, each with its amount where asked for."""
        texts: list[list[Added]] = [[] for _ in range(self.count)]
        table = self.city.facilities
        for row, area in zip(found.rows.tolist(), self.of_facility(found).tolist(), strict=True):
            if area >= 0 and len(texts[area]) < MOST_NAMED:
                amount = table.details[row].amounts.get(key)
                text = UNMEASURED if amount is None else decimal_text(exact(amount), 6)
                texts[area].append(Added(table.id[row], text if key else ""))
        return [tuple(own) for own in texts]

    def reasons(self, counted: Counted) -> list[tuple[str, ...]]:
        """Return why the number of each area is not firm, each reason once."""
        astray = counted.adrift > 0 and self.level != "city"
        own = ("place-of-facility-unknown",) if astray else ()
        return [(*codes, *own) for codes in self.joined(counted.reasons)]

    def joined(self, parts: tuple[tuple[T, ...], ...]) -> list[tuple[T, ...]]:
        """Return the parts of the communities of each area, each once, in order of appearance."""
        found: list[dict[T, None]] = [{} for _ in range(self.count)]
        for area, own in zip(self.community.tolist(), parts, strict=True):
            if area >= 0:
                found[area].update(dict.fromkeys(own))
        return [tuple(own) for own in found]

    def any(self, mask: Mask) -> Mask:
        """Say for each area whether ``mask`` (c,) holds in any of its communities."""
        return self._sum(mask.astype(np.int64)) > 0

    def _sum(self, values: Integers) -> Integers:
        summed = np.zeros(self.count, dtype=np.int64)
        there = self.community >= 0
        np.add.at(summed, self.community[there], values[there])
        return summed


def _millionths(city: City, rows: Integers, key: str) -> Integers:
    details = city.facilities.details
    amounts: Floats = np.array(
        [details[row].amounts.get(key, np.nan) for row in rows.tolist()], dtype=np.float64
    )
    return np.where(np.isnan(amounts), -1, np.rint(np.nan_to_num(amounts) * PARTS)).astype(np.int64)


def _counted(city: City, pack: Pack, measure: CountInArea | AreaPer100Households) -> Counted:
    codes = pack.categories_of(measure)
    return counted(city, codes, whole_kind=bool(measure.kind))


def count_in_area(city: City, levels: Levels, pack: Pack, rule: Rule) -> list[Measured]:
    """Measure #{facilities f of the categories that serve today : f belongs to the area}.

    What is wanted of an estate lies from none to all of its community, since no layer tells to
    which estate a facility belongs.
    """
    assert isinstance(rule.measure, CountInArea)
    found = _counted(city, pack, rule.measure)
    level = rule.subject if rule.subject in AREAS else "community"
    inside = Inside.of(city, levels, level)
    low, high = inside.number(found)
    measured = [
        Measured(
            at_least=Fraction(int(low[row])),
            at_most=Fraction(int(high[row])) if high[row] >= 0 else UNBOUNDED,
            observed=str(low[row]),
            unit="count",
            facilities=len(found.rows),
            counted=names,
            records=cited if level == "community" else (),
            reasons=reasons,
            known=bool(known),
        )
        for row, (names, cited, reasons, known) in enumerate(
            zip(
                inside.evidence(found),
                inside.joined(found.surveys),
                inside.reasons(found),
                inside.any(found.known),
                strict=True,
            )
        )
    ]
    if rule.subject in AREAS:
        return measured
    homes = levels.subjects(rule.subject).areas["community"].tolist()
    return [_of_estate(measured[row]) for row in homes]


def _of_estate(community: Measured) -> Measured:
    most = community.at_most
    return Measured(
        at_least=Fraction(0),
        at_most=most,
        observed="0",
        unit="count",
        facilities=community.facilities,
        reasons=(*community.reasons, "estate-of-facility-unknown"),
        known=most == 0,
    )


def area_per_100_households(city: City, levels: Levels, pack: Pack, rule: Rule) -> list[Measured]:
    """Measure 100 * sum(area of the facilities of the area) / its households.

    Only facilities that serve today count. The sum is a lower bound where the area of one is
    unknown or where facilities may be missing. Households are the registered ones, else those of
    all estates.
    """
    assert isinstance(rule.measure, AreaPer100Households)
    found = _counted(city, pack, rule.measure)
    inside = Inside.of(city, levels, rule.subject)
    heads = total(registered(city, "households"), inside.community, inside.count)
    key = AMOUNT_OF_BASIS[rule.measure.basis]
    per = _Ratio("m2_per_100hh", 100, "area-unknown", "households-unknown")
    return _ratios(inside, found, key, heads, per)


def capacity_per_thousand(city: City, levels: Levels, pack: Pack, rule: Rule) -> list[Measured]:
    """Measure 1000 * sum(places of the facilities of the area) / its residents.

    ``capacity`` is an amount that registers of facilities hold: childcare_places, nursing_beds,
    beds or seats. The sum is a lower bound as for areas.
    """
    measure = rule.measure
    assert isinstance(measure, CapacityPerThousand)
    found = counted(city, pack.categories_of(measure), whole_kind=bool(measure.kind))
    inside = Inside.of(city, levels, rule.subject)
    heads = total(registered(city, "residents"), inside.community, inside.count)
    per = _Ratio("per_1000", 1000, "capacity-unknown", "residents-unknown")
    return _ratios(inside, found, measure.capacity, heads, per)


@dataclass(frozen=True)
class _Ratio:
    unit: str
    scale: int
    amount_unknown: str
    heads_unknown: str


def _ratios(
    inside: Inside, found: Counted, key: str, heads: list[int | None], per: _Ratio
) -> list[Measured]:
    sums, missing = inside.amount(found, key)
    low, high = inside.number(found)
    complete = (low == high) & ~missing
    doubts, names = inside.reasons(found), inside.evidence(found, key)
    known = inside.any(found.known)
    measured = []
    for row, (summed, whole) in enumerate(zip(sums, heads, strict=True)):
        part = Fraction(summed, PARTS)
        reasons = doubts[row] + ((per.amount_unknown,) if missing[row] else ())
        if not whole:
            reasons += ("zero-denominator" if whole == 0 else per.heads_unknown,)
        figure = part * per.scale / whole if whole else Fraction(0)
        measured.append(
            Measured(
                at_least=figure,
                at_most=figure if whole and complete[row] else UNBOUNDED,
                observed=decimal_text(figure, 4) if whole else "",
                unit=per.unit,
                facilities=len(found.rows),
                part=decimal_text(part, 6),
                whole="" if whole is None else str(whole),
                counted=names[row],
                reasons=reasons,
                known=bool(known[row]) and bool(whole),
            )
        )
    return measured


def facility_area(
    city: City, levels: Levels, pack: Pack, rule: Rule
) -> tuple[Subjects, list[Measured]]:
    """Measure the area of each facility of the categories that serves today, by itself.

    Returns the facilities as subjects with one figure each. A partial list does no harm here: it
    is the facilities on it that are judged.
    """
    measure = rule.measure
    assert isinstance(measure, FacilityArea)
    rows = city.of_categories(pack.categories_of(measure), by_area=True)
    table, key = city.facilities, AMOUNT_OF_BASIS[measure.basis]
    subjects = levels.named("facility", (table.id[row] for row in rows.tolist()))
    measured = []
    for row in subjects.facility.tolist():
        amount = table.details[row].amounts.get(key)
        if amount is None:
            measured.append(unknown("m2", "not-recorded"))
            continue
        text = decimal_text(exact(amount), 6)
        measured.append(
            Measured(
                exact(amount), exact(amount), text, "m2", counted=(Added(table.id[row], text),)
            )
        )
    return subjects, measured
