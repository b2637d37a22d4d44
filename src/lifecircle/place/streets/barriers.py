"""Barriers of a city: rivers, railways, motorways and walls that a straight line ignores."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from lifecircle.place.plane import Plane
from lifecircle.place.tables import Barriers
from lifecircle.terms.shipped import read_shipped

Lines = list[tuple[str, Any]]
"""(kind, geometry in WGS84 degrees)"""


@cache
def _choices() -> Mapping[str, Mapping[str, frozenset[str]]]:
    data = read_shipped("barriers.yaml", __package__)
    return {
        kind: {key: frozenset(values) for key, values in tags.items()}
        for kind, tags in data.items()
    }


@cache
def barrier_keys() -> frozenset[str]:
    """Return the keys of OpenStreetMap by which barriers are told."""
    return frozenset(key for tags in _choices().values() for key in tags)


@cache
def barrier_pairs() -> frozenset[tuple[str, str]]:
    """Return the tags of OpenStreetMap by which barriers are told."""
    kinds = _choices().values()
    return frozenset(
        (key, value) for tags in kinds for key, values in tags.items() for value in values
    )


@cache
def _by_tag() -> Mapping[tuple[str, str], tuple[int, str]]:
    """Return the kind that each tag tells, with its place among the kinds."""
    kinds = list(enumerate(_choices().items()))
    return {
        (key, value): (place, kind)
        for place, (kind, tags) in reversed(kinds)
        for key, values in tags.items()
        for value in values
    }


def barrier_of(tags: Mapping[str, str]) -> str:
    """Return the kind of barrier that a way or an area with these tags is, empty for none."""
    by_tag = _by_tag()
    told = [by_tag[tag] for tag in tags.items() if tag in by_tag]
    if not told or any(tags.get(key, "no") != "no" for key in ("tunnel", "bridge")):
        return ""
    return min(told)[1]


def barriers_of(lines: Lines, plane: Plane) -> Barriers:
    """Return barriers in plane metres."""
    shapes = np.empty(len(lines), dtype=object)
    shapes[:] = [shape for _, shape in lines]
    return Barriers(tuple(kind for kind, _ in lines), plane.to_metres(shapes))
