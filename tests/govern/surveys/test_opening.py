"""A round is opened by a job: entry begins when every community has its return, and one each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from lifecircle.govern.actor import system
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.services import found
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.jobs import worker
from lifecircle.govern.jobs.handlers import Pace
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.jobs.worker import Worker
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys import handlers
from lifecircle.govern.surveys.entering import enter
from lifecircle.govern.surveys.models import Channel, Return, Round
from lifecircle.govern.surveys.opening import open_, open_at_once
from tests.govern.conftest import Granted, SmallCity
from tests.govern.dying import Mortal, Power
from tests.govern.parts import plain_pages, signed_in
from tests.govern.surveys.rounds import back_of, drafted, stocked

COMMAND = system("test")
MANY = 61


@pytest.fixture(autouse=True)
def _no_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "BEAT_S", 3600.0)


@pytest.fixture
def many(small_city: SmallCity) -> SmallCity:
    """The small city with more communities than one step lays."""
    stocked(small_city["mill"])
    for number in range(MANY - 3):
        found(COMMAND, f"C{number}", Level.COMMUNITY, small_city["bridge"], on=date(2020, 1, 1))
    return small_city


def small_steps(**_of: int) -> Pace:
    return Pace(rows=20, most=20)


@pytest.mark.parametrize("before", [True, False])
def test_killed_at_any_step_each_community_has_one_return(
    many: SmallCity, monkeypatch: pytest.MonkeyPatch, *, before: bool
) -> None:
    monkeypatch.setattr(handlers, "Pace", small_steps)
    steps, died = 0, True
    while died:
        died = False
        round_ = open_(COMMAND, drafted(many["east"]))
        for mortal in (Mortal(steps, before=before, late=1), Mortal(99, before=True, late=2)):
            try:
                while mortal.run_one():
                    pass
            except Power:
                died = True
                state = Round.objects.get(pk=round_.pk).state
                assert state == "opening" or not before
        round_.refresh_from_db()
        assert (round_.state, round_.returns.count()) == ("open", MANY)
        told = Entry.objects.filter(action="survey.opened", subject=str(round_.pk))
        assert told.count() == 1
        steps += 1
    assert steps > 4
    mill = back_of(round_, many["mill"])
    assert mill.on_file["facilities"]["F1"]["label"] == "Mill clinic"
    assert mill.asked == len(round_.asks.section("functions").rows) + 3


def test_the_job_lays_what_opening_at_once_lays(many: SmallCity) -> None:
    by_job, at_once = open_(COMMAND, drafted(many["east"])), drafted(many["east"])
    assert Worker("test").run_one()
    open_at_once(COMMAND, at_once)

    def laid(round_: Round) -> list[Any]:
        rows = round_.returns.order_by("area_id")
        return list(rows.values_list("area_id", "on_file", "asked", "state", "version"))

    assert laid(by_job) == laid(at_once)
    by_job.refresh_from_db()
    at_once.refresh_from_db()
    assert (by_job.form_sha256, by_job.state) == (at_once.form_sha256, at_once.state)


def test_nobody_answers_before_all_is_laid(small_city: SmallCity) -> None:
    round_ = open_(COMMAND, drafted(small_city["east"]))
    back = Return.objects.create(round=round_, area=small_city["mill"])
    with pytest.raises(Conflict, match="还在准备"):
        enter(COMMAND, back, {("function_exists", "clinic"): "no"}, Channel.PAGE)
    with pytest.raises(Conflict, match="正在开始"):
        open_(COMMAND, round_)
    assert Worker("test").run_one()
    enter(COMMAND, back, {("function_exists", "clinic"): "no"}, Channel.PAGE)
    with pytest.raises(Conflict, match="已经开始"):
        open_(COMMAND, Round.objects.get(pk=round_.pk))
    assert Job.objects.count() == 1


def test_what_broke_off_goes_on_when_it_is_asked_for_again(small_city: SmallCity) -> None:
    round_ = open_(COMMAND, drafted(small_city["east"]))
    Job.objects.update(state="failed", ended_at=timezone.now())
    open_(COMMAND, round_)
    assert Worker("test").run_one()
    assert Round.objects.get(pk=round_.pk).state == "open"


def test_without_communities_or_the_right_nothing_begins(
    small_city: SmallCity, granted: Granted
) -> None:
    empty = drafted(small_city["east"], as_on=date(1990, 1, 1))
    with pytest.raises(Refused, match="没有社区"):
        open_(COMMAND, empty)
    round_ = drafted(small_city["east"])
    with pytest.raises(Refused):
        open_(granted("clerk", "mill", "survey.view", "survey.enter"), round_)
    assert not Job.objects.exists()
    assert Round.objects.get(pk=round_.pk).state == "draft"


def test_the_page_tells_how_far_it_is(
    small_city: SmallCity, granted: Granted, settings: Any, django_assert_max_num_queries: Any
) -> None:
    plain_pages(settings)
    rights = ("survey.view", "survey.run", "survey.enter")
    county = signed_in(granted("county", "east", *rights))
    round_ = drafted(small_city["east"])
    page, url = f"/surveys/{round_.pk}/", f"/api/surveys/rounds/{round_.pk}/open"
    answer = county.post(url, {}, content_type="application/json", headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["state"]) == (202, "opening")
    Job.objects.update(done=1, of=4)
    with django_assert_max_num_queries(30):
        text = county.get(page).content.decode()
    assert "1/4" in text
    assert "正在准备填报" in text
    assert "按社区" not in text
    waiting = county.get(page, headers={"HX-Request": "true"})
    assert "HX-Refresh" not in waiting.headers
    assert (
        county.get(f"/surveys/{round_.pk}/workbooks/{small_city['mill'].pk}.xlsx").status_code
        == 404
    )
    assert Worker("test").run_one()
    done = county.get(page, headers={"HX-Request": "true"})
    assert done.headers["HX-Refresh"] == "true"
    assert "按社区" in county.get(page).content.decode()
