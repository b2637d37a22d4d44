"""Long lists are counted now and then, short ones each time."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lifecircle.govern import paging
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.paging import LongList, Newest, leaf


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three rows be a long list."""
    monkeypatch.setattr(paging, "LONG", 2)
    paging._counts.clear()


def add(number: int) -> None:
    """Add an area."""
    Area.objects.create(
        name=f"area {number}", level=Level.CITY, path=f"{number}.", began_on=date(2020, 1, 1)
    )


def pages(name: str = "") -> LongList:
    """Return the pages of areas by a word of their name."""
    return LongList(Area.objects.filter(name__contains=name).order_by("path"), 2)


@pytest.mark.django_db
@pytest.mark.usefixtures("short")
def test_a_short_list_is_counted_each_time() -> None:
    add(1)
    assert pages().count == 1
    add(2)
    assert pages().count == 2
    assert LongList(Area.objects.none(), 2).count == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("short")
def test_a_long_list_is_counted_every_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    for number in range(1, 4):
        add(number)
    assert (pages().count, pages("area 3").count) == (3, 1)
    add(4)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert pages().count == 3
    assert len(asked) == 0
    now[0] += 5
    assert pages().count == 4
    assert [area.name for area in pages().get_page(2)] == ["area 3", "area 4"]


@pytest.mark.django_db
def test_leaves_of_a_list_hold_every_row_once() -> None:
    for number in range(7):
        add(number)
    areas, before, seen = Area.objects.order_by("-pk"), None, []
    while True:
        held, before = Newest(before=before, limit=3).of(areas)
        seen += [one.pk for one in held]
        if before is None:
            break
    assert seen == sorted(Area.objects.values_list("pk", flat=True), reverse=True)
    assert len(seen) == 7
    held, more = leaf(Area.objects.order_by("pk"), 7)
    assert (len(held), more) == (7, None)
