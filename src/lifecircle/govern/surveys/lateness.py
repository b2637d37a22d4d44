"""How late things are, in working days of the calendar."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from lifecircle.govern.workdays.models import CalendarYear, Exceptional
from lifecircle.govern.workdays.services import SATURDAY


@dataclass(frozen=True)
class Lateness:
    """Counts the working days behind a due day; ``known`` is false where no calendar is loaded."""

    due: date
    worked: tuple[date, ...]
    known: bool

    @classmethod
    def of(cls, due: date, today: date) -> Lateness:
        """Read the calendar from a due day until today: two questions, however many ask."""
        span = [due + timedelta(days=at) for at in range(1, max(0, (today - due).days) + 1)]
        if not span:
            return cls(due, (), known=True)
        years = {day.year for day in span}
        loaded = set(CalendarYear.objects.filter(year__in=years).values_list("year", flat=True))
        odd = dict(
            Exceptional.objects.filter(day__gt=due, day__lte=today).values_list("day", "works")
        )
        worked = tuple(day for day in span if odd.get(day, day.weekday() < SATURDAY))
        return cls(due, worked, known=loaded >= years)

    def days(self, done: date) -> int:
        """Return how many working days after the due day it was done, 0 in time."""
        if done <= self.due:
            return 0
        if not self.known:
            return (done - self.due).days
        return bisect_right(self.worked, done)
