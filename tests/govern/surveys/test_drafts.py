"""A round before it opens: changed, discarded, previewed; which communities it excuses."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from lifecircle.govern.actor import system
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys.asking import form_of
from lifecircle.govern.surveys.drafting import change, discard, excuse, include
from lifecircle.govern.surveys.models import Round
from lifecircle.govern.surveys.opening import open_, open_at_once
from lifecircle.govern.surveys.overview import Overview
from lifecircle.policy.packs import load_pack
from tests.govern.conftest import Granted, SmallCity
from tests.govern.parts import plain_pages, signed_in
from tests.govern.surveys.rounds import EVERYTHING, drafted, opened

COMMAND = system("test")
MOVED_OUT = "整体拆迁，没有住户"


def names_of(round_: Round) -> list[str]:
    return sorted(round_.returns.values_list("area__name", flat=True))


def test_a_draft_is_changed_in_all_that_it_says(small_city: SmallCity) -> None:
    round_ = drafted(small_city["east"])
    plan: dict[str, Any] = {
        "title": "Round 2027", "pack": "xian-2020", "basis": "2027-1", "as_on": date(2026, 5, 1),
        "opens_on": date(2026, 7, 2), "due_on": date(2026, 8, 1),
        "review_due_on": date(2026, 8, 15), "area": small_city["city"],
    }  # fmt: skip
    now = change(COMMAND, round_, seen=1, **plan)
    now.refresh_from_db()
    assert {name: getattr(now, name) for name in plan} == plan
    assert now.version == 2
    entry = Entry.objects.get(action="survey.change")
    assert "Round 2026" in str(entry.content)
    assert "xian-2024" in str(entry.content)
    assert change(COMMAND, now, seen=2, title="Round 2027").version == 2, "nothing is other"
    assert Entry.objects.filter(action="survey.change").count() == 1
    assert open_at_once(COMMAND, now).asks.pack == "xian-2020"


def test_a_bad_change_changes_nothing(small_city: SmallCity, granted: Granted) -> None:
    round_ = drafted(small_city["east"])
    for plan, why in (
        ({"due_on": date(2026, 6, 1)}, "报送期限不能早于"),
        ({"area": small_city["mill"]}, "市级或者区县级"),
        ({"pack": "nothing"}, "nothing"),
    ):
        with pytest.raises(Refused, match=why):
            change(COMMAND, round_, seen=1, **plan)
    county = granted("county", "east", *EVERYTHING)
    with pytest.raises(Refused, match="授权"):
        change(county, round_, seen=1, area=small_city["city"])
    with pytest.raises(Refused, match="授权"):
        change(granted("town", "bridge", *EVERYTHING), round_, seen=1, title="x")
    round_.refresh_from_db()
    assert (round_.version, round_.title) == (1, "Round 2026")


def test_who_saw_an_older_draft_neither_changes_nor_opens_it(small_city: SmallCity) -> None:
    old = drafted(small_city["east"])
    change(COMMAND, old, seen=1, title="Round 2027")
    for act in (
        lambda: change(COMMAND, old, seen=1, title="x"),
        lambda: discard(COMMAND, old, seen=1),
        lambda: excuse(COMMAND, old, small_city["mill"], MOVED_OUT, seen=1),
        lambda: open_(COMMAND, old),
        lambda: open_(COMMAND, Round.objects.get(pk=old.pk), seen=1),
    ):
        with pytest.raises(Conflict, match="刚刚有人改过"):
            act()
    open_at_once(COMMAND, Round.objects.get(pk=old.pk))
    for late in (
        lambda: change(COMMAND, old, seen=2, title="x"),
        lambda: discard(COMMAND, old, seen=2),
        lambda: excuse(COMMAND, old, small_city["mill"], MOVED_OUT, seen=2),
    ):
        with pytest.raises(Conflict, match="已经开始"):
            late()


def test_a_discarded_draft_is_gone_and_the_audit_knows_it(small_city: SmallCity) -> None:
    round_, other = drafted(small_city["east"]), drafted(small_city["east"])
    discard(COMMAND, Round.objects.get(pk=round_.pk), seen=1)
    assert list(Round.objects.all()) == [other]
    entry = Entry.objects.get(action="survey.discard")
    assert entry.subject == str(round_.pk)
    assert "Round 2026" in str(entry.content)
    for act in (
        lambda: discard(COMMAND, round_, seen=1),
        lambda: change(COMMAND, round_, seen=1, title="x"),
        lambda: open_(COMMAND, round_),
    ):
        with pytest.raises(Conflict):
            act()


def test_an_excused_community_is_not_asked(small_city: SmallCity, granted: Granted) -> None:
    round_ = drafted(small_city["east"])
    round_ = excuse(COMMAND, round_, small_city["mill"], MOVED_OUT, seen=1)
    round_ = excuse(COMMAND, round_, small_city["pond"], MOVED_OUT, seen=2)
    round_ = include(COMMAND, round_, small_city["pond"].pk, seen=3)
    assert round_.excused == {str(small_city["mill"].pk): MOVED_OUT}
    round_ = open_at_once(COMMAND, round_)
    assert names_of(round_) == ["pine", "pond"]
    county = granted("county", "east", *EVERYTHING)
    assert Overview.of(round_, county, date(2026, 7, 1)).total.communities == 2


def test_only_communities_of_the_round_are_excused(small_city: SmallCity) -> None:
    round_ = drafted(small_city["east"])
    for name in ("reed", "bridge", "east"):
        with pytest.raises(Refused, match="不是这一轮范围里的社区"):
            excuse(COMMAND, round_, small_city[name], MOVED_OUT, seen=1)
    with pytest.raises(Refused, match="没有写免报的原因"):
        excuse(COMMAND, round_, small_city["mill"], " ", seen=1)
    with pytest.raises(Refused, match="电话号码"):
        excuse(COMMAND, round_, small_city["mill"], "问13800001111", seen=1)
    early = drafted(small_city["east"], as_on=date(1990, 1, 1))
    with pytest.raises(Refused, match="1990-01-01不是"):
        excuse(COMMAND, early, small_city["mill"], MOVED_OUT, seen=1)
    round_ = excuse(COMMAND, round_, small_city["mill"], MOVED_OUT, seen=1)
    with pytest.raises(Refused, match="免报的mill不在这一轮里"):
        change(COMMAND, round_, seen=2, area=small_city["west"])
    round_ = excuse(COMMAND, round_, small_city["pond"], MOVED_OUT, seen=2)
    round_ = excuse(COMMAND, round_, small_city["pine"], MOVED_OUT, seen=3)
    with pytest.raises(Refused, match="全都免报"):
        open_(COMMAND, round_)


@pytest.fixture
def county(granted: Granted, settings: Any) -> Any:
    plain_pages(settings)
    return signed_in(granted("county", "east", *EVERYTHING))


def test_a_draft_on_its_pages(
    county: Any, small_city: SmallCity, granted: Granted, django_assert_max_num_queries: Any
) -> None:
    round_ = drafted(small_city["east"])
    page = f"/surveys/{round_.pk}/"
    first = county.get(page).content.decode()
    for word in ("change", "discard", "excused", "preview"):
        assert f"{page}{word}/" in first
        with django_assert_max_num_queries(30):
            assert county.get(f"{page}{word}/").status_code == 200, word
    form = county.get(f"{page}change/").context["form"]
    plan = {name: form[name].value() for name in form.fields}
    assert plan["title"] == "Round 2026"
    assert "each" not in plan
    wrong = county.post(f"{page}change/", {**plan, "due_on": "2026-01-01"}).content.decode()
    assert "报送期限不能早于开始填报" in wrong
    assert county.post(f"{page}change/", {**plan, "title": "Round 2027"}).status_code == 302
    assert county.post(f"{page}change/", {**plan, "title": "x"}).status_code == 409
    stranger = {"area": "reed", "reason": MOVED_OUT, "seen": 2}
    assert "没有这个社区" in county.post(f"{page}excused/", stranger).content.decode()
    mill = {"area": "mill", "reason": MOVED_OUT, "seen": 2}
    assert county.post(f"{page}excused/", mill).status_code == 302
    listed = county.get(f"{page}excused/").content.decode()
    assert MOVED_OUT in listed
    assert "取消mill的免报" in listed
    again = {"include": small_city["mill"].pk, "seen": 3}
    assert county.post(f"{page}excused/", again).status_code == 302
    assert "没有免报的社区" in county.get(f"{page}excused/").content.decode()
    assert county.post(f"{page}open/", {"seen": 1}).status_code == 409
    assert county.post(f"{page}discard/", {"seen": 4}).status_code == 302
    assert county.get(page).status_code == 404


def test_what_has_begun_is_seen_but_not_changed(county: Any, small_city: SmallCity) -> None:
    round_ = excuse(COMMAND, drafted(small_city["east"]), small_city["mill"], MOVED_OUT, seen=1)
    open_at_once(COMMAND, round_)
    page = f"/surveys/{round_.pk}/"
    text = county.get(page).content.decode()
    assert "1个" in text
    assert "2026-07-01" in text, "the day it opens"
    for word in ("change", "discard"):
        assert f"{page}{word}/" not in text
        assert county.get(f"{page}{word}/").status_code == 409
    listed = county.get(f"{page}excused/").content.decode()
    assert MOVED_OUT in listed
    assert "<button" not in listed.split("<main")[1].split("</main")[0]
    sent = {"area": "pond", "reason": MOVED_OUT, "seen": 2}
    assert county.post(f"{page}excused/", sent).status_code == 409


def test_the_preview_shows_all_that_is_asked_and_sends_nothing(
    county: Any, small_city: SmallCity
) -> None:
    for round_ in (drafted(small_city["east"]), opened(small_city["east"])):
        page = county.get(f"/surveys/{round_.pk}/preview/").content.decode()
        main = page.split("<main")[1].split("</main")[0]
        assert "<form" not in main
        assert "<button" not in main
        for section in form_of(load_pack("xian-2024")).sections:
            assert section.zh in main
            words = [one.zh for one in section.questions] + [row.zh for row in section.rows]
            assert [word for word in words if word not in main] == []
        free, *shut = main.split("<fieldset disabled>")
        assert shut
        for at in (free, *(one.split("</section>\n</fieldset>")[-1] for one in shut)):
            assert not re.search("<(input|select|textarea)", at), "all that takes words is shut"
