"""The pages of the exit, as those who propose and approve see them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from lifecircle.govern.assessments.models import Run
from lifecircle.govern.publications import correcting
from lifecircle.govern.publications.correcting import successors
from lifecircle.govern.publications.differing import differences, facts, fields_said
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.publications.services import correct, propose
from lifecircle.govern.publications.subjects import read_features, write_features
from lifecircle.govern.publications.waiting import waiting
from lifecircle.govern.refused import Refused
from tests.govern.conftest import SmallCity
from tests.govern.parts import plain_pages, signed_in, taken
from tests.govern.publications.conftest import ALL, PACK, Office, published, run_of, work
from tests.govern.publications.stock import proposed_in, published_in

RUN = Publication.Kind.RUN


@pytest.fixture(autouse=True)
def _plain(settings: Any) -> None:
    plain_pages(settings)


def test_from_the_proposal_to_the_withdrawal(
    paper: Run, office: Office, django_assert_max_num_queries: Any
) -> None:
    one, other = office("one", *ALL), office("other", *ALL)
    mine, theirs = signed_in(one), signed_in(other)
    assert paper.title in mine.get("/publications/offered/").content.decode()
    path = f"/publications/propose/run/{paper.pk}/"
    assert "每年一次" in mine.post(path, {"title": "", "reason": "每年一次"}).content.decode()
    to = mine.post(path, {"title": "给大家看", "reason": "每年一次"}).headers["Location"]
    polled = {"HX-Request": "true"}
    assert "还没有备好" in theirs.get(to).content.decode()
    assert "HX-Refresh" not in theirs.get(to, headers=polled).headers
    work()
    assert theirs.get(to, headers=polled).headers["HX-Refresh"] == "true"
    with django_assert_max_num_queries(30):
        text = mine.get(to).content.decode()
    assert "您提请的要由另一位批准" in text
    assert "批准并发布" not in text
    text = theirs.get(to).content.decode()
    assert "批准并发布" in text
    assert f"{to}preview/map/index.html" in text
    assert taken(theirs.get(f"{to}preview/map/index.html")) == b"map"
    assert theirs.get(f"{to}preview/features.jsonl").status_code == 404
    assert theirs.post(f"{to}approve/", {"seen": 1, "reason": " "}).status_code == 403
    assert mine.post(f"{to}approve/", {"seen": 1, "reason": "x"}).status_code == 403
    assert theirs.post(f"{to}approve/", {"seen": 1, "reason": "同意"}).status_code == 302
    assert theirs.post(f"{to}refuse/", {"seen": 1, "reason": "太晚"}).status_code == 409
    work()
    assert "已发布" in mine.get(to).content.decode()
    seen = Publication.objects.get().version
    assert theirs.post(f"{to}withdraw/", {"seen": seen, "reason": "有误"}).status_code == 302
    text = mine.get(f"{to}").content.decode()
    assert "有误" in text
    assert "提请更正" not in text


def test_a_correction_names_what_was_wrong(paper: Run, office: Office) -> None:
    one, other = office("one", *ALL), office("other", *ALL)
    live = published(paper, one, other)
    mine = signed_in(one)
    path = f"/publications/{live.pk}/correct/"
    assert paper.title in mine.get(path).content.decode()
    told = {"subject": paper.pk, "seen": live.version, "reason": "电话写错了"}
    to = mine.post(path, told).headers["Location"]
    assert "电话写错了" in mine.get(to).content.decode()
    assert "电话写错了" in mine.get(f"/publications/{live.pk}/").content.decode()


def test_a_correction_offers_what_is_newer_and_says_when_there_is_none(
    paper: Run, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = office("one", *ALL), office("other", *ALL)
    older = run_of(paper.city, {PACK: {"run_sha256": "0" * 64}})
    again = run_of(paper.city, {PACK: {"run_sha256": "ab" * 32}})
    live = published(again, one, other)
    mine, path = signed_in(one), f"/publications/{live.pk}/correct/"

    def offered() -> list[int]:
        return [each.pk for each in successors(one, live)]

    assert offered() == [again.pk], "whether its words changed is not known"
    live.manifest["words_sha256"] = "the words"
    live.save()
    monkeypatch.setattr(correcting, "words_sha256", lambda: "the words")
    assert offered() == []
    text = mine.get(path).content.decode()
    assert "没有可以代替它的" in text
    assert "提请更正</button>" not in text
    for old in (older, again):
        told = {"subject": old.pk, "seen": live.version, "reason": "x"}
        assert mine.post(path, told).status_code == 200, "neither the same nor an older one"
        with pytest.raises(Refused, match="和现在公开的一样，或者比它旧"):
            correct(one, live, live.version, old.pk, "x")
    same = run_of(paper.city, {PACK: {"run_sha256": "ab" * 32}})
    newer = run_of(paper.city, {PACK: {"run_sha256": "ef" * 32}})
    assert offered() == [newer.pk], f"not {same.pk}, which found the same"
    monkeypatch.setattr(correcting, "words_sha256", lambda: "other words")
    assert offered() == [newer.pk, again.pk]
    assert "按现在的内容和办公室的说明重写" in mine.get(path).content.decode()


def test_jobs_are_called_in_the_readers_language(paper: Run, office: Office) -> None:
    with override("en"):
        made = propose(office("one", *ALL), RUN, paper.pk, "x")
    made.refresh_from_db()
    assert str(made.job) == f"备好 {made.title}"


def test_a_draft_is_seen_as_everybody_will_see_it(
    small_city: SmallCity, homes: None, office: Office, django_assert_max_num_queries: Any
) -> None:
    before = published_in(small_city["city"], "春晖")
    draft = proposed_in(small_city["city"], "新")
    mine = signed_in(office("one", *ALL))
    base = f"/publications/{draft.pk}/public/"
    for path in ("", "communities/", "communities/C1/", "facilities/F/1/", f"results/{draft.pk}/"):
        with django_assert_max_num_queries(30):
            answer = mine.get(base + path)
        text = answer.content.decode()
        assert (answer.status_code, "公众还看不到" in text) == (200, True), path
        assert "春晖" not in text.replace("春晖 2026", "").replace("“春晖", ""), path
        inner = [one for one in re.findall(r'(?:href|src)="(/[^"]*)"', text) if "static" not in one]
        for link in {one.partition("#")[0] for one in inner}:
            opened = mine.get(link)
            assert opened.status_code in (200, 302), link
            if opened.streaming:
                taken(opened)
    assert f"{base}communities/C1/" in mine.get(f"{base}communities/").content.decode()
    assert mine.get(f"{base}communities/none/").status_code == 404
    assert mine.get(f"/publications/{before.pk}/public/").status_code == 200
    stranger = signed_in(office("far", *ALL, area=small_city["west"]))
    assert stranger.get(base).status_code == 404


def test_the_approver_is_told_what_differs(small_city: SmallCity, homes: None) -> None:
    live = published_in(small_city["city"], "春晖")
    draft = proposed_in(small_city["city"], "春晖")
    rows = list(read_features(draft.folder))
    hall = next(one for one in rows if one.own_id == "F/1")
    hall.properties["hotline"] = hall.properties["charges"] = "另一个"
    write_features(draft.folder, rows)
    told = differences(draft)
    assert told["counts"] == {"facilities": {"changed": 1}}
    assert told["named"] == [["facilities", "changed", "春晖 F1", ["charges", "hotline"]]]
    assert fields_said(told["named"][0][3]) == "收费、服务电话"
    draft.manifest |= {"differences": told, "as_of": "2026-07-31"}
    draft.manifest["totals"] = [{**live.manifest["totals"][0], "met": 2}]
    assert list(facts(draft)) == [
        "资料截至：原来2026-06-30，现在2026-07-31",
        "Meals（walk）：做到的社区原来1个，现在2个",
    ]


def test_what_waits_is_what_one_may_decide(paper: Run, office: Office) -> None:
    one, other = office("one", *ALL), office("other", *ALL)
    reader = office("reader", "publication.view")
    propose(one, RUN, paper.pk, "x")
    today = date(2026, 7, 1)
    assert [list(waiting(who, today)) for who in (one, reader)] == [[], []]
    assert [told.count for told in waiting(other, today)] == [1]
    listed = signed_in(reader).get("/publications/?state=proposed").content.decode()
    assert "待批准" in listed
    assert signed_in(reader).get("/publications/offered/").status_code == 404
