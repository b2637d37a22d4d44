"""What a document is written from: one assessment, its office, and what changed since before."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from lifecircle.assess.findings import Assessment, Finding, RollUp
from lifecircle.assess.ground import Ground
from lifecircle.place.letterhead import Letterhead
from lifecircle.policy.measures import parts_of
from lifecircle.policy.models import Rule
from lifecircle.publish.charts.bars import Bars
from lifecircle.publish.charts.gathered import walked
from lifecircle.publish.comparing import Comparison, compare_runs
from lifecircle.publish.headlines import (
    community_rows,
    gaps,
    headlines,
    own_readings,
    own_rows,
)
from lifecircle.publish.matching import tuples
from lifecircle.publish.past import Past, read_past
from lifecircle.publish.results import write_results
from lifecircle.publish.sentences import Sentences
from lifecircle.terms.figures import percent_text, share_text
from lifecircle.terms.words import word


@dataclass(frozen=True, eq=False)
class Material:
    """One assessment and what else a document needs to know."""

    ground: Ground
    assessment: Assessment
    office: Letterhead
    compared: Comparison | None = None
    before_on: str = ""
    met_before: Mapping[str, int] | None = None

    @cached_property
    def sentences(self) -> Sentences:
        """Return who says findings in words."""
        return Sentences(self.ground.city, self.assessment.pack)

    def reading_of(self, rule: Rule) -> str:
        """Return the policy's own reading of a rule; nothing where it has no findings."""
        return self._own_readings.get(rule.id, "")

    @cached_property
    def _own_readings(self) -> Mapping[str, str]:
        return own_readings(self.assessment)

    def reading_zh(self, rule: Rule) -> str:
        """Return that reading as people say it."""
        return word("reading", self.reading_of(rule))

    def findings_of(self, rule: Rule, reading: str = "") -> tuple[Finding, ...]:
        """Return the findings of a rule in a reading, the policy's own unless told."""
        return tuple(self._by_rule.get((rule.id, reading or self.reading_of(rule)), ()))

    @cached_property
    def _by_rule(self) -> dict[tuple[str, str], list[Finding]]:
        found: dict[tuple[str, str], list[Finding]] = {}
        for finding in self.assessment.findings:
            if finding.subject:
                found.setdefault((finding.rule, finding.reading), []).append(finding)
        return found

    @cached_property
    def rows(self) -> dict[str, RollUp]:
        """Return the roll-up of each rule to the city in the policy's own reading."""
        return own_rows(self.assessment)

    @cached_property
    def community_rows(self) -> list[tuple[Rule, RollUp]]:
        """Return the rules on communities with their roll-up, in the order of the pack."""
        return community_rows(self.assessment)

    @cached_property
    def of_city(self) -> tuple[Finding, ...]:
        """Return the findings on the city as a whole, in the policy's own reading."""
        return tuple(
            one
            for rule in self.assessment.pack.rules
            if rule.subject == "city" and rule.id not in self.assessment.without_data
            for one in self.findings_of(rule)
            if one.verdict != "not applicable"
        )

    @cached_property
    def gaps(self) -> list[tuple[Rule, RollUp]]:
        """Return the rules that communities do not meet, most people first, then communities."""
        return gaps(self.assessment)

    @cached_property
    def headlines(self) -> list[Rule]:
        """Return the rules that sum up."""
        return headlines(self.assessment)

    @cached_property
    def walked(self) -> list[Bars]:
        """Return people by minutes, the things that most people walk longest to first."""
        charts = walked(self.ground, self.assessment.pack)
        return sorted(charts, key=lambda one: -sum(bar.counts[-1] or 0 for bar in one.bars))

    def units(self, rule: Rule) -> list[RollUp]:
        """Return the roll-up of a rule to those who answer: counties, development zones beside."""
        reading = self.reading_of(rule)
        return [
            row
            for row in self.assessment.rollup_by_area
            if (row.tree, row.rule, row.reading) == ("managing", rule.id, reading)
            and row.denominator
        ]

    def counted_in(self, row: RollUp) -> tuple[Finding, ...]:
        """Return the findings that a roll-up of communities to the city or to a unit counts."""
        rule = self.assessment.pack.rule(row.rule)
        found = self.findings_of(rule, row.reading)
        if row.area_level == "city":
            return found
        return tuple(one for one in found if self._unit_of.get(one.subject, "") == row.area)

    def short_parts(self, finding: Finding) -> tuple[Finding, ...]:
        """Return the verdicts that a verdict on several rules counts and that are not met."""
        found = []
        for own in parts_of(self.assessment.pack.rule(finding.rule).measure):
            for reading in dict.fromkeys((finding.reading, "walk", "record")):
                there = self._by_rule.get((own, reading))
                if there:
                    found += [one for one in there if one.subject == finding.subject]
                    break
        return tuple(one for one in found if one.verdict in ("not met", "not assessed"))

    @cached_property
    def _unit_of(self) -> dict[str, str]:
        ids, _ = self.ground.levels.groups("managing")
        home = self.ground.levels.of_community["managing"].tolist()
        own = self.ground.city.communities.id
        return {one: ids[at] for one, at in zip(own, home, strict=True) if at >= 0}


def of_verdict(findings: Sequence[Finding], *verdicts: str) -> tuple[Finding, ...]:
    """Return the findings of these verdicts."""
    return tuple(one for one in findings if one.verdict in verdicts)


def share_zh(row: RollUp) -> str:
    """Say the share that meets; at least so much where some are not assessed."""
    least = "至少" if row.not_assessed else ""
    return least + percent_text(share_text(row.met, row.denominator))


def share_of(row: RollUp) -> Fraction:
    """Return the share that meets, exactly."""
    return Fraction(row.met, row.denominator)


def people_zh(row: RollUp | Finding) -> str:
    """Say how many people are affected, that nobody counted some, or that it is unknown."""
    if row.people_affected is None:
        return "未知"
    return f"{row.people_affected:,}" + ("（估计）" if row.people_estimated else "")


def met_in(before: Past, found: Assessment) -> dict[str, int]:
    """Return how many met each rule in an earlier result, in the reading of the policy today."""
    own = own_readings(found)
    met = dict.fromkeys((rule for rule in before.rules if rule in own), 0)
    names = ("rule", "reading", "profile", "verdict")
    for rule, reading, profile, verdict in tuples(before.findings.select(names)):
        if rule in met and reading == own[rule] and profile in ("", found.profile):
            met[rule] += verdict == "met"
    return met


def since(before: Past, ground: Ground, assessment: Assessment) -> Comparison:
    """Compare an assessment with an earlier result of the same or another pack."""
    with tempfile.TemporaryDirectory() as aside:
        now = Path(aside) / "now"
        write_results(now, ground.as_read, ground.network, [assessment])
        (after,) = read_past(now).values()
        return compare_runs(before, after)
