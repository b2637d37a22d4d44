"""Censuses of single communities: where the lists hold every facility of some categories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from lifecircle.place.tables import City, Layer

OPEN_MAP = "OpenStreetMap"
"""Begins what a layer of OpenStreetMap was looked for: nobody's census covers it."""


@dataclass(frozen=True)
class AreaCensus:
    """That the office's lists hold all facilities of some categories in one community (a row).

    ``layers`` are the rows of those lists in `City.layers`; what others list there of these
    categories does not count beside them.
    """

    community: int
    categories: frozenset[str]
    census_on: date
    declared_by: str
    layers: frozenset[int] = frozenset()


def with_censuses(city: City, censuses: Iterable[AreaCensus], own_book: str) -> City:
    """Return a city with the censuses of its communities.

    A category that every community has a census of is one of the office's layers, so that it holds
    for walks too; where there is no such layer, an empty one called ``own_book`` says that there is
    nothing. Of facilities without coordinates a layer is a census by area alone.
    """
    known = sorted(censuses, key=lambda one: one.community)
    if not known:
        return city
    own_of: dict[int, frozenset[str]] = {}
    for one in known:
        own_of[one.community] = own_of.get(one.community, frozenset()) | one.categories
    all_counted = len(own_of) == len(city.communities)
    everywhere = frozenset.intersection(*own_of.values()) if all_counted else frozenset()
    on = min(one.census_on for one in known)
    by = "、".join(dict.fromkeys(one.declared_by for one in known))
    layers = [
        _declared(city, at, layer, everywhere, (on, by)) for at, layer in enumerate(city.layers)
    ]
    if everywhere and all(_is_open_map(layer) for layer in layers):
        layers.append(_empty(own_book, everywhere, on, by))
    own = frozenset(at for at, layer in enumerate(layers) if not _is_open_map(layer))
    of_areas = tuple(replace(one, layers=own) for one in known)
    return replace(city, layers=tuple(layers), censuses=of_areas)


def _declared(
    city: City, at: int, layer: Layer, everywhere: frozenset[str], said: tuple[date, str]
) -> Layer:
    """Return a layer as a census of what was counted everywhere."""
    new = everywhere - layer.census - layer.counted
    if not new or _is_open_map(layer):
        return layer
    table = city.facilities
    rows = np.flatnonzero(np.array(table.layer, dtype=np.int64) == at)
    lost = rows[shapely.is_empty(table.shape[rows])] if len(rows) else rows
    unplaced = frozenset(code for row in lost.tolist() for code in table.categories[row])
    on, by = said
    return replace(
        layer,
        census=layer.census | (new - unplaced),
        counted=layer.counted | (new & unplaced),
        census_on=min(on, layer.census_on) if layer.census_on else on,
        declared_by="、".join(dict.fromkeys(one for one in (layer.declared_by, by) if one)),
    )


def _empty(name: str, everywhere: frozenset[str], on: date, by: str) -> Layer:
    from lifecircle.place.tables import Layer  # noqa: PLC0415 - tables know the censuses

    return Layer(name, everywhere, frozenset(), on, by)


def _is_open_map(layer: Layer) -> bool:
    return layer.looked_for.startswith(OPEN_MAP)


def complete_in(
    censuses: Sequence[AreaCensus], codes: Iterable[str], count: int
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which of ``count`` communities have a census of all of ``codes`` (c,)."""
    mask = np.full(count, bool(censuses))
    for code in codes:
        own = np.zeros(count, dtype=np.bool_)
        own[[one.community for one in censuses if code in one.categories]] = True
        mask &= own
    return mask
