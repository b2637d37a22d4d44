"""The part of the API that is of need lists."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from lifecircle.govern.areas.models import Area
from lifecircle.govern.needs.access import CHANGE
from lifecircle.govern.needs.models import NeedItem, NeedList
from lifecircle.govern.needs.queries import items, list_seen, lists
from lifecircle.govern.needs.services import compile_list
from lifecircle.govern.needs.views import actor_of
from lifecircle.govern.paging import Newest
from lifecircle.govern.refused import Refused

router = Router(tags=["needs"])
MOST = 500


class NeedCompile(Schema):
    """Of which area a list is compiled: its code, or its id where it has none."""

    area: Annotated[str, Field(min_length=1, max_length=100)]
    title: Annotated[str, Field(max_length=200)] = ""


class NeedListRow(Schema):
    """A version of a need list; ``sha256`` is of its content once it is settled."""

    id: int
    area: str
    version: int
    title: str
    state: str
    run: int | None
    round: int | None
    sha256: str
    simulated: bool
    made_at: datetime

    @classmethod
    def of(cls, one: NeedList) -> NeedListRow:
        """Return a list as the API tells it."""
        names = ("version", "title", "state", "sha256", "simulated", "made_at")
        return cls(
            id=one.pk, area=one.area.code or str(one.area_id), run=one.run_id, round=one.round_id,
            **{name: getattr(one, name) for name in names},
        )  # fmt: skip


class NeedListRows(Schema):
    """A page of lists, the newest first; ``next`` is what to give as ``before`` for the next."""

    items: list[NeedListRow]
    next: int | None


class NeedItemRow(Schema):
    """An item; ``people`` and ``asked_by`` are null where nobody knows, never 0 for unknown."""

    id: int
    area: str
    area_name: str
    function: str
    what: str
    ask: str
    priority: int
    kept: bool
    reason: str
    note: str
    to_verify: bool
    by_hand: bool
    people: int | None
    asked_by: int | None
    sources: list[dict[str, Any]]

    @classmethod
    def of(cls, one: NeedItem) -> NeedItemRow:
        """Return an item as the API tells it."""
        made = ("id", "area", "area_name")
        own = {name: getattr(one, name) for name in cls.model_fields if name not in made}
        area = one.area.code or str(one.area_id)
        return cls(id=one.pk, area=area, area_name=one.area.name, **own)


class NeedItemRows(Schema):
    """A page of items, the most urgent first."""

    items: list[NeedItemRow]
    count: int


class ItemsAsked(Schema):
    """Filters of items."""

    area: Annotated[str, Field(max_length=100)] = ""
    function: Annotated[str, Field(max_length=64)] = ""
    priority: Annotated[int, Field(ge=1, le=3)] | None = None
    kept: bool | None = None
    verify: bool = False
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50


@router.get("lists", response=NeedListRows, url_name="need_lists")
def need_lists(request: HttpRequest, asked: Query[Newest]) -> NeedListRows:
    """List the need lists, the newest first."""
    held, more = asked.of(lists(actor_of(request)))
    return NeedListRows(items=[NeedListRow.of(one) for one in held], next=more)


@router.post("lists", response={201: NeedListRow}, url_name="need_lists")
def need_compile(request: HttpRequest, given: NeedCompile) -> Any:
    """Compile the next version of an area's list out of the newest run and closed round."""
    actor = actor_of(request)
    mine = Area.objects.visible_to(actor, CHANGE).standing()
    found = mine.filter(code=given.area).first()
    if found is None and given.area.isdecimal() and len(given.area) < 12:
        found = mine.filter(pk=int(given.area)).first()
    if found is None:
        raise Refused(_("没有这个区划，或者不在您的授权范围内"), remedy=_("给区划的代码"))
    return Status(201, NeedListRow.of(compile_list(actor, found, given.title)))


@router.get("lists/{int:number}", response=NeedListRow, url_name="need_list")
def need_list(request: HttpRequest, number: int) -> NeedListRow:
    """Tell of one list."""
    return NeedListRow.of(list_seen(actor_of(request), number))


@router.get("lists/{int:number}/items", response=NeedItemRows, url_name="need_items")
def need_items(request: HttpRequest, number: int, asked: Query[ItemsAsked]) -> NeedItemRows:
    """List the items of a list, the most urgent first."""
    actor = actor_of(request)
    needs = list_seen(actor, number)
    told = asked.dict(exclude={"page", "limit", "kept"})
    kept = {None: "", True: "yes", False: "no"}[asked.kept]
    rows = items(actor, needs, told | {"kept": kept})
    start = (asked.page - 1) * asked.limit
    held = rows[start : start + asked.limit]
    return NeedItemRows(items=[NeedItemRow.of(one) for one in held], count=rows.count())
