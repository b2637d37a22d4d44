"""Pages, files and API of plans, as people of the small city meet them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from lifecircle.govern.accounts.models import User
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.plans.models import Plan
from tests.govern.assessments.stocked import PACK, run_of
from tests.govern.conftest import Granted, SmallCity
from tests.govern.parts import plain_pages, taken
from tests.govern.plans.stocked import part_of, plan_of

RIGHTS = ("plan.view", "plan.make", "assessment.view", "area.view")
ASK = {"plans": "2", "seconds": "60", "gap": "0", "explain_seconds": "0"}


@pytest.fixture
def plan(small_city: SmallCity, settings: Any) -> Plan:
    plain_pages(settings)
    settings.DEMO = True
    made = plan_of(run_of(small_city["city"]))
    part_of(made, small_city["mill"], "Mill rooms")
    part_of(made, small_city["reed"], "Reed rooms")
    return made


def signed_in(client: Client, granted: Granted, area: str) -> Client:
    granted(f"of-{area}", area, *RIGHTS)
    client.force_login(User.objects.get(username=f"of-{area}"))
    return client


def text(response: Any) -> str:
    assert response.status_code == 200, response.content.decode()[:500]
    return str(response.content.decode())


def test_the_office_asks_edits_what_is_decided_and_asks_again(
    plan: Plan, client: Client, granted: Granted
) -> None:
    chief = signed_in(client, granted, "city")
    page = text(chief.get(f"/plans/new/?before={plan.pk}"))
    assert "2027=500" in page
    told = {**ASK, "source": f"{plan.run_id}:{PACK}", "title": "第二稿"}
    bad = {**told, "budget": "明年很多", "decided": "K1", "shares": "一半"}
    page = text(chief.post(f"/plans/new/?before={plan.pk}", bad))
    assert page.count("读不懂") == 6  # each beside its field and above the form
    good = {**told, "budget": "2027=50\n2028年：12.5万元", "decided": "K1=社区助餐点@2027"}
    made = chief.post(f"/plans/new/?before={plan.pk}", good)
    new = Plan.objects.get(title="第二稿")
    assert made["Location"] == f"/plans/{new.pk}/"
    assert new.before == plan
    assert new.wishes["budget"] == [[2027, 500_000], [2028, 125_000]]
    assert new.wishes["decided"][0]["category"] == "community_canteen"
    assert "进度" in text(chief.get(f"/plans/{new.pk}/"))
    polled = {"HX-Request": "true"}
    assert "HX-Refresh" not in chief.get(f"/plans/{new.pk}/", headers=polled).headers
    assert chief.get(f"/plans/{plan.pk}/", headers=polled).headers["HX-Refresh"] == "true"
    assert chief.post(f"/plans/{new.pk}/stop/").status_code == 302
    assert Job.objects.get(key=str(new.pk)).state == "stopped"
    assert "照样重新规划" in text(chief.get(f"/plans/{new.pk}/"))
    assert chief.post(f"/plans/{new.pk}/again/").status_code == 302
    assert chief.post(f"/plans/{new.pk}/again/").status_code == 409


def test_one_sees_what_is_built_in_ones_own_areas(
    plan: Plan, client: Client, granted: Granted, small_city: SmallCity
) -> None:
    plan.folder.mkdir(parents=True)
    (plan.folder / "actions.csv").write_text("x", encoding="utf-8")
    (plan.folder / "secret.txt").write_text("x", encoding="utf-8")
    town = signed_in(client, granted, "bridge")
    for url in (f"/plans/{plan.pk}/", f"/plans/{plan.pk}/communities/"):
        page = text(town.get(url))
        assert "Mill rooms" in page
        assert "Reed rooms" not in page
    assert "actions.csv" not in text(town.get(f"/plans/{plan.pk}/"))
    assert town.get(f"/plans/{plan.pk}/files/actions.csv").status_code == 404
    choice = {"alternative": 2, "reason": "x", "seen": plan.edits}
    assert town.post(f"/plans/{plan.pk}/choose/", choice).status_code == 403
    rows = json.loads(town.get(f"/api/plans/plans/{plan.pk}/actions").content)
    assert [one["said"]["space"] for one in rows] == ["Mill rooms"]
    client.logout()
    chief = signed_in(client, granted, "city")
    page = text(chief.get(f"/plans/{plan.pk}/"))
    assert "Reed rooms" in page
    assert page.count(">52000<") == 2  # what a space costs stands beside each thing built there
    assert "actions.csv" in page
    assert "secret.txt" not in page
    assert chief.get(f"/plans/{plan.pk}/files/secret.txt").status_code == 404
    answer = chief.get(f"/plans/{plan.pk}/files/actions.csv")
    assert answer["Content-Disposition"].startswith("attachment")
    assert taken(answer) == b"x"
    assert chief.post(f"/plans/{plan.pk}/choose/", choice).status_code == 302
    plan.refresh_from_db()
    assert plan.chosen == 2
    page = text(chief.get(f"/plans/{plan.pk}/"))
    assert "备选1" in page


def test_the_api_asks_once_and_refuses_unknown_codes(
    plan: Plan, client: Client, granted: Granted
) -> None:
    chief = signed_in(client, granted, "city")
    body: dict[str, Any] = {"run": plan.run_id, "pack": PACK, "plans": 1}
    sent: dict[str, Any] = {"content_type": "application/json"}
    keyed: dict[str, Any] = {"headers": {"Idempotency-Key": "a-key-of-its-own"}}
    first, again = (chief.post("/api/plans/plans", body, **sent, **keyed) for _ in range(2))
    assert first.status_code == 201, first.content
    assert json.loads(first.content)["id"] == json.loads(again.content)["id"]
    assert Plan.objects.count() == 2
    odd = {**body, "decided": [{"space": "K1", "category": "castle", "year": 2027}]}
    other: dict[str, Any] = {"headers": {"Idempotency-Key": "another-key-of-its-own"}}
    assert chief.post("/api/plans/plans", odd, **sent, **other).status_code == 403
    whole = json.loads(chief.get(f"/api/plans/plans/{plan.pk}").content)
    assert whole["headline"] == "headline"
    assert len(whole["alternatives"]) == 2


def test_a_run_that_is_not_done_is_not_planned_for(
    plan: Plan, client: Client, granted: Granted
) -> None:
    waiting = run_of(plan.city, state=Run.State.WAITING)
    chief = signed_in(client, granted, "city")
    told = {**ASK, "source": f"{waiting.pk}:{PACK}"}
    text(chief.post("/plans/new/", told))
    assert Plan.objects.count() == 1


def test_pages_ask_the_database_little(
    plan: Plan,
    client: Client,
    granted: Granted,
    small_city: SmallCity,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(60):
        part_of(plan, small_city["pond"], f"Pond {number}")
    chief = signed_in(client, granted, "city")
    for url in ("/plans/", f"/plans/{plan.pk}/", f"/plans/{plan.pk}/communities/", "/plans/new/"):
        with django_assert_max_num_queries(30):
            text(chief.get(url))
