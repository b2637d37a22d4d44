"""The part of the API that is of areas."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level, Succeeds, Tree
from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.trees import below_in, codes_and_names_on, parents_on, today_of
from lifecircle.govern.areas.views import seen
from lifecircle.govern.days import Day

router = Router(tags=["区划"])
MOST = 1000


class AreaOut(Schema):
    """An area of today."""

    id: int
    code: str = Field(description="12位统计用区划代码，没有的为空")
    name: str
    level: Level = Field(description="层级")
    above: list[int] = Field(description="管理归属上的各级上级，从市级往下")
    began_on: Day = Field(description="设立日期")
    ended_on: Day | None = Field(description="撤销日期，现存的为空")


class Asked(Schema):
    """Which areas are asked for: below one, of a level, with those that ended, from one id on."""

    below: int | None = Field(None, description="只要这个区划和它下面的")
    level: Level | None = Field(None, description="只要这一层级的")
    ended: bool = Field(False, description="连同已撤销的")
    after: int = Field(0, description="从这个编号之后接着取")
    limit: int = Field(MOST, description="一次最多取多少个")


class AskedTree(Schema):
    """Which tree of which day."""

    on: Day | None = Field(None, description="哪一天，不写是今天")
    tree: Tree = Field(Tree.ADMINISTRATIVE, description="行政区划，还是管理归属")


class AskedDay(Schema):
    """Whose people: those of which day."""

    on: Day | None = Field(None, description="哪一天的人，不写是设立那天")


class PlacedOut(Schema):
    """An area in the tree of a day."""

    id: int
    parent: int | None = Field(description="当时的上级")
    code: str = Field(description="当时的代码")
    name: str = Field(description="当时的名称")
    level: Level = Field(description="层级")


class SuccessionOut(Schema):
    """That people of one area came to another."""

    kind: Succeeds = Field(description="方式")
    on: Day = Field(description="生效日期")
    source: int = Field(alias="source_id", description="原区划")
    target: int = Field(alias="target_id", description="新区划")
    share: str = Field(description="占原区划人口的比例，如 2/5；空为不详")
    basis: str = Field(description="依据")


class ShareOut(Schema):
    """A share of people."""

    area: int = Field(description="今天的区划")
    share: str = Field(description="占当时人口的比例，如 2/5；空为不详")


class HistoryOut(Schema):
    """How an area came to be and what became of it."""

    came_from: list[SuccessionOut] = Field(description="由哪些区划而来")
    became: list[SuccessionOut] = Field(description="变成了哪些区划")
    today: list[ShareOut] = Field(description="那一天的人今天在哪些区划")


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


@router.get(
    "{int:pk}/tree", response=list[PlacedOut], url_name="area_tree", summary="某一天的区划树",
    description="一个区划和当时在它下面的全部区划，名称、代码、上级都是那一天的。",
)  # fmt: skip
def area_tree(request: HttpRequest, pk: int, asked: Query[AskedTree]) -> Any:
    """Show an area and all that hung below it on a day."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    top, day = seen(actor, pk), asked.on or timezone.localdate()
    parents = parents_on(asked.tree, day)
    inside = below_in(parents, top.pk)
    levels = dict(Area.objects.visible_to(actor).values_list("pk", "level"))
    states = codes_and_names_on(day)
    return [
        {
            "id": area, "parent": parents[area] if area != top.pk else None,
            "code": code, "name": name, "level": levels[area],
        }
        for area, code, name in states
        if area in inside and area in levels
    ]  # fmt: skip


@router.get(
    "{int:pk}/succession", response=HistoryOut, url_name="area_succession", summary="区划沿革",
    description="合并、拆分的记录，以及某一天的人按今天的边界在哪里。",
)  # fmt: skip
def area_succession(request: HttpRequest, pk: int, asked: Query[AskedDay]) -> Any:
    """Show how an area came to be and what became of it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    area = seen(actor, pk)
    visible = Area.objects.visible_to(actor)
    shares = today_of(area.pk, asked.on or area.began_on)
    shown = visible.filter(pk__in=shares).values_list("pk", flat=True)
    return {
        "came_from": area.came_from.filter(source__in=visible),
        "became": area.became.filter(target__in=visible),
        "today": [
            {"area": one, "share": "" if shares[one] is None else str(shares[one])}
            for one in shown.order_by("pk")
        ],
    }
