"""Counts the communities of a city by verdict, for each rule and reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from lifecircle.assess.findings import Finding, RollUp
from lifecircle.policy.models import Pack
from lifecircle.terms.words import Reading


def roll_up(pack: Pack, found: Mapping[tuple[str, Reading], list[Finding]]) -> tuple[RollUp, ...]:
    """Return one row per rule and reading, in the order of the pack."""
    position = {rule.id: at for at, rule in enumerate(pack.rules)}
    keys = sorted(found, key=lambda key: (position[key[0]], key[1]))
    return tuple(_row(rule, reading, found[rule, reading]) for rule, reading in keys)


def _row(rule: str, reading: Reading, findings: list[Finding]) -> RollUp:
    counts = Counter(finding.verdict for finding in findings)
    applicable = [finding for finding in findings if finding.verdict != "not applicable"]
    short = [finding for finding in applicable if finding.verdict == "not met"]
    return RollUp(
        rule=rule,
        reading=reading,
        met=counts["met"],
        not_met=counts["not met"],
        not_assessed=counts["not assessed"],
        not_applicable=counts["not applicable"],
        waived=sum(bool(finding.waiver) for finding in findings),
        people=_sum([finding.people for finding in applicable]),
        people_affected=_sum([finding.people_affected for finding in short]),
        people_estimated=any(finding.people_basis == "raster" for finding in applicable),
    )


def _sum(values: list[int | None]) -> int | None:
    """Add up, or return None where any part is unknown."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
