"""Tokens: hashed, dated, never more than their owner may, and no way around the second factor."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client, RequestFactory
from django.urls import ResolverMatch
from django.utils import timezone

from lifecircle.govern.access import Asks
from lifecircle.govern.accounts import people
from lifecircle.govern.accounts.actors import actor_of_token
from lifecircle.govern.accounts.models import ApiToken, Grant, User
from lifecircle.govern.accounts.tokens import find, issue, stop
from lifecircle.govern.actor import Actor, system
from lifecircle.govern.refused import Refused
from lifecircle.govern.site import gate
from tests.govern.accounts.conftest import Staff, enrol, sign_in
from tests.govern.conftest import SmallCity

OPEN = "/api/openapi.json"


@pytest.fixture
def _asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the one route that is there from the start ask a permission."""
    wanted = {**gate.asked(), "api:openapi-json": Asks("inventory.view", "inventory.change")}
    monkeypatch.setattr(gate, "asked", lambda: wanted)


def new_token(user: User, actor: Actor, *permissions: str, area: object = None) -> str:
    _, secret = issue(
        actor, user, "对接", permissions, days=30, area=area, second_factor=True  # type: ignore[arg-type]
    )  # fmt: skip
    return secret


def status(secret: str, path: str = OPEN) -> int:
    return Client().get(path, headers={"Authorization": f"Bearer {secret}"}).status_code


@pytest.mark.usefixtures("_asked")
def test_the_api_answers_strangers_with_words_not_with_a_page(client: Client, db: None) -> None:
    answer = client.get(OPEN)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["reason"] == "没有登录，或者令牌无效"
    assert status("lc_wrong") == 401
    basic = client.get(OPEN, headers={"Authorization": "Basic YTpi"})
    assert basic.status_code == 401


@pytest.mark.usefixtures("_asked")
def test_a_token_may_what_it_names_and_its_owner_may(small_city: SmallCity, staff: Staff) -> None:
    user, actor = staff("a", "township", "bridge")
    secret = new_token(user, actor, "inventory.view")
    assert status(secret) == 401, "no second factor, no token"
    enrol(user)
    assert status(secret) == 200
    assert status(new_token(user, actor, "area.view")) == 404
    kept = find(secret)
    assert kept
    assert secret not in str(ApiToken.objects.values())
    got = actor_of_token(kept, timezone.localdate())
    assert (got.channel, got.name) == ("api", "人a")
    assert got.may("inventory.view", small_city["mill"].path)
    assert not got.may("inventory.change")
    Grant.objects.filter(user=user).update(ended_at=timezone.now())
    assert status(secret) == 404


def test_a_token_may_be_held_to_a_part_of_ones_area(small_city: SmallCity, staff: Staff) -> None:
    user, actor = staff("a", "township", "bridge")
    kept = find(new_token(user, actor, "area.view", area=small_city["mill"]))
    assert kept
    today = timezone.localdate()
    assert actor_of_token(kept, today).paths("area.view") == (small_city["mill"].path,)
    small_city["mill"].ended_on = today
    small_city["mill"].save()
    kept.area.refresh_from_db()  # type: ignore[union-attr]
    assert actor_of_token(kept, today).holdings == ()
    with pytest.raises(Refused, match="您自己的权限之内"):
        new_token(user, actor, "area.view", area=small_city["pine"])
    with pytest.raises(Refused, match="您自己的权限之内"):
        new_token(user, actor, "area.change")


@pytest.mark.usefixtures("_asked")
def test_tokens_end(staff: Staff) -> None:
    user, actor = staff("a", "township", "bridge")
    enrol(user)
    secrets = [new_token(user, actor, "inventory.view") for _ in range(4)]
    stopped, late = find(secrets[0]), find(secrets[1])
    assert stopped
    assert late
    stop(actor, stopped)
    ApiToken.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert [status(one) for one in secrets] == [401, 401, 200, 200]
    with pytest.raises(Refused, match="自己的令牌"):
        stop(system("t"), late)
    people.set_active(system("t"), user, active=False)
    assert status(secrets[2]) == 401
    people.set_active(system("t"), user, active=True)
    assert status(secrets[2]) == 401, "a closed account's tokens stay ended"


def test_tokens_are_made_by_the_owner_after_a_second_factor(client: Client, staff: Staff) -> None:
    user, actor = staff("a", "township", "bridge")
    body = {"name": "对接", "permissions": ["area.view"], "days": 9}
    with pytest.raises(Refused, match="第二重验证"):
        issue(actor, user, "x", ["area.view"], days=9, second_factor=False)
    with pytest.raises(Refused, match="本人"):
        issue(system("t"), user, "x", ["area.view"], days=9, second_factor=True)
    sign_in(client, user)
    page = client.post("/people/me/tokens/new/", body).content.decode()
    assert "只显示这一次" in page
    token = ApiToken.objects.get()
    assert find(page.split("<code>")[1].split("<")[0]) == token
    assert "对接" in client.get("/people/me/").content.decode()
    client.post(f"/people/me/tokens/{token.pk}/stop/")
    token.refresh_from_db()
    assert token.ended_at


def test_a_token_is_nothing_at_a_page(staff: Staff) -> None:
    user, actor = staff("a", "township", "bridge")
    enrol(user)
    secret = new_token(user, actor, "user.view")
    assert status(secret, "/people/") == 302
    assert status(secret, "/people/me/") == 302


@pytest.mark.usefixtures("_asked")
def test_a_page_of_somebody_else_cannot_write_with_my_session(staff: Staff) -> None:
    user, _ = staff("a", "township", "bridge")
    browser = Client()
    sign_in(browser, user)
    request = RequestFactory(enforce_csrf_checks=True).post(OPEN)
    request.resolver_match = ResolverMatch(lambda: None, (), {}, "openapi-json", namespaces=["api"])
    request.user, request.session = user, browser.session
    answer = gate.Gate(lambda _: None).process_view(request, None, (), {})  # type: ignore[arg-type,return-value]
    assert answer is not None
    assert answer.status_code == 403
    assert Authenticator.objects.filter(user=user).exists()
