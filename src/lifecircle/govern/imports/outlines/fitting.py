"""Holds new outlines against those around them: siblings may not overlap, parents hold all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from lifecircle.govern.areas.models import Area
from lifecircle.terms.errors import Fault

OVERLAP_SHARE = 0.01
"""Of the smaller of two outlines; borders drawn twice differ by metres (a choice of ours)."""

OUTSIDE_SHARE = 0.01
"""Of an outline, what may lie outside its parent's (a choice of ours)."""

MOST_NAMED = 3


@dataclass
class Around:
    """What lies around the areas of a file, in metres.

    ``planned`` are the outlines of the file that stand so far, ``held`` those on record;
    ``parents`` and ``siblings`` go by the administrative tree. ``called`` gives the name of an
    area where the actor may know it.
    """

    planned: dict[int, Any]
    held: Mapping[int, Any]
    parents: Mapping[int, int]
    areas: Mapping[int, Area]
    called: Callable[[int], str]
    neighbours: dict[int, set[int]] = field(default_factory=dict)

    def shape(self, area: int) -> Any:
        """Return the outline that an area would have, None where none is known."""
        return self.planned.get(area, self.held.get(area))


def misfits(around: Around) -> dict[int, list[Fault]]:
    """Return what is wrong with outlines of the file; what is refused stands as it stood before.

    Who fits only beside what was refused is refused too. Each outline falls back once at most, so
    that every pair is looked at a few times and no more.
    """
    around.neighbours = _neighbours(around)
    children: dict[int, set[int]] = defaultdict(set)
    for child, parent in around.parents.items():
        children[parent].add(child)
    refused: dict[int, list[Fault]] = {}
    asked = set(around.planned)
    while asked:
        found = {area: faults for area in sorted(asked) if (faults := _faults(around, area))}
        for area in found:
            del around.planned[area]
        refused |= found
        asked = {
            near for area in found for near in around.neighbours.get(area, set()) | children[area]
        } & around.planned.keys()
    return refused


def _neighbours(around: Around) -> dict[int, set[int]]:
    """Return which siblings may touch, by all that they are or would be."""
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for area, parent in around.parents.items():
        if area in around.planned or area in around.held:
            groups[parent, around.areas[area].level].append(area)
    near: dict[int, set[int]] = defaultdict(set)
    for group in groups.values():
        shapes = [(area, of[area]) for area in group for of in _both(around) if area in of]
        tree = shapely.STRtree([shape for _, shape in shapes])
        left, right = tree.query(np.array([shape for _, shape in shapes], dtype=object))
        for one, other in zip(left.tolist(), right.tolist(), strict=True):
            if shapes[one][0] != shapes[other][0]:
                near[shapes[one][0]].add(shapes[other][0])
    return near


def _both(around: Around) -> tuple[Mapping[int, Any], Mapping[int, Any]]:
    return around.planned, around.held


def _faults(around: Around, area: int) -> list[Fault]:
    own = around.planned[area]
    found = []
    parent = around.shape(around.parents[area]) if area in around.parents else None
    if parent is not None:
        outside = shapely.area(shapely.difference(own, parent)) / shapely.area(own)
        if outside > OUTSIDE_SHARE:
            above = around.called(around.parents[area]) or "上级"
            reason = f"有{outside:.1%}在{above}的边界以外"
            found.append(Fault(reason, remedy="改正边界、代码或坐标的种类"))
    over = [
        (shapely.area(shapely.intersection(own, other)), near, shapely.area(other))
        for near in around.neighbours.get(area, set())
        if (other := around.shape(near)) is not None
    ]
    small = shapely.area(own)
    over = [one for one in over if one[0] > OVERLAP_SHARE * min(small, one[2])]
    for common_m2, near, _ in sorted(over, key=lambda one: (-one[0], one[1]))[:MOST_NAMED]:
        other = around.called(near) or "相邻的区划"
        reason = f"与{other}重叠{common_m2:.0f}平方米"
        remedy = "改正边界；两边都变的，放在一个文件里导入"
        found.append(Fault(reason, remedy=remedy))
    return found
