"""What waits about facilities: promises of permits that are late, and facts not known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lifecircle.govern.accounts.models import Role
from lifecircle.govern.actor import Actor, system
from lifecircle.govern.inventory.models import FacilityFunction, Permit, Remedy
from lifecircle.govern.inventory.services import add, change
from lifecircle.govern.inventory.waiting import waiting
from lifecircle.govern.records.models import Version
from tests.govern.conftest import Granted, SmallCity
from tests.govern.inventory.conftest import CHANGE, MARCH, VIEW, Made, Opened

TODAY = date(2026, 7, 1)
WHOLE: dict[str, Any] = {"status": "operating", "lon": 108.9, "lat": 34.2}

Promised = Callable[..., Version]


@pytest.fixture
def promised(small_city: SmallCity) -> Promised:
    """Put a permit with a remedy on record and return the remedy."""

    def make(own_id: str, at: str = "mill", **values: Any) -> Version:
        on: dict[str, Any] = {"area": small_city[at], "on": MARCH}
        permit = add(system("x"), Permit, {"category": "clinic"}, own_id=own_id, **on)
        return add(system("x"), Remedy, {"remedy": "recover", **values}, parent=permit.record, **on)

    return make


def late(actor: Actor, today: date = TODAY) -> list[tuple[date | None, int]]:
    found = waiting(actor, today)
    return [(one.due, one.count) for one in found if one.url == "/inventory/permits/?state=late"]


def doubts(actor: Actor) -> list[int]:
    found = waiting(actor, TODAY)
    url = "/inventory/facilities/?status=doubtful"
    return [one.count for one in found if one.url == url]


def test_a_promise_waits_from_the_day_after_its_last(
    promised: Promised, granted: Granted, opened: Opened
) -> None:
    clerk, stranger = granted("clerk", "bridge", VIEW, CHANGE), granted("far", "west", VIEW, CHANGE)
    reader = granted("reader", "bridge", VIEW)
    one = promised("P1", due_on=date(2026, 6, 30))
    promised("P2", due_on=date(2026, 6, 29), done_on=date(2026, 6, 29))
    promised("P3", due_on=TODAY)
    promised("P4")
    promised("P5", "reed", due_on=date(2026, 1, 1))
    assert late(clerk) == [(date(2026, 6, 30), 1)]
    assert late(clerk, date(2026, 6, 30)) == []
    assert late(reader) == []
    assert late(stranger) == [(date(2026, 1, 1), 1)]
    client = opened("seer", "bridge")
    page = client.get("/inventory/permits/", {"state": "late", "on": "2026-07-01"})
    assert [cells[0] for _, cells in page.context["rows"]] == ["P1"]
    assert len(client.get("/inventory/permits/").context["rows"]) == 4
    change(system("x"), one, {"done_on": TODAY}, on=TODAY, seen=one.pk)
    assert late(clerk) == []


def test_a_permit_taken_off_the_record_waits_no_more(promised: Promised, granted: Granted) -> None:
    clerk = granted("clerk", "bridge", VIEW, CHANGE)
    one = promised("P1", due_on=date(2026, 6, 30))
    permit = Permit.versions.get(record=one.record.parent)
    change(system("x"), permit, {}, on=TODAY, seen=permit.pk, removed=True)
    assert late(clerk) == []


def test_facts_not_known_wait_to_be_verified(
    made: Made, granted: Granted, opened: Opened, small_city: SmallCity
) -> None:
    clerk = granted("clerk", "bridge", VIEW, CHANGE)
    whole = made("F1", **WHOLE)
    assert doubts(clerk) == []
    made("F2", **WHOLE | {"status": ""})
    made("F3", **WHOLE | {"lon": None, "lat": None})
    made("F4", "reed")
    assert doubts(clerk) == [2]
    assert doubts(granted("reader", "bridge", VIEW)) == []
    function = add(
        system("x"), FacilityFunction, {"function": "elder_care", "state": "not_surveyed"},
        area=small_city["mill"], on=MARCH, parent=whole.record,
    )  # fmt: skip
    assert doubts(clerk) == [3]
    page = opened("seer", "bridge").get("/inventory/facilities/?status=doubtful")
    assert sorted(cells[0] for _, cells in page.context["rows"]) == ["F1", "F2", "F3"]
    change(system("x"), function, {"state": "built"}, on=TODAY, seen=function.pk)
    assert doubts(clerk) == [2]


def test_the_home_of_who_may_everything_asks_at_most_thirty_times(
    opened: Opened, promised: Promised, made: Made, settings: Any,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    promised("P1", due_on=date(2020, 6, 30))
    made("F1")
    client: Client = opened("chief", "city")
    words = ["inventory.view", "inventory.change", "user.grant", "user.view", "import.run",
             "job.change", "job.view", "area.view", "person.reveal", "audit.view"]  # fmt: skip
    Role.objects.update(permissions=words)
    with django_assert_max_num_queries(30):
        said = client.get("/").content.decode()
    assert said.count("<time") == 1
    assert "催办过了期限" in said
    assert "核实状态" in said
