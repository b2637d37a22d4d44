"""Hours as people write them, read as days and minutes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.publish.map.hours import EVERY_DAY, hours_zh, openings

WEEK, SATURDAY, SUNDAY = 31, 32, 64
NINE, NOON, HALF_EIGHT, HALF_FIVE = 540, 720, 510, 1050


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("每天 08:30-17:30", [(EVERY_DAY, HALF_EIGHT, HALF_FIVE)]),
        ("24小时", [(EVERY_DAY, 0, 1440)]),
        ("22:00-06:00", [(EVERY_DAY, 1320, 360)]),
        (
            "周一至周五 08:30–17:30；周六 09:00–12:00",
            [(WEEK, HALF_EIGHT, HALF_FIVE), (SATURDAY, NINE, NOON)],
        ),
        (
            "周一至周五8:30-12:00、13:30-17:30，周六9:00-12:00",
            [(WEEK, HALF_EIGHT, NOON), (WEEK, 810, HALF_FIVE), (SATURDAY, NINE, NOON)],
        ),
        ("星期一到星期五 8点30分至17点30分", [(WEEK, HALF_EIGHT, HALF_FIVE)]),
        ("工作日09:00-12:00", [(WEEK, NINE, NOON)]),
        ("周一、三、五 09:00-12:00", [(1 | 4 | 16, NINE, NOON)]),
        ("周六至周一 09:00-12:00", [(SATURDAY | SUNDAY | 1, NINE, NOON)]),
        ("每天09:00-12:00；周一休息", [(EVERY_DAY & ~1, NINE, NOON)]),
        (
            "Mo-Fr 08:30-17:30; Sa 09:00-12:00",
            [(WEEK, HALF_EIGHT, HALF_FIVE), (SATURDAY, NINE, NOON)],
        ),
        ("Mo-Su 09:00-12:00; We off", [(EVERY_DAY & ~4, NINE, NOON)]),
        # two rules for Wednesday: which one holds nobody said
        ("周一至周五 08:30-17:30；周三 09:00-12:00", []),
        ("法定节假日 09:00-12:00", []),
        ("周一至周五 08:30-17:30（法定节假日除外）", []),
        ("以门口告示为准", []),
        ("", []),
    ],
)
def test_written_hours(words: str, expected: list[tuple[int, int, int]]) -> None:
    assert list(openings(words)) == expected


def test_hours_of_openstreetmap_are_told_in_chinese() -> None:
    told = hours_zh("Mo-Fr 08:30-12:00,13:30-17:30; Sa,Su 09:00-12:00")
    assert told == "周一至周五 08:30–12:00、13:30–17:30；周六、周日 09:00–12:00"
    assert hours_zh("周一至周五 8:30-17:30") == "周一至周五 8:30-17:30"
    assert hours_zh("by appointment") == "by appointment"


day = st.integers(0, 6)
minute = st.integers(0, 1439)


@given(day, day, minute, minute)
def test_every_span_of_days_comes_back(first: int, last: int, begin: int, end: int) -> None:
    names = "一二三四五六日"
    clock = [f"{one // 60:02d}:{one % 60:02d}" for one in (begin, end)]
    days = {(first + more) % 7 for more in range((last - first) % 7 + 1)}
    told = openings(f"周{names[first]}至周{names[last]} {clock[0]}-{clock[1]}")
    expected = [(sum(1 << one for one in days), begin, end)]
    assert list(told) == ([] if begin == end else expected)


@given(st.text(alphabet="周一五六日至、；，:0123456789-天每休 abmofr", max_size=30))
def test_no_words_are_too_odd(words: str) -> None:
    for days, begin, end in openings(words):
        assert 0 < days <= EVERY_DAY
        assert begin != end
