"""What would turn a verdict, computed: every change named here was judged again."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from math import ceil, floor

from lifecircle.assess.examining import Case, Examination
from lifecircle.assess.measured import UNMEASURED, Measured
from lifecircle.assess.turning_on_foot import on_foot
from lifecircle.assess.turns import Turn, judged_as
from lifecircle.policy.decide import UNBOUNDED, holds, unrecorded
from lifecircle.policy.measures import (
    CapacityPerThousand,
    CountInArea,
    RateFromRecords,
    RecordMeasure,
    RulesMet,
    ShareOfAreasMeeting,
    WalkMeasure,
    parts_of,
    records_of,
)
from lifecircle.policy.models import Rule
from lifecircle.terms.figures import decimal_text

RANGED = (
    "partial-list",
    "not-surveyed",
    "area-unknown",
    "capacity-unknown",
    "not-recorded",
    "records-disagree",
    "period-open",
    "parts-not-assessed",
    "membership-unknown",
    "place-of-facility-unknown",
    "estate-of-facility-unknown",
    "built-not-operating",
    "survey-disagrees",
)
"""Reasons for which the true figure lies in a range; settling them finds where."""

_HEADS = {"households-unknown": 100, "residents-unknown": 1000}


def turns(examined: Examination, case: Case) -> list[Turn]:
    """Return what would change the verdict of a case, each with the verdict it would give."""
    found = case.finding.verdict
    if found == "not applicable" or case.rule.require.comparator == "none":
        return []
    told: list[Turn] = []
    if isinstance(case.rule.measure, WalkMeasure):
        told += on_foot(examined, case)
    elif found == "met":
        told += _margin(case.rule, case.figure)
    else:
        told += _missing(examined, case)
    if found == "not assessed":
        told += _settled(case)
    if found == "not met" and case.finding.due == "not yet due" and case.rule.due:
        told.append(Turn("overdue", found, str(case.rule.due + timedelta(days=1))))
    return told


def _scale(rule: Rule, figure: Measured) -> tuple[Fraction, str] | None:
    """Return how many countable things make one of the figure, and what they are."""
    whole = Fraction(figure.whole) if figure.whole else None
    unit = figure.unit
    if unit in ("count", "rules", "m2", "recorded", "records"):
        return Fraction(1), unit
    if not whole or unit == "spread":
        return None
    if unit == "m2_per_100hh":
        return whole / 100, "m2"
    if unit == "per_1000":
        return whole / 1000, "places"
    if unit == "areas":
        return whole, "areas"
    per = rule.measure.per if isinstance(rule.measure, RateFromRecords) else 1
    return whole / per, "recorded"


_WHOLE = ("count", "rules", "areas", "places")


def _to_bound(rule: Rule, low: Fraction) -> Fraction:
    """Return what must be added to a figure to stand on the bound it misses."""
    require = rule.require
    if require.value is not None:
        return Fraction(require.value) - low
    bottom, top = Fraction(require.low or 0), Fraction(require.high or 0)
    return bottom - low if low < bottom else top - low


def _rounded(rule: Rule, things: Fraction, unit: str) -> Fraction:
    """Round to things that can be built or counted, away from zero, over a strict bound."""
    step = 1 if unit in _WHOLE else Fraction(1, 100)
    up = things >= 0
    steps = Fraction(ceil(things / step)) if up else Fraction(floor(things / step))
    if rule.require.comparator in (">", "<") and steps == things / step:
        steps += 1 if up else -1
    return steps * step


def _missing(examined: Examination, case: Case) -> list[Turn]:
    """Say how much is missing, in things, and the verdict once it is there."""
    rule, figure = case.rule, case.figure
    low = max(figure.at_least, Fraction(0))
    scale = _scale(rule, figure)
    if scale is None:
        return _without_heads(case)
    if rule.require.comparator == "=":
        need = _to_bound(rule, low) * scale[0]
    else:
        need = _rounded(rule, _to_bound(rule, low) * scale[0], scale[1])
    after = low + need / scale[0]
    if holds(rule.require, low) or not holds(rule.require, after):
        return []
    kind = "more" if need > 0 else "fewer"
    amount = decimal_text(abs(need), 4)
    told = [Turn(kind, judged_as(rule, after, after), amount, scale[1], _of_what(examined, case))]
    return told + _opening(examined, case, low)


def _of_what(examined: Examination, case: Case) -> tuple[str, ...]:
    """Return which facilities, records, rules or areas the missing part is to come from."""
    measure = case.rule.measure
    if isinstance(measure, RulesMet):
        parts = {
            part: next(
                (
                    f.verdict
                    for f in examined.part(part, case.reading)
                    if f.subject == case.finding.subject
                ),
                "not assessed",
            )
            for part in parts_of(measure)
        }
        return tuple(part for part, found in parts.items() if found in ("not met", "not assessed"))
    if isinstance(measure, ShareOfAreasMeeting):
        areas = examined.judge.levels.subjects(measure.area)
        home = areas.areas[case.rule.subject]
        inside = {own for own, at in zip(areas.id, home.tolist(), strict=True) if at == case.row}
        return tuple(
            f.subject
            for f in examined.part(measure.rule, case.reading)
            if f.subject in inside and f.verdict in ("not met", "not assessed")
        )
    if isinstance(measure, RecordMeasure | CapacityPerThousand):
        return records_of(measure)[:1]
    return tuple(one.facility for one in case.figure.counted if one.amount == UNMEASURED)


def _opening(examined: Examination, case: Case, low: Fraction) -> list[Turn]:
    """Say what the facilities there that do not serve yet would give if they did."""
    measure, city = case.rule.measure, examined.city
    if not isinstance(measure, CountInArea) or case.rule.subject != "community":
        return []
    codes = set(examined.pack.categories_of(measure))
    places = city.facilities
    idle = tuple(
        places.id[row]
        for row in range(len(places))
        if places.community[row] == case.row
        and codes & set(places.categories[row])
        and not places.details[row].serves
    )
    after = low + len(idle)
    more = max(after, case.figure.at_most)
    return [Turn("open", judged_as(case.rule, after, more), names=idle)] if idle else []


def _without_heads(case: Case) -> list[Turn]:
    """Say for how many heads the known sum would be enough, where nobody counted them."""
    per = next((_HEADS[code] for code in case.figure.reasons if code in _HEADS), 0)
    bound = case.rule.require.value or case.rule.require.low
    if not per or not bound or case.rule.require.comparator not in (">=", "between"):
        return []
    most = floor(Fraction(case.figure.part or 0) * per / Fraction(bound))
    unit = "households" if per == 100 else "residents"
    return [Turn("heads", "met", str(most), unit)] if most > 0 else []


def _margin(rule: Rule, figure: Measured) -> list[Turn]:
    """Say how much may go before the rule is no longer met."""
    scale = _scale(rule, figure)
    if scale is None or abs(figure.at_least) >= UNBOUNDED:
        return []
    comparator = rule.require.comparator
    spare = -_to_bound(rule, figure.at_least) * scale[0]
    if comparator not in (">=", "<="):
        return []
    whole = scale[1] in _WHOLE
    step = Fraction(1) if whole else Fraction(1, 100)
    gone = (floor(abs(spare) / step) + 1) * step
    after = figure.at_least + (-gone if comparator == ">=" else gone) / scale[0]
    high = max(after, figure.at_most if figure.reasons else after)
    verdict = judged_as(rule, after, high)
    if verdict == "met" or after < 0:
        return []
    kind = "lost" if comparator == ">=" else "added"
    return [Turn(kind, verdict, decimal_text(gone, 4), scale[1])]


def _settled(case: Case) -> list[Turn]:
    """Say for what is unknown which verdict each way of settling it would give."""
    rule, figure, reasons = case.rule, case.figure, case.finding.reasons
    ranged = tuple(code for code in reasons if code in RANGED)
    low, high = max(figure.at_least, Fraction(0)), figure.at_most
    told = []
    if ranged:
        told.append(Turn("at-least", judged_as(rule, low, low), names=ranged))
        told.append(Turn("at-most", judged_as(rule, high, high), names=ranged))
    if "source-unverified" in reasons:
        checked = rule.model_copy(update={"source": "verbatim"})
        told.append(Turn("verified", judged_as(checked, figure.at_least, high)))
    if "attribute-unknown" in reasons:
        names = unrecorded(rule, case.subjects.attributes[case.row])
        told.append(Turn("in-scope", judged_as(rule, figure.at_least, high), names=names))
        told.append(Turn("out-of-scope", "not applicable", names=names))
    if "outside-network" in reasons:
        told.append(Turn("network", judged_as(rule, figure.at_least, high)))
    return told
