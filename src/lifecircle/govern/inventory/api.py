"""The part of the API that is of inventory: every kind of records, listed, told and changed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.days import Day
from lifecircle.govern.inventory.access import CHANGE
from lifecircle.govern.inventory.api_schemas import Row, Rows, to_add, to_change, values_of
from lifecircle.govern.inventory.forms import clock_of
from lifecircle.govern.inventory.kinds import KINDS, Kind
from lifecircle.govern.inventory.maps import box_of
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.inventory.queries import (
    Wanted,
    facilities,
    lies_in,
    related,
    seen_by,
    within,
)
from lifecircle.govern.inventory.services import add, change, told
from lifecircle.govern.inventory.views import actor_of, last_version, seen_version
from lifecircle.govern.records.models import Version
from lifecircle.govern.refused import Conflict, Refused

router = Router(tags=["inventory"])
MOST = 500


class Asked(Schema):
    """Filters of the list of facilities; `after` is the last `record` of the page before."""

    q: str = ""
    area: str = ""
    category: str = ""
    function: str = ""
    status: str = ""
    open_at: str = ""
    on: Day | None = None
    bbox: str = ""
    after: int = 0
    limit: int = Field(50, ge=1, le=MOST)


def row(actor: Actor, version: Any, on: Day | None = None) -> Row:
    """Return a version as the API tells it."""
    data = version.data()
    data.pop("area", None)
    area = lies_in(actor, version, on)
    return Row(
        record=version.record_id,
        number=version.record.own_id,
        version=version.pk,
        area=(area.code or str(area.pk)) if area else "",
        area_name=area.name if area else "",
        since=version.since_on,
        removed=version.removed,
        data=data,
    )


def rows(
    actor: Actor, found: Any, model: type[Version], on: Day | None, after: int, limit: int
) -> Rows:
    """Return a page of what was found, by record from ``after`` on."""
    wanted = found.filter(record_id__gt=after).order_by("record_id")
    held = list(wanted.select_related(*related(model, on))[: limit + 1])
    more = len(held) > limit
    return Rows(
        items=[row(actor, one, on) for one in held[:limit]],
        next=held[limit - 1].record_id if more else None,
    )


@router.get("facilities", response=Rows, url_name="facility_list")
def facility_list(request: HttpRequest, asked: Query[Asked]) -> Rows:
    """List facilities that hold now, or held on a day."""
    box = box_of(asked.bbox) if asked.bbox else None
    if asked.bbox and box is None:
        raise Refused(
            _("bbox 不是西、南、东、北四个度数"), remedy=_("写成 bbox=108.9,34.2,109.0,34.3")
        )
    wanted = Wanted(
        text=asked.q,
        area=asked.area,
        category=asked.category,
        function=asked.function,
        status=asked.status,
        open_at=clock_of(asked.open_at),
        as_of=asked.on,
        box=box,
    )
    actor = actor_of(request)
    return rows(actor, facilities(actor, wanted), Facility, asked.on, asked.after, asked.limit)


def _listing(kind: Kind) -> Any:
    def listing(
        request: HttpRequest,
        area: str = "",
        on: Day | None = None,
        after: int = 0,
        limit: int = 50,
    ) -> Rows:
        actor = actor_of(request)
        found = seen_by(actor, kind.model, on)
        if area:
            found = found.filter(within(actor, area, on))
        return rows(actor, found, kind.model, on, after, max(1, min(limit, MOST)))

    return listing


def _adding(kind: Kind) -> Any:
    def adding(request: HttpRequest, given: Any, response: HttpResponse) -> Any:
        actor, area = actor_of(request), _area(request, given.area)
        try:
            made = add(
                actor, kind.model, values_of(kind.model, given), area=area,
                on=given.effective_on, reason=given.reason, own_id=given.number,
            )  # fmt: skip
        except ValidationError as error:
            raise told(error) from error
        response["ETag"] = tag(made)
        return Status(201, row(actor, made))

    adding.__annotations__["given"] = to_add(kind.model)
    return adding


def _telling(kind: Kind) -> Any:
    def telling(
        request: HttpRequest, response: HttpResponse, record: int, on: Day | None = None
    ) -> Any:
        found = seen_version(request, kind, record, on)
        response["ETag"] = tag(found)
        if request.headers.get("If-None-Match") == tag(found):
            return HttpResponse(status=304, headers={"ETag": tag(found)})
        return row(actor_of(request), found, on)

    return telling


def _changing(kind: Kind) -> Any:
    def changing(request: HttpRequest, response: HttpResponse, record: int, given: Any) -> Any:
        actor, now = actor_of(request), last_version(request, kind, record)
        area = _area(request, given.area) if given.area else None
        made = changed(request, now, given, area)
        response["ETag"] = tag(made)
        return row(actor, made)

    changing.__annotations__["given"] = to_change(kind.model)
    return changing


def changed(request: HttpRequest, now: Version, given: Any, area: Area | None = None) -> Version:
    """Change a version; `version`, or `If-Match`, is the one that the caller saw.

    What was taken out is on the list again, unless it is to be taken out.
    """
    match = request.headers.get("If-Match")
    if match and match != tag(now):
        raise Conflict(_("别人刚刚改过这条档案"), remedy=_("重新取这条档案，看过新内容再改"))
    try:
        return change(
            actor_of(request), now, values_of(type(now), given), on=given.effective_on,
            seen=given.version, reason=given.reason, area=area, removed=given.removed,
        )  # fmt: skip
    except ValidationError as error:
        raise told(error) from error


def tag(version: Version) -> str:
    """Return the tag of a version, for `If-Match`."""
    return f'"{version.pk}"'


def _area(request: HttpRequest, code: str) -> Area:
    """Return the area of a code or an id, among those that the caller may see."""
    mine = Area.objects.visible_to(actor_of(request), CHANGE).standing()
    found = mine.filter(code=code).first()
    if found is None and code.isdecimal() and len(code) < 12:
        found = mine.filter(pk=int(code)).first()
    if found is None:
        raise Refused(_("没有这个区划，或者不在您的授权范围内"), remedy=_("写12位区划代码"))
    return found


def _route(name: str, kind: Kind) -> None:
    one = kind.model.kind()
    said: dict[str, Any] = {"url_name": f"{one}_list"}
    if kind.model is not Facility:
        router.get(name, response=Rows, operation_id=f"{one}_list", summary=f"List {name}", **said)(
            _listing(kind)
        )
    router.post(
        name, response={201: Row}, operation_id=f"{one}_add", summary=f"Add to {name}", **said
    )(_adding(kind))
    path, said = f"{name}/{{int:record}}", {"url_name": one}
    router.get(path, response=Row, operation_id=one, summary=f"One of {name}", **said)(
        _telling(kind)
    )
    router.put(
        path, response=Row, operation_id=f"{one}_change", summary=f"Change one of {name}", **said
    )(_changing(kind))


for _name, _kind in KINDS.items():
    _route(_name, _kind)
