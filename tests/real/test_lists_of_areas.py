"""The published lists of codes of three cities become areas, and again change nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lifecircle.govern.actor import system
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.lists.reading import read_list
from lifecircle.govern.areas.lists.services import bring_in, commit, difference
from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.services import found

DAY = date(2026, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "villages"), [("3206", 2006), ("5111", 1372), ("6101", 3224)])
def test_a_citys_villages_and_upper_names(shared_data: Path, code: str, villages: int) -> None:
    folder = shared_data / "china-divisions"
    office = system("test")
    top = found(office, "市", Level.CITY, None, on=DAY)
    read = read_list([folder / f"villages_{code}.csv"])
    assert read.told == []
    # those of 2016 name counties and townships; their villages are others
    older = read_list(sorted((folder / "adcode-2016").glob(f"{code}*")))
    read.rows |= {row.code: row for row in older.rows.values() if row.level != Level.COMMUNITY}
    made = bring_in(office, read, "lists", top, on=DAY)
    changes = commit(office, made, {})
    new = [row for row in changes.new if row.level == Level.COMMUNITY]
    assert len(new) == villages - 1
    assert all(row.level != Level.COMMUNITY for row in changes.unnamed)
    assert Area.objects.get(pk=top.pk).code == f"{code}00000000"
    again = difference(bring_in(office, read, "lists", top, on=DAY))
    assert (again.writes, again.gone, again.told) == (0, [], [])
