"""The part of the API that is of areas."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.views import seen

router = Router(tags=["区划"])
MOST = 1000


class AreaOut(Schema):
    """An area of today."""

    id: int
    code: str
    name: str
    level: str
    above: list[int]
    began_on: date
    ended_on: date | None


class Asked(Schema):
    """Which areas are asked for: below one, of a level, with those that ended, from one id on."""

    below: int | None = None
    level: str | None = None
    ended: bool = False
    after: int = 0
    limit: int = MOST


@router.get("", response=list[AreaOut], url_name="area_list", summary="区划列表")
def area_list(request: HttpRequest, asked: Query[Asked]) -> Any:
    """List areas by id; ask on with ``after`` the last id."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    areas = Area.objects.visible_to(actor).filter(pk__gt=asked.after)
    if asked.below is not None:
        areas = areas.below(seen(actor, asked.below))
    if asked.level:
        areas = areas.filter(level=asked.level)
    if not asked.ended:
        areas = areas.standing()
    return areas.order_by("pk")[: max(1, min(asked.limit, MOST))]


@router.get("{int:pk}", response=AreaOut, url_name="area", summary="一个区划")
def area(request: HttpRequest, pk: int) -> Any:
    """Show an area."""
    return seen(request.actor, pk)  # type: ignore[attr-defined]
