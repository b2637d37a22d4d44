"""Keys of the API: given out once, kept as a hash, never more than their owner may."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.accounts.models import ApiToken, User
from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.services import append
from lifecircle.govern.refused import Conflict, Refused

LONGEST_DAYS = 365
PREFIX = "lc_"


def hashed(secret: str) -> str:
    """Return what is kept of a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue(
    actor: Actor,
    user: User,
    name: str,
    permissions: Sequence[str],
    *,
    days: int,
    area: Area | None = None,
    second_factor: bool,
) -> tuple[ApiToken, str]:
    """Give a user a token and return it with its secret, shown once.

    Raises Refused without a second factor in this session, or where it would hold what the
    owner does not.
    """
    if user.pk != actor.user_id or actor.channel == "api":
        raise Refused(_("令牌只能由本人登录后建立"), remedy=_("本人登录后再建立"))
    if not second_factor:
        raise Refused(_("建立令牌前要用第二重验证登录"), remedy=_("先启用第二重验证，再登录"))
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(
            _("令牌的有效期为1至%(days)s天") % {"days": LONGEST_DAYS}, remedy=_("改有效期")
        )
    held = [one for one in permissions if actor.may(one, area.path if area else None)]
    if not permissions or len(held) < len(permissions):
        raise Refused(_("令牌的权限要在您自己的权限之内"), remedy=_("选您在那里有的权限"))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name, hash=hashed(secret), permissions=sorted(permissions), area=area,
        expires_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    after = {"name": name, "permissions": token.permissions, "days": days}
    _tell(actor, "token.issue", token, after)
    return token, secret


def find(secret: str) -> ApiToken | None:
    """Return the token of a secret while it holds and its owner's account is open."""
    return (
        ApiToken.objects.select_related("user", "area")
        .filter(
            hash=hashed(secret),
            expires_at__gt=timezone.now(),
            ended_at__isnull=True,
            user__is_active=True,
        )
        .first()
    )


@transaction.atomic
def stop(actor: Actor, token: ApiToken) -> None:
    """End one's own token."""
    if token.user_id != actor.user_id:
        raise Refused(_("只能停用自己的令牌"), remedy=_("由本人停用，或者停用账号"))
    if not ApiToken.objects.filter(pk=token.pk, ended_at__isnull=True).update(
        ended_at=timezone.now()
    ):
        raise Conflict(_("令牌已经停用"), remedy=_("重新打开页面看一看"))
    _tell(actor, "token.stop", token, {"name": token.name})


def _tell(actor: Actor, action: str, token: ApiToken, after: dict[str, object]) -> None:
    path = token.area.path if token.area else next(iter(actor.paths(token.permissions[0])), "")
    append(actor, action, "token", token.pk, area_path=path, after=after)
