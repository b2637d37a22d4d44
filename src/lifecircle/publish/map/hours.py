"""On which days and at which minutes a facility is open, out of the words on record.

What cannot be read, holidays for one, is unknown: never taken for open or for closed.
"""

from __future__ import annotations

import re

from lifecircle.place.forms.cells import folded
from lifecircle.place.forms.hours import day_ranges

EVERY_DAY = 127
"""The days of a week as bits, Monday the lowest."""

Opening = tuple[int, int, int]
"""Days, and the minutes at which a range begins and ends; one that ends first is over midnight."""

_ZH = "一二三四五六日"
_EN = ("mo", "tu", "we", "th", "fr", "sa", "su")
_SAME = (
    (re.compile(r"星期|礼拜"), "周"),
    (re.compile(r"周天"), "周日"),
    (re.compile(r"工作日"), "周一至周五"),
    (re.compile(r"周末|双休日"), "周六至周日"),
    (re.compile(r"每周(?=[一二三四五六日])"), "周"),
    (re.compile(r"off|closed|休息|闭馆|不开放|不营业"), "休"),
    *(
        (re.compile(rf"(?<![a-z]){en}(?![a-z])"), f"周{zh}")
        for en, zh in zip(_EN, _ZH, strict=True)
    ),
)
_PARTS = re.compile(r"[;。]|(?<=[\d时点分整休]),?(?=周|每)")
_DAYS = re.compile(rf"(每[天日]|周[{_ZH}](?:(?:至|到|-|~|、|,|和)周?[{_ZH}])*):?(.+)")
_SPAN = re.compile(rf"([{_ZH}])(?:(?:至|到|-|~)([{_ZH}]))?")


def openings(words: str) -> tuple[Opening, ...]:
    """Return when written hours are open, nothing where they cannot be read.

    Such as 每天 08:00-20:00, 周一至周五 08:30-12:00、13:30-17:30；周六 09:00-12:00, or Mo-Fr
    08:30-17:30. Of days that are named twice with other hours nobody can tell which hold.
    """
    plain = day_ranges(words)
    if plain:
        return tuple((EVERY_DAY, *one) for one in plain)
    text = folded(words)
    for pattern, same in _SAME:
        text = pattern.sub(same, text)
    found: dict[int, list[tuple[int, int]]] = {}
    for part in filter(None, _PARTS.split(text)):
        said = _DAYS.fullmatch(part)
        if said is None:
            return ()
        days = EVERY_DAY if said[1].startswith("每") else _days(said[1])
        if said[2] == "休":
            found = _without(found, days)
            continue
        ranges = day_ranges(said[2])
        if not ranges or any(own & days and own != days for own in found):
            return ()
        found.setdefault(days, []).extend(ranges)
    return tuple((days, *one) for days, ranges in found.items() for one in ranges)


def hours_zh(words: str) -> str:
    """Return hours as a reader of Chinese has them, those in OpenStreetMap's way put into words."""
    found = openings(words) if re.search(r"[A-Za-z]", words) else ()
    by_days: dict[int, list[str]] = {}
    for days, begin, end in found:
        by_days.setdefault(days, []).append(f"{_clock(begin)}–{_clock(end)}")
    return "；".join(f"{_named(days)} {'、'.join(own)}" for days, own in by_days.items()) or words


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _named(days: int) -> str:
    """Name days, three or more in a row as a span."""
    if days == EVERY_DAY:
        return "每天"
    there = [day for day in range(len(_ZH)) if days >> day & 1]
    if len(there) > 2 and there[-1] - there[0] == len(there) - 1:
        return f"周{_ZH[there[0]]}至周{_ZH[there[-1]]}"
    return "、".join(f"周{_ZH[day]}" for day in there)


def _without(
    found: dict[int, list[tuple[int, int]]], days: int
) -> dict[int, list[tuple[int, int]]]:
    """Take days on which nothing is open out of what was said before."""
    return {own & ~days: ranges for own, ranges in found.items() if own & ~days}


def _days(text: str) -> int:
    """Return the days of 周一至周五 or 周一、三、五 as bits; a span may pass the week's end."""
    bits = 0
    for first, last in _SPAN.findall(text.replace("周", "")):
        day, end = _ZH.index(first), _ZH.index(last or first)
        while True:
            bits |= 1 << day
            if day == end:
                break
            day = (day + 1) % len(_ZH)
    return bits
