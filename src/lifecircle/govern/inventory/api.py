"""The part of the API that is of inventory."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from lifecircle.govern.actor import unseen
from lifecircle.govern.areas.models import Area
from lifecircle.govern.inventory.access import CHANGE
from lifecircle.govern.inventory.forms import clock_of
from lifecircle.govern.inventory.kinds import KINDS
from lifecircle.govern.inventory.maps import box_of
from lifecircle.govern.inventory.models import Estate, Facility, Permit, Space
from lifecircle.govern.inventory.queries import Wanted, facilities, related, seen_by, within
from lifecircle.govern.inventory.services import add, change, told
from lifecircle.govern.inventory.views import actor_of
from lifecircle.govern.records.models import Version
from lifecircle.govern.refused import Conflict, Refused

router = Router(tags=["inventory"])
MOST = 500
Text = Annotated[str, Field(max_length=500)]
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
Square = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class Asked(Schema):
    """Filters of the list of facilities; `after` is the last `record` of the page before."""

    q: str = ""
    area: str = ""
    category: str = ""
    function: str = ""
    status: str = ""
    open_at: str = ""
    on: date | None = None
    bbox: str = ""
    after: int = 0
    limit: int = Field(50, ge=1, le=MOST)


class FacilityData(Schema):
    """What one may say of a facility; what is not named stays as it is."""

    name: Text | None = None
    categories: list[Text] | None = None
    functions: list[Text] | None = None
    lon: float | None = None
    lat: float | None = None
    part_of: Text | None = None
    floor_m2: Square | None = None
    usable_m2: Square | None = None
    site_m2: Square | None = None
    childcare_places: Number | None = None
    nursing_beds: Number | None = None
    beds: Number | None = None
    seats: Number | None = None
    hours: Text | None = None
    address: Text | None = None
    hotline: Text | None = None
    operating_mode: Text | None = None
    mode: Text | None = None
    stage: Text | None = None
    status: Text | None = None
    opened_on: date | None = None
    remark: Text | None = None


class FacilityAdd(FacilityData):
    """A new facility: its number, if it has one, the code of its area, from which day, why."""

    number: Annotated[str, Field(max_length=64)] = ""
    area: str
    effective_on: date
    reason: Annotated[str, Field(max_length=200)] = ""


class FacilityChange(FacilityData):
    """A change of a facility: the version seen, from which day, why; `removed` takes it out."""

    version: int
    area: str | None = None
    effective_on: date
    reason: Annotated[str, Field(max_length=200)] = ""
    removed: bool = False


class Row(Schema):
    """A record as it holds."""

    record: int
    number: str
    version: int
    area: str
    area_name: str
    since: date
    data: dict[str, Any]


class Rows(Schema):
    """A page of records; `next` is what to give as `after` for the next, None at the end."""

    items: list[Row]
    next: int | None


def row(version: Any) -> Row:
    """Return a version as the API tells it."""
    data = version.data()
    data.pop("area", None)
    area = version.record.area
    return Row(
        record=version.record_id,
        number=version.record.own_id,
        version=version.pk,
        area=area.code or str(area.pk),
        area_name=area.name,
        since=version.since_on,
        data=data,
    )


def rows(found: Any, model: type[Version], after: int, limit: int) -> Rows:
    """Return a page of what was found, by record from ``after`` on."""
    wanted = found.filter(record_id__gt=after).order_by("record_id")
    held = list(wanted.select_related(*related(model))[: limit + 1])
    more = len(held) > limit
    return Rows(
        items=[row(one) for one in held[:limit]],
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
    found = facilities(actor_of(request), wanted)
    return rows(found, Facility, asked.after, asked.limit)


@router.post("facilities", response={201: Row}, url_name="facility_list")
def facility_add(request: HttpRequest, given: FacilityAdd, response: HttpResponse) -> Any:
    """Add a facility."""
    actor = actor_of(request)
    area = _area(request, given.area)
    values = _values(given)
    try:
        made = add(
            actor, Facility, values, area=area, on=given.effective_on,
            reason=given.reason, own_id=given.number,
        )  # fmt: skip
    except ValidationError as error:
        raise told(error) from error
    response["ETag"] = _tag(made)
    return Status(201, row(made))


@router.get("facilities/{int:record}", response=Row, url_name="facility")
def facility(
    request: HttpRequest, response: HttpResponse, record: int, on: date | None = None
) -> Any:
    """Return a facility; unchanged since the caller's `If-None-Match` is 304."""
    found = _held(request, record, on)
    response["ETag"] = _tag(found)
    if request.headers.get("If-None-Match") == _tag(found):
        return HttpResponse(status=304, headers={"ETag": _tag(found)})
    return row(found)


@router.put("facilities/{int:record}", response=Row, url_name="facility")
def facility_change(
    request: HttpRequest, response: HttpResponse, record: int, given: FacilityChange
) -> Any:
    """Change a facility; `version`, or `If-Match`, is the version that the caller saw."""
    now = _held(request, record, None)
    match = request.headers.get("If-Match")
    if match and match != _tag(now):
        raise Conflict(_("别人刚刚改过这条档案"), remedy=_("重新取这条档案，看过新内容再改"))
    area = _area(request, given.area) if given.area else None
    try:
        made = change(
            actor_of(request), now, _values(given), on=given.effective_on, seen=given.version,
            reason=given.reason, area=area, removed=given.removed,
        )  # fmt: skip
    except ValidationError as error:
        raise told(error) from error
    response["ETag"] = _tag(made)
    return row(made)


def _listing(model: type[Version]) -> Any:
    def listing(
        request: HttpRequest,
        area: str = "",
        on: date | None = None,
        after: int = 0,
        limit: int = 50,
    ) -> Rows:
        actor = actor_of(request)
        found = seen_by(actor, model, on)
        if area:
            found = found.filter(within(actor, area))
        return rows(found, model, after, max(1, min(limit, MOST)))

    listing.__doc__ = f"List {KINDS[_WORDS[model]].model.__name__.lower()}s."
    return listing


_WORDS = {one.model: name for name, one in KINDS.items()}
for _model, _name in ((Estate, "estate"), (Permit, "permit"), (Space, "space")):
    router.get(f"{_name}s", response=Rows, url_name=f"{_name}_list", operation_id=f"{_name}_list")(
        _listing(_model)
    )


def _values(given: FacilityData) -> dict[str, Any]:
    """Return the fields that were named; null is unknown."""
    said = given.model_dump(include=set(FacilityData.model_fields), exclude_unset=True)
    empty: dict[str, list[str]] = {"categories": [], "functions": []}
    words = {
        name
        for name in said
        if said[name] is None and Facility._meta.get_field(name).get_default() == ""  # type: ignore[union-attr]
    }
    return {
        name: "" if name in words else empty.get(name, value) if value is None else value
        for name, value in said.items()
    }


def _held(request: HttpRequest, record: int, on: date | None) -> Any:
    found = seen_by(actor_of(request), Facility, on).filter(record_id=record)
    version = found.select_related(*related(Facility)).first()
    if version is None:
        raise unseen()
    return version


def _area(request: HttpRequest, code: str) -> Area:
    """Return the area of a code or an id, among those that the caller may see."""
    mine = Area.objects.visible_to(actor_of(request), CHANGE).standing()
    found = mine.filter(code=code).first()
    if found is None and code.isdecimal() and len(code) < 12:
        found = mine.filter(pk=int(code)).first()
    if found is None:
        raise Refused(_("没有这个区划，或者不在您的授权范围内"), remedy=_("写12位区划代码"))
    return found


def _tag(version: Version) -> str:
    return f'"{version.pk}"'
