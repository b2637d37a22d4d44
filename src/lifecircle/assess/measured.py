"""What a measure says of one subject, before it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from lifecircle.place.tables import City
from lifecircle.policy.decide import UNBOUNDED


class Cited(NamedTuple):
    """A number on record or a state found by a survey: its name, value, day and source."""

    name: str
    value: str
    on: str = ""
    source: str = ""

    @property
    def text(self) -> str:
        """Return ``name=value@day#source``."""
        return (
            f"{self.name}={self.value}"
            + f"@{self.on}" * bool(self.on)
            + (f"#{self.source}" * bool(self.source))
        )


class Added(NamedTuple):
    """A facility that went into a figure, with its amount where one was summed."""

    facility: str
    amount: str = ""

    @property
    def text(self) -> str:
        """Return ``id=amount``, or the id alone where facilities are counted."""
        return f"{self.facility}={self.amount}" if self.amount else self.facility


UNMEASURED = "?"
"""Stands for the amount of a facility that nobody recorded."""


@dataclass(frozen=True)
class Measured:
    """A figure known to lie from ``at_least`` to ``at_most``, and the evidence for it.

    ``observed`` is the canonical text of ``at_least``; ``share`` is the share of people who are
    not short of the requirement, on foot. ``part`` and ``whole`` are what a ratio was made of,
    ``left_out`` how many areas stayed out of the whole; ``counted`` the facilities that went in,
    with what each added; ``records`` the records it rests on. ``known`` is false where nothing at
    all underlies the figure, ``applicable`` false where there is nothing to measure.
    """

    at_least: Fraction
    at_most: Fraction
    observed: str
    unit: str
    share: str = ""
    facilities: int | None = None
    facility: str = ""
    origin: str = ""
    time_min: str = ""
    distance_m: str = ""
    median_min: str = ""
    worst_tenth_min: str = ""
    median_min_older: str = ""
    worst_tenth_min_older: str = ""
    median_min_children: str = ""
    worst_tenth_min_children: str = ""
    part: str = ""
    whole: str = ""
    left_out: int | None = None
    counted: tuple[Added, ...] = ()
    records: tuple[Cited, ...] = ()
    reasons: tuple[str, ...] = ()
    known: bool = True
    applicable: bool = True


def unknown(unit: str, *reasons: str) -> Measured:
    """Return what is said of a figure of which nothing is known."""
    return Measured(-UNBOUNDED, UNBOUNDED, "", unit, reasons=reasons, known=False)


def knowledge(city: City, categories: tuple[str, ...], *, by_area: bool = False) -> tuple[str, ...]:
    """Return the reasons why an absence proves nothing; none where all are a census."""
    declared = {city.declared(code, by_area=by_area) for code in categories}
    if declared == {"census"}:
        return ()
    return ("not-surveyed",) if declared == {"none"} else ("partial-list",)


WAITS = "waits-unverified"
"""Said where a figure hangs on waits and steps whose seconds nobody verified."""


def upper(figure: Fraction, reasons: tuple[str, ...], most: Fraction = UNBOUNDED) -> Fraction:
    """Return how large the true figure may be: ``most`` where facilities may be missing."""
    return most if any(code != WAITS for code in reasons) else figure
