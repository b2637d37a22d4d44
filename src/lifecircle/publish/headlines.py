"""What sums up an assessment: rules in the policy's own reading, and those that matter most.

A rule is read as the policy reads it: by its circle where it has one, else by the walk, else by
what is on record.
"""

from __future__ import annotations

from lifecircle.assess.findings import Assessment, RollUp
from lifecircle.policy.measures import RulesMet
from lifecircle.policy.models import Rule
from lifecircle.terms.words import Reading

OWN: tuple[Reading, ...] = ("circle", "walk", "record")
"""Readings, that of the policy first."""

MOST_HEADLINES = 6


def own_readings(found: Assessment) -> dict[str, Reading]:
    """Return the policy's own reading of each rule that has findings, by id."""
    there = {(one.rule, one.reading) for one in found.findings if one.subject}
    first = ((r.id, [one for one in OWN if (r.id, one) in there]) for r in found.pack.rules)
    return {own: readings[0] for own, readings in first if readings}


def own_rows(found: Assessment) -> dict[str, RollUp]:
    """Return the roll-up of each rule with data to the city, in the policy's own reading."""
    own, silent = own_readings(found), set(found.without_data)
    return {
        row.rule: row
        for row in found.rollup
        if row.rule not in silent and own.get(row.rule) == row.reading and row.denominator
    }


def community_rows(found: Assessment) -> list[tuple[Rule, RollUp]]:
    """Return the rules on communities with their roll-up, in the order of the pack."""
    rows, rules = own_rows(found), found.pack.rules
    return [(r, rows[r.id]) for r in rules if r.id in rows and r.subject == "community"]


def gaps(found: Assessment) -> list[tuple[Rule, RollUp]]:
    """Return the rules that communities do not meet, most people first, then communities."""
    short = [pair for pair in community_rows(found) if pair[1].not_met]
    return sorted(short, key=lambda pair: (-(pair[1].people_affected or 0), -pair[1].not_met))


def headlines(found: Assessment, most: int = MOST_HEADLINES) -> list[Rule]:
    """Return the rules that sum up: made of others, or kinds of gap; then the widest gaps."""
    named = {kind.rule for kind in found.pack.header.gap_kinds}
    first = [
        rule
        for rule, _ in community_rows(found)
        if isinstance(rule.measure, RulesMet) or rule.id in named
    ]
    rules = {rule.id: rule for rule in (*first, *(rule for rule, _ in gaps(found)))}
    return list(rules.values())[:most]
