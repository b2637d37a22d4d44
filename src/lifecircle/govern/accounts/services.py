"""Gives grants and ends them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.chain import canonical, root
from lifecircle.govern.audit.services import append
from lifecircle.govern.refused import Conflict, Refused

GRANT = "user.grant"
"""Held by who may make accounts and give grants."""


def may_hand_on(actor: Actor, permissions: Sequence[str], path: str) -> bool:
    """Say whether somebody may give permissions over an area: holds all of them there too."""
    return all(actor.may(permission, path) for permission in (GRANT, *permissions))


@transaction.atomic
def give(
    actor: Actor,
    users: Sequence[User],
    role: Role,
    area: Area,
    *,
    from_on: date,
    to_on: date | None = None,
    reason: str = "",
) -> list[Grant]:
    """Give people a role over an area and return the new grants; who has it already keeps it.

    Raises Refused where the giver does not hold all of the role there, gives it to themselves,
    where the role does not belong to the level, or the dates are in the past.
    """
    check(actor, users, role, area, from_on=from_on, to_on=to_on)
    same = Grant.objects.open(from_on).filter(role=role, area=area, from_on__lte=from_on)
    have = set(same.filter(user__in=users, to_on=to_on).values_list("user_id", flat=True))
    grants = Grant.objects.bulk_create(
        Grant(
            user=user, role=role, area=area, from_on=from_on, to_on=to_on,
            given_by=actor.name, reason=reason,
        )
        for user in users if user.pk not in have
    )  # fmt: skip
    if grants:
        _tell_given(actor, grants, reason)
    return grants


def check(
    actor: Actor,
    users: Sequence[User],
    role: Role,
    area: Area,
    *,
    from_on: date,
    to_on: date | None = None,
) -> None:
    """Raise Refused where a role may not be given so; see `give`."""
    _check_giver(actor, users, role, area)
    _check_role(role, area)
    _check_days(from_on, to_on)


def _tell_given(actor: Actor, grants: Sequence[Grant], reason: str) -> None:
    first = grants[0]
    after = {
        "role": first.role.code,
        "from_on": first.from_on.isoformat(),
        "to_on": first.to_on and first.to_on.isoformat(),
    }
    subject = str(first.pk)
    if len(grants) == 1:
        after["user"] = first.user.username
    else:
        rows = [canonical({**after, "grant": one.pk, "user": one.user.username}) for one in grants]
        subject = f"{first.pk}-{grants[-1].pk}"
        after |= {"count": str(len(rows)), "root": root(rows)}
    path = first.area.path
    append(actor, "grant.give", "grant", subject, area_path=path, after=after, reason=reason)


@transaction.atomic
def end(actor: Actor, grant: Grant, *, on: date | None = None, reason: str = "") -> None:
    """End a grant at once, or with a day to come; it stays on record.

    Raises Refused where one may not, Conflict where it was ended before.
    """
    if grant.user_id == actor.user_id:
        raise Refused(_("不能终止自己的授权"), remedy=_("由上级办理"))
    if not may_hand_on(actor, grant.role.permissions, grant.area.path):
        raise Refused(_("您在这里的权限不包括这项授权的全部权限"), remedy=_("由上级办理"))
    now, today = timezone.now(), timezone.localdate()
    values = {"to_on": on} if on else {"ended_at": now, "ended_by": actor.name}
    if on and (on < max(today, grant.from_on) or (grant.to_on and on > grant.to_on)):
        raise Refused(_("终止日期要在今天和原来的止期之间"), remedy=_("另选一天，或者现在就终止"))
    if not Grant.objects.open(today).filter(pk=grant.pk).update(**values):
        raise Conflict(_("这项授权已经终止或者到期"), remedy=_("重新打开页面看一看"))
    append(
        actor, "grant.end", "grant", grant.pk, area_path=grant.area.path, reason=reason,
        before={"to_on": grant.to_on and grant.to_on.isoformat()},
        after={
            "user": grant.user.username, "role": grant.role.code,
            "to_on": (on or today).isoformat(),
        },
    )  # fmt: skip


def _check_giver(actor: Actor, users: Sequence[User], role: Role, area: Area) -> None:
    if actor.user_id is not None and any(user.pk == actor.user_id for user in users):
        raise Refused(_("不能给自己授权"), remedy=_("由上级授权"))
    if not may_hand_on(actor, role.permissions, area.path):
        raise Refused(
            _("您在这个区划的权限不包括这个角色的全部权限"),
            remedy=_("选权限少一些的角色，或者由上级授权"),
        )
    if not all(user.is_active for user in users):
        raise Refused(_("账号已停用"), remedy=_("先启用账号"))


def _check_role(role: Role, area: Area) -> None:
    if not role.account:
        raise Refused(_("这个角色不用账号就能使用公开页面"), remedy=_("另选角色"))
    if role.levels and area.level not in role.levels:
        raise Refused(
            _("“%(role)s”不能在%(level)s授予")
            % {"role": role.called, "level": area.get_level_display()},
            remedy=_("另选区划或者角色"),
        )
    if area.ended_on:
        raise Refused(_("“%(area)s”已撤销") % {"area": area.name}, remedy=_("选现存的区划"))


def _check_days(from_on: date, to_on: date | None) -> None:
    if from_on < timezone.localdate():
        raise Refused(_("授权不能追溯到过去"), remedy=_("起期写今天或以后"))
    if to_on and to_on < from_on:
        raise Refused(_("授权的止期不能早于起期"), remedy=_("改止期"))
