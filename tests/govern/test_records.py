"""Versions: nothing overwritten, as of any day, the second of two writers told."""

from contextlib import nullcontext
from datetime import date

import pytest
from django.db import IntegrityError

from lifecircle.govern.actor import system
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.records.models import Change, Record, Version
from lifecircle.govern.records.services import MASKED, begin, difference, put
from lifecircle.govern.refused import Conflict, Refused
from tests.govern.conftest import Granted, SmallCity

MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 1)


def stands(
    city: SmallCity, name: str, on: date, at: str = "mill", seen: int | None = None
) -> Version:
    values = {"name": name, "area": city[at], "categories": ["community_canteen"]}
    return put(
        system("test"), Facility, "F1", city[at], values,
        permission="inventory.change", effective_on=on, seen=seen,
    )  # fmt: skip


def test_what_was_stays_and_shows_as_of_its_day(small_city: SmallCity) -> None:
    stands(small_city, "old", MARCH)
    stands(small_city, "new", JUNE)
    assert [one.name for one in Facility.versions.current()] == ["new"]
    assert [one.name for one in Facility.versions.as_of(date(2026, 5, 31))] == ["old"]
    assert [one.name for one in Facility.versions.as_of(JUNE)] == ["new"]
    assert not Facility.versions.as_of(date(2026, 2, 1))


def test_the_same_again_changes_nothing(small_city: SmallCity) -> None:
    first = stands(small_city, "same", MARCH)
    assert stands(small_city, "same", JUNE) == first
    assert Change.objects.count() == 1


def test_the_second_of_two_writers_is_told(small_city: SmallCity) -> None:
    first = stands(small_city, "first", MARCH)
    stands(small_city, "mine", JUNE, seen=first.pk)
    with pytest.raises(Conflict, match="别人刚刚改过"):
        stands(small_city, "theirs", JUNE, seen=first.pk)


def test_nothing_is_written_before_what_is_known_later(small_city: SmallCity) -> None:
    stands(small_city, "new", JUNE)
    with pytest.raises(Refused, match="2026-06-01"):
        stands(small_city, "older", MARCH)


def test_a_batch_shows_all_at_once(small_city: SmallCity) -> None:
    old = stands(small_city, "old", MARCH)
    batch = begin(system("test"), JUNE, state=Change.State.COMMITTING)
    Facility.versions.filter(pk=old.pk).update(until=batch, until_on=JUNE)
    new = Facility(record=old.record, name="new", area=small_city["mill"], since=batch)
    new.since_on = JUNE
    new.save()
    assert [one.name for one in Facility.versions.current()] == ["old"]
    assert [one.name for one in Facility.versions.as_of(JUNE)] == ["old"]
    assert [one.name for one in Facility.versions.all() if one.holds] == ["old"]
    with pytest.raises(Conflict, match="正在写入"):
        stands(small_city, "between", JUNE)
    Change.objects.filter(pk=batch.pk).update(state=Change.State.DONE)
    assert [one.name for one in Facility.versions.current()] == ["new"]
    assert [one.name for one in Facility.versions.all() if one.holds] == ["new"]


def test_a_new_record_is_none_that_there_is(small_city: SmallCity) -> None:
    values = {"name": "twice", "area": small_city["mill"]}
    for _ in range(2):
        with pytest.raises(IntegrityError) if Record.objects.exists() else nullcontext():
            put(
                system("test"), Facility, "F1", small_city["mill"], values,
                permission="inventory.change", effective_on=MARCH, is_new=True,
            )  # fmt: skip
    assert [one.record.own_id for one in Facility.versions.all()] == ["F1"]


def test_moving_asks_the_right_at_both_ends(small_city: SmallCity, granted: Granted) -> None:
    stands(small_city, "x", MARCH)
    west = granted("w", "west", "inventory.change")
    with pytest.raises(Refused):
        put(west, Facility, "F1", small_city["reed"], {"area": small_city["reed"]},
            permission="inventory.change", effective_on=JUNE)  # fmt: skip
    assert list(Facility.versions.visible_to(west, "inventory.change")) == []
    stands(small_city, "x", JUNE, at="reed")
    assert [one.name for one in Facility.versions.current().visible_to(west, "inventory.change")]


def test_personal_values_never_enter_the_audit() -> None:
    now, after = Facility(name="a", hotline="029-1"), Facility(name="b", hotline="029-2")
    after.PERSONAL = frozenset({"hotline"})
    before, changed = difference(now, after)
    assert changed == {"name": "b", "hotline": MASKED}
    assert before == {"name": "a", "hotline": MASKED}
