"""The streets that people find their way by: main ones, and smaller ones with a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lifecircle.place.plane import Geometries, Plane

MAIN_KINDS = ("trunk", "primary", "secondary", "tertiary")
"""Values of OpenStreetMap's highway tag, the widest first: 快速路、主干路、次干路、支路."""

NAMED_KINDS = ("unclassified", "residential", "living_street", "pedestrian")
"""Kept where they have a name."""

Lines = list[tuple[str, str, Any]]
"""(kind, name, geometry in WGS84 degrees)"""


@dataclass(frozen=True, eq=False)
class MainStreets:
    """Streets to draw (m): kinds, names (empty where nobody told one), lines in plane metres."""

    kind: tuple[str, ...]
    name: tuple[str, ...]
    shape: Geometries


NO_MAIN_STREETS = MainStreets((), (), np.empty(0, dtype=object))


def is_drawn(tags: Mapping[str, str], name: str) -> bool:
    """Say whether a way with these tags and this name is drawn as such a street."""
    kind = tags.get("highway", "")
    return tags.get("area") != "yes" and (
        kind in MAIN_KINDS or (bool(name) and kind in NAMED_KINDS)
    )


def main_streets_of(lines: Lines, plane: Plane) -> MainStreets:
    """Return the streets in plane metres."""
    shapes = np.empty(len(lines), dtype=object)
    shapes[:] = [shape for _, _, shape in lines]
    kinds, names = (tuple(line[at] for line in lines) for at in (0, 1))
    return MainStreets(kinds, names, plane.to_metres(shapes))
