"""Figures that follow from what is recorded, each worked out in one place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Protocol

from django.utils.translation import gettext as _

from lifecircle.place.forms.hours import day_ranges, open_at

HALF_HOURS = 48
MINUTES = 30
WORK, SERVICE = "work", "service"
"""Codes of room_kind: rooms of the community's organisations, rooms for residents."""

NEARLY_M2 = Decimal("0.05")
"""Areas are written to a tenth; sums that differ by less are the same."""


class RoomLike(Protocol):
    """A room, as far as areas go."""

    kind_of_room: str
    floor_m2: Decimal | None


def marks(codes: Iterable[str]) -> str:
    """Return codes between bars, so that one of them is found by its text."""
    return "".join(f"|{code}" for code in codes) + "|" if codes else ""


def mark(code: str) -> str:
    """Return the text that stands in `marks` for a code."""
    return f"|{code}|"


def half_hour(at: time) -> int:
    """Return the half hour of the day that a time lies in, 0 for 00:00."""
    return (at.hour * 60 + at.minute) // MINUTES


@lru_cache(maxsize=4096)
def half_hours_open(hours: str) -> int | None:
    """Return a bit for each half hour at whose beginning hours are open; None of unknown hours."""
    if not day_ranges(hours):
        return None
    return sum(1 << half for half in range(HALF_HOURS) if is_open(hours, _begin(half)))


def is_open(hours: str, at: time) -> bool | None:
    """Say whether hours as written hold a time on every day; None where they say no such thing."""
    said = said_hours(hours)
    return open_at(said, at) if said else None


def said_hours(hours: str) -> str:
    """Return written hours of every day as ranges; nothing where they say no such thing."""
    return "、".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in day_ranges(hours))


def _begin(half: int) -> time:
    return time(half // 2, half % 2 * MINUTES)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@dataclass(frozen=True)
class Areas:
    """The areas of a facility's rooms in square metres; None where nobody wrote one of them.

    ``office`` is of the rooms of organisations, ``service`` of those for residents; ``share`` is
    the office's of both. ``doubt`` is a sentence where rooms and facility disagree.
    """

    office_m2: Decimal | None
    service_m2: Decimal | None
    rooms_m2: Decimal | None
    share: Fraction | None
    doubt: str


def areas_of(rooms: Sequence[RoomLike], floor_m2: Decimal | None) -> Areas:
    """Return the areas of rooms and whether they fit the floor of their facility."""
    office, service = (_sum(rooms, kind) for kind in (WORK, SERVICE))
    whole = _sum(rooms, None)
    share = None
    if office is not None and service is not None and office + service > 0:
        share = Fraction(office) / Fraction(office + service)
    doubt = ""
    if whole is not None and floor_m2 is not None and whole > floor_m2 + NEARLY_M2:
        doubt = _("用房面积合计%(whole)s平方米，多于设施建筑面积%(floor)s平方米") % {
            "whole": whole,
            "floor": floor_m2,
        }
    elif rooms and whole is None:
        doubt = _("有的用房没有写面积，合计不全")
    return Areas(office, service, whole, share, doubt)


def _sum(rooms: Sequence[RoomLike], kind: str | None) -> Decimal | None:
    own = [room.floor_m2 for room in rooms if kind is None or room.kind_of_room == kind]
    known = [one for one in own if one is not None]
    return sum(known, Decimal(0)) if own and len(known) == len(own) else None


def shortfall_m2(permitted: Decimal | None, actual: Decimal | None) -> Decimal | None:
    """Return what a permit promised and is not there; None where one of both is unknown."""
    if permitted is None or actual is None:
        return None
    return max(permitted - actual, Decimal(0))
