"""What a verdict says in figures, so that pages word it for each reader.

Only what `PublicEvidence` tells: of persons its spans, no capacities, nothing out of records.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import Any

from lifecircle.assess.findings import Finding
from lifecircle.policy.measures import (
    AreaPer100Households,
    CapacityPerThousand,
    CountInArea,
    CountWithin,
    RecordMeasure,
    RulesMet,
    WalkMeasure,
)
from lifecircle.policy.models import Rule
from lifecircle.publish.opendata.people import PublicPeople
from lifecircle.publish.opendata.persons import Span
from lifecircle.publish.public_evidence import OF_PERSONS
from lifecircle.publish.sentences import NAMED, Sentences
from lifecircle.terms.figures import decimal_text


def figures_of(
    rule: Rule, finding: Finding, people: PublicPeople, names: Sentences
) -> dict[str, Any]:
    """Return the figures of a finding of a community; ``kind`` says which sentence they make.

    Minutes are whole, never fewer than it takes, None beyond the hour that is searched;
    ``unreached`` is a span of persons, its end None where none is told.
    """
    told = {"reading": finding.reading, "waived": bool(finding.waiver)}
    if finding.verdict == "not assessed":
        return {**told, "kind": "open", "reasons": list(finding.reasons)}
    measure = rule.measure
    if isinstance(measure, WalkMeasure):
        return {**told, **_reached(rule, finding, people, names)}
    if isinstance(measure, RulesMet):
        return {**told, "kind": "parts", "met": finding.observed, "of": len(measure.rules)}
    if isinstance(measure, AreaPer100Households | CapacityPerThousand | CountInArea):
        return {**told, **_here(finding, names)}
    return {**told, "kind": "record" if isinstance(measure, RecordMeasure) else "other"}


def _here(finding: Finding, names: Sentences) -> dict[str, Any]:
    called = [names.facility(one.facility) for one in finding.counted[:NAMED]]
    return {
        "kind": "here",
        "names": called,
        "more": len(finding.counted) > NAMED,
        "surveyed": [[one.name, one.value] for one in finding.records],
    }


def _reached(
    rule: Rule, finding: Finding, people: PublicPeople, names: Sentences
) -> dict[str, Any]:
    if not finding.facilities:
        return {"kind": "nowhere"}
    if finding.reading == "circle":
        return _in_circle(finding, names)
    return _on_foot(rule, finding, people, names)


def _in_circle(finding: Finding, names: Sentences) -> dict[str, Any]:
    return {
        "kind": "circle",
        "count": int(Decimal(finding.observed or 0)),
        "nearest": names.facility(finding.facility),
        "straight_m": int(Decimal(finding.distance_m)) if finding.facility else None,
    }


def _on_foot(
    rule: Rule, finding: Finding, people: PublicPeople, names: Sentences
) -> dict[str, Any]:
    counted = finding.people_basis in OF_PERSONS
    span = people.affected(finding)[0] if counted else None
    few = Span(0, people.smallest - 1)
    return {
        "kind": "walk",
        "within_min": decimal_text(rule.minutes or 0, 2),
        "farthest_min": _whole(finding.time_min),
        "nearest": names.facility(finding.facility),
        "need": int(rule.require.value or 1) if isinstance(rule.measure, CountWithin) else 1,
        "unreached": None if span in (None, few) else [span.least, span.most],
        "estimated": finding.people_estimated,
    }


def _whole(minutes: str) -> int | None:
    """Return whole minutes, rounded up; None for what is beyond the search."""
    if not minutes or minutes.startswith(">"):
        return None
    return int(Decimal(minutes).to_integral_value(ROUND_CEILING))
