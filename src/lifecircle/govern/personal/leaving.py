"""What is held of a person with an account, and what stays of one who left: no name."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.accounts.models import ApiToken, Grant, User
from lifecircle.govern.accounts.people import manages, set_active, tell
from lifecircle.govern.actor import Actor
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.refused import Conflict, Refused

GONE = "已离开的人员"
"""What the account is called afterwards; a row of data, in the source language."""


def held(user: User) -> dict[str, Any]:
    """Return all that is held of a person with an account, as JSON can hold it."""
    grants = Grant.objects.filter(user=user).select_related("role", "area")
    return {
        "username": user.username,
        "name": user.name,
        "active": user.is_active,
        "joined": user.date_joined.isoformat(),
        "last_login": user.last_login.isoformat() if user.last_login else None,
        "grants": [
            {
                "role": grant.role.name, "area": grant.area.name, "from": str(grant.from_on),
                "to": str(grant.to_on or ""), "ended": bool(grant.ended_at),
            }
            for grant in grants
        ],
        "tokens": list(ApiToken.objects.filter(user=user).values_list("name", flat=True)),
        "second_factor": Authenticator.objects.filter(user=user).exists(),
        "audit_entries": Entry.objects.filter(user_id=user.pk).count(),
    }  # fmt: skip


@transaction.atomic
def export(actor: Actor, user: User, reason: str) -> dict[str, Any]:
    """Return what is held of a person; by themselves or by who manages the account."""
    if user.pk != actor.user_id and not manages(actor, user):
        raise Refused(_("这个账号在您管辖之外还有授权，或者权限比您多"), remedy=_("由上级办理"))
    found = held(user)
    tell(actor, "user.export", user, reason=reason)
    return found


@transaction.atomic
def forget(actor: Actor, user: User, reason: str) -> None:
    """Close an account for good: grants ended, name, user name, password and factors erased.

    The audit keeps who did what under the name of the time, as its law asks. Raises Refused where
    the actor does not manage the account, Conflict where that was done already.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not manages(actor, user):
        raise Refused(_("这个账号在您管辖之外还有授权，或者权限比您多"), remedy=_("由上级办理"))
    if user.username == _username(user):
        raise Conflict(_("这个账号的姓名已经抹去"), remedy=_("不用再办"))
    if user.is_active:
        set_active(actor, user, active=False, reason=reason)
    for table in (AccessAttempt, AccessFailureLog, AccessLog):
        table.objects.filter(username=user.username).delete()
    Authenticator.objects.filter(user=user).delete()
    Grant.objects.filter(user=user, ended_at__isnull=True).update(
        ended_at=timezone.now(), ended_by=actor.name
    )
    ApiToken.objects.filter(user=user).update(name="")
    User.objects.filter(pk=user.pk).update(
        username=_username(user), name=GONE, email="", password=make_password(None),
        one_time_until=None,
    )  # fmt: skip
    tell(actor, "user.anonymise", user, reason=reason)


def _username(user: User) -> str:
    return f"left-{user.pk}"
