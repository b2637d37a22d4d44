"""What offices have on record: the last value, rates, counts by period."""

from __future__ import annotations

import calendar
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.assess.findings import Finding
from lifecircle.place.tables import Record
from lifecircle.publish.sentences import unheard
from tests.assess.cities import (
    DAY,
    Place,
    Site,
    city_of,
    findings_of,
    judged,
    pack_of,
    rule,
)

PLACES = [
    Place("610102001001", "甲街道", "某区", {"households": 1800, "residents": 5000}),
    Place("610102001002", "甲街道", "某区", {"residents": 700}),
    Place("610102002001", "乙街道", "某区", {"households": 90, "residents": 200}),
]
VALUE = {"name": "recorded_value", "record": "plans"}
RATE = {"name": "rate_from_records", "part": "paid", "whole": "due"}


def record(
    level: str, subject: str, name: str, value: float, on: date | None = DAY, source: str = "台账"
) -> Record:
    return Record(level, subject, name, value, on, source)


def found_of(records: list[Record], **measure: object) -> dict[str, Finding]:
    level = str(measure.pop("level", "community"))
    pack = pack_of(rule("r", level, measure, str(measure.pop("require", ">=3"))))
    return findings_of(judged(city_of(PLACES, records=records), pack), "r")


def test_the_last_value_on_or_before_the_day_counts() -> None:
    own = "610102001001"
    records = [
        record("community", own, "plans", 2, date(2026, 1, 1)),
        record("community", own, "plans", 4, date(2026, 6, 30), "规划台账"),
        record("community", own, "plans", 9, date(2026, 12, 31)),
        record("community", own, "plans", 1, None),
    ]
    found = found_of(records, **VALUE)
    assert (found[own].verdict, found[own].observed) == ("met", "4")
    assert [one.text for one in found[own].records] == ["plans=4@2026-06-30#规划台账"]
    other = found["610102001002"]
    assert (other.verdict, other.observed, other.reasons) == (
        "not assessed",
        "",
        ("not-recorded",),
    )


def test_records_of_one_day_that_disagree_leave_what_lies_between_open() -> None:
    own = "610102001001"
    records = [record("community", own, "plans", value) for value in (2, 4)]
    assert found_of(records, **VALUE, require=">=3")[own].verdict == "not assessed"
    agreed = found_of(records, **VALUE, require=">=2")[own]
    assert (agreed.verdict, agreed.reasons) == ("met", ("records-disagree",))


@pytest.mark.parametrize(
    ("level", "said", "subject"),
    [
        ("community", "610102001001社区", "610102001001"),
        ("township", "甲街道", "610102001"),
        ("township", "610102001", "610102001"),
        ("county", "某区", "610102"),
        ("city", "全市", "city"),
        ("city", "小城", "city"),
    ],
)
def test_a_record_names_its_subject_by_id_or_by_name(level: str, said: str, subject: str) -> None:
    found = found_of([record(level, said, "plans", 3)], **VALUE, level=level)
    assert found[subject].verdict == "met"


def test_records_of_areas_that_do_not_exist_are_told() -> None:
    records = [record("county", "某某区", "plans", 3), record("county", "某区", "other", 3)]
    pack = pack_of(rule("r", "county", VALUE, ">=3"))
    found = judged(city_of(PLACES, records=records), pack)
    assert [row.subject for row in found.strays] == ["某某区"]
    assert unheard(found)[-1] == ("有1个登记值没有用上：资料里没有名叫某某区的社区、镇街或区县。")


def test_registered_people_need_not_be_handed_in_again() -> None:
    found = found_of([], name="recorded_value", record="households", require=">=1500")
    assert [f.verdict for f in found.values()] == ["met", "not assessed", "not met"]
    wide = found_of(
        [], name="recorded_value", record="residents", level="township", require=">=5700"
    )
    assert {own: f.observed for own, f in wide.items()} == {"610102001": "5700", "610102002": "200"}
    said = [record("community", "610102002001", "households", 1600)]
    found = found_of(said, name="recorded_value", record="households", require=">=1500")
    assert found["610102002001"].observed == "1600"


def test_a_rate_is_a_part_of_a_whole() -> None:
    records = [
        record("county", "某区", "paid", 17),
        record("county", "某区", "due", 20),
    ]
    found = found_of(records, **RATE, level="county", require=">=0.85")["610102"]
    assert (found.verdict, found.observed, found.part, found.whole) == ("met", "0.85", "17", "20")
    found = found_of(records, **RATE, per=1000, level="county", require=">850")["610102"]
    assert (found.verdict, found.observed) == ("not met", "850")


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([record("county", "某区", "paid", 17)], "not-recorded"),
        (
            [record("county", "某区", "paid", 0), record("county", "某区", "due", 0)],
            "zero-denominator",
        ),
    ],
)
def test_a_rate_without_a_whole_is_not_assessed(records: list[Record], reason: str) -> None:
    found = found_of(records, **RATE, level="county", require=">=0")["610102"]
    assert (found.verdict, found.reasons) == ("not assessed", (reason,))


