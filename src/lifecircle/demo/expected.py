"""Tells which verdicts the drawn city must bring under every pack, by plain arithmetic.

This is not the engine: it reads the plan and the rules' requirements and nothing else, and the
findings of the engine are held against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from lifecircle.demo.expected_areas import DIGITS, Drawn, Figure, figures
from lifecircle.demo.expected_walks import walked
from lifecircle.demo.records import within
from lifecircle.policy.measures import (
    Conditions,
    RulesMet,
    ShareOfAreasMeeting,
    SpreadOfAreasMeeting,
    WalkMeasure,
)
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.parts import Requirement

Verdicts = dict[str, str]
"""met, not met or open, by subject; those outside the scope are left out."""


class Gap(NamedTuple):
    """One verdict that must be not met."""

    pack: str
    subject: str
    rule: str
    reading: str
    verdict: str = "not met"


def expected_gaps(drawn: Drawn, packs: Iterable[Pack]) -> list[Gap]:
    """Return every verdict of not met under the packs, sorted."""
    return sorted(
        Gap(pack.id, subject, rule_id, reading)
        for pack in packs
        for (rule_id, reading), verdicts in expected_verdicts(drawn, pack).items()
        for subject, verdict in verdicts.items()
        if verdict == "not met"
    )


def expected_verdicts(drawn: Drawn, pack: Pack) -> dict[tuple[str, str], Verdicts]:
    """Return the verdicts of a pack by rule and reading; what walks on a partial list is open."""
    return _Expected(drawn, pack).all()


class _Expected:
    """The verdicts of one pack, rule by rule and reading by reading."""

    def __init__(self, drawn: Drawn, pack: Pack) -> None:
        self._drawn = drawn
        self._pack = pack
        self._found: dict[str, dict[str, Verdicts]] = {}

    def all(self) -> dict[tuple[str, str], Verdicts]:
        return {
            (rule.id, reading): verdicts
            for rule in self._pack.rules
            for reading, verdicts in self._of(rule.id).items()
        }

    def _of(self, rule_id: str) -> dict[str, Verdicts]:
        if rule_id not in self._found:
            self._found[rule_id] = self._judged(self._pack.rule(rule_id))
        return self._found[rule_id]

    def _judged(self, rule: Rule) -> dict[str, Verdicts]:
        """Judge a rule of whatever measure in the readings it has."""
        measure = rule.measure
        if isinstance(measure, WalkMeasure):
            by_reading = walked(self._drawn.city, self._pack, rule)
            return {reading: self._scoped(rule, own) for reading, own in by_reading.items()}
        if isinstance(measure, RulesMet):
            readings, of = self._readings(measure.rules), self._rules_met
        elif isinstance(measure, ShareOfAreasMeeting):
            readings, of = self._readings((measure.rule,)), self._share
        elif isinstance(measure, SpreadOfAreasMeeting):
            readings, of = self._readings((measure.rule,)), self._spread
        else:
            found = figures(self._drawn, self._pack, rule)
            return {"record": self._scoped(rule, _held(rule, found))}
        return {reading: self._scoped(rule, of(rule, reading)) for reading in readings}

    def _scoped(self, rule: Rule, verdicts: Verdicts) -> Verdicts:
        """Leave out whom the rule does not concern; it fails nobody of whom that is unknown."""
        everyone = self._drawn.subjects.by_level[rule.subject]
        found = {}
        for own_id, verdict in verdicts.items():
            known = everyone[own_id].attributes
            if within(rule, known):
                unsure = any(not known.get(name) for name in rule.scope)
                found[own_id] = "open" if verdict == "not met" and unsure else verdict
        return found

    def _readings(self, rules: tuple[str, ...]) -> list[str]:
        there = [r for r in ("walk", "circle") if any(r in self._of(rule) for rule in rules)]
        return there or ["record"]

    def _part(self, rule_id: str, reading: str) -> Verdicts:
        """Return a part's verdicts; without the circle it is as walked, without a walk recorded."""
        found = self._of(rule_id)
        return next(found[one] for one in (reading, "walk", "record") if one in found)

    def _rules_met(self, rule: Rule, reading: str) -> Verdicts:
        assert isinstance(rule.measure, RulesMet)
        parts = [self._part(part, reading) for part in rule.measure.rules]
        found: dict[str, Figure] = {}
        for own_id in self._drawn.subjects.by_level[rule.subject]:
            verdicts = [part.get(own_id, "") for part in parts]
            met, open_ = verdicts.count("met"), verdicts.count("open")
            found[own_id] = Fraction(met), Fraction(met + open_)
        return _held(rule, found)

    def _share(self, rule: Rule, reading: str) -> Verdicts:
        """Judge the share of areas that meet another rule, each area in or perhaps in the whole."""
        measure = rule.measure
        assert isinstance(measure, ShareOfAreasMeeting)
        part = self._pack.rule(measure.rule)
        verdicts = self._part(measure.rule, reading)
        areas = self._drawn.subjects.by_level[measure.area]
        found: dict[str, Figure] = {}
        for own_id in self._drawn.subjects.by_level[rule.subject]:
            lead = own_id[: DIGITS[rule.subject]]
            sure, perhaps = _Tally(), _Tally()
            for area_id, verdict in verdicts.items():
                known = areas[area_id].attributes
                inside = _belongs(measure.where, measure.leaving_out, known)
                if area_id.startswith(lead) and inside is not False:
                    unsure = inside is None or any(not known.get(name) for name in part.scope)
                    (perhaps if unsure else sure).add(verdict)
            if sure.total + perhaps.total:
                found[own_id] = _between(sure, perhaps)
        return _held(rule, found)

    def _spread(self, rule: Rule, reading: str) -> Verdicts:
        """Judge how far apart the areas of a subject are; with fewer than two nobody is."""
        measure = rule.measure
        assert isinstance(measure, SpreadOfAreasMeeting)
        verdicts = self._part(measure.rule, reading)
        found: dict[str, Figure] = {}
        for own_id in self._drawn.subjects.by_level[rule.subject]:
            lead, digits = own_id[: DIGITS[rule.subject]], DIGITS[measure.between]
            areas = {community[:digits] for community in verdicts if community.startswith(lead)}
            if len(areas) > 1:
                found[own_id] = Fraction(0), Fraction(1)
        return _held(rule, found)


