"""Names and signatures of the measures a rule may ask for; `lifecircle.assess` computes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Minutes = Annotated[float, Field(gt=0, le=120)]


class _Measure(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Facilities(_Measure):
    """Facilities of these categories, or of a kind of service that the pack spells out."""

    categories: tuple[str, ...] = ()
    kind: str = ""
    minutes: Minutes


class ShareOfPeopleWithin(_Facilities):
    """Share of the subject's people who walk to a facility in at most ``minutes``; 0 to 1."""

    name: Literal["share_of_people_within"]


class CountWithin(_Facilities):
    """Facilities within ``minutes``.

    On foot: the number that every person of the subject reaches, that is the least over them.
    By the policy's circle: the number inside it.
    """

    name: Literal["count_within"]


class RulesMet(_Measure):
    """How many of the listed rules the subject meets."""

    name: Literal["rules_met"]
    rules: Annotated[tuple[str, ...], Field(min_length=1)]


class ShareOfAreasMeeting(_Measure):
    """Share of the city's areas that meet ``rule``, over those it applies to; 0 to 1."""

    name: Literal["share_of_areas_meeting"]
    rule: str


Measure = Annotated[
    ShareOfPeopleWithin | CountWithin | RulesMet | ShareOfAreasMeeting,
    Field(discriminator="name"),
]
WalkMeasure = ShareOfPeopleWithin | CountWithin

UNIT_OF_MEASURE = {
    "share_of_people_within": "share",
    "count_within": "count",
    "rules_met": "rules",
    "share_of_areas_meeting": "areas",
}
