"""Loads the calendar and counts by it; a year that nobody loaded is an error, never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.audit.services import append
from lifecircle.govern.refused import Refused
from lifecircle.govern.workdays.models import CalendarYear, Exceptional

SATURDAY = 5
SHIPPED = "chinesecalendar（国务院办公厅历年通知的整理，未逐日核对原文）"


def shipped_years() -> Mapping[int, Mapping[date, tuple[bool, str]]]:
    """Return by year the exceptional days that a public list holds: whether worked, and why."""
    import chinese_calendar as known  # noqa: PLC0415 - read once, when a home is prepared

    days: dict[int, dict[date, tuple[bool, str]]] = {}
    for table, works in ((known.constants.holidays, False), (known.constants.workdays, True)):
        for day, name in table.items():
            if works or day.weekday() < SATURDAY:
                days.setdefault(day.year, {})[day] = (works, name)
    return days


def load_shipped(actor: Actor, since: int) -> list[int]:
    """Load the years of the public list from ``since`` on that are not there; return them."""
    known = set(CalendarYear.objects.values_list("year", flat=True))
    new = [year for year in sorted(shipped_years()) if year >= since and year not in known]
    for year in new:
        load(actor, year, shipped_years()[year], SHIPPED)
    return new


@transaction.atomic
def load(
    actor: Actor, year: int, days: Mapping[date, tuple[bool, str]], source: str
) -> CalendarYear:
    """Put a year's exceptional days in place of those there were."""
    if any(day.year != year for day in days):
        raise Refused(_("有不是%(year)s年的日期") % {"year": year}, remedy=_("一次只导入一年"))
    Exceptional.objects.filter(day__year=year).delete()
    rows = [Exceptional(day=day, works=works, name=name) for day, (works, name) in days.items()]
    Exceptional.objects.bulk_create(rows)
    row, _new = CalendarYear.objects.update_or_create(year=year, defaults={"source": source})
    append(actor, "calendar.load", "calendar", year, after={"days": len(rows), "source": source})
    return row


def works(day: date) -> bool:
    """Say whether a day is worked; raises Refused where its year is not loaded."""
    if not CalendarYear.objects.filter(year=day.year).exists():
        reason = _("没有%(year)s年的工作日历，不能推算工作日") % {"year": day.year}
        raise Refused(reason, remedy=_("用 lifecircle workdays 导入这一年的放假安排"))
    exceptional = Exceptional.objects.filter(day=day).first()
    return exceptional.works if exceptional else day.weekday() < SATURDAY


def after(day: date, count: int) -> date:
    """Return the day that is ``count`` working days after a day."""
    while count:
        day += timedelta(days=1)
        count -= works(day)
    return day
