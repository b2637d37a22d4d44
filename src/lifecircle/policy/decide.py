"""Pure decisions on rules: does one apply, is it met, is it due, is it excused, how large to plan.

No geography, no files, no clock.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from lifecircle.policy.measures import Conditions
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.parts import Requirement, Waiver
from lifecircle.terms.words import DueState, Verdict

UNBOUNDED = Fraction(10**12)
WAIVABLE = frozenset({"soft", "advisory", "exploratory"})


def applies(rule: Rule, attributes: Mapping[str, str]) -> bool:
    """Say whether ``rule`` applies to a subject.

    An attribute nobody recorded does not exclude it: unknown is not absent.
    """
    return all(
        not attributes.get(key) or attributes[key] in allowed for key, allowed in rule.scope.items()
    )


def unrecorded(rule: Rule, attributes: Mapping[str, str]) -> tuple[str, ...]:
    """Return the attributes of the rule's scope that nobody recorded for a subject.

    With any, it is unknown whether the rule applies, and it can fail nobody.
    """
    return tuple(name for name in rule.scope if not attributes.get(name))


def belongs(
    where: Conditions, leaving_out: Conditions, attributes: Mapping[str, str]
) -> bool | None:
    """Say whether an area belongs to a denominator, None where an attribute is not recorded.

    It belongs when it satisfies all of ``where`` and none of ``leaving_out``.
    """
    inside = [_allowed(attributes, name, values) for name, values in where.items()]
    outside = [_allowed(attributes, name, values) for name, values in leaving_out.items()]
    if False in inside or True in outside:
        return False
    return None if None in (*inside, *outside) else True


def _allowed(attributes: Mapping[str, str], name: str, values: tuple[str, ...]) -> bool | None:
    own = attributes.get(name)
    return own in values if own else None


def holds(require: Requirement, value: Fraction) -> bool:
    """Hold an exact value against a requirement; strict comparators are strict."""
    if require.comparator == "none":
        return False
    if require.comparator == "between":
        low, high = require.bounds
        return low <= value <= high
    return _COMPARE[require.comparator](value, require.bounds[0])


_COMPARE: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}


def verdict(rule: Rule, at_least: Fraction, at_most: Fraction) -> Verdict:
    """Judge ``rule`` when the true figure is known to lie from ``at_least`` to ``at_most``.

    Met when every possible figure meets the requirement, not met when none does, else not
    assessed. A rule whose source is not verbatim fails nobody; one without a threshold judges
    nobody.
    """
    require = rule.require
    if require.comparator == "none":
        return "not assessed"
    if holds(require, at_least) and holds(require, at_most):
        return "met"
    if _possible(require, at_least, at_most) or rule.source != "verbatim":
        return "not assessed"
    return "not met"


def _possible(require: Requirement, at_least: Fraction, at_most: Fraction) -> bool:
    """Say whether any figure between the two meets the requirement.

    What is required is one unbroken range, so it is enough to look at the ends of both.
    """
    inside = [figure for figure in require.bounds if at_least <= figure <= at_most]
    return any(holds(require, figure) for figure in (at_least, at_most, *inside))


def due_state(rule: Rule, on: date, found: Verdict) -> DueState:
    """Say where the rule stands against its date; overdue is only what is not met after it."""
    if rule.due is None:
        return "no date"
    if on <= rule.due:
        return "not yet due"
    return "overdue" if found == "not met" else "due"


def excused(rule: Rule, found: Verdict, waiver: Waiver | None) -> bool:
    """Say whether a rule not met is excused; only soft rules can be, and the verdict stays."""
    return waiver is not None and found == "not met" and rule.strength in WAIVABLE


def planning_size_m2(pack: Pack, size_id: str, households: int) -> Fraction:
    """Return max(ratio * households / 100, minimum) in m2 for a new facility.

    Raises KeyError for an unknown size.
    """
    for size in pack.header.planning_sizes:
        if size.id == size_id:
            ratio = Fraction(pack.rule(size.ratio).require.value or 0)
            return max(
                ratio * households / 100, Fraction(pack.rule(size.minimum).require.value or 0)
            )
    raise KeyError(size_id)
