"""The roles of the list and people who hold them, signed in as one signs in."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.utils import timezone

from lifecircle.govern.accounts.actors import actor_of
from lifecircle.govern.accounts.listed_roles import load_roles
from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.actor import Actor
from tests.govern.conftest import SmallCity
from tests.govern.matrix.bare import bare

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "long-enough-9"

Staff = Callable[..., tuple[User, Actor]]


@pytest.fixture(autouse=True)
def _quick(settings: Any, tmp_path: Path) -> None:
    bare(settings, tmp_path)


@pytest.fixture
def staff(small_city: SmallCity) -> Staff:
    """Make an account that holds a role of the list over an area; return it with its actor."""
    load_roles()

    def make(name: str, code: str | None = None, area: str = "city") -> tuple[User, Actor]:
        user = User.objects.create_user(name, password=PASSWORD, name=f"人{name}")
        today = timezone.localdate()
        if code:
            role = Role.objects.get(code=code)
            Grant.objects.create(
                user=user, role=role, area=small_city[area], from_on=today, given_by="test"
            )
        return user, actor_of(user, today)

    return make


def enrol(user: User) -> None:
    """Set the second factor of an account."""
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)


def code(steps: int = 0) -> str:
    """Return the code of now, or of some steps of half a minute later."""
    return str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + steps)))


def recovery_code(user: User) -> str:
    """Return an unused one: with it tests need not wait for the next half minute."""
    kept = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return str(RecoveryCodes(kept).get_unused_codes()[0])


def sign_in(client: Client, user: User) -> None:
    """Sign in with password and second factor."""
    if not Authenticator.objects.filter(user=user).exists():
        enrol(user)
    client.post("/account/login/", {"login": user.username, "password": PASSWORD})
    answer = client.post("/account/2fa/authenticate/", {"code": recovery_code(user)})
    assert answer.status_code == 302, answer.content.decode()
