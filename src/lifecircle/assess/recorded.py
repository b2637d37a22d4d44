"""Measures of what offices have on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lifecircle.assess.measured import Cited, Measured, unknown
from lifecircle.assess.people import registered, total
from lifecircle.assess.subjects import AREAS, CITY_NAMES, Levels, Subjects
from lifecircle.place.tables import City, Record
from lifecircle.policy.decide import UNBOUNDED
from lifecircle.policy.measures import (
    CountFromRecords,
    RateFromRecords,
    RecordedValue,
    RecordMeasure,
    records_of,
)
from lifecircle.policy.models import Rule
from lifecircle.terms.figures import decimal_text, exact

MOST_PLACES = 12
COUNTS = ("households", "residents", "older", "children")
"""Counts of the register of communities; records of these names need not be handed in again."""


@dataclass(frozen=True)
class Figure:
    """A number on record, from ``low`` to ``high`` where records disagree, and which they are."""

    low: Fraction
    high: Fraction
    cited: tuple[Cited, ...]
    reasons: tuple[str, ...] = ()


class Register:
    """The records of a city on a day, found by level, subject and record."""

    def __init__(self, city: City, levels: Levels, as_of: date) -> None:
        """Index the records; those dated after ``as_of`` are not yet known."""
        self._city = city
        self._levels = levels
        self._as_of = as_of
        self._rows: dict[tuple[str, str, str], list[Record]] = {}
        self._named: dict[tuple[str, str], set[str]] = {}
        self._heads: dict[tuple[str, str], list[int | None]] = {}
        for row in city.records:
            if row.recorded_on is None or row.recorded_on <= as_of:
                own_id = self._subject(row)
                self._rows.setdefault((row.level, own_id, row.record), []).append(row)
                self._named.setdefault((row.level, row.record), set()).add(own_id)

    def _subject(self, row: Record) -> str:
        """Return the id of the subject that a record names, by id or by name."""
        if row.level == "city":
            said = {*CITY_NAMES, self._city.title}
            return "city" if row.subject in said else row.subject
        if row.level not in (*AREAS, "estate", "facility"):
            return row.subject
        subjects = self._levels.subjects(row.level)
        at = subjects.row(row.subject)
        return row.subject if at is None else subjects.id[at]

    def rows(self, level: str, own_id: str, record: str) -> list[Record]:
        """Return the records of a subject under one name, known on the day, in no special order."""
        return self._rows.get((level, own_id, record), [])

    def subjects(self, rule: Rule) -> Subjects:
        """Return whom a rule on records speaks of.

        Of areas all; of estates all that are known; of facilities, projects and organisations
        those that its records name.
        """
        wanted = records_of(rule.measure)
        named = set().union(*(self._named.get((rule.subject, name), ()) for name in wanted))
        if rule.subject == "estate":
            named |= set(self._levels.subjects("estate").id)
        return self._levels.named(rule.subject, named)

    def strays(self) -> tuple[Record, ...]:
        """Return the records of areas that the city does not have."""
        return tuple(
            row
            for (level, own_id, _), rows in sorted(self._rows.items())
            if level in AREAS and self._levels.subjects(level).row(own_id) is None
            for row in rows
        )

    def latest(self, level: str, row: int, own_id: str, record: str) -> Figure | None:
        """Return the last number on record; a count of people from the register where none is."""
        rows = self._rows.get((level, own_id, record), [])
        if not rows:
            return self._registered(level, row, record)
        last = max(one.recorded_on or date.min for one in rows)
        return _figure([one for one in rows if (one.recorded_on or date.min) == last])

    def dated(self, level: str, own_id: str, record: str) -> list[Record]:
        """Return the records that have a date, in no special order."""
        rows = self._rows.get((level, own_id, record), [])
        return [row for row in rows if row.recorded_on is not None]

    def period(self, each: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the last whole period before the day, and the one that is running."""
        year, month = self._as_of.year, self._as_of.month
        if each == "year":
            return (year - 1,), (year,)
        return ((year, month - 1) if month > 1 else (year - 1, 12)), (year, month)

    def _registered(self, level: str, row: int, record: str) -> Figure | None:
        if record not in COUNTS or level not in (*AREAS, "estate"):
            return None
        if (level, record) not in self._heads:
            self._heads[level, record] = self._counts(level, record)
        heads = self._heads[level, record]
        count = heads[row] if row < len(heads) else None
        if count is None:
            return None
        return Figure(Fraction(count), Fraction(count), (Cited(record, str(count)),))

    def _counts(self, level: str, record: str) -> list[int | None]:
        subjects = self._levels.subjects(level)
        if level == "estate":
            values = getattr(self._city.origins, record)
            found: list[int | None] = [None] * len(subjects)
            for home, value in zip(subjects.home.tolist(), values.tolist(), strict=True):
                if home >= 0 and value >= 0:
                    found[home] = value
            return found
        own = registered(self._city, record)
        return total(own, self._levels.of_community[level], len(subjects))


