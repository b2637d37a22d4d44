"""Pages, files and API of need lists, as people of the small city meet them."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest
from django.test import Client

from lifecircle.govern.accounts.models import User
from lifecircle.govern.needs.models import NeedItem, NeedList
from tests.govern.conftest import Granted, SmallCity
from tests.govern.needs.stocked import closed_round, needs_of, run_with_gaps
from tests.govern.parts import plain_pages

RIGHTS = ("need.view", "need.change", "area.view")


@pytest.fixture
def town(small_city: SmallCity, settings: Any) -> NeedList:
    plain_pages(settings)
    settings.DEMO = True
    run_with_gaps(small_city.areas)
    closed_round(small_city.areas)
    made: NeedList = needs_of(small_city["bridge"])
    return made


@pytest.fixture
def clerk(granted: Granted, client: Client) -> Client:
    granted("clerk", "bridge", *RIGHTS)
    client.force_login(User.objects.get(username="clerk"))
    return client


def text(response: Any) -> str:
    assert response.status_code == 200, response.content.decode()[:500]
    return str(response.content.decode())


def test_a_list_is_made_of_the_run_that_was_chosen(
    town: NeedList, client: Client, granted: Granted, small_city: SmallCity
) -> None:
    granted("planner", "bridge", *RIGHTS, "assessment.view")
    client.force_login(User.objects.get(username="planner"))
    first = town.run
    assert first
    trial = run_with_gaps(small_city.areas)
    page = text(client.get("/needs/new/"))
    assert page.index(f'value="{trial.pk}"') < page.index(f'value="{first.pk}"')
    client.post("/needs/new/", {"area": "bridge", "run": first.pk})
    assert NeedList.objects.get(version=2).run == first
    client.post("/needs/new/", {"area": "bridge"})
    assert NeedList.objects.get(version=3).run == trial


def test_a_clerk_compiles_strikes_adds_and_settles(
    town: NeedList, clerk: Client, small_city: SmallCity
) -> None:
    made = clerk.post("/needs/new/", {"area": "bridge", "title": "2026年"})
    draft = NeedList.objects.get(version=2)
    assert made["Location"] == f"/needs/{draft.pk}/"
    one = draft.items.get(area=small_city["pond"], function="infant_care")
    url = f"/needs/{draft.pk}/items/{one.pk}/"
    assert "看结论" in text(clerk.get(url))
    told = {"ask": "new", "priority": 3, "kept": "no", "seen": one.edits, "note": "", "reason": ""}
    assert "写上不列入的理由" in text(clerk.post(url, told))
    assert clerk.post(url, {**told, "reason": "在建"}).status_code == 302
    assert "别人已经改过" in text(clerk.post(url, {**told, "reason": "其他"}))
    added = {"area": "mill", "function": "", "what": "电梯", "ask": "other", "priority": 2}
    assert clerk.post(f"/needs/{draft.pk}/add/", added).status_code == 302
    assert "不在您的授权范围内" in text(
        clerk.post(f"/needs/{draft.pk}/add/", {**added, "area": "reed"})
    )
    page = text(clerk.get(f"/needs/{draft.pk}/?kept=yes"))
    assert "电梯" in page
    assert "待核" in page
    assert "提请发布</a>" not in page
    draft.refresh_from_db()
    assert clerk.post(f"/needs/{draft.pk}/propose/", {"seen": draft.edits}).status_code == 302
    assert clerk.post(f"/needs/{draft.pk}/propose/", {"seen": draft.edits}).status_code == 409
    back = {"seen": draft.edits + 1, "reason": "漏了"}
    assert clerk.post(f"/needs/{draft.pk}/take-back/", back).status_code == 302


def test_what_is_taken_away_tells_unknown_as_unknown(town: NeedList, clerk: Client) -> None:
    book = clerk.get(f"/needs/{town.pk}/list.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0].values)
    head = list(rows[0])
    meals = next(row for row in rows if row[head.index("功能")] == "社区助餐")
    assert meals[head.index("涉及的人")] == "不明"
    assert meals[head.index("待核")] == "待核"
    response: Any = clerk.get(f"/needs/{town.pk}/list.csv?function=infant_care")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert len(lines) == 3
    assert clerk.get(f"/needs/{town.pk}/list.exe").status_code == 404


def test_two_versions_are_compared(town: NeedList, clerk: Client, small_city: SmallCity) -> None:
    NeedItem.objects.filter(needs=town, function="sports").delete()
    later = needs_of(small_city["bridge"])
    page = text(clerk.get(f"/needs/{later.pk}/compare/", {"before": town.pk}))
    assert "新增1项，不再有0项，有变化0项" in page


def test_the_api_reads_and_compiles(town: NeedList, clerk: Client, small_city: SmallCity) -> None:
    held = json.loads(clerk.get(f"/api/needs/lists/{town.pk}/items?function=infant_care").content)
    assert [one["people"] for one in held["items"]] == [900, 40]
    assert held["count"] == 2
    body = {"area": str(small_city["bridge"].pk)}
    sent: dict[str, Any] = {"content_type": "application/json"}
    bare = clerk.post("/api/needs/lists", body, **sent)
    assert bare.status_code in (400, 422, 428)
    keyed: dict[str, Any] = {"headers": {"Idempotency-Key": "a-key-of-its-own"}}
    first, again = (clerk.post("/api/needs/lists", body, **sent, **keyed) for _ in range(2))
    assert first.status_code == 201, first.content
    assert json.loads(first.content)["id"] == json.loads(again.content)["id"]
    assert NeedList.objects.count() == 2


def test_pages_of_many_items_ask_the_database_little(
    town: NeedList, clerk: Client, django_assert_max_num_queries: Any
) -> None:
    rows = [
        NeedItem(needs=town, key=f"k{n}", area=town.area, what="x", ask="new", priority=2)
        for n in range(200)
    ]
    NeedItem.objects.bulk_create(rows)
    one = rows[0].pk or town.items.earliest("pk").pk
    for url in ("/needs/", f"/needs/{town.pk}/?page=2", f"/needs/{town.pk}/items/{one}/"):
        with django_assert_max_num_queries(30):
            text(clerk.get(url))


def test_outside_there_is_no_such_list(town: NeedList, granted: Granted, client: Client) -> None:
    granted("outside", "west", *RIGHTS)
    client.force_login(User.objects.get(username="outside"))
    one = town.items.earliest("pk").pk
    for url in (f"/needs/{town.pk}/", f"/needs/{town.pk}/items/{one}/"):
        assert client.get(url).status_code == 404
    assert str(town) not in text(client.get("/needs/"))
