"""Answers come by every channel, once, checked; what was before is kept."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from lifecircle.govern.actor import system
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.services import found
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys.asking import form_of
from lifecircle.govern.surveys.entering import BadAnswers, enter
from lifecircle.govern.surveys.filled import Filled
from lifecircle.govern.surveys.models import Answer, Channel, Return, Round, Submission
from lifecircle.govern.surveys.on_file import label_said
from lifecircle.govern.surveys.opening import open_at_once
from lifecircle.govern.surveys.services import close, hand_in, return_, review
from lifecircle.govern.surveys.values import shown
from lifecircle.policy.packs import load_pack
from tests.govern.conftest import Granted, SmallCity
from tests.govern.surveys.rounds import back_of, drafted, opened, stocked

CLINIC = ("function_exists", "clinic")
COMMAND = system("test")


@pytest.fixture
def round_(small_city: SmallCity) -> Round:
    stocked(small_city["mill"])
    return opened(small_city["east"])


@pytest.fixture
def mill(round_: Round, small_city: SmallCity) -> Return:
    return back_of(round_, small_city["mill"])


def put(back: Return, answers: dict[tuple[str, str], Any], **more: Any) -> Any:
    return enter(COMMAND, back, answers, more.pop("channel", Channel.PAGE), **more)


def test_opening_lays_a_return_before_every_community_of_that_day(small_city: SmallCity) -> None:
    found(COMMAND, "late", Level.COMMUNITY, small_city["hill"], on=date(2026, 7, 2))
    stocked(small_city["mill"])
    round_ = opened(small_city["east"])
    assert {back.area.name for back in round_.returns.all()} == {"mill", "pond", "pine"}
    mill = back_of(round_, small_city["mill"])
    assert mill.on_file["facilities"]["F1"]["label"] == "Mill clinic"
    assert mill.on_file["facilities"]["F1"]["values"]["facility_floor_m2"] == "80"
    assert mill.on_file["permits"]["许可〔2018〕12号-1"]["label"] == "Mill court 社区养老服务点"
    functions = len(round_.asks.section("functions").rows)
    assert mill.asked == functions + 3
    assert back_of(round_, small_city["pond"]).asked == functions
    with pytest.raises(Conflict):
        open_at_once(COMMAND, round_)


def test_a_draft_is_known_to_those_who_hold_the_area(
    small_city: SmallCity, granted: Granted
) -> None:
    county, community = granted("a", "east", "survey.view"), granted("b", "mill", "survey.view")
    stranger, nobody = granted("c", "reed", "survey.view"), granted("d", None)
    round_ = drafted(small_city["east"])
    seen = [Round.objects.visible_to(one).count() for one in (county, community, stranger, nobody)]
    assert seen == [1, 0, 0, 0]
    open_at_once(COMMAND, round_)
    seen = [Round.objects.visible_to(one).count() for one in (county, community, stranger, nobody)]
    assert seen == [1, 1, 0, 0]
    backs = [Return.objects.visible_to(one).count() for one in (county, community, stranger)]
    assert backs == [3, 1, 0]


def test_a_correction_keeps_what_was_before(mill: Return) -> None:
    assert put(mill, {CLINIC: "有"}).saved == 1
    assert put(mill, {CLINIC: "yes"}).saved == 0, "the same again is nothing"
    said = {"channel": Channel.TELEPHONE, "note": "社区书记", "said_on": date(2026, 7, 2)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.localdate", lambda: date(2026, 7, 3))
        assert put(mill, {CLINIC: "no"}, **said).saved == 1
    old, new = Answer.objects.filter(back=mill, question="function_exists", row="clinic")
    assert (old.value, new.value) == ("yes", "no")
    assert old.closed_at == new.at
    assert (new.channel, new.note) == ("telephone", "社区书记")
    back = Return.objects.get(pk=mill.pk)
    assert (back.answered, back.version) == (1, 3)
    assert put(mill, {CLINIC: ""}).saved == 1, "a blank takes it back"
    assert Return.objects.get(pk=mill.pk).answered == 0


def test_a_submission_sent_again_makes_no_double(mill: Return, small_city: SmallCity) -> None:
    key = {"instance": uuid.uuid4(), "channel": Channel.COLLECT, "content_sha256": "a" * 64}
    row = f"new-{uuid.uuid4()}"
    answers = {("facility_name", row): "新诊所", ("facility_categories", row): ["clinic"]}
    assert put(mill, answers, **key).saved == 2
    again = put(mill, answers, **key)
    assert again.repeated
    assert again.saved == 2
    assert Answer.objects.filter(back=mill).count() == 2
    assert Submission.objects.count() == 1
    with pytest.raises(Conflict):
        put(mill, answers, **{**key, "content_sha256": "b" * 64})
    with pytest.raises(Conflict):
        put(back_of(mill.round, small_city["pond"]), answers, **key)


BAD: list[tuple[tuple[str, str], Any]] = [
    (("function_exists", "clinic"), "maybe"),
    (("function_exists", "castle"), "yes"),
    (("function_m2", "clinic"), "-1"),
    (("function_m2", "clinic"), "12.345"),
    (("function_m2", "clinic"), "nan"),
    (("function_m2", "clinic"), "80平方米"),
    (("need_rank", "elder_care"), 10),
    (("need_people", "elder_care"), "1.5"),
    (("facility_name", "F2"), "not on file"),
    (("facility_name", "new-"), "no key"),
    (("facility_name", "new-1"), "长" * 101),
    (("facility_name", "new-1"), "张三13800138000"),
    (("facility_point", "new-1"), "108.9"),
    (("facility_point", "new-1"), "208.9 34"),
    (("facility_photo", "new-1"), "a" * 64),
    (("space_available_on", "K1"), "明年"),
    (("permit_actual", "new-1"), "missing"),
    (("opinion_words", "new-1"), "身份证号11010119900307803X"),
    (("nothing", ""), "x"),
]


@pytest.mark.parametrize(("key", "value"), BAD)
def test_a_bad_answer_is_refused_by_name(mill: Return, key: tuple[str, str], value: Any) -> None:
    with pytest.raises(BadAnswers) as caught:
        put(mill, {("function_exists", "playground"): "yes", key: value})
    assert list(caught.value.told) == [key]
    assert not Answer.objects.exists()


def test_all_that_is_bad_is_told_at_once(mill: Return) -> None:
    with pytest.raises(BadAnswers) as caught:
        put(mill, {("function_m2", "clinic"): "x", ("need_rank", "health"): 0})
    assert len(caught.value.told) == 2
    assert "健康服务" in str(caught.value)


def test_on_behalf_needs_who_and_when_and_no_numbers(mill: Return) -> None:
    for note, said_on in (("", date(2026, 1, 1)), ("书记", None), ("书记13800138000", None)):
        with pytest.raises(Refused):
            put(mill, {CLINIC: "no"}, channel=Channel.PAPER, note=note, said_on=said_on)


def test_what_another_answered_since_is_not_overwritten(mill: Return, granted: Granted) -> None:
    first, second = (granted(name, "mill", "survey.enter") for name in ("first", "second"))
    enter(first, mill, {CLINIC: "yes"}, Channel.PAGE, seen=0)
    with pytest.raises(Conflict):
        enter(second, mill, {CLINIC: "no"}, Channel.PAGE, seen=0)
    enter(second, mill, {("function_exists", "playground"): "no"}, Channel.PAGE, seen=0)
    enter(first, mill, {CLINIC: "no"}, Channel.PAGE, seen=0)


def test_the_way_of_a_return(mill: Return, granted: Granted, small_city: SmallCity) -> None:
    clerk = granted("clerk", "mill", "survey.view", "survey.enter")
    town = granted("town", "bridge", "survey.view", "survey.review")
    county = granted("county", "east", "survey.view", "survey.close")
    enter(clerk, mill, {CLINIC: "no"}, Channel.PAGE)
    with pytest.raises(Refused, match="Mill clinic"):
        hand_in(clerk, mill, seen=2, missing="x")
    enter(clerk, mill, {("facility_standing", "F1"): "gone"}, Channel.PAGE)
    with pytest.raises(Refused, match="没有答"):
        hand_in(clerk, mill, seen=3)
    with pytest.raises(Conflict):
        hand_in(clerk, mill, seen=2, missing="正在走访")
    back = hand_in(clerk, mill, seen=3, missing="正在走访")
    assert (back.state, back.missing) == ("handed_in", "正在走访")
    with pytest.raises(Refused):
        enter(clerk, mill, {CLINIC: "yes"}, Channel.PAGE)
    with pytest.raises(Refused):
        review(clerk, mill, seen=4)
    back = return_(town, mill, seen=4, reason="写明诊所何时关的")
    assert back.state == "sent_back"
    enter(clerk, mill, {("facility_remark", "F1"): "五月关的"}, Channel.PAGE)
    hand_in(clerk, mill, seen=back.version + 1, missing="正在走访")
    back = review(town, mill, seen=back.version + 2)
    assert back.state == "reviewed"
    assert [step.to for step in back.steps.all()] == [
        "handed_in", "sent_back", "handed_in", "reviewed",
    ]  # fmt: skip
    with pytest.raises(Refused, match="还有2个社区"):
        close(county, back.round)
    others = back.round.returns.exclude(pk=back.pk)
    with pytest.raises(Refused):
        close(county, back.round, {one.pk: " " for one in others})
    closed = close(county, back.round, {one.pk: "搬迁中" for one in others})
    assert set(closed.exceptions.values()) == {"搬迁中"}
    told = Entry.objects.filter(kind="return").values_list("action", flat=True)
    assert "survey.sent_back" in set(told)


def test_one_outside_may_not(mill: Return, granted: Granted) -> None:
    stranger = granted("x", "pond", "survey.view", "survey.enter", "survey.review", "survey.run")
    with pytest.raises(Refused):
        enter(stranger, mill, {CLINIC: "no"}, Channel.PAGE)
    with pytest.raises(Refused):
        hand_in(stranger, mill, seen=1)


def test_rows_are_fixed_on_file_and_added(mill: Return) -> None:
    put(mill, {("facility_name", "new-1"): "新诊所", ("facility_name", "new-2"): "又一处"})
    put(mill, {("facility_name", "new-2"): None})
    filled = Filled.of(Return.objects.get(pk=mill.pk))
    form = mill.round.asks
    rows = filled.rows(form.section("facilities"))
    assert [(row.key, row.label) for row in rows] == [("F1", "Mill clinic"), ("new-1", "新诊所")]
    assert len(filled.rows(form.section("needs"))) == 9


def test_a_form_comes_back_from_json_as_it_was(round_: Round) -> None:
    again = Round.objects.get(pk=round_.pk)
    assert again.asks.sha256 == again.form_sha256
    codes = [one.code for section in again.asks.sections for one in section.questions]
    assert len(codes) == len(set(codes))
    assert all(
        code.replace("_", "").isascii() and code.replace("_", "").isalnum() for code in codes
    )


def test_entering_asks_the_database_little(
    mill: Return, django_assert_max_num_queries: Any
) -> None:
    answers: dict[tuple[str, str], Any] = {
        ("function_exists", row.key): "no" for row in mill.round.asks.section("functions").rows
    }
    with django_assert_max_num_queries(20):
        put(mill, answers)


def test_terms_and_permits_are_called_in_the_readers_language() -> None:
    form = form_of(load_pack("xian-2024"))
    clinic = next(one for one in form.section("functions").rows if one.key == "clinic")
    permits, told = form.section("permits"), "Mill court 社区养老服务点"
    with translation.override("zh-hant"):
        assert clinic.label == "社區就醫點"
        assert label_said(permits, told) == "Mill court 社區養老服務點"
    with translation.override("en"):
        assert clinic.label == "community clinic"
        assert label_said(permits, told) == "Mill court community elder-care point"
        assert label_said(permits, "Mill court") == "Mill court"
        assert label_said(form.section("spaces"), told) == told
        both = form.question("facility_categories")
        assert shown(both, ["clinic", "community_canteen"]) == (
            "community clinic, community canteen"
        )
