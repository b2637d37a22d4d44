"""Writes outlines in short steps that hold on no day until the last step gives them their time.

An outline from a day until the same day held never: no reader finds it. The last step ends those
that they replace and leaves the new ones open, all in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import shapely
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area, Outline
from lifecircle.govern.areas.services import CHANGE
from lifecircle.govern.imports.committing import FIRST_ELSE, NO_RIGHT, show
from lifecircle.govern.imports.models import Batch, DrawnOutline, Row, What
from lifecircle.govern.imports.outlines.comparing import differing, values_of
from lifecircle.govern.imports.outlines.reading import metric
from lifecircle.govern.imports.reading import told_of
from lifecircle.govern.imports.targets import OUTLINES
from lifecircle.govern.imports.undoing import CHANGED_SINCE
from lifecircle.govern.jobs.handlers import Effect
from lifecircle.place.plane import Plane
from lifecircle.terms.errors import Fault

LONGEST_SOURCE = 200


class Overtaken(Exception):  # noqa: N818 - the job is tried again
    """An area was redrawn between the last look and the lock; the next try tells of it."""


class AsOutlines:
    """Outlines of areas as what a batch writes."""

    tables = (Outline, DrawnOutline)

    def writing(self, batch: Batch, actor: Actor, rows: list[Row]) -> tuple[list[Row], Effect]:
        """Return all the rows, and the step that draws them."""
        return rows, partial(_write, batch, actor, rows)

    def overtaken(self, batch: Batch) -> Effect | None:
        """Return the step that tells of areas redrawn or ended since their rows were written."""
        lost = list(_overtaken(batch))
        return partial(_lose, batch, lost) if lost else None

    def show(self, batch: Batch, actor: Actor, root: str, counts: dict[str, int]) -> None:
        """Give the new outlines their time and end the old ones; raises Overtaken."""
        top = batch.area.path.split(".")[0]
        Area.objects.select_for_update().get(pk=int(top))
        if _overtaken(batch).exists():
            raise Overtaken
        drawn = DrawnOutline.objects.filter(batch=batch)
        replaced = Outline.objects.filter(pk__in=drawn.values("replaced"))
        replaced.update(until_on=batch.effective_on)
        Outline.objects.filter(pk__in=drawn.values("outline")).update(until_on=None)
        show(batch, actor, root, counts)

    def taking_back(self, batch: Batch, most: int) -> tuple[int, Effect] | None:
        """Return how many outlines that nobody saw the step takes back, None after the last."""
        some = list(DrawnOutline.objects.filter(batch=batch).order_by("pk")[:most])
        return (len(some), partial(_erase, some)) if some else None

    def undoing(self, batch: Batch, after: int, most: int) -> tuple[list[Row], int]:
        """Return some rows that take back what ``batch.undoes`` drew, and how far they go."""
        drawn = DrawnOutline.objects.filter(batch=batch.undoes, pk__gt=after).order_by("pk")
        some = list(drawn.select_related("area", "outline", "replaced")[:most])
        open_now = _open([one.area_id for one in some])
        plane = _plane(some)
        rows = [_undoing(batch, one, open_now.get(one.area_id), plane) for one in some]
        return rows, some[-1].pk if some else after


def _write(batch: Batch, actor: Actor, rows: Sequence[Row]) -> None:
    areas = Area.objects.in_bulk([row.area_id for row in rows])
    open_now = _open(areas)
    good: list[tuple[Row, Area]] = []
    lost = []
    for row in rows:
        assert row.area_id is not None, "a row that writes says where"
        area = areas[row.area_id]
        if open_now.get(area.pk) != row.seen or area.ended_on:
            lost.append((row, FIRST_ELSE))
        elif not actor.may(CHANGE, area.path):
            lost.append((row, NO_RIGHT))
        else:
            good.append((row, area))
    new = [_outline(batch, area, row.values) for row, area in good if row.values is not None]
    by_area = {one.area_id: one for one in Outline.objects.bulk_create(new)}
    DrawnOutline.objects.bulk_create(
        DrawnOutline(batch=batch, area=area, outline=by_area.get(area.pk), replaced_id=row.seen)
        for row, area in good
    )
    _tell(lost)


def _outline(batch: Batch, area: Area, values: Mapping[str, Any]) -> Outline:
    west, south, east, north = values["box"]
    day = batch.effective_on
    return Outline(
        area=area, from_on=day, until_on=day, shape=values["shape"],
        source=batch.name[:LONGEST_SOURCE], west=west, south=south, east=east, north=north,
    )  # fmt: skip


def _open(areas: object) -> dict[int, int]:
    """Return the outline of each area that is open today."""
    return dict(Outline.objects.open().filter(area__in=areas).values_list("area_id", "pk"))


def _overtaken(batch: Batch) -> QuerySet[DrawnOutline]:
    """Return what was drawn over another outline than stands now, or of an area that ended."""
    open_now = Outline.objects.open().filter(area=OuterRef("area")).values("pk")[:1]
    seen = {"stands": Coalesce(Subquery(open_now), 0), "over": Coalesce("replaced", 0)}
    lost = Q(area__ended_on__isnull=False) | ~Q(stands=F("over"))
    return DrawnOutline.objects.filter(batch=batch).annotate(**seen).filter(lost)


def _lose(batch: Batch, lost: Sequence[DrawnOutline]) -> None:
    rows = Row.objects.filter(batch=batch, area__in=[one.area_id for one in lost])
    _tell([(row, FIRST_ELSE) for row in rows.filter(what__in=(What.ADDED, What.CHANGED))])
    _erase(lost)


def _tell(lost: Sequence[tuple[Row, Fault]]) -> None:
    for row, fault in lost:
        row.what, row.told = What.CONFLICT, [*row.told, told_of(fault, error=True)]
    Row.objects.bulk_update([row for row, _ in lost], ["what", "told"], batch_size=100)


def _erase(some: Sequence[DrawnOutline]) -> None:
    """Remove outlines that held on no day and that nobody saw."""
    DrawnOutline.objects.filter(pk__in=[one.pk for one in some]).delete()
    never = Outline.objects.filter(Q(until_on=F("from_on")))
    never.filter(pk__in=[one.outline_id for one in some if one.outline_id]).delete()


def _plane(some: Sequence[DrawnOutline]) -> Plane:
    """Return one plane for some outlines: making it takes longer than all the rest."""
    boxes = [(it.west, it.south, it.east, it.north) for one in some for it in _both(one)]
    return Plane.around(shapely.box(*np.array(boxes).T)) if boxes else Plane(0, 0)


def _both(one: DrawnOutline) -> list[Outline]:
    return [it for it in (one.outline, one.replaced) if it]


def _undoing(batch: Batch, one: DrawnOutline, open_now: int | None, plane: Plane) -> Row:
    row = Row(
        batch_id=batch.pk, form=OUTLINES, number=0, own_id=one.area.code or str(one.area_id),
        name=one.area.name, area_id=one.area_id, what=What.CHANGED, seen=one.outline_id,
    )  # fmt: skip
    if open_now != one.outline_id or one.area.ended_on:
        row.what, row.told = What.CONFLICT, [told_of(CHANGED_SINCE, error=True)]
        return row
    shapes = list(shapely.from_geojson([it.shape for it in _both(one)]))
    metres = metric(plane, shapes)
    if one.replaced is None:
        row.removed, row.before = True, {}
        return row
    row.values = values_of(shapes[-1], metres[-1])
    row.before = differing(metres[0], metres[-1]) if one.outline else None
    row.what = What.CHANGED if one.outline else What.ADDED
    return row