def test_counts_of_a_year_are_those_of_the_last_whole_one() -> None:
    measure = {"name": "count_from_records", "record": "founded", "each": "year", "level": "city"}
    old = [record("city", "全市", "founded", n, date(2025, m, 1)) for n, m in ((60, 3), (45, 11))]
    new = [record("city", "全市", "founded", 30, date(2026, 5, 1))]
    assert found_of([*old, *new], **measure, require=">=100")["city"].observed == "105"
    so_far = found_of(new, **measure, require=">=100")["city"]
    assert (so_far.verdict, so_far.reasons) == ("not assessed", ("period-open",))
    assert found_of(new, **measure, require=">=30")["city"].verdict == "met"


def test_things_only_records_name_are_judged_and_no_others() -> None:
    records = [record("facility", "亭一", "plans", 3), record("facility", "F1", "plans", 1)]
    pack = pack_of(rule("r", "facility", VALUE, ">=3"), rule("s", "project", VALUE, ">=3"))
    city = city_of(PLACES, [Site("F1", "bank", 0), Site("F2", "bank", 1)], records=records)
    found = judged(city, pack)
    assert {own: f.verdict for own, f in findings_of(found, "r").items()} == {
        "F1": "not met",
        "亭一": "met",
    }
    (nobody,) = findings_of(found, "s").values()
    assert (nobody.subject, nobody.verdict, nobody.reasons) == (
        "",
        "not assessed",
        ("not-recorded",),
    )
    assert found.without_data == ("s",)


def test_an_unverified_source_fails_nobody() -> None:
    records = [record("community", "610102001001", "plans", 1)]
    pack = pack_of(rule("r", "community", VALUE, ">=3", source="press"))
    found = findings_of(judged(city_of(PLACES, records=records), pack), "r")["610102001001"]
    assert (found.verdict, found.reasons) == ("not assessed", ("source-unverified",))


def test_nothing_on_record_does_not_fail_even_a_rule_of_none() -> None:
    found = found_of([], name="count_from_records", record="abuses", require="<=0")
    assert {f.verdict for f in found.values()} == {"not assessed"}


# ---- against a slow reference

days = st.one_of(st.none(), st.dates(date(2024, 6, 1), date(2027, 2, 1)))
rows = st.lists(st.tuples(days, st.integers(0, 9)), max_size=8)


@settings(max_examples=80, deadline=None)
@given(rows, st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.sampled_from(["month", "year"]))
def test_periods_and_last_values_equal_a_slow_reference(
    noted: list[tuple[date | None, int]], day: date, each: str
) -> None:
    records = [record("city", "全市", "n", value, on) for on, value in noted]
    pack = pack_of(
        rule("last", "city", {"name": "recorded_value", "record": "n"}, ">=5"),
        rule("sum", "city", {"name": "count_from_records", "record": "n", "each": each}, ">=5"),
    )
    found = judged(city_of(PLACES, records=records), pack, day)
    past = [(on, value) for on, value in noted if on is None or on <= day]
    last = findings_of(found, "last")["city"]
    best: list[int] = []
    newest = date.min
    for on, value in past:
        if (on or date.min) > newest:
            newest, best = on or date.min, []
        if (on or date.min) == newest:
            best.append(value)
    assert last.observed == (str(min(best)) if best else "")
    expected = "not assessed"
    if best:
        expected = "met" if min(best) >= 5 else "not met" if max(best) < 5 else "not assessed"
    assert last.verdict == expected
    begin, end = _last_whole(day, each)
    inside = [value for on, value in past if on is not None and begin <= on <= end]
    running = [value for on, value in past if on is not None and end < on]
    summed = findings_of(found, "sum")["city"]
    if inside:
        assert summed.verdict == ("met" if sum(inside) >= 5 else "not met")
        assert Fraction(summed.observed) == sum(inside)
    elif running:
        assert summed.verdict == ("met" if sum(running) >= 5 else "not assessed")
    else:
        assert (summed.verdict, summed.observed) == ("not assessed", "")


def _last_whole(day: date, each: str) -> tuple[date, date]:
    if each == "year":
        return date(day.year - 1, 1, 1), date(day.year - 1, 12, 31)
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
