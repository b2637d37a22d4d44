"""Pure decisions: does a rule apply, is it met, is it due. No geography, no files, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from lifecircle.policy.models import Comparator, Rule
from lifecircle.terms.words import DueState, Verdict

UNBOUNDED = Fraction(10**12)


def applies(rule: Rule, attributes: Mapping[str, str]) -> bool:
    """Say whether ``rule`` applies to an area; an attribute nobody recorded does not exclude it."""
    return all(
        not attributes.get(key) or attributes[key] in allowed for key, allowed in rule.scope.items()
    )


def holds(comparator: Comparator, value: Fraction, required: Fraction) -> bool:
    """Compare exactly; strict comparators are strict."""
    if comparator == ">=":
        return value >= required
    if comparator == ">":
        return value > required
    if comparator == "<=":
        return value <= required
    if comparator == "<":
        return value < required
    return value == required


def verdict(rule: Rule, at_least: Fraction, at_most: Fraction) -> Verdict:
    """Judge ``rule`` when the true figure is known to lie from ``at_least`` to ``at_most``.

    Met when every possible figure meets the requirement, not met when none does, else not
    assessed. A rule whose source is not verbatim fails nobody.
    """
    required = Fraction(rule.require.value)
    comparator = rule.require.comparator
    at_ends = holds(comparator, at_least, required), holds(comparator, at_most, required)
    if comparator == "=":
        at_ends = at_ends if at_least == at_most else (False, at_least <= required <= at_most)
    if all(at_ends):
        return "met"
    if any(at_ends) or rule.source != "verbatim":
        return "not assessed"
    return "not met"


def due_state(rule: Rule, on: date, found: Verdict) -> DueState:
    """Say where the rule stands against its date; overdue is only what is not met after it."""
    if rule.due is None:
        return "no date"
    if on <= rule.due:
        return "not yet due"
    return "overdue" if found == "not met" else "due"
