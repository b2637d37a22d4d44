"""What the size of a community suggests: merge it, split it, make a village a community.

The bands stand in the packs (rules with ``advice``); here only what is on record of the area is
held against them. Advice judges nobody: the rules are findings of the assessment too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _

from lifecircle.govern.areas.models import AreaState
from lifecircle.govern.wording import worded
from lifecircle.policy.decide import belongs, holds
from lifecircle.policy.measures import RateFromRecords, RecordedValue, RulesMet
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.packs import load_pack


@dataclass(frozen=True)
class Advice:
    """A suggestion with the clause it rests on; ``inferred`` where a reading of ours is in it."""

    kind: str
    says: str
    clause: str
    where: str
    inferred: bool


@cache
def deployed() -> tuple[Pack, ...]:
    """Return the packs that this platform works under."""
    return tuple(load_pack(name) for name in settings.PACKS)


def advised(state: AreaState) -> list[Advice]:
    """Return what the packs suggest for a community as it is on record; nothing of no record."""
    found = [
        one
        for pack in deployed()
        for rule in pack.rules
        if rule.advice and belongs(rule.scope, {}, state.attributes)
        for one in _of_rule(pack, rule, state)
    ]
    return list({(one.kind, one.clause): one for one in found}.values())


def _of_rule(pack: Pack, rule: Rule, state: AreaState) -> Iterator[Advice]:
    value = _value(pack, rule, state)
    if value is None:
        return
    case = "met" if holds(rule.require, value) else "below" if value < _low(rule) else "above"
    kind = rule.advice.get(case)  # type: ignore[call-overload]
    if kind:
        said = {"title": worded(rule.title), "value": _number(value), "wanted": rule.require.text}
        says = {
            "merge": _("规模偏小，可考虑合并：%(title)s%(value)s，政策为%(wanted)s"),
            "split": _("规模偏大，可考虑拆分：%(title)s%(value)s，政策为%(wanted)s"),
            "convert": _("可考虑村改居：%(title)s"),
        }[kind] % said
        yield Advice(kind, says, rule.clause.quote, rule.clause.where, bool(rule.inferred))


def _value(pack: Pack, rule: Rule, state: AreaState) -> Fraction | None:
    """Return the figure of a rule out of the counts on record, None where one is missing."""
    counts, measure = state.counts, rule.measure
    if isinstance(measure, RecordedValue) and measure.record in counts:
        return Fraction(str(counts[measure.record]))
    if isinstance(measure, RateFromRecords):
        part, whole = counts.get(measure.part), counts.get(measure.whole)
        return Fraction(str(part)) / Fraction(str(whole)) if part is not None and whole else None
    if isinstance(measure, RulesMet):
        others = [pack.rule(rule_id) for rule_id in measure.rules]
        values = [(other, _value(pack, other, state)) for other in others]
        met = [holds(other.require, value) for other, value in values if value is not None]
        return Fraction(sum(met)) if met else None
    return None


def _low(rule: Rule) -> Fraction:
    return rule.require.bounds[0]


def _number(value: Fraction) -> str:
    return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):.2f}"
