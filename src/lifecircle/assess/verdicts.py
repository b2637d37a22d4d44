"""Turns figures into findings: verdict, reasons, confidence, who is affected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple, cast

import numpy as np

from lifecircle.assess.doubts import categories_touched, rests_on_amounts
from lifecircle.assess.findings import Finding
from lifecircle.assess.ground import Ground
from lifecircle.assess.measured import Measured
from lifecircle.assess.people import (
    Mask,
    People,
    headcount,
    people_in,
    total,
    weakest,
)
from lifecircle.assess.subjects import AREAS, Subjects
from lifecircle.assess.waivers import waivers_of
from lifecircle.assess.walks import Walks
from lifecircle.policy.decide import applies, due_state, excused, unrecorded, verdict
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.packs import unit_of
from lifecircle.terms.doubts import doubted
from lifecircle.terms.figures import decimal_text, share_text, text_beside
from lifecircle.terms.words import Confidence, Reading, Verdict

_WEAKENING: dict[str, Confidence] = {
    "people-from-centre": "weak",
    "people-from-raster": "limited",
    "people-from-buildings": "limited",
    "far-from-way": "limited",
    "no-footways": "limited",
    "no-estate-ways": "weak",
    "way-kinds-unknown": "limited",
    "circle-may-widen": "limited",
    "other-walker": "limited",
    "waits-unverified": "limited",
    "partial-list": "weak",
    "not-surveyed": "weak",
    "outside-network": "weak",
    "parts-not-assessed": "limited",
    "not-recorded": "weak",
    "attribute-unknown": "limited",
    "no-subjects": "weak",
    "records-disagree": "weak",
    "period-open": "limited",
    "area-unknown": "limited",
    "capacity-unknown": "limited",
    "households-unknown": "weak",
    "residents-unknown": "weak",
    "zero-denominator": "weak",
    "estate-of-facility-unknown": "weak",
    "place-of-facility-unknown": "limited",
    "built-not-operating": "limited",
    "survey-disagrees": "limited",
    "membership-unknown": "limited",
    **{code: cast("Confidence", doubt.weakens) for code, doubt in doubted().items()},
}
_ALWAYS_SAID = ("circle-may-widen", "survey-disagrees", "records-disagree")
"""Reasons that stand beside a verdict of met or not met, too."""

_BASIS_REASONS = {
    "raster": "people-from-raster",
    "building": "people-from-buildings",
    "centre": "people-from-centre",
}

_EVIDENCE = (
    "facilities",
    "facility",
    "origin",
    "time_min",
    "distance_m",
    "median_min",
    "worst_tenth_min",
    "median_min_older",
    "worst_tenth_min_older",
    "median_min_children",
    "worst_tenth_min_children",
    "part",
    "whole",
    "left_out",
    "counted",
    "records",
)
"""What a finding takes over from its figure as it is."""

GROUPS = ("residents", "older", "children")
Heads = Mapping[str, Sequence[int | None]]
Basis = tuple[Sequence[str], Sequence[bool]]
"""What the people of each subject rest on, and whether some of them are estimated."""


class _Concerned(NamedTuple):
    """The people of each subject and those who are hit where it fails, by group."""

    heads: Heads
    hit: Heads
    basis: Basis


_NO_HEADS: Heads = dict.fromkeys(GROUPS, (None,))
NOBODY = _Concerned(_NO_HEADS, _NO_HEADS, ([""], [False]))
_OUT: Verdict = "not applicable"
_OPEN: Verdict = "not assessed"


class Verdicts:
    """Judges subjects by what was measured of them, and writes it down as findings."""

    def __init__(self, pack: Pack, ground: Ground, walks: Walks) -> None:
        """Take what a verdict depends on beside the figure."""
        self._city = ground.city
        self._levels = ground.levels
        self._as_of = ground.as_of
        self._profile = walks.profile
        self._basis = ground.basis
        self._far, self._outside = walks.away
        self._heads: dict[str, Heads] = {}
        self._on: dict[str, Basis] = {}
        self._waivers = waivers_of(pack, ground.city)
        self._pack = pack
        self._audited = ground.audited
        self._touched: dict[str, tuple[tuple[str, ...], bool]] = {}

    def of(
        self,
        rule: Rule,
        reading: Reading,
        subjects: Subjects,
        measured: list[Measured],
        short: Mask | None,
    ) -> tuple[list[Finding], Mask]:
        """Judge every subject by its figure.

        ``short`` (o,) are the origins that are short where a subject fails, None for all of its
        people. Returns the findings, and the origins (o,) that are short of a rule not met.
        """
        verdicts = [
            self._verdict(rule, reading, figure, subjects, row)
            for row, figure in enumerate(measured)
        ]
        failing = np.array([found == "not met" for found in verdicts] + [False], dtype=np.bool_)
        affected = failing[subjects.home]
        hit = heads = self._heads_of(subjects)
        if short is not None:
            affected &= short
            hit = {group: self._hit(group, subjects, affected) for group in GROUPS}
        people = _Concerned(heads, hit, self._basis_of(subjects))
        findings = [
            self._finding(rule, reading, subjects, row, verdicts[row], figure, people)
            for row, figure in enumerate(measured)
        ]
        return findings, affected

    def of_nobody(self, rule: Rule, reading: Reading, found: Verdict, figure: Measured) -> Finding:
        """Write the one finding of a rule of whose subjects nothing is known."""
        return self._finding(rule, reading, None, 0, found, figure, NOBODY)

    def _heads_of(self, subjects: Subjects) -> Heads:
        """Return the people of each subject by group, None where unknown or where it has none."""
        level = subjects.level
        if level not in AREAS:
            return {group: self._count(group, subjects) for group in GROUPS}
        if level not in self._heads:
            self._heads[level] = {group: self._count(group, subjects) for group in GROUPS}
        return self._heads[level]

    def _basis_of(self, subjects: Subjects) -> Basis:
        """Return what the people of each subject rest on, the weakest of its parts."""
        level, count = subjects.level, len(subjects)
        own, home = self._basis, subjects.home
        if level in AREAS:
            home = self._levels.of_community[level]
        else:
            own = list(self._city.origins.basis)
        if level not in self._on or level not in AREAS:
            estimated = np.zeros(count + 1, dtype=np.bool_)
            estimated[home[np.array(own) == "raster"]] = True
            self._on[level] = weakest(own, home, count), estimated[:-1].tolist()
        return self._on[level]

    def _hit(self, group: str, subjects: Subjects, mask: Mask) -> list[int | None]:
        """Count the people of a group in ``mask`` (o,) by subject."""
        if subjects.level in AREAS:
            home = self._levels.of_community[subjects.level]
            return total(people_in(self._city, group, mask), home, len(subjects))
        return People(self._city, subjects.home, len(subjects)).known(group, mask)

    def _count(self, group: str, subjects: Subjects) -> list[int | None]:
        if subjects.level in AREAS:
            home = self._levels.of_community[subjects.level]
            return total(headcount(self._city, group), home, len(subjects))
        values = getattr(self._city.origins, group)
        return total(values, subjects.home, len(subjects))

    def _verdict(
        self, rule: Rule, reading: Reading, figure: Measured, subjects: Subjects, row: int
    ) -> Verdict:
        attributes = subjects.attributes[row]
        if not figure.applicable or not applies(rule, attributes):
            return _OUT
        found = verdict(rule, figure.at_least, figure.at_most)
        doubtful = found == "not met" and self._doubts(rule, reading, subjects, row)
        return _OPEN if doubtful else found

    def _finding(
        self,
        rule: Rule,
        reading: Reading,
        subjects: Subjects | None,
        row: int,
        found: Verdict,
        measured: Measured,
        people: _Concerned,
    ) -> Finding:
        """Write one finding down."""
        own_id = subjects.id[row] if subjects else ""
        reasons = self._reasons(rule, reading, measured, found, subjects, row)
        affected = {
            group: 0 if found == "met" else people.hit[group][row] if found == "not met" else None
            for group in GROUPS
        }
        shown = found != _OUT
        return Finding(
            subject_level=rule.subject,
            subject=own_id,
            rule=rule.id,
            reading=reading,
            profile="" if reading == "record" else self._profile.name,
            verdict=found,
            due=due_state(rule, self._as_of, found),
            observed=_observed(rule, measured) if shown else "",
            required=_required(rule),
            unit=measured.unit,
            shortfall=_shortfall(rule, measured) if found == "not met" else "",
            share=measured.share if shown else "",
            people=people.heads["residents"][row],
            people_affected=affected["residents"],
            older_affected=affected["older"],
            children_affected=affected["children"],
            people_basis=people.basis[0][row],
            people_estimated=people.basis[1][row],
            confidence=_confidence(reasons),
            reasons=reasons,
            waiver=self._waiver(rule, found, own_id),
            **{name: getattr(measured, name) for name in _EVIDENCE},
        )

    def _waiver(self, rule: Rule, found: Verdict, own_id: str) -> str:
        """Say who excused the rule here, when and why; nothing where nobody did or need be."""
        waiver = self._waivers.get((own_id, rule.id))
        if waiver is None or not excused(rule, found, waiver):
            return ""
        return f"{waiver.by}于{waiver.on}豁免：{waiver.reason}"

    def _doubts(self, rule: Rule, reading: Reading, subjects: Subjects, row: int) -> list[str]:
        """Return why a subject cannot fail a rule, whatever was measured."""
        walked = rule.subject == "community" and reading != "record"
        doubts = ["outside-network"] if walked and self._outside[row] else []
        unsaid = unrecorded(rule, subjects.attributes[row])
        return doubts + (["attribute-unknown"] if unsaid else [])

    def _reasons(
        self,
        rule: Rule,
        reading: Reading,
        measured: Measured,
        found: Verdict,
        subjects: Subjects | None,
        row: int,
    ) -> tuple[str, ...]:
        """Return why a finding is not firm or not made, in a fixed order."""
        reasons = []
        if found == "not assessed":
            reasons += [code for code in measured.reasons if code != "circle-may-widen"]
            reasons += _of_rule(rule)
            if subjects is not None:
                reasons += self._doubts(rule, reading, subjects, row)
        elif found != _OUT:
            reasons += [code for code in measured.reasons if code in _ALWAYS_SAID]
            if subjects is not None and unrecorded(rule, subjects.attributes[row]):
                reasons.append("attribute-unknown")
        if rule.subject == "community" and reading == "walk" and found != "not applicable":
            if self._basis[row] in _BASIS_REASONS:
                reasons.append(_BASIS_REASONS[self._basis[row]])
            if self._far[row] and not self._outside[row]:
                reasons.append("far-from-way")
            reasons += self._city.streets.ways.doubts
        if subjects is not None and found != _OUT:
            reasons += self._audit(rule, subjects, row, walked=reading == "walk")
        return tuple(reasons)

    def _audit(self, rule: Rule, subjects: Subjects, row: int, *, walked: bool) -> list[str]:
        """Return the doubts of the audit that touch a subject; larger areas have those of all."""
        community = ""
        if subjects.level == "community":
            community = subjects.id[row]
        elif subjects.level == "facility":
            home = int(self._city.facilities.community[subjects.facility[row]])
            community = self._city.communities.id[home] if home >= 0 else ""
        if rule.id not in self._touched:
            touched = categories_touched(self._pack, rule)
            self._touched[rule.id] = (touched, rests_on_amounts(self._pack, rule))
        categories, amounts = self._touched[rule.id]
        return self._audited.codes(community, categories, amounts=amounts, walked=walked)


def _of_rule(rule: Rule) -> list[str]:
    """Return why a rule can fail nobody, whatever was measured."""
    said = [] if rule.source == "verbatim" else ["source-unverified"]
    return [*said, "no-threshold"] if rule.require.comparator == "none" else said


def as_information(finding: Finding) -> Finding:
    """Return a finding of another walker than the pack's: it judges nobody and is never due."""
    reasons = (*finding.reasons, "other-walker")
    return replace(
        finding, due="no date", waiver="", reasons=reasons, confidence=_confidence(reasons)
    )


def _observed(rule: Rule, measured: Measured) -> str:
    """Return the observed figure; a ratio is never rounded onto what is required of it."""
    if measured.observed and measured.unit in ("m2_per_100hh", "per_1000", "rate"):
        return text_beside(measured.at_least, rule.require.bounds)
    return measured.observed


def _required(rule: Rule) -> str:
    """Return the required figure: a number, or both ends of a range."""
    return "-".join(decimal_text(bound, 4) for bound in rule.require.bounds)


def _shortfall(rule: Rule, measured: Measured) -> str:
    """Return how much is missing to the requirement, in the rule's own unit."""
    missing = rule.require.bounds[0] - measured.at_least
    if missing <= 0:
        return ""
    if unit_of(rule) in ("share", "areas"):
        return share_text(missing.numerator, missing.denominator)
    return text_beside(missing, (Fraction(0),))


def _confidence(reasons: tuple[str, ...]) -> Confidence:
    found = {_WEAKENING[code] for code in reasons if code in _WEAKENING}
    if "weak" in found:
        return "weak"
    return "limited" if "limited" in found else "firm"
