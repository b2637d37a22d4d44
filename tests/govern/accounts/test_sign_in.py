"""The doors: password, second factor, lock, idle time, and what does not answer."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from lifecircle.govern.accounts import people
from lifecircle.govern.actor import system
from lifecircle.govern.audit.models import Entry
from tests.govern.accounts.conftest import (
    PASSWORD,
    SECRET,
    Staff,
    code,
    enrol,
    recovery_code,
    sign_in,
)
from tests.govern.conftest import SmallCity

REAL_S = time.time
LOGIN, CODE = "/account/login/", "/account/2fa/authenticate/"


def test_without_a_second_factor_nothing_but_setting_one(
    client: Client, staff: Staff, django_capture_on_commit_callbacks: Any
) -> None:
    user, _ = staff("a", "township", "bridge")
    answer = client.post(LOGIN, {"login": "a", "password": PASSWORD})
    assert answer.status_code == 302
    for page in ("/", "/people/", "/people/me/", "/people/me/tokens/new/"):
        turned = client.get(page)
        assert (turned.status_code, turned["Location"]) == (302, "/account/2fa/totp/activate/")
    assert client.get("/api/openapi.json").status_code == 403
    shown = client.get("/account/2fa/totp/activate/")
    assert shown.status_code == 200
    secret = shown.context["form"].secret
    now = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post("/account/2fa/totp/activate/", {"code": now})
    assert done["Location"] == "/account/2fa/recovery-codes/"
    assert client.get("/people/").status_code == 200
    assert "备用码" in client.get("/account/2fa/recovery-codes/").content.decode()
    other = Client()
    other.post(LOGIN, {"login": "a", "password": PASSWORD})
    again = other.post(CODE, {"code": now})
    assert again.status_code == 200, "the code that set the factor signs nobody in"
    assert user.pk


def test_password_alone_opens_nothing(client: Client, staff: Staff) -> None:
    user, _ = staff("a", "township", "bridge")
    enrol(user)
    answer = client.post(LOGIN, {"login": "a", "password": PASSWORD})
    assert answer["Location"] == CODE
    assert client.get("/people/")["Location"].startswith(LOGIN)
    assert client.post(CODE, {"code": code()}).status_code == 302
    assert client.get("/people/").status_code == 200


def test_a_session_from_before_the_second_factor_is_asked_for_it(
    client: Client, staff: Staff
) -> None:
    user, _ = staff("a", "township", "bridge")
    client.post(LOGIN, {"login": "a", "password": PASSWORD})
    enrol(user)
    for page in ("/people/", "/account/password/change/", "/account/2fa/recovery-codes/"):
        assert client.get(page)["Location"].startswith("/account/2fa/reauthenticate/")
    client.post("/account/2fa/reauthenticate/", {"code": recovery_code(user)})
    assert client.get("/people/").status_code == 200


def test_the_secret_lies_locked_in_the_database(
    client: Client, staff: Staff, settings: Any
) -> None:
    user, _ = staff("a", "township", "bridge")
    enrol(user)
    kept = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    assert SECRET not in str(kept.data)
    assert len(kept.data["secret"]) > 100
    settings.SECRET_KEY = "another key"
    client.post(LOGIN, {"login": "a", "password": PASSWORD})
    answer = client.post(CODE, {"code": code()})
    assert answer.status_code == 403
    assert "请找管理员清除第二重验证" in answer.content.decode()


def test_a_code_works_once(staff: Staff) -> None:
    user, _ = staff("a", "township", "bridge")
    enrol(user)
    now, spare = code(), recovery_code(user)
    for once in (now, spare):
        outcomes = []
        for client in (Client(), Client()):
            client.post(LOGIN, {"login": "a", "password": PASSWORD})
            outcomes.append(client.post(CODE, {"code": once}).status_code)
        assert outcomes == [302, 200]


def later(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    """Let the clocks of the locks go ahead."""
    ahead = timedelta(minutes=minutes)
    now = timezone.now
    monkeypatch.setattr(
        "allauth.core.internal.ratelimit.time.time", lambda: REAL_S() + minutes * 60
    )
    for clock in (
        "django.core.cache.backends.db.tz_now",
        "axes.attempts.now",
        "axes.handlers.proxy.now",
    ):
        monkeypatch.setattr(clock, lambda: now() + ahead)


def opens(password: str = PASSWORD, login: str = "a", **where: str) -> bool:
    """Try to sign in from somewhere and say whether the password was right and taken."""
    browser = Client(**where)  # type: ignore[arg-type]
    browser.post(LOGIN, {"login": login, "password": password})
    return "_auth_user_id" in browser.session


def test_five_wrong_passwords_lock_the_account_there_for_a_while(
    client: Client, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff("a", "township", "bridge")
    wrong = {"login": "a", "password": "wrong"}
    tried = [client.post(LOGIN, wrong) for _ in range(5)]
    assert [one.status_code for one in tried] == [200, 200, 200, 200, 429]
    assert "15分钟" in tried[-1].content.decode()
    assert not opens()
    assert not opens(login="A "), "however it is spelled"
    assert opens(REMOTE_ADDR="10.1.1.1")
    for minutes, free in ((14, False), (16, True)):
        later(monkeypatch, minutes)
        assert opens() is free


def test_a_stranger_locks_nobody_out(staff: Staff) -> None:
    staff("a", "township", "bridge")
    for at in range(60):
        login = ("a", "A", " a", "ａ")[at % 4]
        assert not opens("wrong", login, REMOTE_ADDR="10.9.9.9")
    assert opens(REMOTE_ADDR="10.1.1.1")


def test_a_network_of_strangers_has_a_second_limit(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff("a", "township", "bridge")
    for at in range(30):
        assert opens(REMOTE_ADDR="10.1.1.1"), f"after {at} from elsewhere"
        assert not opens("wrong", REMOTE_ADDR=f"10.9.9.{at}")
    assert not opens(REMOTE_ADDR="10.1.1.1")
    later(monkeypatch, 16)
    assert opens(REMOTE_ADDR="10.1.1.1")


def test_addresses_of_one_network_count_together(staff: Staff) -> None:
    staff("a", "township", "bridge")
    for at in range(5):
        assert not opens("wrong", REMOTE_ADDR=f"2001:db8:1:2::{at}")
    assert not opens(REMOTE_ADDR="2001:db8:1:2::77")
    assert opens(REMOTE_ADDR="2001:db8:1:3::77")


def test_what_a_proxy_says_is_believed_only_behind_one(staff: Staff, settings: Any) -> None:
    staff("a", "township", "bridge")
    for at in range(5):
        assert not opens("wrong", HTTP_X_FORWARDED_FOR=f"10.9.9.{at}")
    assert not opens(HTTP_X_FORWARDED_FOR="10.1.1.1"), "the header is anybody's"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert opens(HTTP_X_FORWARDED_FOR="10.1.1.1")
    for at in range(5):
        assert not opens("wrong", HTTP_X_FORWARDED_FOR=f"10.7.7.{at}, 10.8.8.8")
    assert not opens(HTTP_X_FORWARDED_FOR="10.8.8.8"), "what the proxy itself saw counts"
    assert opens(HTTP_X_FORWARDED_FOR="10.8.8.8, 10.1.1.2")


def test_five_wrong_codes_lock_the_account_for_a_while(staff: Staff) -> None:
    user, _ = staff("a", "township", "bridge")
    enrol(user)
    for _ in range(5):
        client = Client()
        client.post(LOGIN, {"login": "a", "password": PASSWORD})
        client.post(CODE, {"code": "000000"})
    client = Client()
    client.post(LOGIN, {"login": "a", "password": PASSWORD})
    assert client.post(CODE, {"code": recovery_code(user)}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_who_manages_an_account_unlocks_it(
    client: Client, staff: Staff, small_city: SmallCity
) -> None:
    user, _ = staff("a", "community", "mill")
    keeper, _ = staff("keeper", "township", "bridge")
    sign_in(client, keeper)
    page = f"/people/{user.pk}/"
    assert "登录被锁" not in client.get(page).content.decode()
    for at in range(35):
        assert not opens("wrong", REMOTE_ADDR=f"10.9.9.{at % 2}")
    for at in range(30):
        assert not opens("wrong", REMOTE_ADDR=f"10.9.8.{at}")
    assert not opens(REMOTE_ADDR="10.9.9.1")
    assert not opens(REMOTE_ADDR="10.1.1.1")
    assert "登录被锁" in client.get(page).content.decode()
    assert f'href="{page}"' in client.get("/people/?state=locked").content.decode()
    told = {"act": "unlock", "reason": "本人来电"}
    assert client.post(f"{page}act/", told).status_code == 302
    assert opens(REMOTE_ADDR="10.9.9.1")
    assert opens(REMOTE_ADDR="10.1.1.1")
    assert "登录被锁" not in client.get(page).content.decode()
    assert f'href="{page}"' not in client.get("/people/?state=locked").content.decode()
    entry = Entry.objects.get(action="user.unlock")
    assert (entry.actor, entry.told()["reason"]) == ("人keeper", "本人来电")


def test_a_new_password_and_a_lost_telephone_unlock_too(staff: Staff) -> None:
    user, _ = staff("a", "community", "mill")
    enrol(user)
    for _ in range(6):
        client = Client()
        client.post(LOGIN, {"login": "a", "password": PASSWORD})
        client.post(CODE, {"code": "000000"})
    for _ in range(5):
        assert not opens("wrong")
    people.reset_second_factor(system("test"), user, reason="手机丢了")
    assert opens()
    for _ in range(5):
        assert not opens("wrong")
    assert opens(people.reset_password(system("test"), user))


def test_the_session_rotates_at_sign_in_and_ends_when_idle(client: Client, staff: Staff) -> None:
    user, _ = staff("a", "township", "bridge")
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key or ""
    sign_in(client, user)
    assert client.cookies["sessionid"].value != planted
    kept = Session.objects.get(session_key=client.cookies["sessionid"].value)
    left_s = (kept.expire_date - timezone.now()).total_seconds()
    assert 1700 < left_s <= 1800
    Session.objects.filter(pk=kept.pk).update(expire_date=timezone.now())
    assert client.get("/people/").status_code == 302


def test_a_session_in_use_is_prolonged(client: Client, staff: Staff) -> None:
    user, _ = staff("a", "township", "bridge")
    sign_in(client, user)
    client.get("/people/")
    session = client.session
    session["seen_at"] = time.time() - 600
    session.save()
    soon = timezone.now() + timedelta(minutes=20)
    Session.objects.filter(session_key=session.session_key).update(expire_date=soon)
    client.get("/people/")
    assert Session.objects.get(session_key=session.session_key).expire_date > soon


def test_an_own_password_ends_the_other_sessions(staff: Staff) -> None:
    user, _ = staff("a", "township", "bridge")
    here, there = Client(), Client()
    sign_in(here, user)
    sign_in(there, user)
    new = {"oldpassword": PASSWORD, "password1": "another-long-1", "password2": "another-long-1"}
    assert here.post("/account/password/change/", new).status_code == 302
    assert here.get("/people/").status_code == 200
    assert there.get("/people/").status_code == 302


def test_a_one_time_password_opens_nothing_but_its_change(client: Client, staff: Staff) -> None:
    user, password = people.create(system("t"), "New.Person", "新人")
    assert user.username == "new.person"
    client.post(LOGIN, {"login": "new.person", "password": password})
    for page in ("/", "/people/me/", "/account/2fa/totp/activate/"):
        assert client.get(page)["Location"] == "/account/password/change/"
    new = {"oldpassword": password, "password1": "another-long-1", "password2": "another-long-1"}
    client.post("/account/password/change/", new)
    user.refresh_from_db()
    assert user.one_time_until is None
    assert client.get("/")["Location"] == "/account/2fa/totp/activate/"
    people.reset_password(system("t"), user)
    get_user_model().objects.filter(pk=user.pk).update(one_time_until="2026-01-01")
    user.refresh_from_db()
    late = Client()
    late.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    assert "过期" in late.get("/").content.decode()
    assert late.get("/")["Location"].startswith(LOGIN)


def test_closing_an_account_and_forgetting_its_factor_end_its_sessions(staff: Staff) -> None:
    user, _ = staff("a", "township", "bridge")
    acts: list[Callable[[], None]] = [
        lambda: people.reset_second_factor(system("t"), user),
        lambda: people.set_active(system("t"), user, active=False),
    ]
    for act in acts:
        client = Client()
        sign_in(client, user)
        assert client.get("/people/").status_code == 200
        act()
        assert client.get("/people/")["Location"].startswith(LOGIN)


@pytest.mark.parametrize(
    "path",
    [
        "/admin/", "/admin/login/", "/account/signup/", "/account/email/",
        "/account/confirm-email/", "/account/password/reset/", "/account/password/set/",
        "/account/login/code/confirm/", "/account/inactive/",
        "/account/password/reset/key/1-abc/", "/account/3rdparty/",
    ],
)  # fmt: skip
def test_doors_that_the_house_does_not_have(client: Client, staff: Staff, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404
    user, _ = staff("a", "platform-admin", "city")
    sign_in(client, user)
    assert client.get(path).status_code == 404


def test_the_admin_of_django_is_not_installed(settings: Any) -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


def test_pages_of_sign_in_are_ours_and_chinese(client: Client, staff: Staff) -> None:
    user, _ = staff("a", "township", "bridge")
    assert "账号由管理员建立" in client.get(LOGIN).content.decode()
    enrol(user)
    client.post(LOGIN, {"login": "a", "password": PASSWORD})
    assert "六位数字" in client.get(CODE).content.decode()
    client.post(CODE, {"code": recovery_code(user)})
    client.post("/account/2fa/reauthenticate/", {"code": recovery_code(user)})
    for path, said in (
        ("/account/2fa/", "查看备用码"),
        ("/account/2fa/recovery-codes/", "收在安全的地方"),
        ("/account/2fa/recovery-codes/generate/", "都会作废"),
        ("/account/2fa/totp/deactivate/", "要重新启用"),
        ("/account/password/change/", "改密码"),
        ("/account/reauthenticate/", "再输入一次密码"),
        ("/account/logout/", "确定退出"),
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        page = answer.content.decode()
        assert said in page
        assert "Password" not in page
        assert "/account/password/reset/" not in page
    assert client.get("/account/2fa/recovery-codes/download/").status_code == 200
