"""Assesses a city by a pack: measures each rule in each reading and judges every subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import cast

import numpy as np

from lifecircle.assess.circles import count_in_circle
from lifecircle.assess.doubts import DoubtsOfCity, categories_touched
from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.measured import Measured
from lifecircle.assess.on_foot import count_within, share_of_people_within
from lifecircle.assess.people import FAR_FROM_WAY_M, OUTSIDE_M, Mask, People
from lifecircle.assess.rollup import roll_up
from lifecircle.assess.waivers import waivers_of
from lifecircle.assess.walks import Walks
from lifecircle.place.tables import City
from lifecircle.policy.decide import applies, due_state, excused, unrecorded, verdict
from lifecircle.policy.measures import CountWithin, RulesMet, ShareOfAreasMeeting, WalkMeasure
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.packs import unit_of
from lifecircle.terms.doubts import doubted
from lifecircle.terms.figures import decimal_text, share_text
from lifecircle.terms.progress import Progress, silent
from lifecircle.terms.words import Confidence, Reading, Verdict
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import Profile

_WEAKENING: dict[str, Confidence] = {
    "people-from-centre": "weak",
    "people-from-raster": "limited",
    "people-from-buildings": "limited",
    "far-from-way": "limited",
    "no-footways": "limited",
    "no-estate-ways": "weak",
    "way-kinds-unknown": "limited",
    "circle-may-widen": "limited",
    "partial-list": "weak",
    "not-surveyed": "weak",
    "outside-network": "weak",
    "parts-not-assessed": "limited",
    **{code: cast("Confidence", doubt.weakens) for code, doubt in doubted().items()},
}
_BASIS_REASONS = {
    "raster": "people-from-raster",
    "building": "people-from-buildings",
    "centre": "people-from-centre",
}
AT_EASE = Profile("adult", 80.0)
"""Walks a city for a pack that judges nothing by walking; no verdict comes of it."""

GROUPS = ("residents", "older", "children")
NOBODY: Mapping[str, int | None] = dict.fromkeys(GROUPS)
ByReading = dict[tuple[str, Reading], list[Finding]]


def assess(
    pack: Pack, city: City, network: Network, as_of: date, progress: Progress = silent
) -> Assessment:
    """Return all findings of ``pack`` on ``city`` on the day ``as_of``, sorted by key.

    Pure: the same arguments give equal findings, whatever the order of rows in the files.
    """
    pack = pack.on(as_of)
    walking = pack.header.walking
    profile = Profile(walking.profile, walking.speed_m_per_min) if walking else AT_EASE
    judge = _Judge(pack, city, network, as_of, profile)
    found: ByReading = {}
    rules = pack.rules
    progress(f"评估 {len(rules)}条规则")
    for rule in rules:
        if isinstance(rule.measure, WalkMeasure):
            progress(f"评估 {rule.title.zh}")
            found.update(judge.by_distance(rule))
        elif _all_found(rule, found):
            found.update(judge.by_rules(rule, found))
    cities = [judge.of_city(rule, found, reading) for rule, reading in _of_city(rules, found)]
    done = {rule_id for rule_id, _ in found} | {finding.rule for finding in cities}
    findings = [finding for group in found.values() for finding in group] + cities
    return Assessment(
        pack=pack,
        as_of=as_of,
        profile=profile.name,
        network_sha256=network.sha256,
        findings=tuple(sorted(findings, key=lambda finding: finding.key)),
        rollup=roll_up(pack, found),
        without_data=tuple(rule.id for rule in rules if rule.id not in done),
    )


def _all_found(rule: Rule, found: ByReading) -> bool:
    """Say whether every part of a rule made of others has been judged."""
    parts = _parts(rule)
    return bool(parts) and all((part, "walk") in found for part in parts)


def _parts(rule: Rule) -> tuple[str, ...]:
    return rule.measure.rules if isinstance(rule.measure, RulesMet) else ()


def _of_city(rules: Iterable[Rule], found: ByReading) -> Iterator[tuple[Rule, Reading]]:
    for rule in rules:
        measure = rule.measure
        if not isinstance(measure, ShareOfAreasMeeting) or rule.subject != "city":
            continue
        if measure.area == "community" and not (measure.where or measure.leaving_out):
            for rule_id, reading in found:
                if rule_id == measure.rule:
                    yield rule, reading


class _Judge:
    """Holds what every rule needs while one assessment runs.

    ``_short`` remembers by rule and reading which origins (o,) are short of a rule not met.
    """

    def __init__(
        self, pack: Pack, city: City, network: Network, as_of: date, profile: Profile
    ) -> None:
        self._pack = pack
        self._city = city
        self._as_of = as_of
        self._profile = profile
        self._walks = Walks(city, network, profile)
        self._people = People(city)
        self._residents = self._people.known("residents")
        self._basis = self._people.basis()
        leg_m = self._walks.origins.nearest_leg_m()
        self._far = self._people.farther_than(FAR_FROM_WAY_M, leg_m)
        self._outside = self._people.farther_than(OUTSIDE_M, leg_m)
        self._short: dict[tuple[str, Reading], Mask] = {}
        self._waivers = waivers_of(pack, city)
        self._audited = DoubtsOfCity(city)

    def by_distance(self, rule: Rule) -> ByReading:
        """Judge a rule about facilities within minutes, in each reading it has."""
        measure = rule.measure
        assert isinstance(measure, WalkMeasure)
        categories = self._pack.categories_of(measure)
        if isinstance(measure, CountWithin):
            enough = int(rule.require.value or rule.require.low or 0)
            on_foot, short = count_within(self._city, self._walks, measure, categories, enough)
        else:
            on_foot, short = share_of_people_within(self._city, self._walks, measure, categories)
        found: ByReading = {(rule.id, "walk"): self._findings(rule, "walk", on_foot, short)}
        circle = self._pack.header.circle
        if circle is not None and self._pack.has_circle(rule):
            serves_all = not isinstance(measure, CountWithin)
            counted = count_in_circle(self._city, circle, categories, serves_all=serves_all)
            everyone = np.ones(len(self._city.origins), dtype=np.bool_)
            found[rule.id, "circle"] = self._findings(rule, "circle", counted, everyone)
        return found

    def by_rules(self, rule: Rule, found: ByReading) -> ByReading:
        """Judge a rule made of others; a part without a circle is taken as walked."""
        result: ByReading = {}
        readings: list[Reading] = ["walk"]
        if any((part, "circle") in found for part in _parts(rule)):
            readings.append("circle")
        for reading in readings:
            keys: list[tuple[str, Reading]] = [
                (part, reading) if (part, reading) in found else (part, "walk")
                for part in _parts(rule)
            ]
            rows = range(len(self._city.communities))
            measured = [_rules_met([found[key][row] for key in keys]) for row in rows]
            short = np.logical_or.reduce([self._short[key] for key in keys])
            result[rule.id, reading] = self._findings(rule, reading, measured, short)
        return result

    def of_city(self, rule: Rule, found: ByReading, reading: Reading) -> Finding:
        """Judge the share of the city's communities that meet a rule, over those it applies to.

        Communities not assessed count as open either way.
        """
        assert isinstance(rule.measure, ShareOfAreasMeeting)
        verdicts = [finding.verdict for finding in found[rule.measure.rule, reading]]
        met, open_ = verdicts.count("met"), verdicts.count("not assessed")
        total = len(verdicts) - verdicts.count("not applicable")
        whole = max(total, 1)
        measured = Measured(
            at_least=Fraction(met, whole),
            at_most=Fraction(met + open_, whole),
            observed=share_text(met, total),
            unit="areas",
            reasons=("parts-not-assessed",) if open_ else (),
        )
        judged = verdict(rule, measured.at_least, measured.at_most) if total else "not applicable"
        return self._finding(rule, reading, judged, measured)

    def _findings(
        self, rule: Rule, reading: Reading, measured: list[Measured], short: Mask
    ) -> list[Finding]:
        """Judge every community; ``short`` (o,) are the origins that are short where it fails."""
        areas = self._city.communities
        # many communities share few figures, and fractions are slow to compare
        judged = {
            figures: verdict(rule, *figures)
            for figures in {(figure.at_least, figure.at_most) for figure in measured}
        }
        verdicts: list[Verdict] = [
            judged[figure.at_least, figure.at_most]
            if applies(rule, self._attributes(row))
            else "not applicable"
            for row, figure in enumerate(measured)
        ]
        verdicts = [
            "not assessed" if found == "not met" and self._doubts(rule, row) else found
            for row, found in enumerate(verdicts)
        ]
        failing = np.array([found == "not met" for found in verdicts], dtype=np.bool_)
        affected = short & failing[self._people.home]
        self._short[rule.id, reading] = affected
        counts = {group: self._people.known(group, affected) for group in GROUPS}
        return [
            self._finding(
                rule,
                reading,
                verdicts[row],
                measured[row],
                row,
                {group: counts[group][row] for group in GROUPS},
            )
            for row in range(len(areas))
        ]

    def _finding(
        self,
        rule: Rule,
        reading: Reading,
        found: Verdict,
        measured: Measured,
        row: int | None = None,
        affected: Mapping[str, int | None] = NOBODY,
    ) -> Finding:
        """Write one finding down: of the community in ``row``, or of the city."""
        reasons = self._reasons(rule, reading, measured, found, row)
        known = affected if found in ("met", "not met") else NOBODY
        return Finding(
            subject_level="city" if row is None else "community",
            subject="city" if row is None else self._city.communities.id[row],
            rule=rule.id,
            reading=reading,
            profile=self._profile.name,
            verdict=found,
            due=due_state(rule, self._as_of, found),
            observed="" if found == "not applicable" else measured.observed,
            required=_required(rule),
            unit=measured.unit,
            shortfall=_shortfall(rule, measured) if found == "not met" else "",
            share="" if found == "not applicable" else measured.share,
            people=None if row is None else self._residents[row],
            people_affected=known["residents"],
            older_affected=known["older"],
            children_affected=known["children"],
            people_basis="" if row is None else self._basis[row],
            facilities=measured.facilities,
            facility=measured.facility,
            origin=measured.origin,
            time_min=measured.time_min,
            distance_m=measured.distance_m,
            median_min=measured.median_min,
            confidence=_confidence(reasons),
            reasons=reasons,
            waiver="" if row is None else self._waiver(rule, found, row),
        )

    def _waiver(self, rule: Rule, found: Verdict, row: int) -> str:
        """Say who excused the rule here, when and why; nothing where nobody did or need be."""
        waiver = self._waivers.get((self._city.communities.id[row], rule.id))
        if waiver is None or not excused(rule, found, waiver):
            return ""
        return f"{waiver.by}于{waiver.on}豁免：{waiver.reason}"

    def _attributes(self, row: int) -> dict[str, str]:
        """Return what is recorded of a community that a rule's scope may look at."""
        areas = self._city.communities
        return {name: values[row] for name, values in areas.attributes.items()}

    def _doubts(self, rule: Rule, row: int) -> list[str]:
        """Return why a community cannot fail a rule, whatever was measured."""
        doubts = ["outside-network"] if self._outside[row] else []
        unknown = unrecorded(rule, self._attributes(row))
        return doubts + (["attribute-unknown"] if unknown else [])

    def _reasons(
        self, rule: Rule, reading: Reading, measured: Measured, found: Verdict, row: int | None
    ) -> tuple[str, ...]:
        """Return why a finding is not firm or not made, in a fixed order."""
        reasons = []
        if found == "not assessed":
            reasons += [code for code in measured.reasons if code != "circle-may-widen"]
            if rule.source != "verbatim":
                reasons.append("source-unverified")
            if row is not None:
                reasons += self._doubts(rule, row)
        if found == "not met" and "circle-may-widen" in measured.reasons:
            reasons.append("circle-may-widen")
        if row is not None and reading == "walk" and found != "not applicable":
            if self._basis[row] in _BASIS_REASONS:
                reasons.append(_BASIS_REASONS[self._basis[row]])
            if self._far[row] and not self._outside[row]:
                reasons.append("far-from-way")
            reasons += self._city.streets.ways.doubts
        if row is not None and found != "not applicable":
            reasons += self._audited.codes(
                self._city.communities.id[row], categories_touched(self._pack, rule)
            )
        return tuple(reasons)


