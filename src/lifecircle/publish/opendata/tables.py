"""The tables of the open data: communities, verdicts, totals and facilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from lifecircle.assess.findings import Assessment, Finding, RollUp
from lifecircle.assess.ground import Ground
from lifecircle.assess.rollup import TREES
from lifecircle.assess.subjects import AREAS
from lifecircle.place.tables import City
from lifecircle.policy.packs import unit_of
from lifecircle.publish.opendata.fields import NOTES_ZH
from lifecircle.publish.opendata.people import GROUPS, PublicPeople, span_columns
from lifecircle.publish.opendata.persons import Span, together
from lifecircle.publish.opendata.placing import Placing
from lifecircle.publish.tables import Columns, simulated_mark
from lifecircle.terms.figures import decimal_text
from lifecircle.terms.taxonomy import names_zh
from lifecircle.terms.words import word

TOLD_ATTRIBUTES = ("kind", "class", "status", "setting", "zone")
"""Not the size, which bounds the residents."""

TOLD_UNITS = frozenset({"count", "m2", "rules", "areas", "spread"})
"""Figures that no number of persons or households went into."""

DEGREE_PLACES = 6


def community_columns(ground: Ground, people: PublicPeople) -> Columns:
    """Return the communities (c rows) with their residents, older people and children."""
    city, areas = ground.city, ground.city.communities
    notes = [people.note(row) for row in range(len(areas))]
    columns: Columns = {
        "simulated": [simulated_mark(city)] * len(areas),
        "id": areas.id,
        "name": areas.name,
        "township": areas.township,
        "county": areas.county,
        "managed_by": areas.managed_by,
        **{name: areas.attributes[name] for name in TOLD_ATTRIBUTES if name in areas.attributes},
    }
    for group in GROUPS:
        columns |= span_columns(group, [people.of_group(one, group) for one in areas.id])
    return columns | {
        "people_basis": ground.basis,
        "people_basis_zh": [word("basis", one) if one else "" for one in ground.basis],
        "people_note": notes,
        "people_note_zh": [NOTES_ZH[one] for one in notes],
    }


def verdict_columns(city: City, found: Sequence[Assessment], people: PublicPeople) -> Columns:
    """Return the verdict of every area; persons stand beside communities alone."""
    rows = [
        (one, finding)
        for one in found
        for finding in one.findings
        if finding.subject_level in AREAS and finding.subject
    ]
    names = _names(city)
    rules = [one.pack.rule(finding.rule) for one, finding in rows]
    hit = [_affected(people, finding) for _, finding in rows]
    columns: Columns = {
        "simulated": [simulated_mark(city)] * len(rows),
        "pack": [one.pack.id for one, _ in rows],
        "as_of": [one.as_of.isoformat() for one, _ in rows],
        "subject_level": [finding.subject_level for _, finding in rows],
        "subject": [finding.subject for _, finding in rows],
        "subject_name": [names.get(finding.subject, "") for _, finding in rows],
        "rule": [rule.id for rule in rules],
        "rule_title": [rule.title.zh for rule in rules],
        "reading": [finding.reading for _, finding in rows],
        "verdict": [finding.verdict for _, finding in rows],
        "verdict_zh": [word("verdict", finding.verdict) for _, finding in rows],
        "due": [finding.due for _, finding in rows],
        "observed": [f.observed if f.unit in TOLD_UNITS else "" for _, f in rows],
        "required": [finding.required for _, finding in rows],
        "unit": [finding.unit for _, finding in rows],
    }
    for at, name in enumerate(("affected", "older_affected", "children_affected")):
        columns |= span_columns(name, [one[at] for one in hit])
    return columns | {
        "people_estimated": ["估计" * finding.people_estimated for _, finding in rows],
        "confidence": [finding.confidence for _, finding in rows],
        "reasons_zh": ["；".join(word("reason", code) for code in f.reasons) for _, f in rows],
        "waived": ["豁免" * bool(finding.waiver) for _, finding in rows],
        **_marks([(one, finding.rule) for one, finding in rows]),
        "clause_where": [rule.clause.where for rule in rules],
        "clause": [rule.clause.quote for rule in rules],
    }


def total_columns(ground: Ground, found: Sequence[Assessment], people: PublicPeople) -> Columns:
    """Return each rule counted over the areas of each tree; persons are sums of told spans."""
    rows = [(one, row) for one in found for row in (*one.rollup, *one.rollup_by_area)]
    rules = [one.pack.rule(row.rule) for one, row in rows]
    adding = _Adding(ground, found, people)
    sums = [adding.people(one, row) for one, row in rows]
    columns: Columns = {
        "simulated": [simulated_mark(ground.city)] * len(rows),
        "pack": [one.pack.id for one, _ in rows],
        "as_of": [one.as_of.isoformat() for one, _ in rows],
        **{
            name: [getattr(row, name) for _, row in rows]
            for name in ("tree", "area_level", "area", "area_name", "subject_level")
        },
        "rule": [rule.id for rule in rules],
        "rule_title": [rule.title.zh for rule in rules],
        "unit": [unit_of(rule) for rule in rules],
        **{
            name: [getattr(row, name) for _, row in rows]
            for name in ("reading", "met", "not_met", "not_assessed", "not_applicable")
        },
        "waived_count": [row.waived for _, row in rows],
        "partial_list": [row.partial_list for _, row in rows],
        "denominator": [row.denominator for _, row in rows],
    }
    columns |= span_columns("people", [one[0] for one in sums])
    columns |= span_columns("affected", [one[1] for one in sums])
    estimated = ["估计" * row.people_estimated for _, row in rows]
    marks = _marks([(one, row.rule) for one, row in rows])
    return columns | {"people_estimated": estimated, **marks}


def facility_rows(city: City, *, of_osm: bool, osm_layers: frozenset[int]) -> list[int]:
    """Return the facilities with a place that stand in layers of OpenStreetMap, or in others."""
    places = city.facilities
    return [
        row
        for row, layer in enumerate(places.layer)
        if (layer in osm_layers) == of_osm and not shapely.is_empty(places.shape[row])
    ]


def facility_columns(
    city: City, rows: Sequence[int], placing: Placing
) -> tuple[list[Any], Columns]:
    """Return the points (degrees of the datum) and public columns of these facilities (f rows).

    Neither capacities, which bound the residents beside a verdict, nor who runs them.
    """
    places, areas = city.facilities, city.communities
    details = [places.details[row] for row in rows]
    shapes = shapely.point_on_surface(places.shape[np.array(rows, dtype=np.int64)])
    points = list(placing.shown(city.plane.to_degrees(shapes)))
    homes = [int(places.community[row]) for row in rows]
    return points, {
        "simulated": [simulated_mark(city)] * len(rows),
        "id": [places.id[row] for row in rows],
        "name": [places.name[row] for row in rows],
        "category": ["；".join(places.categories[row]) for row in rows],
        "category_zh": [names_zh(places.categories[row]) for row in rows],
        "functions": ["；".join(one.functions) for one in details],
        "hours": [one.hours for one in details],
        "state": [one.status for one in details],
        "opened_on": [one.opened_on.isoformat() if one.opened_on else "" for one in details],
        "floor_m2": [_amount(one.amounts.get("floor_m2")) for one in details],
        "community": [areas.id[home] if home >= 0 else "" for home in homes],
        "layer": [city.layers[places.layer[row]].name for row in rows],
        "census": [_declared(city, row) for row in rows],
        "lon": [decimal_text(point.x, DEGREE_PLACES) for point in points],
        "lat": [decimal_text(point.y, DEGREE_PLACES) for point in points],
    }


class _Adding:
    """Adds the told spans of communities up over the areas of each tree."""

    def __init__(self, ground: Ground, found: Sequence[Assessment], people: PublicPeople) -> None:
        ids = ground.city.communities.id
        self._people = people
        self._areas = {("administrative", "city"): dict.fromkeys(ids, "city")}
        for tree, level, group in TREES:
            # those in no area have row -1, the last, whose id is empty
            areas = (*ground.levels.groups(group)[0], "")
            home = ground.levels.of_community[group].tolist()
            self._areas[tree, level] = {own: areas[at] for own, at in zip(ids, home, strict=True)}
        self._findings: dict[tuple[str, ...], list[Finding]] = {}
        for one in found:
            for finding in one.findings:
                if finding.subject_level == "community" and finding.subject:
                    self._take(one.pack.id, finding)

    def people(self, one: Assessment, row: RollUp) -> tuple[Span | None, Span | None]:
        """Return the people of a row, and those affected; None where it counts no communities."""
        if row.subject_level != "community":
            return None, None
        key = (one.pack.id, row.rule, row.reading, row.tree, row.area_level, row.area)
        own = self._findings[key]
        applying = [f for f in own if f.verdict != "not applicable"]
        short = [f for f in own if f.verdict == "not met"]
        every = together([self._people.people(f) for f in applying])
        return every, together([self._people.affected(f)[0] for f in short])

    def _take(self, pack: str, finding: Finding) -> None:
        """Put a finding into each area that its community lies in."""
        for (tree, level), areas in self._areas.items():
            key = (pack, finding.rule, finding.reading, tree, level, areas[finding.subject])
            self._findings.setdefault(key, []).append(finding)


def _affected(people: PublicPeople, finding: Finding) -> Sequence[Span | None]:
    if finding.subject_level != "community":
        return (None, None, None)
    return people.affected(finding)


def _names(city: City) -> dict[str, str]:
    return dict(zip(city.communities.id, city.communities.name, strict=True))


def _marks(rows: Sequence[tuple[Assessment, str]]) -> Columns:
    """Return what the rule of each row rests on."""
    packs = {one.pack.id: one.pack for one, _ in rows}
    said: dict[tuple[str, str], tuple[str, str]] = {}
    for own in dict.fromkeys((one.pack.id, rule) for one, rule in rows):
        pack = packs[own[0]]
        rule = pack.rule(own[1])
        said[own] = ("待核" * pack.is_unverified(rule), "推定" * pack.is_inferred(rule))
    marks = [said[one.pack.id, rule] for one, rule in rows]
    return {
        "rests_on_unverified": [unverified for unverified, _ in marks],
        "rests_on_inferred": [inferred for _, inferred in marks],
    }


def _amount(value: float | None) -> str:
    return "" if value is None else decimal_text(value, 2)


def _declared(city: City, row: int) -> str:
    own = city.layers[city.facilities.layer[row]]
    whole = all(own.lists_all(code, by_area=True) for code in city.facilities.categories[row])
    return "census" if whole else "partial"
