"""A round by township: the county sees each, a township its own; it reviews, the county closes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from lifecircle.govern.actor import Actor, system
from lifecircle.govern.refused import Refused
from lifecircle.govern.surveys.drafting import draft_each
from lifecircle.govern.surveys.entering import enter
from lifecircle.govern.surveys.models import Answer, Channel, Return, Round
from lifecircle.govern.surveys.opening import open_at_once
from lifecircle.govern.surveys.overview import Overview
from lifecircle.govern.surveys.services import close, hand_in, review
from tests.govern.conftest import Granted, SmallCity
from tests.govern.parts import plain_pages, signed_in
from tests.govern.surveys.rounds import AS_ON, EVERYTHING, PACK, back_of, drafted

TODAY = date(2026, 8, 5)
"""After communities were to hand in, before townships were to have reviewed."""

CLINIC = ("function_exists", "clinic")
COMMAND = system("test")


@pytest.fixture
def round_(small_city: SmallCity) -> Round:
    """The county east: mill handed in on time, pond answered a little, pine nothing."""
    round_ = open_at_once(COMMAND, drafted(small_city["east"], review_due_on=date(2099, 1, 1)))
    mill = back_of(round_, small_city["mill"])
    rows = [row.key for row in round_.asks.section("functions").rows]
    enter(COMMAND, mill, {("function_exists", key): "no" for key in rows}, Channel.PAGE)
    hand_in(COMMAND, mill, seen=2)
    Return.objects.filter(pk=mill.pk).update(handed_in_at=datetime(2026, 7, 20, tzinfo=UTC))
    enter(COMMAND, back_of(round_, small_city["pond"]), {CLINIC: "no"}, Channel.PAGE)
    return round_


def lines(round_: Round, actor: Actor) -> dict[str, tuple[int, ...]]:
    seen = Overview.of(round_, actor, TODAY)
    return {
        one.name: (one.communities, one.percent, one.handed_in, one.reviewed, one.late)
        for one in (*seen.townships, seen.total)
    }


def test_how_complete_and_how_late_each_township_is(
    round_: Round, small_city: SmallCity, granted: Granted
) -> None:
    county, town = granted("county", "east", *EVERYTHING), granted("town", "bridge", *EVERYTHING)
    rows = len(round_.asks.section("functions").rows)
    bridge = (2, 100 * (rows + 1) // (2 * rows), 1, 0, 1)
    whole = (3, 100 * (rows + 1) // (3 * rows), 1, 0, 2)
    assert lines(round_, county) == {"bridge": bridge, "hill": (1, 0, 0, 0, 1), "": whole}
    assert lines(round_, town) == {"bridge": bridge, "": bridge}
    assert lines(round_, granted("clerk", "pine", *EVERYTHING))["hill"] == (1, 0, 0, 0, 1)
    assert lines(round_, granted("stranger", "lake", *EVERYTHING)) == {"": (0, 100, 0, 0, 0)}


def test_a_township_reviews_its_own_and_the_county_closes(
    round_: Round, small_city: SmallCity, granted: Granted, settings: Any
) -> None:
    plain_pages(settings)
    town = granted("town", "bridge", *EVERYTHING[:3])
    county = granted("county", "east", "survey.view", "survey.close")
    page, mine, theirs = f"/surveys/{round_.pk}/", signed_in(town), signed_in(county)
    text = mine.get(page).content.decode()
    for name, there in (("bridge", True), ("mill", True), ("pond", True), ("办结</a>", False)):
        assert (name in text) is there, name
    assert not {"hill", "pine"} & set(text.replace("<", ">").split(">"))
    township = theirs.get(f"{page}?township={small_city['hill'].pk}").context["page"]
    assert [line.name for _back, line in township] == ["pine"]
    late = theirs.get(f"{page}?late=1").context["page"]
    assert [line.name for _back, line in late] == ["pond", "pine"]
    mill, pine = (back_of(round_, small_city[name]) for name in ("mill", "pine"))
    assert mine.get(f"/surveys/returns/{pine.pk}/").status_code == 404
    with pytest.raises(Refused):
        review(county, mill, seen=mill.version)
    passed = {"seen": mill.version, "verdict": "pass"}
    assert mine.post(f"/surveys/returns/{mill.pk}/review/", passed).status_code == 302
    assert mine.get(f"{page}close/").status_code in (403, 404)
    with pytest.raises(Refused, match="还有2个社区没有审核：pond、pine"):
        close(county, round_)
    left = round_.returns.exclude(state="reviewed")
    assert close(county, round_, {one.pk: "搬迁中" for one in left}).state == "closing"


def test_a_correction_by_the_reviewer_keeps_the_old_value(
    round_: Round, small_city: SmallCity, granted: Granted, settings: Any
) -> None:
    plain_pages(settings)
    town, mill = granted("town", "bridge", *EVERYTHING[:3]), back_of(round_, small_city["mill"])
    enter(town, mill, {CLINIC: "yes"}, Channel.TELEPHONE, note="社区书记", said_on=AS_ON)
    told = Answer.objects.filter(back=mill, question=CLINIC[0], row=CLINIC[1]).order_by("pk")
    assert [(one.value, one.actor, bool(one.closed_at)) for one in told] == [
        ("no", "test", True), ("yes", "town", False),
    ]  # fmt: skip
    text = signed_in(town).get(f"/surveys/returns/{mill.pk}/history/").content.decode()
    assert "社区书记" in text


def test_a_city_lets_each_county_close_its_own(
    small_city: SmallCity, granted: Granted, settings: Any
) -> None:
    plain_pages(settings)
    chief, county = granted("chief", "city", *EVERYTHING), granted("county", "east", *EVERYTHING)
    plan = {
        "title": "Round 2026", "area": small_city["city"].pk, "pack": PACK, "each": "1",
        "as_on": "2026-06-30", "opens_on": "2026-07-01", "due_on": "2026-07-31",
        "review_due_on": "2026-08-14",
    }  # fmt: skip
    assert signed_in(chief).post("/surveys/new/", plan).headers["Location"] == "/surveys/"
    assert {one.area.name for one in Round.objects.all()} == {"east", "west"}
    assert [one.area.name for one in Round.objects.visible_to(county)] == ["east"]
    days = dict.fromkeys(("as_on", "opens_on", "due_on", "review_due_on"), AS_ON)
    with pytest.raises(Refused, match="没有区县"):
        draft_each(COMMAND, area=small_city["east"], pack=PACK, title="x", **days)
    with pytest.raises(Refused):
        draft_each(county, area=small_city["city"], pack=PACK, title="x", **days)
