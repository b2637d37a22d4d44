"""Which records a list shows: filters, order and bounds, the same on pages and in the API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db.models import F, Q
from django.db.models.query import QuerySet

from lifecircle.govern.actor import Actor, under
from lifecircle.govern.areas.models import Area
from lifecircle.govern.inventory.access import VIEW
from lifecircle.govern.inventory.derived import half_hour, mark
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.inventory.tables import has_area
from lifecircle.govern.records.models import Version, VersionQuerySet

Box = tuple[float, float, float, float]
ORDERS: dict[str, tuple[Any, ...]] = {
    "name": ("name", "pk"),
    "floor": (F("floor_m2").desc(nulls_last=True), "pk"),
    "changed": ("-since_id", "pk"),
    "number": ("record__own_id",),
}
"""Orders of the list of facilities."""


@dataclass(frozen=True)
class Wanted:
    """What a list of facilities is asked for; empty is everything."""

    text: str = ""
    area: str = ""
    category: str = ""
    function: str = ""
    status: str = ""
    open_at: time | None = None
    as_of: date | None = None
    order: str = ""
    box: Box | None = None


def seen_by(
    actor: Actor, model: type[Version], as_of: date | None = None, permission: str = VIEW
) -> VersionQuerySet:
    """Return the versions of a kind that hold now, or held on a day, where one may see them."""
    rows = model.versions.visible_to(actor, permission)
    return (rows.current() if as_of is None else rows.as_of(as_of)).filter(removed=False)


def facilities(actor: Actor, wanted: Wanted) -> QuerySet[Any]:
    """Return the facilities that are wanted, in order."""
    rows: QuerySet[Any] = seen_by(actor, Facility, wanted.as_of)
    if wanted.area:
        rows = rows.filter(within(actor, wanted.area))
    for field, code in (("category", wanted.category), ("function", wanted.function)):
        if code:
            rows = rows.filter(**{f"{field}_marks__contains": mark(code)})
    if wanted.status:
        rows = rows.filter(status="" if wanted.status == "unknown" else wanted.status)
    if wanted.open_at:
        bit = 1 << half_hour(wanted.open_at)
        rows = rows.annotate(open_then=F("open_half_hours").bitand(bit)).filter(open_then__gt=0)
    if wanted.box:
        west, south, east, north = wanted.box
        rows = rows.filter(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
    rows = searched(rows, wanted.text, ("name", "address"))
    return rows.order_by(*ORDERS.get(wanted.order, ("record_id",)))


def searched(rows: QuerySet[Any], text: str, fields: Iterable[str]) -> QuerySet[Any]:
    """Return the rows that hold every word of a text in a field or in their number."""
    for word in text.split():
        either = Q(record__own_id__icontains=word)
        for field in fields:
            either |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(either)
    return rows


def within(actor: Actor, area: str) -> Q:
    """Return the condition that a record lies in an area, by its id or code, that one may see."""
    named = Q(code=area) | (Q(pk=int(area)) if area.isdecimal() and len(area) < 12 else Q(pk=None))
    found = Area.objects.visible_to(actor, VIEW).filter(named).values_list("path", flat=True)
    return under(found, "record__area__path")


def related(model: type[Version]) -> tuple[str, ...]:
    """Return what a row of a list needs beside itself, so that it costs no further query."""
    return ("record__area", "since", *(("area",) if has_area(model) else ()))
