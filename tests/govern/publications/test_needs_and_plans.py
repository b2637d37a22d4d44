"""Need lists and plans through the exit: frozen, without a number of persons, corrected."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from lifecircle.govern.actor import system
from lifecircle.govern.needs.models import NeedList
from lifecircle.govern.needs.services import add_item, change_item, propose_list, take_back
from lifecircle.govern.plans.models import Plan
from lifecircle.govern.plans.services import choose
from lifecircle.govern.public.live import forget
from lifecircle.govern.publications.kinds import publishable
from lifecircle.govern.publications.models import Publication, PublicFeature
from lifecircle.govern.publications.services import correct, propose, withdraw
from lifecircle.govern.publications.subjects import read_features
from lifecircle.govern.refused import Conflict, Refused
from tests.govern.conftest import SmallCity
from tests.govern.needs.stocked import closed_round, needs_of, run_with_gaps
from tests.govern.parts import plain_pages, signed_in
from tests.govern.plans.stocked import part_of, plan_of
from tests.govern.publications.conftest import Office, let_out, work

Kind, State = Publication.Kind, Publication.State
ME = system("test")
RIGHTS = (
    "publication.view", "publication.propose", "publication.approve", "need.view", "plan.view",
    "job.view",
)  # fmt: skip


@pytest.fixture
def settled(small_city: SmallCity, homes: None) -> NeedList:
    run_with_gaps(small_city.areas)
    closed_round(small_city.areas)
    draft: NeedList = needs_of(small_city["east"])
    struck = draft.items.select_related("needs__area").get(
        area=small_city["pond"], function="infant_care"
    )
    change_item(ME, struck, struck.edits, kept=False, reason="已签约在建", note="内部说明")
    add_item(ME, draft, small_city["mill"], what="电梯", ask="other", priority=2, asked_by=4)
    return propose_list(ME, draft, draft.edits)


@pytest.fixture
def offices(office: Office, small_city: SmallCity) -> tuple[Any, Any]:
    return office("one", *RIGHTS), office("other", *RIGHTS)


def test_a_need_list_goes_out_frozen_and_tells_no_persons(
    settled: NeedList, offices: tuple[Any, Any]
) -> None:
    one, other = offices
    made = let_out(propose(one, Kind.NEEDS, settled.pk, "征求意见以后"), other)
    settled.refresh_from_db()
    assert settled.state == NeedList.State.FROZEN
    with pytest.raises(Conflict):
        take_back(ME, settled, settled.edits, "再改")
    rows = list(PublicFeature.objects.filter(publication=made).order_by("pk"))
    assert [one.name for one in rows] == [
        "婴幼儿托育", "12个一：便民蔬菜店", "体育健身", "电梯", "居民意见（内容不公开）",
        "社区助餐",
    ]  # fmt: skip
    meals = rows[-1].properties
    assert (meals["to_verify"], meals["to_verify_zh"]) == (True, "待核")
    assert "待核" in meals["why"][0]
    texts = [file.read_text(encoding="utf-8") for file in made.folder.rglob("*.*")]
    whole = "".join(texts) + json.dumps([one.properties for one in rows], ensure_ascii=False)
    assert not re.search(r"(?<![0-9a-f])900(?![0-9a-f])", whole), "digests may hold any digits"
    for word in ("路灯", "开门太晚", "已签约", "内部说明", "people", "asked_by"):
        assert word not in whole, word
    assert made.manifest["collections"] == {"needs": 6}


def test_a_draft_of_a_list_or_a_plan_is_seen_as_it_will_be(
    settled: NeedList, offices: tuple[Any, Any], settings: Any, request: pytest.FixtureRequest
) -> None:
    plain_pages(settings)
    one, other = offices
    plan = request.getfixturevalue("plan")
    drafts = [propose(one, Kind.NEEDS, settled.pk, "x"), propose(one, Kind.PLAN, plan.pk, "x")]
    assert work() == []
    for draft, words in zip(drafts, ("电梯", "社区助餐点"), strict=True):
        page = f"/publications/{draft.pk}/"
        assert f"{page}public/" in signed_in(other).get(page).content.decode()
        seen = signed_in(other).get(f"{page}public/").content.decode()
        assert words in seen
        assert "公众还看不到" in seen
        assert "推定" not in seen
        assert f"{page}preview/" in seen, "its files are not public yet"
        assert signed_in(other).get(f"/public/results/{draft.pk}/").status_code == 404
        let_out(draft, other)
        forget()
        live = signed_in(other).get(f"/public/results/{draft.pk}/").content.decode()
        assert words in live
        assert "公众还看不到" not in live


def test_a_list_taken_back_meanwhile_is_not_prepared(
    settled: NeedList, offices: tuple[Any, Any]
) -> None:
    made = propose(offices[0], Kind.NEEDS, settled.pk, "征求意见以后")
    take_back(ME, settled, settled.edits, "漏了一项")
    failed = work()
    assert [job.kind for job in failed] == ["publication.prepare"]
    assert "退回修改" in failed[0].said
    assert not made.folder.exists()


def test_a_draft_and_what_lies_elsewhere_cannot_be_proposed(
    settled: NeedList, office: Office, small_city: SmallCity, offices: tuple[Any, Any]
) -> None:
    draft = needs_of(small_city["east"])
    kind = publishable(Kind.NEEDS)
    assert kind.subject(offices[0], draft.pk) is None
    assert [one.pk for one in kind.offered(offices[0])] == [settled.pk]
    west = office("west", *RIGHTS, area=small_city["west"])
    assert kind.offered(west) == []
    assert kind.subject(west, settled.pk) is None


@pytest.fixture
def plan(small_city: SmallCity, homes: None) -> Plan:
    made = plan_of(run_with_gaps(small_city.areas))
    part_of(made, small_city["mill"], "K1")
    made.folder.mkdir(parents=True)
    head = "设施编号,经度,纬度\n"
    text = f"{head}plan-K1-community_canteen,108.95,34.25\n"
    for name in ("facilities.csv", "facilities-2.csv"):
        (made.folder / name).write_text(text, encoding="utf-8-sig")
    return made


def test_a_plan_goes_out_is_corrected_and_withdrawn(
    plan: Plan, offices: tuple[Any, Any], settings: Any
) -> None:
    plain_pages(settings)
    settings.DEMO = True
    one, other = offices
    made = let_out(propose(one, Kind.PLAN, plan.pk, "会议通过"), other)
    row = PublicFeature.objects.get(publication=made)
    assert row.geometry == {"type": "Point", "coordinates": [108.95, 34.25]}
    assert row.properties["why"] == ["K1：has-community-meals，现在met，建好后met"]
    page = (made.folder / "plan" / "index.html").read_text(encoding="utf-8")
    assert "用30万元在1处建1项设施" in page
    assert "52000" in page  # the figures of the rows add up to the sum
    told = signed_in(other).get(f"/publications/{made.pk}/").content.decode()
    assert "用30万元在1处建1项设施" in told
    assert "0个社区" not in told
    whole = page + json.dumps(row.properties, ensure_ascii=False)
    assert not re.search(r"\b12\b|12人", whole.replace("2027-08-01", ""))
    choose(ME, plan, plan.edits, 2, "离老人近")
    new = correct(one, made, made.version, plan.pk, "选定的方案换了")
    let_out(new, other)
    made.refresh_from_db()
    assert made.state == State.SUPERSEDED
    assert list(read_features(new.folder)) == []
    new.refresh_from_db()
    withdraw(other, new, new.version, "预算没有批下来")
    new.refresh_from_db()
    assert new.state == State.WITHDRAWN


def test_a_plan_chosen_anew_is_not_what_was_proposed(plan: Plan, offices: tuple[Any, Any]) -> None:
    propose(offices[0], Kind.PLAN, plan.pk, "会议通过")
    choose(ME, plan, plan.edits, 2, "离老人近")
    failed = work()
    assert "已经换了" in failed[0].said


def test_without_a_right_to_propose_nothing_is_offered(plan: Plan, office: Office) -> None:
    reader = office("reader", "plan.view", "publication.view")
    assert publishable(Kind.PLAN).offered(reader) == []
    with pytest.raises(Refused):
        reader.require("publication.propose", plan.city.path)
