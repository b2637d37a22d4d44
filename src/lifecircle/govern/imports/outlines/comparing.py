"""The difference that a file of outlines would make, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.services import CHANGE
from lifecircle.govern.imports.models import Batch, Row, What
from lifecircle.govern.imports.outlines.fitting import Around, misfits
from lifecircle.govern.imports.outlines.known import (
    NOT_HERE,
    Known,
    Named,
    below,
    outlines_of,
    parents_of,
)
from lifecircle.govern.imports.outlines.reading import (
    LEAST_M2,
    Drawn,
    metric,
    read_outlines,
    spotted,
)
from lifecircle.govern.imports.reading import map_of, told_of
from lifecircle.govern.imports.targets import OUTLINES
from lifecircle.place.plane import Plane
from lifecircle.terms.errors import Fault

MOST_CHANGED = 0.5
"""An outline that differs by more may bear the code of another (a choice of ours)."""


def staged(batch: Batch, actor: Actor) -> tuple[list[Row], int]:
    """Return the rows of a file of outlines and how many features it has.

    Of what is the same only those are rows that a doubt is told of. Raises InputError where the
    file cannot be read at all.
    """
    found = read_outlines(map_of(batch), batch.code_column)
    return _Comparison(batch, actor, found).rows(), len(found)


class _Comparison:
    """Compares the features of one file with the areas of its batch."""

    def __init__(self, batch: Batch, actor: Actor, found: Sequence[Drawn]) -> None:
        self.batch, self.actor, self.found = batch, actor, found
        named = Named(batch.area)
        self.area_of: dict[int, Area] = {}
        for one in found:
            self._place(one, named)
        same: dict[int, list[Drawn]] = {}
        for one in found:
            if one.number in self.area_of:
                same.setdefault(self.area_of[one.number].pk, []).append(one)
        for twins in same.values():
            if len({one.word for one in twins}) > 1:
                for one in twins:
                    one.faults.append(Fault("几个要素说的是同一个区划", remedy="只留一个"))
        self.known = outlines_of(same)
        for one in found:
            self._check_days(one)

    def _place(self, one: Drawn, named: Named) -> None:
        if not one.word:
            return
        area = named.of(one.word)
        if isinstance(area, Area) and not self.actor.may(CHANGE, area.path):
            area = NOT_HERE
        if isinstance(area, Fault):
            one.faults.append(area)
        else:
            self.area_of[one.number] = area

    def _check_days(self, one: Drawn) -> None:
        area = self.area_of.get(one.number)
        if area is None:
            return
        on, now = self.batch.effective_on, self.known.get(area.pk)
        remedy = "把“自何日起属实”写成{}或以后"
        if now and on < now.from_on:
            reason = f"这个区划自{now.from_on}起已有更新的边界"
            one.faults.append(Fault(reason, remedy=remedy.format(now.from_on)))
        elif on < area.began_on:
            reason = f"这个区划{area.began_on}才设立"
            one.faults.append(Fault(reason, remedy=remedy.format(area.began_on)))

    def rows(self) -> list[Row]:
        """Return the rows to be staged, in the order of the file."""
        good = [one for one in self.found if not one.faults]
        drawn = {self.area_of[one.number].pk: one for one in good}
        around = self._around(drawn)
        new = dict(around.planned)
        for area, faults in misfits(around).items():
            drawn[area].faults += faults
        rows = (self._row(one, new, around.held) for one in self.found)
        return [row for row in rows if row is not None]

    def _around(self, drawn: Mapping[int, Drawn]) -> Around:
        """Return the outlines around those of the file, in metres."""
        above = set(parents_of(drawn).values())
        beside = below(above | drawn.keys())
        parents = {area.pk: parent for area, parent in beside} | parents_of(drawn)
        areas = {area.pk: area for area, _ in beside}
        areas |= {one.pk: one for one in self.area_of.values()}
        others = outlines_of((areas.keys() | above) - self.known.keys())
        known = {**others, **self.known}
        both = [one.shape for one in known.values()] + [one.shape for one in drawn.values()]
        plane = Plane.around(np.array([*both, None], dtype=object)[:-1]) if both else Plane(0, 0)
        held = dict(zip(known, metric(plane, [one.shape for one in known.values()]), strict=True))
        planned = dict(
            zip(drawn, metric(plane, [one.shape for one in drawn.values()]), strict=True)
        )
        seen = Area.objects.visible_to(self.actor).filter(pk__in=above)
        names = dict(seen.values_list("pk", "name"))
        names |= {
            pk: one.name for pk, one in areas.items() if self.actor.may("area.view", one.path)
        }
        return Around(planned, held, parents, areas, lambda pk: names.get(pk, ""))

    def _row(self, one: Drawn, new: Mapping[int, Any], held: Mapping[int, Any]) -> Row | None:
        area = self.area_of.get(one.number)
        row = Row(batch_id=self.batch.pk, form=OUTLINES, number=one.number, own_id=one.word[:64])
        if area is not None:
            row.area_id, row.name = area.pk, area.name
            if area.pk in new:
                row.values = values_of(one.shape, new[area.pk])
                self._measure(row, one, self.known.get(area.pk), new[area.pk], held.get(area.pk))
        told = [*((fault, True) for fault in one.faults), *((doubt, False) for doubt in one.doubts)]
        row.told = [told_of(spotted(fault, one.number), error=error) for fault, error in told]
        if one.faults or area is None:
            row.what = What.REJECTED
        elif row.before is None:
            row.what = What.ADDED
        elif row.before["changed_m2"] < LEAST_M2:
            row.what = What.UNCHANGED
            return row if row.told else None
        else:
            row.what = What.CHANGED
        return row

    def _measure(self, row: Row, one: Drawn, now: Known | None, new_m: Any, old_m: Any) -> None:
        """Set what the outline of today is and how much of it changes."""
        if now is None:
            return
        row.seen, row.before = now.pk, differing(old_m, new_m)
        if row.before["share"] > MOST_CHANGED and not one.faults:
            reason = f"与原边界不同的部分是原面积的{row.before['share']:.0%}"
            one.doubts.append(Fault(reason, remedy="在地图上核对代码有没有配错"))


def values_of(shape: Any, in_metres: Any) -> dict[str, Any]:
    """Return what a row says of a new outline: GeoJSON in degrees, its box, its area."""
    return {
        "shape": shapely.to_geojson(shape),
        "box": [float(side) for side in shapely.bounds(shape)],
        "area_m2": round(float(shapely.area(in_metres)), 1),
    }


def differing(old: Any, new: Any) -> dict[str, float]:
    """Return the area of the old outline, how many m2 differ, and their share of the old."""
    old_m2 = float(shapely.area(old))
    changed_m2 = float(shapely.area(shapely.symmetric_difference(old, new)))
    return {
        "area_m2": round(old_m2, 1),
        "changed_m2": round(changed_m2, 1),
        "share": round(changed_m2 / old_m2, 4) if old_m2 else 1.0,
    }
