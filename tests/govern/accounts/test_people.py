"""Accounts: made, closed, helped by who could have given all that they hold."""

from typing import Any

import pytest
from django.test import Client

from lifecircle.govern.accounts import people
from lifecircle.govern.accounts.forms import Give
from lifecircle.govern.accounts.models import User
from lifecircle.govern.accounts.services import end, give
from lifecircle.govern.actor import system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.refused import Conflict, Refused
from tests.govern.accounts.conftest import Staff, sign_in
from tests.govern.conftest import SmallCity


def usernames(actor_sees: list[User]) -> list[str]:
    return sorted(one.username for one in actor_sees)


def test_who_sees_whom(small_city: SmallCity, staff: Staff) -> None:
    _, street = staff("street", "township", "bridge")
    staff("inside", "community", "mill")
    staff("outside", "community", "pine")
    staff("bare")
    made, _ = people.create(street, "made", "新人")
    assert usernames(list(User.objects.visible_to(street))) == ["inside", "made", "street"]
    _, other = staff("other", "township", "hill")
    assert usernames(list(User.objects.visible_to(other))) == ["other", "outside"]
    _, community = staff("worker", "community-worker", "mill")
    assert not User.objects.visible_to(community)
    assert made.made_by_id == street.user_id


def test_several_grants_show_a_person_once(small_city: SmallCity, staff: Staff) -> None:
    _, street = staff("street", "township", "bridge")
    twice, _ = staff("twice", "community", "mill")
    role = twice.grants.get().role
    give(system("t"), [twice], role, small_city["pond"], from_on=twice.grants.get().from_on)
    assert usernames(list(User.objects.visible_to(street))) == ["street", "twice"]


def test_nobody_signs_in_as_somebody_who_may_more(small_city: SmallCity, staff: Staff) -> None:
    street_user, street = staff("street", "township", "bridge")
    above, _ = staff("above", "county-government", "east")
    both, _ = staff("both", "community", "mill")
    give(system("t"), [both], both.grants.get().role, small_city["pine"],
         from_on=both.grants.get().from_on)  # fmt: skip
    below, _ = staff("below", "community", "mill")
    for acts in (people.reset_password, people.reset_second_factor):
        for user in (above, both):
            with pytest.raises(Refused, match="管辖之外"):
                acts(street, user)
        with pytest.raises(Refused, match="自己的账号"):
            acts(street, street_user)
        acts(street, below)
    _, web = staff("web", "network-administrator", "mill")
    with pytest.raises(Refused):
        people.set_active(web, below, active=False)


def test_an_account_whose_grants_ended_is_still_helped(small_city: SmallCity, staff: Staff) -> None:
    _, street = staff("street", "township", "bridge")
    _, other = staff("other", "township", "hill")
    below, _ = staff("below", "community", "mill")
    end(street, below.grants.get())
    assert people.manages(street, below)
    assert not people.manages(other, below)


def test_user_names_are_plain_and_once(staff: Staff) -> None:
    _, street = staff("street", "township", "bridge")
    people.create(street, "wang.fang", "王芳")
    with pytest.raises(Conflict, match="已有人使用"):
        people.create(street, "Wang.Fang", "王芳")
    with pytest.raises(Refused):
        people.create(street, "no blanks", "x")
    _, worker = staff("worker", "community-worker", "mill")
    with pytest.raises(Refused, match="不包括建立账号"):
        people.create(worker, "x", "x")


def test_passwords_never_enter_the_audit(staff: Staff) -> None:
    _, street = staff("street", "township", "bridge")
    user, first = people.create(street, "wang.fang", "王芳")
    second = people.reset_password(street, user, reason="忘记")
    assert user.check_password(second)
    told = "".join(Entry.objects.values_list("content", flat=True))
    assert "王芳" in told
    assert "忘记" in told
    assert first not in told
    assert second not in told


