"""What waits about people: grants that end, accounts without a second factor."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lifecircle.govern.accounts import people, services
from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.accounts.waiting import waiting
from lifecircle.govern.actor import Actor, system
from lifecircle.govern.waiting import Waiting
from tests.govern.accounts.conftest import Staff, enrol, sign_in
from tests.govern.conftest import SmallCity


def told(actor: Actor, word: str) -> list[Waiting]:
    return [one for one in waiting(actor, timezone.localdate()) if word in one.text]


def ends(name: str, days: int) -> date:
    to_on = timezone.localdate() + timedelta(days=days)
    Grant.objects.filter(user__username=name).update(to_on=to_on)
    return to_on


def rows(client: Client, state: str) -> list[str]:
    answer = client.get("/people/", {"state": state})
    return [user.username for user, _grants in answer.context["rows"]]


def test_grants_that_end_wait_until_they_are_ended_or_given_on(
    client: Client, staff: Staff, small_city: SmallCity
) -> None:
    admin, actor = staff("root", "platform-admin")
    _, beside = staff("beside", "county-civil-affairs", "west")
    clerk, own = staff("clerk", "township", "bridge")
    assert not told(actor, "授权")
    last = ends("clerk", 30)
    expected = Waiting("续期或收回快到期的授权", "/people/?state=ending", last, 1)
    assert told(actor, "授权") == [expected]
    assert not told(beside, "授权")
    assert told(own, "授权") == [Waiting("请上级续期您自己快到期的授权", "/people/me/", last, 1)]
    sign_in(client, admin)
    assert rows(client, "ending") == ["clerk"]
    role = Role.objects.get(code="township")
    [again] = services.give(
        system("test"), [clerk], role, small_city["bridge"], from_on=last + timedelta(days=1)
    )
    assert not told(actor, "授权"), "it was given on"
    assert rows(client, "ending") == []
    services.end(system("test"), again)
    assert told(actor, "授权")
    services.end(system("test"), Grant.objects.get(user=clerk, ended_at=None))
    assert not told(actor, "授权"), "it was ended"


@pytest.mark.parametrize("days", [-1, 31])
def test_grants_that_are_over_or_far_from_it_do_not_wait(staff: Staff, days: int) -> None:
    _, actor = staff("root", "platform-admin")
    staff("clerk", "township", "bridge")
    Grant.objects.update(from_on=date(2020, 1, 1))
    ends("clerk", days)
    assert not told(actor, "授权")


def test_who_has_no_second_factor_is_told_to_who_manages_them(
    client: Client, staff: Staff, settings: Any
) -> None:
    admin, actor = staff("root", "platform-admin")
    enrol(admin)
    clerk, own = staff("clerk", "volunteer", "bridge")
    people.create(system("test"), "bare", "无授权")
    [one] = told(actor, "第二重验证")
    assert (one.url, one.count, one.due) == ("/people/?state=unproved", 1, None)
    assert not told(own, "第二重验证")
    sign_in(client, admin)
    assert rows(client, "unproved") == ["clerk"]
    until = timezone.localdate() + timedelta(days=7)
    User.objects.filter(pk=clerk.pk).update(one_time_until=until)
    assert [one.due for one in told(actor, "第二重验证")] == [until]
    settings.DEMO = True
    assert not told(actor, "第二重验证"), "the demo asks for none"
    settings.DEMO = False
    enrol(clerk)
    assert not told(actor, "第二重验证")
    assert rows(client, "unproved") == []
