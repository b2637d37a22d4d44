"""The times a reader asks for: an instant or an interval, as days of the platform's zone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.features.wrong import Wrong

OPEN = ("", "..")

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d))?", re.ASCII)
_LENGTH = re.compile(
    r"P(?=.)(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?"
    r"(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,7})S)?)?",
    re.ASCII,
)


def days_of(text: str) -> tuple[date, date]:
    """Return the first and the last day of an instant or an interval, open ends far away.

    Of an interval one end may be a length of ISO 8601 (P2D): the standard has none, but the
    executable tests of OGC ask for it. Raises Wrong.
    """
    first, slash, last = text.partition("/")
    try:
        days = _between(first, last) if slash else (_at(text).date(), _at(text).date())
    except (ValueError, OverflowError):
        raise _no_time() from None
    if days[0] > days[1]:
        raise _no_time()
    return days


def _between(first: str, last: str) -> tuple[date, date]:
    if first in OPEN and last in OPEN and first != last:
        raise _no_time()
    if first.startswith("P"):
        return _moved(_at(last), first, -1).date(), _at(last).date()
    if last.startswith("P"):
        return _at(first).date(), _moved(_at(first), last, 1).date()
    return (
        date.min if first in OPEN else _at(first).date(),
        date.max if last in OPEN else _at(last).date(),
    )


def _at(text: str) -> datetime:
    if not _INSTANT.fullmatch(text):
        raise _no_time()
    at = datetime.fromisoformat(text)
    return timezone.make_naive(at) if at.tzinfo else at


def _moved(at: datetime, text: str, sign: int) -> datetime:
    """Return a time moved by a length; the 31st of a month without one is its last day."""
    found = _LENGTH.fullmatch(text)
    if not found:
        raise _no_time()
    told = {name: sign * int(count or 0) for name, count in found.groupdict().items()}
    months = at.year * 12 + at.month - 1 + told.pop("years") * 12 + told.pop("months")
    first = at.replace(year=months // 12, month=months % 12 + 1, day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(at.day, last.day)) + timedelta(**told)


def _no_time() -> Wrong:
    return Wrong(
        _("datetime 不是时刻，也不是一段时间"),
        remedy=_("写成 2026-06-30T00:00:00Z，或 2026-01-01/2026-12-31，不限的一头写 .."),
    )
