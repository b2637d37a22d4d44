"""What is said to everybody: one plain sentence, in the reader's language, without notation."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from lifecircle.govern.public.searching import meant
from lifecircle.govern.public.totals import totals_of
from lifecircle.govern.public.verdicts import policies, sentence
from lifecircle.govern.public.wording import by_function, hours_said
from lifecircle.govern.publications.models import Publication

WALK = {
    "kind": "walk", "reading": "walk", "waived": False, "within_min": "5", "farthest_min": 9,
    "nearest": "春晖公园", "need": 1, "unreached": None, "estimated": False,
}  # fmt: skip
CIRCLE = {
    "kind": "circle", "reading": "circle", "waived": False, "count": 2, "nearest": "春晖公园",
    "straight_m": 278,
}  # fmt: skip
HERE = {"kind": "here", "names": ["甲", "乙"], "more": True, "surveyed": [["health", "operating"]]}
PACKS = [{"id": "p", "title": "办法"}]
SAID = [
    ("not met", WALK, "最远的住处走到春晖公园要9分钟，超过了5分钟。"),
    ("met", {**WALK, "farthest_min": 5}, "最远的住处走到春晖公园要5分钟，没有超过5分钟。"),
    ("met", WALK, "大多数居民5分钟走得到，最远的住处要走9分钟。"),
    ("not met", {**WALK, "farthest_min": None}, "有的住处走一小时也到不了。"),
    (
        "not met", {**WALK, "unreached": [3010, 3014]},
        "5分钟走不到的居民有3,010至3,014人，最远的要走9分钟。",
    ),
    (
        "not met",
        {**WALK, "unreached": [20, None], "need": 2, "farthest_min": None, "estimated": True},
        "5分钟走不到至少2处的居民有20人以上（估计），有的走一小时也到不了。",
    ),
    ("met", CIRCLE, "政策划的范围里有2处，最近的是春晖公园，直线278米。"),
    ("not met", {**CIRCLE, "count": 0}, "政策划的范围里没有，最近的是春晖公园，直线278米。"),
    ("met", HERE, "社区里有甲、乙等。摸底时，健康服务已运营。"),
    ("not met", {**HERE, "names": [], "surveyed": []}, "社区里没有登记这样的设施。"),
    ("met", {"kind": "parts", "met": "10", "of": 12}, "12项里做到了10项。"),
    ("not met", {"kind": "nowhere"}, "全市还没有登记这样的设施。"),
    ("not assessed", {"kind": "open", "reasons": ["not-surveyed"]}, "没有任何资料覆盖这类设施。"),
    ("met", {"kind": "record"}, "按工作人员登记的情况判断。"),
]  # fmt: skip


@pytest.mark.parametrize(("verdict", "figures", "said"), SAID)
def test_a_verdict_is_one_plain_sentence(verdict: str, figures: dict[str, Any], said: str) -> None:
    assert sentence(verdict, figures) == said
    with override("en"):
        assert sentence(verdict, figures) != said


def _verdict(rule: str, verdict: str, readings: list[str], **told: Any) -> dict[str, Any]:
    return {
        "pack": "p", "rule": rule, "title": rule, "marks": "推定", "verdict": verdict,
        "readings": readings, "said": "", "due": "", "clause_where": "三", **told,
    }  # fmt: skip


def test_readings_that_disagree_make_one_line_with_both_on_demand() -> None:
    circle = _verdict("公园（圆形范围）", "met", ["circle"], figures=[CIRCLE])
    walk = _verdict("公园（步行）", "not met", ["walk"], figures=[WALK], inferred=True)
    for one in (circle, walk):
        one["rule"] = "park"
    other = _verdict("书屋", "met", ["circle", "walk"], figures=[CIRCLE, WALK])
    left = _verdict("别的", "not applicable", ["walk"], figures=[])
    (policy,) = policies([circle, walk, other, left], PACKS)
    (divided,) = policy.divided
    assert ("公园" in divided.title, "圆形" in divided.title) == (True, False)
    assert divided.sentence == "按直线距离算做到了，按走路算没有做到。"
    assert divided.why[:2] == [
        "按直线距离算：政策划的范围里有2处，最近的是春晖公园，直线278米。",
        "按走路算：最远的住处走到春晖公园要9分钟，超过了5分钟。",
    ]
    assert [len(policy.groups[name]) for name in policy.groups] == [0, 1, 0, 1]
    assert policy.counts == ["两种算法不一样1项", "做到了1项"]
    assert policy.met[0].sentence.startswith("大多数居民")


def test_what_was_published_before_reads_without_notation() -> None:
    old = _verdict("公园", "met", ["circle", "walk"], said="圆形范围：圆内有2处。步行：要9分钟。")
    (policy,) = policies([old], PACKS)
    line = policy.met[0]
    assert "要9分钟。" in line.sentence
    whole = line.title + line.sentence + "".join(line.why)
    assert "圆形范围" not in whole
    assert "推定" not in whole


def test_totals_tell_where_a_rule_does_not_apply() -> None:
    row = {"pack": "p", "rule": "r", "title": "公园", "met": 7, "not_met": 3, "not_assessed": 0}
    both = [{**row, "reading": "circle"}, {**row, "reading": "walk", "not_applicable": 2}]
    manifest = {"packs": PACKS, "collections": {"communities": 12}, "totals": both}
    ((policy, (total,)),) = totals_of(manifest)
    assert (policy, total.counted, total.counts) == ("办法", "", (7, 3, 0, 2))
    manifest["totals"] = [both[0], {**both[1], "met": 6, "not_met": 4}]
    ((_policy, rows),) = totals_of(manifest)
    assert [one.counted for one in rows] == ["按直线距离算", "按走路算"]


@pytest.mark.parametrize(
    "words", ["吃饭", "午饭", "食堂", "老年食堂", "社区助餐", "lunch", "社區助餐"]
)
def test_who_looks_for_lunch_finds_canteens(words: str) -> None:
    assert "community_canteen" in meant(words)
    assert "bank" not in meant(words)


def test_letters_of_pinyin_stand_for_no_category() -> None:
    assert not meant("st")
    assert not meant("社")


def test_a_kind_is_found_and_so_is_a_kind_in_a_community(
    shown: Publication, reader: Client
) -> None:
    def found(words: str) -> list[str]:
        text = reader.get("/public/search/", {"q": words}).content.decode()
        return [at for at in ("F/0", "F/1", "F/2") if f"/public/facilities/{at}/" in text]

    assert found("看病") == found("诊所") == ["F/0", "F/1", "F/2"]
    assert found("C1 看病") == ["F/1"]


def test_services_stand_by_what_they_are_for() -> None:
    service = {"category": "bank"}, {"category": "community_canteen"}
    assert [(name, len(own)) for name, own in by_function(service)] == [
        ("社区助餐", 1),
        ("其他", 1),
    ]


def test_english_readers_read_hours_and_counts(shown: Publication) -> None:
    told = {"open": [[31, 510, 720], [31, 810, 1050], [64, 540, 600]], "hours_zh": "周一至周五"}
    assert hours_said(told) == "周一至周五"
    with override("en"):
        assert hours_said(told) == "Mon–Fri 08:30–12:00, 13:30–17:30; Sun 09:00–10:00"
        assert hours_said({"open": [], "hours_zh": "节假日"}) == "节假日"
    text = Client(headers={"Accept-Language": "en"}).get("/public/communities/C1/").content.decode()
    assert "8 rules not met" in text


def test_traditional_readers_read_names_in_their_script(shown: Publication) -> None:
    reader = Client(headers={"Accept-Language": "zh-hant"})
    text = reader.get("/public/communities/C1/").content.decode()
    assert "春暉 C1" in text
    assert "春晖 C1" not in text


def test_what_is_not_known_of_a_facility_is_said_once(shown: Publication, reader: Client) -> None:
    features = shown.features.filter(collection="facilities", own_id="F/1")
    one = features.get()
    one.properties |= {"hotline": "", "charges": "", "hours": "", "hours_zh": ""}
    one.save()
    text = reader.get("/public/facilities/F/1/").content.decode()
    assert "开放时间、收费、服务电话还没有登记，去以前先问一下社区。" in text
    assert "<dt>服务电话" not in text
