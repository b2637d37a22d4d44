"""Assigns what lies in an area that was split by the outlines of those that it became."""

from __future__ import annotations

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area, Outline
from lifecircle.govern.areas.services import CHANGE, Lying, held, left_in
from lifecircle.govern.areas.trees import today_of
from lifecircle.govern.audit.services import append
from lifecircle.govern.refused import Refused


def by_outlines(ended: Area) -> list[tuple[Lying, dict[int, list[int]], int]]:
    """Return what still lies in an area that ended, by what became of it.

    Keys by the new area whose outline holds them, and how many lie in none or several of the new
    outlines, or have no place.
    """
    targets = [pk for pk in today_of(ended.pk, ended.began_on) if pk != ended.pk]
    outlines = Outline.objects.open().filter(area__in=targets, area__ended_on__isnull=True)
    drawn = {one.area_id: shapely.from_geojson(one.shape) for one in outlines}
    found = []
    for kept, number in left_in(ended):
        own: dict[int, list[int]] = {}
        for key, (lon, lat) in kept.places(ended).items():
            point = shapely.Point(lon, lat)
            inside = [area for area, shape in drawn.items() if shape.intersects(point)]
            if len(inside) == 1:
                own.setdefault(inside[0], []).append(key)
        found.append((kept, own, number - sum(map(len, own.values()))))
    return found


@transaction.atomic
def assign_by_outlines(actor: Actor, ended: Area, *, basis: str = "") -> dict[int, int]:
    """Assign what lies in an area that ended by the outlines of those it became; return how many.

    What lies in none of them stays. Raises Refused without the right there and here, and where
    there is nothing to assign.
    """
    actor.require(CHANGE, ended.path)
    moved: dict[int, int] = {}
    targets: dict[int, Area] = {}
    for kept, own, _rest in by_outlines(ended):
        for pk, keys in own.items():
            if pk not in targets:
                targets[pk] = held(actor, Area.objects.get(pk=pk))
            kept.assign_some(keys, targets[pk])
            moved[pk] = moved.get(pk, 0) + len(keys)
    if not moved:
        raise Refused(
            _("没有一条落在一个新区划的边界里"), remedy=_("先画上新区划的边界，或选一个新区划")
        )
    after = {"to": {str(pk): number for pk, number in moved.items()}}
    append(actor, "area.assign", "area", ended.pk, area_path=ended.path, after=after, reason=basis)
    return moved