def _rules_met(parts: list[Finding]) -> Measured:
    """Measure #{parts met} of one subject; parts not assessed count as open either way."""
    verdicts = [part.verdict for part in parts]
    met, open_ = verdicts.count("met"), verdicts.count("not assessed")
    return Measured(
        at_least=Fraction(met),
        at_most=Fraction(met + open_),
        observed=str(met),
        unit="rules",
        reasons=("parts-not-assessed",) if open_ else (),
    )


def _required(rule: Rule) -> str:
    """Return the required figure: a number, or both ends of a range."""
    require = rule.require
    if require.value is None:
        ends = (Fraction(end or 0) for end in (require.low, require.high))
        return "-".join(decimal_text(end, 4) for end in ends)
    return decimal_text(Fraction(require.value), 4)


def _shortfall(rule: Rule, measured: Measured) -> str:
    """Return how much is missing to the requirement, in the rule's own unit."""
    missing = Fraction(rule.require.value or rule.require.low or 0) - measured.at_least
    if missing <= 0:
        return ""
    if unit_of(rule) in ("share", "areas"):
        return share_text(missing.numerator, missing.denominator)
    return decimal_text(missing, 4)


def _confidence(reasons: tuple[str, ...]) -> Confidence:
    found = {_WEAKENING[code] for code in reasons if code in _WEAKENING}
    if "weak" in found:
        return "weak"
    return "limited" if "limited" in found else "firm"
