"""The part of the API that is of parts of records: rooms, functions, gates, remedies and so on."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Status

from lifecircle.govern.actor import unseen
from lifecircle.govern.days import Day
from lifecircle.govern.inventory.access import CHANGE, VIEW
from lifecircle.govern.inventory.api import changed, router, tag
from lifecircle.govern.inventory.api_schemas import PartRow, to_add, to_change, values_of
from lifecircle.govern.inventory.kinds import KINDS, Kind, Part
from lifecircle.govern.inventory.queries import seen_by
from lifecircle.govern.inventory.services import add, told
from lifecircle.govern.inventory.views import actor_of, seen_version
from lifecircle.govern.records.models import Record, Version
from lifecircle.govern.refused import Conflict


def part_row(version: Version) -> PartRow:
    """Return a part as the API tells it."""
    return PartRow(
        record=version.record_id,
        version=version.pk,
        since=version.since_on,
        removed=version.removed,
        data=version.data(),
    )


def _listing(kind: Kind, part: Part) -> Any:
    def listing(request: HttpRequest, record: int, on: Day | None = None) -> list[PartRow]:
        seen_version(request, kind, record, on)
        held = seen_by(actor_of(request), part.model, on).filter(record__parent_id=record)
        return [part_row(one) for one in held.order_by("record_id")]

    return listing


def _adding(kind: Kind, part: Part) -> Any:
    def adding(request: HttpRequest, record: int, given: Any, response: HttpResponse) -> Any:
        actor, whole = actor_of(request), _whole(request, kind, record)
        held = seen_by(actor, part.model).filter(record__parent_id=record)
        if part.single and held.exists():
            raise Conflict(_("已经登记了一条，只能有一条"), remedy=_("改已有的那一条"))
        try:
            made = add(
                actor, part.model, values_of(part.model, given), area=whole.area,
                on=given.effective_on, reason=given.reason, parent=whole,
            )  # fmt: skip
        except ValidationError as error:
            raise told(error) from error
        response["ETag"] = tag(made)
        return Status(201, part_row(made))

    adding.__annotations__["given"] = to_add(part.model, is_part=True)
    return adding


def _telling(kind: Kind, part: Part) -> Any:
    def telling(
        request: HttpRequest,
        response: HttpResponse,
        record: int,
        part_record: int,
        on: Day | None = None,
    ) -> PartRow:
        seen_version(request, kind, record, on)
        found = _one(seen_by(actor_of(request), part.model, on), record, part_record)
        response["ETag"] = tag(found)
        return part_row(found)

    return telling


def _changing(kind: Kind, part: Part) -> Any:
    def changing(
        request: HttpRequest, response: HttpResponse, record: int, part_record: int, given: Any
    ) -> PartRow:
        _whole(request, kind, record)
        versions = part.model.versions.visible_to(actor_of(request), VIEW).current()
        made = changed(request, _one(versions, record, part_record), given)
        response["ETag"] = tag(made)
        return part_row(made)

    changing.__annotations__["given"] = to_change(part.model, is_part=True)
    return changing


def _whole(request: HttpRequest, kind: Kind, record: int) -> Record:
    """Return the record whose parts are to change, where one may change it."""
    whole = seen_version(request, kind, record).record
    actor_of(request).require(CHANGE, whole.area.path)
    return whole


def _one(versions: Any, record: int, part_record: int) -> Version:
    found: Version | None = (
        versions.filter(record__parent_id=record, record_id=part_record)
        .select_related("record__area")
        .first()
    )
    if found is None:
        raise unseen()
    return found


def _route(name: str, kind: Kind, slug: str, part: Part) -> None:
    one, path = part.model.kind(), f"{name}/{{int:record}}/parts/{slug}"
    said: dict[str, Any] = {"url_name": f"{one}_list"}
    router.get(
        path, response=list[PartRow], operation_id=f"{one}_list", summary=f"List {slug}", **said
    )(_listing(kind, part))
    router.post(
        path, response={201: PartRow}, operation_id=f"{one}_add", summary=f"Add {slug}", **said
    )(_adding(kind, part))
    path, said = f"{path}/{{int:part_record}}", {"url_name": one}
    router.get(path, response=PartRow, operation_id=one, summary=f"One of {slug}", **said)(
        _telling(kind, part)
    )
    router.put(
        path, response=PartRow, operation_id=f"{one}_change", summary=f"Change {slug}", **said
    )(_changing(kind, part))


for _name, _kind in KINDS.items():
    for _slug, _of in _kind.parts.items():
        _route(_name, _kind, _slug, _of)

__all__ = ["router"]
