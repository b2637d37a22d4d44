"""One thing that would change a verdict, and the verdict it would give."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lifecircle.policy.decide import verdict
from lifecircle.policy.models import Rule
from lifecircle.terms.words import Verdict


@dataclass(frozen=True)
class Turn:
    """What would have to be otherwise, by ``kind``, and the ``verdict`` it would give.

    ``amount`` is how much, of ``unit``; ``names`` are ids of what it concerns: origins at whose
    street a facility would stand, facilities, rules, areas, records, attributes or reasons.
    ``share`` is the share of people who would be served.
    """

    kind: str
    verdict: Verdict
    amount: str = ""
    unit: str = ""
    names: tuple[str, ...] = ()
    share: str = ""


def judged_as(rule: Rule, at_least: Fraction, at_most: Fraction) -> Verdict:
    """Judge a rule again by another figure."""
    return verdict(rule, at_least, at_most)
