"""Makes accounts, opens and closes them, and helps who lost a password or a second factor."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.accounts.doors import forget_failures
from lifecircle.govern.accounts.models import ApiToken, Grant, User
from lifecircle.govern.accounts.services import GRANT, may_hand_on
from lifecircle.govern.actor import Actor
from lifecircle.govern.audit.services import append
from lifecircle.govern.refused import Conflict, Refused

ONE_TIME_DAYS = 7
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that one mistakes for another on paper."""


def one_time_password() -> str:
    """Return a password of 59 bits to be read from paper."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


@transaction.atomic
def create(actor: Actor, username: str, name: str) -> tuple[User, str]:
    """Make an account and return it with its one-time password, which is kept nowhere.

    Raises Refused where the actor may not or the user name is no name, Conflict where it is taken.
    """
    if not actor.may(GRANT):
        raise Refused(_("您的授权不包括建立账号"), remedy=_("找有授权的人办理"))
    username = unicodedata.normalize("NFKC", username).strip().lower()
    if User.objects.filter(username__iexact=username).exists():
        raise Conflict(_("这个用户名已有人使用"), remedy=_("另起一个用户名"))
    password = one_time_password()
    until = timezone.localdate() + timedelta(days=ONE_TIME_DAYS)
    user = User(username=username, name=name.strip(), one_time_until=until)
    user.made_by_id = actor.user_id
    user.set_password(password)
    try:
        user.clean_fields(exclude=("email",))
    except ValidationError as error:
        raise Refused("；".join(error.messages), remedy=_("改用户名或者姓名")) from error
    user.save()
    after = {"username": username, "name": user.name}
    tell(actor, "user.create", user, after=after)
    return user, password


def manages(actor: Actor, user: User) -> bool:
    """Say whether somebody may act on an account: could have given all that it holds or may hold.

    Otherwise who resets a password could sign in as somebody who may more.
    """
    if user.pk == actor.user_id:
        return False
    grants = list(Grant.objects.filter(user=user).select_related("role", "area"))
    today = timezone.localdate()
    if not grants:
        return actor.may(GRANT) and actor.user_id in (None, user.made_by_id)
    still = [one for one in grants if not one.ended_at and not (one.to_on and one.to_on < today)]
    return all(
        may_hand_on(actor, grant.role.permissions if still else (), grant.area.path)
        for grant in still or grants[-1:]
    )


@transaction.atomic
def set_active(actor: Actor, user: User, *, active: bool, reason: str = "") -> None:
    """Open or close an account; closing ends its sessions and tokens. Raises Refused."""
    _require_manages(actor, user)
    if not User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
        raise Conflict(_("账号已经是这个状态"), remedy=_("重新打开页面看一看"))
    if not active:
        _end_sessions(user, tokens=True)
    tell(actor, "user.activate" if active else "user.deactivate", user, reason=reason)


@transaction.atomic
def reset_password(actor: Actor, user: User, *, reason: str = "") -> str:
    """Set a one-time password, end all sessions and return the password. Raises Refused."""
    _require_manages(actor, user)
    password = one_time_password()
    user.set_password(password)
    user.one_time_until = timezone.localdate() + timedelta(days=ONE_TIME_DAYS)
    user.save(update_fields=("password", "one_time_until"))
    _end_sessions(user, tokens=False)
    forget_failures(user)
    tell(actor, "user.reset_password", user, reason=reason)
    return password


@transaction.atomic
def reset_second_factor(actor: Actor, user: User, *, reason: str = "") -> None:
    """Forget the second factor, so that the next sign-in sets a new one. Raises Refused."""
    _require_manages(actor, user)
    Authenticator.objects.filter(user=user).delete()
    _end_sessions(user, tokens=True)
    forget_failures(user)
    tell(actor, "user.reset_second_factor", user, reason=reason)


@transaction.atomic
def unlock(actor: Actor, user: User, *, reason: str = "") -> None:
    """Let somebody try again who mistyped too often, from wherever it was. Raises Refused."""
    _require_manages(actor, user)
    forget_failures(user)
    tell(actor, "user.unlock", user, reason=reason)


@transaction.atomic
def rename(actor: Actor, user: User, name: str) -> None:
    """Set what pages call a person: by themselves or by who manages the account."""
    if user.pk != actor.user_id:
        _require_manages(actor, user)
    before = {"name": user.name}
    User.objects.filter(pk=user.pk).update(name=name.strip())
    tell(actor, "user.rename", user, before=before, after={"name": name.strip()})


def _end_sessions(user: User, *, tokens: bool) -> None:
    User.objects.filter(pk=user.pk).update(sessions_since=F("sessions_since") + 1)
    if tokens:
        ApiToken.objects.filter(user=user, ended_at__isnull=True).update(ended_at=timezone.now())


def _require_manages(actor: Actor, user: User) -> None:
    if user.pk == actor.user_id:
        raise Refused(_("不能对自己的账号这样办理"), remedy=_("由上级办理"))
    if not manages(actor, user):
        raise Refused(_("这个账号在您管辖之外还有授权，或者权限比您多"), remedy=_("由上级办理"))


def tell(
    actor: Actor,
    action: str,
    user: User,
    *,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
    reason: str = "",
) -> None:
    """Add to the audit, under the area of the newest grant, else where the actor may grant."""
    newest = Grant.objects.filter(user=user).select_related("area").order_by("-pk").first()
    where = newest.area.path if newest else next(iter(actor.paths(GRANT)), "")
    append(
        actor, action, "user", user.pk,
        area_path=where, before=before, after=after, reason=reason,
    )  # fmt: skip
