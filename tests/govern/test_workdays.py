"""Working days: worked weekends, holidays, and no guess for a year that nobody loaded."""

from datetime import date

import pytest

from lifecircle.govern.actor import system
from lifecircle.govern.refused import Refused
from lifecircle.govern.workdays.models import CalendarYear
from lifecircle.govern.workdays.services import after, load, load_shipped, works

pytestmark = pytest.mark.django_db
OFFICE = system("test")
MAY_1 = date(2026, 5, 1)


def test_exceptions_go_before_the_week() -> None:
    saturday = date(2026, 5, 9)
    load(OFFICE, 2026, {MAY_1: (False, "劳动节"), saturday: (True, "调休")}, "test")
    assert [works(day) for day in (date(2026, 4, 30), MAY_1, date(2026, 5, 2), saturday)] == [
        True, False, False, True,
    ]  # fmt: skip
    assert after(date(2026, 4, 30), 1) == date(2026, 5, 4)
    assert after(date(2026, 5, 8), 1) == saturday


def test_a_year_nobody_loaded_is_refused() -> None:
    with pytest.raises(Refused, match="2027"):
        works(date(2027, 1, 4))
    load(OFFICE, 2026, {}, "test")
    with pytest.raises(Refused, match="2027"):
        after(date(2026, 12, 31), 1)


def test_the_public_list_is_loaded_once_and_never_over_the_office() -> None:
    load(OFFICE, 2026, {}, "office")
    assert 2026 not in load_shipped(OFFICE, 2025)
    assert CalendarYear.objects.get(year=2026).source == "office"
    assert load_shipped(OFFICE, 2025) == []
    assert not works(date(2025, 10, 1))
    assert works(date(2025, 9, 28))


def test_days_of_another_year_are_refused() -> None:
    with pytest.raises(Refused, match="不是2026年"):
        load(OFFICE, 2026, {date(2025, 1, 1): (False, "")}, "test")
