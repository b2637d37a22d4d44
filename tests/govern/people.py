"""The people of the small city of a running platform, each signed in."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from allauth.account.models import Login
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from lifecircle.govern.access import PUBLIC, SIGNED_IN, routes
from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.menus import entrances
from tests.govern.conftest import FOUNDED, founded
from tests.govern.stocked import stocked

CITY = "Rivermouth"
PASSWORD = "correct horse battery"
"""The password of all of them."""

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LATER = time.time() + 24 * 3600
"""When they gave it: allauth asks again after minutes, and the tests take as long."""

PEOPLE: Mapping[str, tuple[str | None, str]] = {
    "chief": ("city", "everything"),
    "clerk": ("bridge", "everything"),
    "reader": ("mill", "view"),
    "nobody": (None, ""),
    "keyed": ("bridge", "everything"),
}
"""Where each has which role: everything there is, only seeing, or nothing; `keyed` has a
second factor too, and `halfway` is the same person with the password given and no more."""


@transaction.atomic
def people() -> dict[str, Mapping[str, Any]]:
    """Make the small city with its people; return their session keys, and ids by name."""
    areas, roles, password = founded(CITY), made_roles(), make_password(PASSWORD)
    known: dict[str, Any] = {f"area.{name}": area.pk for name, area in areas.items()}
    sessions = {}
    for name, (area, role) in PEOPLE.items():
        user = User.objects.create(username=name, name=f"Wang {name}", password=password)
        if area:
            ends = date.today() + timedelta(days=20 if name == "clerk" else 400)
            grant = Grant.objects.create(
                user=user, role=roles[role], area=areas[area], from_on=FOUNDED, to_on=ends,
                given_by="test",
            )  # fmt: skip
            known[f"grant.{name}"] = grant.pk
        sessions[name] = signed_in(user)
        known[f"user.{name}"] = user.pk
        if name == "keyed":
            sessions["halfway"] = halfway(user)
    known |= stocked(areas, by=known["user.clerk"])
    return {"sessions": sessions, "known": known}


def halfway(user: User) -> str:
    """Set a second factor; return the key of a session that has yet to show it."""
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    stages = {"stages": {"current": AuthenticateStage.key}}
    session = SessionStore()
    session[LOGIN_SESSION_KEY] = Login(user, state=stages, initiated_at=LATER).serialize()
    session.create()
    return str(session.session_key)


def signed_in(user: User) -> str:
    """Sign somebody in without the page, the password given just now; return the session's key."""
    session = SessionStore()
    given = {"method": "password", "at": LATER, "reauthenticated": True}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [given]
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def made_roles() -> dict[str, Role]:
    """Make the two roles: all permissions that any route or entrance asks, or those to see."""
    asked = {one for asks in routes().values() for one in (asks.read, asks.write) if one}
    everything = sorted((asked | {one.permission for one in entrances()}) - {PUBLIC, SIGNED_IN})
    roles = {
        "everything": Role(code="everything", name="平台管理员", permissions=everything),
        "view": Role(
            code="view",
            name="社区专职工作者",
            permissions=[one for one in everything if one.endswith(".view")],
        ),
    }
    Role.objects.bulk_create(roles.values())
    return roles