class _Tally:
    def __init__(self) -> None:
        self.met = self.failed = self.open = 0

    def add(self, verdict: str) -> None:
        self.met += verdict == "met"
        self.failed += verdict == "not met"
        self.open += verdict == "open"

    @property
    def total(self) -> int:
        return self.met + self.failed + self.open


def _between(sure: _Tally, perhaps: _Tally) -> Figure:
    """Return the least and the largest share that meets; None where no area belongs for sure."""
    if not sure.total:
        return Fraction(0), None
    low = Fraction(sure.met, sure.total + perhaps.failed + perhaps.open)
    meeting = sure.met + sure.open + perhaps.met + perhaps.open
    return low, Fraction(meeting, sure.total + perhaps.met + perhaps.open)


def _belongs(where: Conditions, leaving_out: Conditions, known: Mapping[str, str]) -> bool | None:
    said = [(known.get(name, ""), allowed, True) for name, allowed in where.items()]
    said += [(known.get(name, ""), barred, False) for name, barred in leaving_out.items()]
    if any(value and (value in words) is not wanted for value, words, wanted in said):
        return False
    return None if any(not value for value, _, _ in said) else True


def _held(rule: Rule, found: Mapping[str, Figure]) -> Verdicts:
    return {own_id: _verdict(rule, *figure) for own_id, figure in found.items()}


def _verdict(rule: Rule, low: Fraction | None, high: Fraction | None) -> str:
    """Hold what a figure lies between against what is required; a remembered rule fails nobody."""
    if rule.require.comparator == "none":
        return "open"
    least, most, strict = _wanted(rule.require)
    enough = least is None or _below(least, low, or_at=not strict)
    no_more = most is None or _below(high, most, or_at=not strict)
    if enough and no_more:
        return "met"
    failed = _below(high, least, or_at=strict) or _below(most, low, or_at=strict)
    return "not met" if failed and rule.source == "verbatim" else "open"


def _below(one: Fraction | None, other: Fraction | None, *, or_at: bool) -> bool:
    """Say whether two known numbers lie in this order; ``or_at``: or at the same place."""
    return one is not None and other is not None and (one < other or (or_at and one == other))


def _wanted(require: Requirement) -> tuple[Fraction | None, Fraction | None, bool]:
    """Return the least and the most allowed, and whether the bounds themselves are outside."""
    if require.comparator == "between":
        return Fraction(require.low or 0), Fraction(require.high or 0), False
    bound = Fraction(require.value or 0)
    least = bound if require.comparator in (">=", ">", "=") else None
    most = bound if require.comparator in ("<=", "<", "=") else None
    return least, most, require.comparator in (">", "<")
