"""Need lists: what is gathered, what people decide, what is frozen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from lifecircle.govern.actor import Actor, system
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.audit.verify import verify_database
from lifecircle.govern.needs import services
from lifecircle.govern.needs.comparing import changes
from lifecircle.govern.needs.models import NeedItem, NeedList
from lifecircle.govern.needs.services import (
    add_item,
    change_item,
    compile_list,
    content_hash,
    freeze,
    propose_list,
    take_back,
)
from lifecircle.govern.needs.waiting import waiting
from lifecircle.govern.needs.wording import told_whole
from lifecircle.govern.refused import Conflict, Refused
from tests.govern.assessments.conftest import work
from tests.govern.assessments.stocked import finding_of
from tests.govern.conftest import Granted, SmallCity
from tests.govern.needs.stocked import closed_round, needs_of, run_with_gaps
from tools.languages import HAN

ME = system("test")


@pytest.fixture
def east(small_city: SmallCity) -> NeedList:
    run_with_gaps(small_city.areas)
    closed_round(small_city.areas)
    made: NeedList = needs_of(small_city["east"])
    return made


def told(needs: NeedList) -> list[tuple[Any, ...]]:
    return [
        (one.area.name, one.called, one.priority, one.people, one.asked_by, one.to_verify)
        for one in needs.items.select_related("area").ranked()
    ]


def item(needs: NeedList, area: str, function: str) -> NeedItem:
    return needs.items.select_related("needs__area").get(area__name=area, function=function)


def test_gaps_answers_and_opinions_of_a_function_are_one_item_the_most_urgent_first(
    east: NeedList,
) -> None:
    assert told(east) == [
        ("mill", "婴幼儿托育", 1, 900, 3, False),
        ("pond", "婴幼儿托育", 1, 40, None, False),
        ("pond", "12个一：便民蔬菜店", 1, None, None, False),
        ("mill", "体育健身", 2, None, 30, False),
        ("mill", "路灯不亮", 3, None, None, False),
        ("mill", "社区助餐", 3, None, None, True),
    ]
    infant = item(east, "mill", "infant_care")
    assert infant.origins == ["gap", "survey", "opinions"]
    assert [one.get("rank") for one in infant.sources if one["kind"] == "survey"] == [2]


def test_what_nobody_assessed_is_to_verify_and_no_gap(east: NeedList) -> None:
    meals = item(east, "mill", "community_meals")
    assert meals.to_verify
    assert meals.people is None
    assert meals.sources[0]["verdict"] == "not assessed"


def test_a_waived_gap_is_listed_and_urges_nobody(small_city: SmallCity) -> None:
    run = run_with_gaps(small_city.areas)
    told_of = {"pack": "xian-2024", "rule": "has-health-service", "reading": "record"}
    finding_of(run, small_city["pine"], "pine", waived=True, people_affected=5, **told_of)
    health = item(needs_of(small_city["hill"]), "pine", "health")
    assert (health.to_verify, health.priority, health.people) == (True, 3, None)
    assert health.sources[0]["waived"]


def test_the_next_version_keeps_what_people_decided(east: NeedList, small_city: SmallCity) -> None:
    struck = item(east, "pond", "infant_care")
    change_item(ME, struck, struck.edits, kept=False, reason="已签约在建", priority=3, note="乙")
    added = {"function": "culture", "what": "", "ask": "hours", "priority": 1, "note": "周末"}
    add_item(ME, east, small_city["mill"], asked_by=None, **added)
    run = run_with_gaps(small_city.areas)
    run.findings.filter(area=small_city["mill"], rule="has-infant-care").update(verdict="met")
    later = compile_list(ME, small_city["east"])
    assert (later.version, later.before, later.run) == (2, east, run)
    again = item(later, "pond", "infant_care")
    assert (again.kept, again.reason, again.priority, again.note) == (False, "已签约在建", 3, "乙")
    assert item(later, "mill", "culture").ask == "hours"
    kinds = {(one.kind, one.item.area.name, one.item.function): one for one in changes(east, later)}
    changed = kinds["changed", "mill", "infant_care"]
    assert ("涉及的人", "900", "不明") in changed.fields
    assert len(kinds) == 1
    assert east.items.count() == later.items.count() == 7


def test_striking_wants_a_reason_and_a_lost_race_is_told(east: NeedList) -> None:
    one = item(east, "mill", "sports")
    with pytest.raises(Refused, match="理由"):
        change_item(ME, one, one.edits, kept=False, reason=" ")
    with pytest.raises(Refused, match="电话"):
        change_item(ME, one, one.edits, note="找13800138000")
    change_item(ME, one, one.edits, note="甲")
    with pytest.raises(Conflict):
        change_item(ME, one, one.edits, note="乙")
    assert Entry.objects.filter(action="need.change").count() == 1
    assert verify_database().number == 0


def test_settled_is_frozen_under_a_hash_until_taken_back(east: NeedList) -> None:
    with pytest.raises(Conflict):
        propose_list(ME, east, east.edits - 1)
    settled = propose_list(ME, east, east.edits)
    assert settled.sha256 == content_hash(settled)
    one = item(settled, "mill", "sports")
    with pytest.raises(Conflict, match="已经报定"):
        change_item(ME, one, one.edits, note="甲")
    take_back(ME, settled, settled.edits, "漏了一项")
    change_item(ME, one, one.edits, note="甲")
    before = settled.sha256
    settled = propose_list(ME, settled, settled.edits)
    assert settled.sha256 != before
    with pytest.raises(Refused, match="退回修改"):
        freeze(ME, settled, "0" * 64)
    freeze(ME, settled, settled.sha256)
    settled.refresh_from_db()
    with pytest.raises(Conflict):
        take_back(ME, settled, settled.edits, "再改")


def test_equal_content_has_equal_hashes(small_city: SmallCity) -> None:
    run_with_gaps(small_city.areas)
    first = needs_of(small_city["bridge"])
    hashed = content_hash(first)
    first.items.all().delete()
    first.delete()
    assert content_hash(needs_of(small_city["bridge"])) == hashed


def test_rights_follow_the_area(east: NeedList, small_city: SmallCity, granted: Granted) -> None:
    clerk = granted("clerk", "bridge", "need.view", "need.change")
    outside = granted("outside", "west", "need.view", "need.change")
    nobody = granted("nobody", None)
    assert not NeedList.objects.visible_to(clerk).exists()
    with pytest.raises(Refused):
        compile_list(clerk, small_city["east"])
    own = compile_list(clerk, small_city["bridge"])
    assert {one.area.name for one in own.items.all()} == {"mill", "pond"}
    for other in (outside, nobody):
        assert not NeedList.objects.visible_to(other).exists()
        assert not NeedItem.objects.visible_to(other).exists()
    with pytest.raises(Refused, match="范围内"):
        add_item(system("x"), own, small_city["pine"], function="sports", ask="new", priority=1)


def test_without_run_and_round_there_is_nothing_to_compile(small_city: SmallCity) -> None:
    with pytest.raises(Refused, match="还没有算好的评估"):
        needs_of(small_city["east"])
    run_with_gaps(small_city.areas)
    with pytest.raises(Refused, match="为范围"):
        needs_of(small_city["city"])


def test_a_large_area_is_compiled_by_a_job(
    small_city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lifecircle.govern.jobs import worker  # noqa: PLC0415

    monkeypatch.setattr(worker, "BEAT_S", 3600.0)
    run_with_gaps(small_city.areas)
    small = needs_of(small_city["east"])
    monkeypatch.setattr(services, "LARGE", 1)
    made = needs_of(small_city["east"])
    assert made.state == NeedList.State.MAKING
    with pytest.raises(Conflict, match="正在汇总"):
        needs_of(small_city["east"])
    work()
    made.refresh_from_db()
    assert made.state == NeedList.State.DRAFT
    assert told(made) == told(small)


def test_a_struck_item_without_a_reason_cannot_be_kept(east: NeedList, granted: Granted) -> None:
    from django.db import IntegrityError  # noqa: PLC0415

    one = item(east, "mill", "sports")
    with pytest.raises(IntegrityError, match="need_item_struck_with_reason"):
        NeedItem.objects.filter(pk=one.pk).update(kept=False)


def test_actor_without_right_reads_and_does_not_change(east: NeedList, granted: Granted) -> None:
    reader: Actor = granted("reader", "east", "need.view")
    assert NeedList.objects.visible_to(reader).count() == 1
    with pytest.raises(Refused):
        propose_list(reader, east, east.edits)


def test_a_list_and_its_items_are_called_in_the_readers_language(small_city: SmallCity) -> None:
    areas = small_city.areas
    run_with_gaps(areas)
    made = compile_list(ME, areas["east"], "")
    assert made.title == "east社区服务设施需求清单"
    items = {one.key.partition(":")[2]: one for one in made.items.all()}
    bare = items["rule:xian-2020:one-vegetable-shop"]
    with translation.override("en"):
        assert str(made) == "Demand list of community service facilities, east, version 1"
        assert items["function:infant_care"].called == "infant care"
        assert bare.called == bare.shown == "Twelve ones: vegetable shop"
        said = [told_whole(source) for source in bare.sources]
        assert said[0].startswith("Twelve ones: vegetable shop")
        assert [HAN.search(one) for one in said] == [None]
        bare.what = "旧题<b>"
        assert bare.called == "旧题<b>"
        assert bare.shown == '<span lang="zh-Hans">旧题&lt;b&gt;</span>'
        named = compile_list(ME, areas["bridge"], "我们的清单")
        assert named.named == "我们的清单"


def test_a_draft_that_a_newer_version_took_over_waits_no_more(east: NeedList) -> None:
    today = date(2026, 9, 1)

    def waits() -> list[tuple[str, int]]:
        return [(one.url, one.count) for one in waiting(ME, today)]

    assert waits() == [(f"/needs/{east.pk}/", 1)]
    newer = compile_list(ME, east.area)
    assert waits() == [(f"/needs/{newer.pk}/", 1)]
    NeedList.objects.filter(pk=newer.pk).update(state=NeedList.State.MAKING)
    assert waits() == [(f"/needs/{east.pk}/", 1)], "nobody sees the newer one yet"
    NeedList.objects.filter(pk=newer.pk).update(state=NeedList.State.DRAFT)
    propose_list(ME, newer, newer.edits)
    assert waits() == []