def test_pages_from_a_new_account_to_its_end(
    client: Client, small_city: SmallCity, staff: Staff
) -> None:
    user, _ = staff("street", "township", "bridge")
    sign_in(client, user)
    page = client.post("/people/new/", {"username": "wang.fang", "name": "王芳"})
    assert page["Cache-Control"].startswith("max-age=0, no-cache")
    assert "只显示这一次" in page.content.decode()
    made = User.objects.get(username="wang.fang")
    form = client.get(f"/people/{made.pk}/give/").content.decode()
    assert "社区、村（居）委会" in form
    assert "平台管理员" not in form
    assert "mill" in form
    assert "pine" not in form
    body = {"role": "community", "area": small_city["mill"].pk, "from_on": "2999-01-01"}
    assert client.post(f"/people/{made.pk}/give/", body).status_code == 302
    grant = made.grants.get()
    shown = client.get(f"/people/{made.pk}/").content.decode()
    assert "未开始" in shown
    assert client.post(f"/people/grants/{grant.pk}/end/", {"reason": "误"}).status_code == 302
    assert "已终止" in client.get(f"/people/{made.pk}/").content.decode()
    assert client.post(f"/people/{made.pk}/act/", {"act": "close"}).status_code == 302
    assert "停用" in client.get("/people/?state=closed").content.decode()
    assert client.post(f"/people/{made.pk}/act/", {"act": "nonsense"}).status_code == 404
    refused = client.post(f"/people/{user.pk}/act/", {"act": "password"})
    assert refused.status_code == 403
    assert "请由上级办理" in refused.content.decode()


def test_only_who_may_make_accounts_is_offered_it(
    client: Client, small_city: SmallCity, staff: Staff
) -> None:
    for name, role, offered in (("a", "community", False), ("b", "township", True)):
        user, _ = staff(name, role, "mill" if role == "community" else "bridge")
        sign_in(client, user)
        assert ("/people/new/" in client.get("/people/").content.decode()) is offered
        client.logout()


def test_lists_are_narrowed_and_paged_with_few_queries(
    client: Client, small_city: SmallCity, staff: Staff, django_assert_max_num_queries: Any
) -> None:
    user, top = staff("top", "platform-admin", "city")
    people_ = User.objects.bulk_create(User(username=f"u{n:04}", name=f"甲{n}") for n in range(120))
    seed, _ = staff("seed", "grid-worker", "mill")
    grant = seed.grants.get()
    give(top, people_, grant.role, small_city["mill"], from_on=grant.from_on)
    sign_in(client, user)
    client.get("/people/")
    with django_assert_max_num_queries(20):
        page = client.get("/people/")
    assert len(page.context["page"]) == 50
    assert "共122条" in page.content.decode()
    assert client.get("/people/?q=甲7").context["page"].paginator.count == 11
    assert client.get("/people/?role=platform-admin").context["page"].paginator.count == 1
    assert client.get("/people/?role=%01&page=9999").status_code == 400
    assert client.get("/people/?role=nobody&page=9999").status_code == 200
    with django_assert_max_num_queries(30):
        assert client.get("/people/roles/").status_code == 200
        assert "推定" in client.get("/people/roles/platform-admin/").content.decode()
    assert client.get("/people/roles/none/").status_code == 404
    assert client.post("/people/me/", {"name": "新名"}).status_code == 302
    assert "新名" in client.get("/people/me/").content.decode()


def test_of_many_areas_one_writes_the_name_or_the_code(
    small_city: SmallCity, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lifecircle.govern.accounts.forms.FEW", 2)
    _, street = staff("street", "township", "bridge")
    values = {"role": "community", "from_on": "2999-01-01"}
    assert Give(street, {**values, "area": "mill"}).is_valid()
    wrong = Give(street, {**values, "area": "pine"})
    assert "请核对" in str(wrong.errors)
    Area.objects.filter(name="pond").update(name="mill")
    assert "区划代码" in str(Give(street, {**values, "area": "mill"}).errors)
    Area.objects.filter(pk=small_city["pond"].pk).update(code="510000000001")
    coded = Give(street, {**values, "area": "510000000001"})
    assert coded.is_valid()
    assert coded.cleaned_data["area"] == small_city["pond"]
