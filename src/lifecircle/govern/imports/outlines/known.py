"""The areas that a file of outlines may speak of, their outlines of today and their neighbours."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely.geometry import shape

from lifecircle.govern.areas.choices import Level, Tree
from lifecircle.govern.areas.models import Area, AreaState, Outline, Placement
from lifecircle.terms.errors import Fault

NOT_HERE = Fault("没有这个区划，或者不在这次导入的区划内", remedy="改正区划代码")
SEVERAL = Fault("这个编号可以指几个区划", remedy="写12位代码")
AT_ONCE = 500


@dataclass(frozen=True)
class Known:
    """The outline of an area that is open today, in degrees."""

    pk: int
    from_on: date
    shape: Any


class Named:
    """Finds the area that a feature speaks of among those of a batch, by code, number or id."""

    def __init__(self, top: Area) -> None:
        self.by_word: dict[str, list[Area]] = {}
        self.ended: dict[str, Area] = {}
        areas = {one.pk: one for one in Area.objects.below(top)}
        for one in areas.values():
            if one.ended_on is None:
                self.by_word.setdefault(one.code or "", []).append(one)
            elif one.code:
                self.ended[one.code] = one
        grids = AreaState.objects.open().filter(
            area__in=Area.objects.below(top).filter(level=Level.GRID, ended_on__isnull=True)
        )
        for pk, attributes in grids.values_list("area_id", "attributes"):
            if attributes.get("number"):
                self.by_word.setdefault(attributes["number"], []).append(areas[pk])
        for one in areas.values():
            if one.ended_on is None:
                self._add(str(one.pk), one)

    def _add(self, word: str, area: Area) -> None:
        held = self.by_word.setdefault(word, [])
        if area not in held:
            held.append(area)

    def of(self, word: str) -> Area | Fault:
        """Return the area that a word names, or what is wrong with it."""
        found = self.by_word.get(word, []) if word else []
        if len(found) == 1:
            return found[0]
        if found:
            return SEVERAL
        if word in self.ended:
            gone = self.ended[word]
            return Fault(f"{gone.name}已于{gone.ended_on}撤销", remedy="改成现存区划的代码")
        return NOT_HERE


def outlines_of(areas: Iterable[int]) -> dict[int, Known]:
    """Return the outlines open today of some areas."""
    return {
        one.area_id: Known(one.pk, one.from_on, shape(json.loads(one.shape)))
        for some in _some(areas)
        for one in Outline.objects.open().filter(area__in=some)
    }


def parents_of(areas: Iterable[int]) -> dict[int, int]:
    """Return what each area hangs below in the administrative tree, where it hangs there."""
    rows = Placement.objects.open().filter(tree=Tree.ADMINISTRATIVE, parent__isnull=False)
    return {
        pk: parent
        for some in _some(areas)
        for pk, parent in rows.filter(area__in=some).values_list("area_id", "parent_id")
        if parent is not None
    }


def below(parents: Iterable[int]) -> list[tuple[Area, int]]:
    """Return the standing areas right below some in the administrative tree, with their parent."""
    rows = Placement.objects.open().filter(tree=Tree.ADMINISTRATIVE, area__ended_on__isnull=True)
    return [
        (row.area, row.parent_id)
        for some in _some(parents)
        for row in rows.filter(parent__in=some).select_related("area")
        if row.parent_id is not None
    ]


def _some(keys: Iterable[int]) -> Iterable[list[int]]:
    """Yield keys, so many at once as any database takes in one statement."""
    ordered = sorted(set(keys))
    for at in range(0, len(ordered), AT_ONCE):
        yield ordered[at : at + AT_ONCE]
