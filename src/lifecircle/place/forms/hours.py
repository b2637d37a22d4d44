"""Hours of opening as offices write them: 06:00-22:00, several such, 22:00-06:00, 24小时."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from lifecircle.place.forms.cells import EMPTY, Said, folded, is_unknown

MINUTES_OF_DAY = 24 * 60
NEVER = 100 * 60
_ALWAYS = frozenset({"24小时", "24h", "24小时开放", "全天", "全天开放", "全天候", "全天24小时"})
_CLOCK = r"(\d{1,2})(?:[:点时](\d{2})分?|[点时]整?)"
_RANGE = re.compile(rf"{_CLOCK}(?:-|–|—|−|~|至|到){_CLOCK}")
_RANGES = re.compile(rf"(?:每[天日])?:?{_RANGE.pattern}(?:[;、,/|+&和]?{_RANGE.pattern})*")
_NO_HOURS = Said(
    expected="时段，如 06:00-22:00，全天写 24小时；几段用顿号隔开，从不开的门写在“谁能走”"
)


def hours_of(cell: Any) -> Said:
    """Read hours of opening as text, such as 06:00-08:30、17:00-22:00; all day is 00:00-24:00."""
    if is_unknown(cell):
        return EMPTY
    text = folded(cell)
    every_day = text.removeprefix("每天").removeprefix("每日")
    ranges = ((0, MINUTES_OF_DAY),) if every_day in _ALWAYS else _ranges(text)
    if not ranges or not all(map(_possible, ranges)):
        return _NO_HOURS
    return Said("、".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in ranges))


def open_at(hours: str, at: time) -> bool:
    """Say whether hours, as `hours_of` gives them, hold a time; the end is no part of a range.

    A range that ends before it begins goes over midnight.
    """
    minute = at.hour * 60 + at.minute
    return any(
        begin <= minute < end if begin < end else minute >= begin or minute < end
        for begin, end in _ranges(hours)
    )


def day_ranges(words: str) -> tuple[tuple[int, int], ...]:
    """Return the minutes of every day that written hours stand for; none where they say more.

    A range that ends before it begins goes over midnight. Hours of some days of the week are not
    understood.
    """
    said = hours_of(words).value if words else None
    return _ranges(said) if isinstance(said, str) else ()


def _ranges(text: str) -> tuple[tuple[int, int], ...]:
    """Return the minutes of the day at which each range begins and ends; none of no such text."""
    if not _RANGES.fullmatch(text):
        return ()
    return tuple((_minute(*clocks[:2]), _minute(*clocks[2:])) for clocks in _RANGE.findall(text))


def _minute(hour: str, minute: str) -> int:
    """Return a minute of the day, or one that no day has."""
    return int(hour) * 60 + int(minute or 0) if int(minute or 0) < 60 else NEVER


def _possible(ends: tuple[int, int]) -> bool:
    begin, end = ends
    return begin != end and begin < MINUTES_OF_DAY and end <= MINUTES_OF_DAY


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
