"""The deadlines of an open round are moved: with a reason, told to who waits, the old days kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from lifecircle.govern.actor import system
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys import deadlines
from lifecircle.govern.surveys.models import Move, Return, Round
from lifecircle.govern.surveys.overview import Overview
from lifecircle.govern.surveys.services import close
from lifecircle.govern.surveys.waiting import waiting
from tests.govern.conftest import Granted, SmallCity
from tests.govern.parts import plain_pages, signed_in
from tests.govern.surveys.rounds import EVERYTHING, back_of, drafted, opened

COMMAND = system("test")
TODAY, NEW, REVIEW = date(2026, 8, 5), date(2026, 8, 12), date(2026, 8, 20)
WHY = "暴雨，入户推迟"


@pytest.fixture
def round_(small_city: SmallCity, monkeypatch: pytest.MonkeyPatch) -> Round:
    monkeypatch.setattr(
        "django.utils.timezone.localdate", lambda value=None: value.date() if value else TODAY
    )
    return opened(small_city["east"])


def move(round_: Round, actor: Any = COMMAND, seen: int = 1, **other: Any) -> Round:
    told = {"due_on": NEW, "review_due_on": REVIEW, "reason": WHY, **other}
    return deadlines.move(actor, round_, seen=seen, **told)


def test_lateness_is_counted_with_the_new_day(
    round_: Round, small_city: SmallCity, granted: Granted
) -> None:
    county = granted("county", "east", *EVERYTHING)
    mill = back_of(round_, small_city["mill"])
    at = datetime(2026, 8, 3, tzinfo=UTC)
    Return.objects.filter(pk=mill.pk).update(state="reviewed", handed_in_at=at)
    assert Overview.of(round_, county, TODAY).total.late == 3
    now = move(round_, county)
    assert Overview.of(now, county, TODAY).total.late == 0
    assert Overview.of(now, county, date(2026, 8, 13)).total.late == 2
    again = move(now, county, 2, due_on=TODAY, review_due_on=REVIEW, reason="再改")
    days = [(one.due_before, one.due_on, one.reason) for one in again.moves.all()]
    assert days == [(NEW, TODAY, "再改"), (date(2026, 7, 31), NEW, WHY)]
    entry = Entry.objects.filter(action="survey.move_deadlines").order_by("number")[0]
    for word in ("2026-07-31", "2026-08-12", "2026-08-14", "2026-08-20", WHY):
        assert word in entry.content
    assert entry.actor == county.name


def test_what_is_refused_moves_nothing(
    round_: Round, small_city: SmallCity, granted: Granted
) -> None:
    town = granted("town", "bridge", *EVERYTHING)
    refused: list[tuple[dict[str, Any], str]] = [
        ({"reason": " "}, "没有写改期限的原因"),
        ({"reason": "问13800001111"}, "电话号码"),
        ({"due_on": date(2026, 8, 4)}, "已经过了"),
        ({"due_on": date(2026, 8, 21)}, "审核期限不能早于"),
        ({"due_on": date(2026, 7, 31), "review_due_on": date(2026, 8, 14)}, "都没有变"),
        ({"actor": town}, "授权"),
    ]
    for other, why in refused:
        with pytest.raises(Refused, match=why):
            move(round_, **other)
    with pytest.raises(Conflict, match="刚刚有人改过"):
        move(round_, seen=2)
    with pytest.raises(Conflict, match="不在填报中"):
        move(drafted(small_city["east"]))
    assert not Move.objects.exists()
    round_.refresh_from_db()
    assert round_.due_on == date(2026, 7, 31)
    only_review = move(round_, due_on=date(2026, 7, 31))
    assert only_review.review_due_on == REVIEW, "a day that stays may have passed"


def test_who_waits_is_told(
    round_: Round, small_city: SmallCity, granted: Granted, settings: Any
) -> None:
    plain_pages(settings)
    clerk, town = granted("clerk", "mill", *EVERYTHING[:2]), granted("town", "bridge", *EVERYTHING)
    county = signed_in(granted("county", "east", *EVERYTHING))
    mill, page = back_of(round_, small_city["mill"]), f"/surveys/{round_.pk}/"
    form = county.get(f"{page}deadlines/").context["form"]
    assert form["due_on"].value() == date(2026, 7, 31)
    sent = {"due_on": "2026-08-12", "review_due_on": "2026-08-20", "seen": 1}
    bare = county.post(f"{page}deadlines/", sent).content.decode()
    assert "2026-08-12" in bare, "what was typed stays"
    assert county.post(f"{page}deadlines/", {**sent, "reason": WHY}).status_code == 302
    assert county.post(f"{page}deadlines/", {**sent, "reason": WHY}).status_code == 409
    text = county.get(page).content.decode()
    assert "<del>2026-07-31</del> 2026-08-12" in text
    assert "<del>2026-08-14</del> 2026-08-20" in text
    told = signed_in(clerk).get(f"/surveys/returns/{mill.pk}/").content.decode()
    assert f"社区报送期限由2026-07-31改为2026-08-12。原因：{WHY}" in told
    [one] = waiting(clerk, TODAY)
    assert (one.text, one.due, one.count) == ("填报摸底（期限改过）", NEW, 1)
    Return.objects.filter(area=small_city["mill"]).update(state="handed_in")
    [one] = waiting(town, TODAY)
    assert (one.text, one.due, one.count) == ("审核社区报送的摸底（期限改过）", REVIEW, 1)
    Round.objects.update(state="closed")
    assert county.get(f"{page}deadlines/").status_code == 409
    assert "<del>2026-07-31</del>" in county.get(page).content.decode(), "the old day stays"


def test_a_round_is_closed_without_its_own_communities_only(
    round_: Round, small_city: SmallCity
) -> None:
    stranger = back_of(opened(small_city["west"]), small_city["reed"])
    own = {one.pk: "搬迁中" for one in round_.returns.all()}
    with pytest.raises(Refused, match="不是这一轮还没有审核的"):
        close(COMMAND, round_, {**own, stranger.pk: "搬迁中"})
    mill = back_of(round_, small_city["mill"])
    Return.objects.filter(pk=mill.pk).update(state="reviewed")
    with pytest.raises(Refused, match="不是这一轮还没有审核的"):
        close(COMMAND, round_, own)
    del own[mill.pk]
    assert close(COMMAND, round_, own).exceptions == {str(pk): "搬迁中" for pk in own}
