"""The pages of the audit: who sees which entries, in words."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from lifecircle.govern.actor import system
from lifecircle.govern.areas.services import revise
from lifecircle.govern.audit import searching
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.audit.services import append
from tests.govern.conftest import Granted, SmallCity
from tests.govern.parts import signed_in

Signed = Callable[[str], Client]


@pytest.fixture
def signed(granted: Granted, settings: Any) -> Signed:
    """Sign somebody in who may read the audit of an area."""
    settings.DEMO = True
    return lambda area: signed_in(granted(f"auditor-{area}", area, "audit.view"))


def test_one_sees_the_entries_of_ones_areas(small_city: SmallCity, signed: Signed) -> None:
    page = signed("bridge").get("/audit/").content.decode()
    assert "共3条" in page
    assert "区划：设立" in page
    pine = Entry.objects.get(kind="area", subject=str(small_city["pine"].pk))
    assert signed("west").get(f"/audit/{pine.pk}/").status_code == 404
    assert signed("hill").get(f"/audit/{pine.pk}/").status_code == 200
    assert signed("lake").get(f"/audit/of/area/{small_city['pine'].pk}/").status_code == 404


def test_what_is_of_no_area_is_seen_at_the_top(small_city: SmallCity, signed: Signed) -> None:
    with transaction.atomic():
        append(system("test"), "calendar.load", "calendar", 2026)
    assert "工作日历：装入" in signed("city").get("/audit/").content.decode()
    assert "工作日历：装入" not in signed("east").get("/audit/").content.decode()


def test_an_entry_says_in_words_what_changed(small_city: SmallCity, signed: Signed) -> None:
    mill = small_city["mill"]
    revise(system("王主任"), mill, on=date(2026, 2, 1), basis="批复", name="磨坊新社区")
    client = signed("mill")
    last = Entry.objects.first()
    assert last
    page = client.get(f"/audit/{last.pk}/").content.decode()
    for words in ("区划：变更", "王主任", "批复", "名称", "mill", "磨坊新社区", "命令"):
        assert words in page
    assert "{" not in page.partition("<main")[2].partition("</main>")[0]
    assert "共2条" in client.get(f"/audit/of/area/{mill.pk}/").content.decode()


def test_an_entry_leads_to_what_it_tells_of_where_one_may_see_that(
    small_city: SmallCity, granted: Granted, settings: Any
) -> None:
    settings.DEMO = True
    mill = small_city["mill"]
    with transaction.atomic():
        for kind, subject in (("facility", "F1 甲"), ("user", 7), ("import", 3), ("grant", "1-5")):
            append(system("x"), f"{kind}.add", kind, subject, area_path=mill.path)
    told = {one.kind: f"/audit/{one.pk}/" for one in Entry.objects.order_by("number")}
    rights = ("audit.view", "area.view", "user.view", "inventory.view", "import.run")
    sees, only = (
        signed_in(granted("sees", "mill", *rights)),
        signed_in(granted("only", "mill", "audit.view")),
    )
    for kind, address in (
        ("facility", "/inventory/facilities/?q=F1+%E7%94%B2"), ("user", "/people/7/"),
        ("import", "/imports/3/"), ("area", f"/areas/{small_city['reed'].pk}/"),
    ):  # fmt: skip
        wanted = f'href="{address}"'
        assert (wanted in sees.get(told[kind]).content.decode()) is (kind != "area")
        assert wanted not in only.get(told[kind]).content.decode()
    assert ">查看</a>" not in sees.get(told["grant"]).content.decode()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("who=test", 10),
        ("who=tes", 0),
        ("kind=area", 10),
        ("kind=user", 0),
        ("act=found", 10),
        ("act=revise", 0),
        ("act=found&kind=user", 0),
        ("area=bridge", 3),
        ("area=nowhere", 0),
        ("since=2999-01-01", 0),
        ("until=2999-01-01", 10),
        ("until=2001-01-01", 0),
        ("since=nonsense", 10),
        ("page=99", 10),
    ],
)
def test_filters(small_city: SmallCity, signed: Signed, query: str, count: int) -> None:
    assert f"共{count}条" in signed("city").get(f"/audit/?{query}").content.decode()


def test_very_many_entries_are_not_counted(
    small_city: SmallCity, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_COUNTED", 7)
    page = signed("city").get("/audit/").content.decode()
    assert "共7条" in page
    assert "只列出最近" in page


def test_the_chain_is_verified_in_parts(
    small_city: SmallCity, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed("city")
    assert "链完整：共10条" in client.get("/audit/chain/").content.decode()
    monkeypatch.setattr("lifecircle.govern.audit.views.AT_ONCE", 4)
    assert "?after=4" in client.get("/audit/chain/").content.decode()
    assert "共10条" in client.get("/audit/chain/?after=8").content.decode()
    assert "第77条不对" in client.get("/audit/chain/?after=77").content.decode()


def test_an_export_holds_what_the_list_shows(small_city: SmallCity, signed: Signed) -> None:
    answer: Any = signed("bridge").get("/audit/export.jsonl")
    lines = [json.loads(line) for line in answer.getvalue().decode().splitlines()]
    assert [line["subject"] for line in lines] == [
        str(small_city[name].pk) for name in ("bridge", "mill", "pond")
    ]


def test_the_api_lists(small_city: SmallCity, signed: Signed) -> None:
    client = signed("bridge")
    found = client.get("/api/audit/?limit=2").json()
    assert [one["subject"] for one in found] == [
        str(small_city[name].pk) for name in ("pond", "mill")
    ]
    rest = client.get(f"/api/audit/?below={found[-1]['number']}").json()
    assert [one["subject"] for one in rest] == [str(small_city["bridge"].pk)]
    assert client.get("/api/audit/?act=revise").json() == []


def test_queries_are_few(
    small_city: SmallCity, signed: Signed, django_assert_max_num_queries: Any
) -> None:
    client = signed("city")
    for url in ("/audit/", "/audit/?area=e&who=test", "/audit/1/", "/audit/chain/", "/api/audit/"):
        with django_assert_max_num_queries(30):
            assert client.get(url).status_code == 200
