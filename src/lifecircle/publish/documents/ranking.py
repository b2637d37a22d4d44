"""Ranks those who answer for communities, only where the text of the policy and the data allow.

Rank goes by one rule at a time, never by a sum of rules. A rule may rank that stands verbatim in
the policy, binds and has a threshold; a unit is ranked where every one of its communities was
assessed. Equal shares share their rank, and the next one is passed over.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lifecircle.assess.findings import RollUp
from lifecircle.policy.models import Rule
from lifecircle.publish.documents.material import Material, share_of

BINDING = frozenset({"hard", "standard", "soft"})
FEWEST = 2
"""Fewer units than this are no ranking."""

REFUSALS = {
    "unverified": "数字或条文待核",
    "not-binding": "政策只说“宜”或“鼓励探索”",
    "no-threshold": "政策没有印标准",
    "not-assessed": "全部社区都已评估的单位不到两个",
}


@dataclass(frozen=True)
class Ranked:
    """The units of one rule, best first; ``rank`` is None where one has communities unassessed."""

    rule: Rule
    units: tuple[tuple[int | None, RollUp], ...]

    @property
    def all_meet(self) -> bool:
        """Say whether every community of every unit meets the rule."""
        return all(row.met == row.denominator for _, row in self.units)


def rankings(material: Material) -> tuple[list[Ranked], Counter[str]]:
    """Return the ranking by each rule that may rank, and how many rules may not by reason."""
    found, refused = [], Counter[str]()
    for rule, _ in material.community_rows:
        reason = _refusal(material, rule)
        ranked = None if reason else ranked_by(rule, material.units(rule))
        if ranked is None:
            refused[reason or "not-assessed"] += 1
        else:
            found.append(ranked)
    return found, refused


def _refusal(material: Material, rule: Rule) -> str:
    if material.assessment.pack.is_unverified(rule):
        return "unverified"
    if rule.require.comparator == "none":
        return "no-threshold"
    return "" if rule.strength in BINDING else "not-binding"


def ranked_by(rule: Rule, rows: list[RollUp]) -> Ranked | None:
    """Rank units by the share of their communities that meet a rule; None where too few can be."""
    named = sorted((row for row in rows if row.area), key=lambda row: row.area)
    sure = sorted((row for row in named if not row.not_assessed), key=lambda row: -share_of(row))
    if len(sure) < FEWEST:
        return None
    shares = [share_of(row) for row in sure]
    ranks: list[tuple[int | None, RollUp]] = [
        (shares.index(share_of(row)) + 1, row) for row in sure
    ]
    return Ranked(rule, (*ranks, *((None, row) for row in named if row.not_assessed)))
