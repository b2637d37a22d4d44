"""What a measure says of one community, before it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lifecircle.place.tables import City
from lifecircle.policy.decide import UNBOUNDED


@dataclass(frozen=True)
class Measured:
    """A figure known to lie from ``at_least`` to ``at_most``, and the evidence for it.

    ``observed`` is the canonical text of ``at_least``; ``share`` is the share of people who are
    not short of the requirement, on foot.
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
    reasons: tuple[str, ...] = ()


def knowledge(city: City, categories: tuple[str, ...]) -> tuple[str, ...]:
    """Return the reasons why an absence proves nothing; none where all are a census."""
    declared = {city.declared(code) for code in categories}
    if declared == {"census"}:
        return ()
    return ("not-surveyed",) if declared == {"none"} else ("partial-list",)


def upper(figure: Fraction, reasons: tuple[str, ...], most: Fraction = UNBOUNDED) -> Fraction:
    """Return how large the true figure may be: ``most`` where facilities may be missing."""
    return most if reasons else figure