def _figure(rows: list[Record]) -> Figure:
    values = [row.value for row in rows]
    low, high = exact(min(values)), exact(max(values))
    reasons = ("records-disagree",) if low < high else ()
    return Figure(low, high, cited_of(rows), reasons)


def cited_of(rows: Iterable[Record]) -> tuple[Cited, ...]:
    """Return records as evidence, in a fixed order."""
    return tuple(
        sorted(
            Cited(
                row.record,
                decimal_text(exact(row.value), MOST_PLACES),
                str(row.recorded_on or ""),
                row.source,
            )
            for row in rows
        )
    )


def from_records(register: Register, subjects: Subjects, measure: RecordMeasure) -> list[Measured]:
    """Measure each subject (s,) by the measure asked for."""
    if isinstance(measure, RecordedValue):
        return recorded_value(register, subjects, measure)
    if isinstance(measure, RateFromRecords):
        return rate_from_records(register, subjects, measure)
    return count_from_records(register, subjects, measure)


def recorded_value(
    register: Register, subjects: Subjects, measure: RecordedValue
) -> list[Measured]:
    """Measure the last value on record on or before the day.

    Where records of that day disagree, the truth lies between them.
    """
    found = []
    for row, own_id in enumerate(subjects.id):
        figure = register.latest(subjects.level, row, own_id, measure.record)
        found.append(unknown("recorded", "not-recorded") if figure is None else _as_is(figure))
    return found


def _as_is(figure: Figure, unit: str = "recorded") -> Measured:
    return Measured(
        figure.low,
        figure.high,
        decimal_text(figure.low, MOST_PLACES),
        unit,
        records=figure.cited,
        reasons=figure.reasons,
    )


def rate_from_records(
    register: Register, subjects: Subjects, measure: RateFromRecords
) -> list[Measured]:
    """Measure per * part / whole, both the last on record."""
    found = []
    for row, own_id in enumerate(subjects.id):
        part = register.latest(subjects.level, row, own_id, measure.part)
        whole = register.latest(subjects.level, row, own_id, measure.whole)
        found.append(_rate(part, whole, measure.per))
    return found


def _rate(part: Figure | None, whole: Figure | None, per: int) -> Measured:
    if part is None and whole is None:
        return unknown("rate", "not-recorded")
    cited = (*(part.cited if part else ()), *(whole.cited if whole else ()))
    if part is None or whole is None or whole.low <= 0:
        reason = "zero-denominator" if part and whole else "not-recorded"
        return Measured(
            -UNBOUNDED, UNBOUNDED, "", "rate", records=cited, reasons=(reason,), known=True
        )
    low, high = part.low * per / whole.high, part.high * per / whole.low
    return Measured(
        low,
        high,
        decimal_text(low, 6),
        "rate",
        part=decimal_text(part.low, MOST_PLACES),
        whole=decimal_text(whole.high, MOST_PLACES),
        records=cited,
        reasons=tuple(dict.fromkeys(part.reasons + whole.reasons)),
    )


def count_from_records(
    register: Register, subjects: Subjects, measure: CountFromRecords
) -> list[Measured]:
    """Measure how many things of a kind are on record.

    Without ``each`` the last number on record, as a running count is kept. With ``each`` the sum
    of the numbers of the last whole year or month before the day; where it has none, the sum of
    the running one, which can only grow.
    """
    if not measure.each:
        figures = [
            register.latest(subjects.level, row, own_id, measure.record)
            for row, own_id in enumerate(subjects.id)
        ]
        return [
            unknown("records", "not-recorded") if figure is None else _as_is(figure, "records")
            for figure in figures
        ]
    return [_in_period(register, subjects.level, own_id, measure) for own_id in subjects.id]


def _in_period(register: Register, level: str, own_id: str, measure: CountFromRecords) -> Measured:
    rows = register.dated(level, own_id, measure.record)
    last, running = register.period(measure.each)
    for period, closed in ((last, True), (running, False)):
        own = [row for row in rows if _period_of(row, len(period)) == period]
        if own:
            summed = sum((exact(row.value) for row in own), Fraction(0))
            return Measured(
                summed,
                summed if closed else UNBOUNDED,
                decimal_text(summed, MOST_PLACES),
                "records",
                records=cited_of(own),
                reasons=() if closed else ("period-open",),
            )
    return unknown("records", "not-recorded")


def _period_of(row: Record, parts: int) -> tuple[int, ...]:
    on = row.recorded_on
    return () if on is None else (on.year, on.month)[:parts]
