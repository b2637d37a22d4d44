"""Which records a list shows: filters, order and bounds, the same on pages and in the API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db.models import F, Q
from django.db.models.query import QuerySet
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor, under
from lifecircle.govern.areas.choices import Tree
from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.trees import below_in, parents_on
from lifecircle.govern.inventory.access import VIEW
from lifecircle.govern.inventory.derived import half_hour, mark
from lifecircle.govern.inventory.models import Facility, FacilityFunction, Remedy
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

DOUBTFUL = "doubtful"
"""The word of the filter for what is to be verified."""


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
        rows = rows.filter(within(actor, wanted.area, wanted.as_of))
    for field, code in (("category", wanted.category), ("function", wanted.function)):
        if code:
            rows = rows.filter(**{f"{field}_marks__contains": mark(code)})
    if wanted.status == DOUBTFUL:
        rows = rows.filter(doubtful())
    elif wanted.status:
        rows = rows.filter(status="" if wanted.status == "unknown" else wanted.status)
    if wanted.open_at:
        bit = 1 << half_hour(wanted.open_at)
        rows = rows.annotate(open_then=F("open_half_hours").bitand(bit)).filter(open_then__gt=0)
    if wanted.box:
        west, south, east, north = wanted.box
        rows = rows.filter(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
    rows = searched(rows, wanted.text, ("name", "address"))
    return rows.order_by(*ORDERS.get(wanted.order, ("record_id",)))


def doubtful() -> Q:
    """Return the condition that the state, the place or a function of a facility is not known."""
    functions = FacilityFunction.versions.current().filter(
        state__in=("", "not_surveyed"), removed=False
    )
    open_ = Q(record__in=functions.values("record__parent"))
    return Q(status="") | Q(lon__isnull=True) | open_


def late_remedies(today: date) -> VersionQuerySet:
    """Return what should have made a permit good by now and did not."""
    now = Remedy.versions.current().filter(removed=False)
    return now.filter(due_on__lt=today, done_on__isnull=True)


def searched(rows: QuerySet[Any], text: str, fields: Iterable[str]) -> QuerySet[Any]:
    """Return the rows that hold every word of a text in a field or in their number."""
    for word in text.split():
        # Chinese has no upper case, and to ask for it makes PostgreSQL take three times as long
        holds = "contains" if word.upper() == word.lower() else "icontains"
        either = Q(**{f"record__own_id__{holds}": word})
        for field in fields:
            either |= Q(**{f"{field}__{holds}": word})
        rows = rows.filter(either)
    return rows


def within(actor: Actor, area: str, on: date | None = None) -> Q:
    """Return the condition that a record lies, or lay on a day, in an area that one may see.

    The area is told by its id or code, and has below it what hung there on the day.
    """
    named = Q(code=area) | (Q(pk=int(area)) if area.isdecimal() and len(area) < 12 else Q(pk=None))
    found = Area.objects.visible_to(actor, VIEW).filter(named)
    if on is None:
        return under(found.values_list("path", flat=True), "record__area__path")
    parents = parents_on(Tree.MANAGING, on)
    inside = {pk for one in found for pk in below_in(parents, one.pk)}
    ended = Q(area__ended_on__isnull=False, area__ended_on__lte=on)
    return (~ended & Q(area__in=inside)) | (ended & Q(record__area__in=inside))


def lies_in(actor: Actor, version: Any, on: date | None = None) -> Area | None:
    """Return where a record lies, or lay on a day; None where the actor may not see that.

    A version names the area that it was written in, which may have been merged away since.
    """
    area: Area = version.record.area
    if on is not None:
        then: Area = version.area
        if then.ended_on is None or on < then.ended_on:
            area = then
    return area if actor.may(VIEW, area.path) else None


def place_named(actor: Actor, version: Any, on: date | None = None) -> str:
    """Return the name of where a record lies, or lay on a day; of one elsewhere nothing."""
    area = lies_in(actor, version, on)
    return area.name if area else _("授权范围以外的区划")


def related(model: type[Version], on: date | None = None) -> tuple[str, ...]:
    """Return what a row of a list needs beside itself, so that it costs no further query."""
    return ("record__area", *(("area",) if on is not None and has_area(model) else ()))


def on_lines(rows: VersionQuerySet, columns: Iterable[str], on: date | None) -> VersionQuerySet:
    """Return rows with what a line of a list says and no more: 50 whole versions take long."""
    areas = related(rows.model, on)
    own = (f"{area}__{name}" for area in areas for name in ("name", "path", "ended_on"))
    return rows.select_related(*areas).only(*columns, "record__own_id", *own)
