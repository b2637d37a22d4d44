"""The part of the API that is of contacts: masked, there is no other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from lifecircle.govern.actor import Actor
from lifecircle.govern.days import Day
from lifecircle.govern.personal.models import Contact
from lifecircle.govern.personal.views import masked_rows

router = Router(tags=["联系人"])
MOST = 500


class ContactOut(Schema):
    """A contact; name and telephone number are masked."""

    id: UUID
    area: int
    facility: str
    post: str
    name: str
    telephone: str
    purpose: str
    source: str
    retain_until: Day


class Asked(Schema):
    """Which contacts are asked for: of an area, from one id on."""

    area: int | None = None
    after: UUID | None = None
    limit: int = MOST


@router.get("", response=list[ContactOut], url_name="contact_list", summary="联系人")
def contact_list(request: HttpRequest, asked: Query[Asked]) -> list[dict[str, Any]]:
    """List contacts by id; ask on with ``after`` the last id."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = Contact.objects.visible_to(actor).select_related("record").order_by("pk")
    if asked.area is not None:
        found = found.filter(area=asked.area)
    if asked.after:
        found = found.filter(pk__gt=asked.after)
    plain = ("id", "post", "purpose", "source", "retain_until")
    return [
        {
            **{field: getattr(one, field) for field in plain},
            "area": one.area_id,
            "facility": one.record.own_id if one.record else "",
            "name": name,
            "telephone": telephone,
        }
        for one, name, telephone in masked_rows(found[: max(1, min(asked.limit, MOST))])
    ]
