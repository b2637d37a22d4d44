"""Who may give what to whom, and that nothing given is lost from the record."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from lifecircle.govern.accounts.actors import actor_of
from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.accounts.services import end, give
from lifecircle.govern.actor import system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.refused import Conflict, Refused
from tests.govern.accounts.conftest import Staff
from tests.govern.conftest import SmallCity


def role(code: str) -> Role:
    return Role.objects.get(code=code)


def test_who_holds_it_all_may_hand_it_on_below(small_city: SmallCity, staff: Staff) -> None:
    _, street = staff("street", "township", "bridge")
    new, _ = staff("new")
    today = timezone.localdate()
    (grant,) = give(street, [new], role("community"), small_city["mill"], from_on=today)
    assert grant.given_by == "人street"
    assert actor_of(new, today).may("inventory.change", small_city["mill"].path)
    entry = Entry.objects.first()
    assert entry
    assert (entry.action, entry.area_path) == ("grant.give", small_city["mill"].path)
    assert '"user":"new"' in entry.content


@pytest.mark.parametrize(
    ("code", "area", "said"),
    [
        ("community", "pine", "不包括这个角色的全部权限"),
        ("county-government", "bridge", "不包括这个角色的全部权限"),
        ("community", "bridge", "不能在镇街级授予"),
        ("resident", "mill", "不用账号"),
    ],
)
def test_not_elsewhere_nor_more_nor_at_another_level(
    small_city: SmallCity, staff: Staff, code: str, area: str, said: str
) -> None:
    _, street = staff("street", "township", "bridge")
    new, _ = staff("new")
    with pytest.raises(Refused, match=said):
        give(street, [new], role(code), small_city[area], from_on=timezone.localdate())
    assert not new.grants.exists()


def test_who_may_not_grant_hands_on_nothing_though_holding_it(
    small_city: SmallCity, staff: Staff
) -> None:
    _, community = staff("c", "community", "mill")
    new, _ = staff("new")
    with pytest.raises(Refused):
        give(community, [new], role("grid-worker"), small_city["mill"],
             from_on=timezone.localdate())  # fmt: skip


def test_never_to_oneself_nor_into_the_past(small_city: SmallCity, staff: Staff) -> None:
    own, street = staff("street", "township", "bridge")
    new, _ = staff("new")
    today = timezone.localdate()
    with pytest.raises(Refused, match="不能给自己授权"):
        give(street, [new, own], role("community"), small_city["mill"], from_on=today)
    yesterday = today - timedelta(days=1)
    with pytest.raises(Refused, match="追溯"):
        give(street, [new], role("community"), small_city["mill"], from_on=yesterday)
    with pytest.raises(Refused, match="不能早于起期"):
        give(street, [new], role("community"), small_city["mill"], from_on=today, to_on=yesterday)
    with pytest.raises(Refused, match="自己的授权"):
        end(street, own.grants.get())


def test_ended_grants_stay_on_record(small_city: SmallCity, staff: Staff) -> None:
    _, street = staff("street", "township", "bridge")
    new, _ = staff("new", "community", "mill")
    grant = new.grants.select_related("area", "role", "user").get()
    end(street, grant, reason="调离")
    grant.refresh_from_db()
    assert grant.ended_by == "人street"
    assert str(grant.state(timezone.localdate())) == "已终止"
    assert actor_of(new, timezone.localdate()).holdings == ()
    with pytest.raises(Conflict, match="已经终止"):
        end(street, grant)
    assert Entry.objects.filter(action="grant.end").count() == 1


def test_a_grant_may_end_on_a_day_to_come(small_city: SmallCity, staff: Staff) -> None:
    _, street = staff("street", "township", "bridge")
    new, _ = staff("new", "community", "mill")
    today = timezone.localdate()
    grant = new.grants.get()
    end(street, grant, on=today + timedelta(days=9))
    assert actor_of(new, today + timedelta(days=9)).holdings
    assert not actor_of(new, today + timedelta(days=10)).holdings
    grant.refresh_from_db()
    with pytest.raises(Refused, match="原来的止期"):
        end(street, grant, on=today + timedelta(days=10))


def test_the_same_again_gives_nothing(small_city: SmallCity, staff: Staff) -> None:
    new, _ = staff("new", "community", "mill")
    again = give(system("t"), [new], role("community"), small_city["mill"],
                 from_on=timezone.localdate())  # fmt: skip
    assert again == []
    assert Entry.objects.filter(action="grant.give").count() == 0


def test_a_grant_over_an_area_that_ended_is_lapsed(small_city: SmallCity, staff: Staff) -> None:
    new, _ = staff("new", "community", "mill")
    today = timezone.localdate()
    Area.objects.filter(name="mill").update(ended_on=today)
    grant = new.grants.select_related("area").get()
    assert str(grant.state(today)) == "已失效：区划已撤销"
    assert actor_of(new, today).holdings == ()
    with pytest.raises(Refused, match="已撤销"):
        give(system("t"), [new], role("community"), grant.area, from_on=today)


def test_two_thousand_people_get_a_role_in_two_seconds(small_city: SmallCity, staff: Staff) -> None:
    _, top = staff("top", "platform-admin", "city")
    users = User.objects.bulk_create(User(username=f"u{n}", name=f"u{n}") for n in range(2000))
    started = time.perf_counter()
    grants = give(top, users, role("grid-worker"), small_city["mill"], from_on=timezone.localdate())
    assert time.perf_counter() - started < 2
    assert len(grants) == Grant.objects.filter(role__code="grid-worker").count() == 2000
    entry = Entry.objects.first()
    assert entry
    assert '"count":"2000"' in entry.content
