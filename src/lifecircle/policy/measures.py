"""Names and signatures of the measures a rule may ask for; `lifecircle.assess` computes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Minutes = Annotated[float, Field(gt=0, le=120)]
Basis = Literal["gross_floor", "usable", "site"]
AreaLevel = Literal["community", "township", "county", "estate"]
Conditions = dict[str, tuple[str, ...]]
"""Attribute to allowed values; an area counts when each attribute has one of them."""


class _Measure(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Facilities(_Measure):
    """Facilities of these categories, or of a kind of service that the pack spells out."""

    categories: tuple[str, ...] = ()
    kind: str = ""


class _Reach(_Facilities):
    minutes: Minutes


class ShareOfPeopleWithin(_Reach):
    """Share of the subject's people who walk to a facility in at most ``minutes``; 0 to 1."""

    name: Literal["share_of_people_within"]


class CountWithin(_Reach):
    """Facilities within ``minutes``.

    On foot: the number that every person of the subject reaches, that is the least over them.
    By the policy's circle: the number inside it.
    """

    name: Literal["count_within"]


class CountInArea(_Facilities):
    """Facilities that belong to the subject, an area, and serve people today."""

    name: Literal["count_in_area"]


class AreaPer100Households(_Facilities):
    """Square metres of all facilities of the subject, per hundred of its households."""

    name: Literal["area_per_100_households"]
    basis: Basis


class FacilityArea(_Facilities):
    """Square metres of one facility; every facility in scope is judged by itself."""

    name: Literal["facility_area"]
    basis: Basis


class CapacityPerThousand(_Facilities):
    """Places or beds of the subject per thousand of its residents.

    ``capacity`` is an amount of facilities: childcare_places, nursing_beds, beds or seats.
    """

    name: Literal["capacity_per_thousand"]
    capacity: str


class RulesMet(_Measure):
    """How many of the listed rules the subject meets."""

    name: Literal["rules_met"]
    rules: Annotated[tuple[str, ...], Field(min_length=1)]


class ShareOfAreasMeeting(_Measure):
    """Share of the subject's areas that meet ``rule``; 0 to 1.

    The denominator is every area of level ``area`` that satisfies ``where`` and none of the
    ``leaving_out``; both are shown with the figure.
    """

    name: Literal["share_of_areas_meeting"]
    rule: str
    area: AreaLevel = "community"
    where: Conditions = {}
    leaving_out: Conditions = {}


class SpreadOfAreasMeeting(_Measure):
    """Largest minus smallest share of communities meeting ``rule``, over areas of one level.

    The shares are those of the areas of level ``between`` inside the subject; an area without any
    community that the rule applies to has none. From 0, all alike, to 1.
    """

    name: Literal["spread_of_areas_meeting"]
    rule: str
    between: Literal["township", "county"]


class RecordedValue(_Measure):
    """The last value on record for the subject, such as its households or a satisfaction."""

    name: Literal["recorded_value"]
    record: str


class RateFromRecords(_Measure):
    """One recorded number divided by another, both of the subject; ``per`` scales it."""

    name: Literal["rate_from_records"]
    part: str
    whole: str
    per: Annotated[int, Field(ge=1)] = 1


class CountFromRecords(_Measure):
    """How many things of this kind are on record for the subject.

    The last number on record; with ``each`` the sum of the numbers of a year or month.
    """

    name: Literal["count_from_records"]
    record: str
    each: Literal["year", "month", ""] = ""


Measure = Annotated[
    ShareOfPeopleWithin
    | CountWithin
    | CountInArea
    | AreaPer100Households
    | FacilityArea
    | CapacityPerThousand
    | RulesMet
    | ShareOfAreasMeeting
    | SpreadOfAreasMeeting
    | RecordedValue
    | RateFromRecords
    | CountFromRecords,
    Field(discriminator="name"),
]
WalkMeasure = ShareOfPeopleWithin | CountWithin
RecordMeasure = RecordedValue | RateFromRecords | CountFromRecords
FacilityMeasure = (
    WalkMeasure | CountInArea | AreaPer100Households | FacilityArea | CapacityPerThousand
)

UNIT_OF_MEASURE = {
    "share_of_people_within": "share",
    "count_within": "count",
    "count_in_area": "count",
    "area_per_100_households": "m2_per_100hh",
    "facility_area": "m2",
    "capacity_per_thousand": "per_1000",
    "rules_met": "rules",
    "share_of_areas_meeting": "areas",
    "spread_of_areas_meeting": "spread",
    "recorded_value": "recorded",
    "rate_from_records": "rate",
    "count_from_records": "records",
}


def parts_of(measure: Measure) -> tuple[str, ...]:
    """Return the rules whose verdicts a measure counts."""
    if isinstance(measure, RulesMet):
        return measure.rules
    if isinstance(measure, ShareOfAreasMeeting | SpreadOfAreasMeeting):
        return (measure.rule,)
    return ()


def records_of(measure: Measure) -> tuple[str, ...]:
    """Return the names of the records a measure reads."""
    if isinstance(measure, RecordedValue | CountFromRecords):
        return (measure.record,)
    if isinstance(measure, RateFromRecords):
        return (measure.part, measure.whole)
    return (measure.capacity,) if isinstance(measure, CapacityPerThousand) else ()
