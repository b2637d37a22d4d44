"""Figures that follow from records, worked by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.govern.inventory.derived import (
    areas_of,
    half_hour,
    half_hours_open,
    is_open,
    shortfall_m2,
)
from lifecircle.govern.inventory.exporting import HARMFUL, harmless


@dataclass
class Area:
    kind_of_room: str
    floor_m2: Decimal | None


def room(kind: str, floor: str | None) -> Area:
    return Area(kind, None if floor is None else Decimal(floor))


def test_the_office_share_is_of_office_and_service_together() -> None:
    areas = areas_of([room("work", "30"), room("service", "90"), room("", "5")], Decimal(125))
    assert (areas.office_m2, areas.service_m2, areas.rooms_m2) == (30, 90, 125)
    assert areas.share == Fraction(1, 4)
    assert areas.doubt == ""


@pytest.mark.parametrize(
    ("rooms", "floor", "share", "doubt"),
    [
        ([], "100", None, ""),
        ([room("work", "30")], "100", None, ""),
        ([room("work", None), room("service", "9")], "100", None, "有的用房没有写面积，合计不全"),
        ([room("service", "100.04")], "100", None, ""),
        (
            [room("service", "100.10")], "100", None,
            "用房面积合计100.10平方米，多于设施建筑面积100平方米",
        ),
        ([room("service", "900")], None, None, ""),
    ],
)  # fmt: skip
def test_unknown_is_not_nought(
    rooms: list[Area], floor: str | None, share: Fraction | None, doubt: str
) -> None:
    areas = areas_of(rooms, None if floor is None else Decimal(floor))
    assert (areas.share, areas.doubt) == (share, doubt)


def test_a_shortfall_is_never_negative() -> None:
    assert shortfall_m2(Decimal(400), Decimal(150)) == 250
    assert shortfall_m2(Decimal(400), Decimal(500)) == 0
    assert shortfall_m2(Decimal(400), None) is None


HALF_HOURS = st.integers(0, 47).map(lambda half: time(half // 2, half % 2 * 30))


@given(st.lists(st.tuples(HALF_HOURS, HALF_HOURS), min_size=1, max_size=3), HALF_HOURS)
def test_the_bits_say_what_the_hours_say(ranges: list[tuple[time, time]], at: time) -> None:
    ranges = [(begin, end) for begin, end in ranges if begin != end]
    hours = "、".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in ranges)
    bits = half_hours_open(hours)
    slow = any(
        begin <= at < end if begin < end else at >= begin or at < end for begin, end in ranges
    )
    if ranges:
        assert bits is not None
        assert bool(bits >> half_hour(at) & 1) == slow == is_open(hours, at)
    else:
        assert (bits, is_open(hours, at)) == (None, None)


def test_hours_of_some_days_are_unknown() -> None:
    assert half_hours_open("周一至周五 08:00-12:00") is None
    assert half_hours_open("24小时") == 2**48 - 1


@given(st.text(max_size=6))
def test_no_text_is_a_formula(text: str) -> None:
    assert not harmless(text).startswith(HARMFUL)
