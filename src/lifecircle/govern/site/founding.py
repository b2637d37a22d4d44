"""What a first opening founds: the city and who looks after the platform; or the demo."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.actor import system
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.services import found
from lifecircle.govern.audit.services import append
from lifecircle.govern.workdays.services import load_shipped
from lifecircle.terms.errors import stop

KEEPER = "platform-admin"
"""The role of who looks after the platform: accounts and grants, no content."""

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters that are not taken for one another."""


def found_city(city: str | None) -> list[str]:
    """Found the city and its keeper where there is none; return what to tell."""
    actor = system("lifecircle serve")
    load_shipped(actor, timezone.localdate().year)
    if Area.objects.exists():
        return []
    if not city:
        remedy = "例如 lifecircle serve --city 示例市"
        raise stop("第一次启动要有城市的名称", place="--city", remedy=remedy)
    top = found(actor, city, Level.CITY, None, on=date(timezone.localdate().year, 1, 1))
    password = account("admin", "平台管理员", KEEPER, top)
    return ["已建管理员账号，密码只显示这一次，登录后请改掉：", f"  admin  {password}"]


@transaction.atomic
def account(username: str, name: str, role: str, area: Area) -> str:
    """Make an account with a role over an area and return its password."""
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    user = User(username=username, name=name)
    user.set_password(password)
    user.save()
    Grant.objects.create(
        user=user, role=Role.objects.get(code=role), area=area,
        from_on=timezone.localdate(), given_by="lifecircle serve",
    )  # fmt: skip
    after = {"username": username, "role": role, "area": area.pk}
    append(
        system("lifecircle serve"), "user.add", "user", user.pk, area_path=area.path, after=after
    )
    return password


def found_demo(folder: Path) -> list[str]:
    """Fill the platform with an example city and an account for every role."""
    raise NotImplementedError(folder)
