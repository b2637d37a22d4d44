"""What a first opening founds: the city and who looks after the platform; or the demo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lifecircle.govern.accounts.listed_roles import load_roles
from lifecircle.govern.accounts.models import Role, User
from lifecircle.govern.accounts.people import create
from lifecircle.govern.accounts.services import give
from lifecircle.govern.actor import Actor, system
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.services import found
from lifecircle.govern.inventory.loading import load_city
from lifecircle.govern.workdays.services import load_shipped
from lifecircle.terms.errors import stop

KEEPER = "platform-admin"
"""The role of who looks after the platform: the first account."""

ONCE = "密码只显示这一次，请记下："


def found_city(city: str | None, folder: Path | None = None) -> list[str]:
    """Found the city and its keeper where there is none; return what to tell.

    The city is a bare name, or all that a folder of the office's files holds.
    """
    actor = _ready()
    if Area.objects.exists():
        return []
    if not (city or folder):
        remedy = "写成 lifecircle serve --city 示例市，或用 --folder 写明资料文件夹"
        raise stop("第一次启动要有城市的名称", place="--city", remedy=remedy)
    with transaction.atomic():
        if folder:
            top = load_city(folder, actor, keep_at=Path(settings.CITY)).city
        else:
            first_day = date(timezone.localdate().year, 1, 1)
            top = found(actor, str(city), Level.CITY, None, on=first_day)
        password = _account(actor, "admin", "平台管理员", Role.objects.get(code=KEEPER), top)
    return [f"已建管理员账号，{ONCE}", f"  admin  {password}"]


def found_demo(folder: Path) -> list[str]:
    """Fill the platform with an example city and an account for every role; return what to tell."""
    actor = _ready()
    if Area.objects.exists():
        return ["演示的账号和密码在第一次启动时已经显示过。"]
    with transaction.atomic():
        top = load_city(folder, actor, keep_at=Path(settings.CITY)).city
        seats = _seats(top)
        told = [
            f"  {role.code:<28}{_account(actor, role.code, role.name, role, seat)}  "
            f"{role.name}（{seat.name}）"
            for role in Role.objects.filter(account=True).order_by("place")
            for seat in [_seat(role, seats)]
            if seat
        ]
        User.objects.update(one_time_until=None)  # an example needs no password of one's own
    return [f"每种角色一个账号，{ONCE}", *told]


def _ready() -> Actor:
    actor = system("lifecircle serve")
    load_roles()
    load_shipped(actor, timezone.localdate().year)
    return actor


def _seats(top: Area) -> Mapping[str, Area]:
    """Return the first area of each level, each below the one before."""
    seats = {str(Level.CITY): top}
    above = top
    for level in (Level.COUNTY, Level.TOWNSHIP, Level.COMMUNITY):
        below = Area.objects.below(above).standing().filter(level=level).order_by("code", "path")
        first = below.exclude(code="").first() or below.first()
        if first is None:
            break
        seats[str(level)] = above = first
    return seats


def _seat(role: Role, seats: Mapping[str, Area]) -> Area | None:
    return next((seats[level] for level in role.levels if level in seats), None)


def _account(actor: Actor, username: str, name: str, role: Role, area: Area) -> str:
    user, password = create(actor, username, name)
    give(actor, [user], role, area, from_on=timezone.localdate(), reason="lifecircle serve")
    return password
