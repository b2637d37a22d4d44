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
from lifecircle.govern.actor import system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.menus import entrances
from lifecircle.govern.needs.models import NeedItem
from lifecircle.govern.needs.services import add_item, compile_list, propose_list
from lifecircle.govern.surveys.entering import enter
from lifecircle.govern.surveys.models import Channel
from tests.govern.assessments.stocked import finding_of, interpretation_of, run_of, waiver_of
from tests.govern.conftest import FOUNDED, founded
from tests.govern.plans.stocked import part_of, plan_of
from tests.govern.publications.stock import proposed_in, published_in, run_in
from tests.govern.stocked import stocked
from tests.govern.surveys.rounds import drafted as drafted_round
from tests.govern.surveys.rounds import opened as opened_round

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
    known |= stocked(areas, by=known["user.clerk"]) | assessed(areas["city"], areas["mill"])
    known |= surveyed(areas["mill"])
    known |= needed(areas["bridge"], areas["mill"]) | planned(known["run"], areas["mill"])
    known["publication"] = published_in(areas["bridge"], CITY).pk
    known["proposed"] = proposed_in(areas["bridge"], CITY).pk
    known["proposable"] = run_in(areas["bridge"], CITY).pk
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


def needed(town: Area, area: Area) -> dict[str, int]:
    """Put two versions of a township's need list there, the first settled; return their ids."""
    command = system("test")
    settled = compile_list(command, town)
    propose_list(command, settled, settled.edits)
    draft = compile_list(command, town)
    add_item(command, draft, area, function="sports", ask="hours", priority=2, note="evenings")
    item = NeedItem.objects.filter(needs=draft, by_hand=False).earliest("pk")
    return {"needs": draft.pk, "needs.settled": settled.pk, "need": item.pk}


def planned(run: int, area: Area) -> dict[str, int]:
    """Lay a plan there that builds something in an area; return its id."""
    plan = plan_of(Run.objects.get(pk=run))
    part_of(plan, area, "Mill")
    return {"plan": plan.pk}


def surveyed(area: Area) -> dict[str, int]:
    """Open a round of survey over the county of an area, and draft another; return their ids."""
    county = Area.objects.get(pk=area.above[1])
    opened, drafted = opened_round(county), drafted_round(county)
    back = opened.returns.get(area=area)
    enter(system("test"), back, {("function_exists", "clinic"): "yes"}, Channel.PAGE)
    return {"round": opened.pk, "round.draft": drafted.pk, "return": back.pk}


def assessed(city: Area, area: Area) -> dict[str, int]:
    """Lay two runs there, a finding, a waiver, an interpretation that has ended."""
    run_of(city)
    run = run_of(city)
    finding = finding_of(run, area, "Mill")
    waiver, read = waiver_of(area, "Mill"), interpretation_of()
    named = {"run": run, "finding": finding, "waiver": waiver, "interpretation": read}
    return {name: one.pk for name, one in named.items()}


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
