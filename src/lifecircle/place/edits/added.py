"""Adds facilities to a table of a city."""

from __future__ import annotations

from typing import Any

import numpy as np

from lifecircle.place.tables import City, Facilities


def layer_for(city: City, category: str) -> int:
    """Return the layer that a new facility belongs to: a census of its kind before a partial list.

    The number of layers where none lists its kind.
    """

    def rank(at: int) -> int:
        layer = city.layers[at]
        lists = [layer.lists_all(category, by_area=by_area) for by_area in (False, True)]
        return [*lists, category in layer.partial, True].index(True)

    best = min(range(len(city.layers)), key=rank, default=0)
    return best if city.layers and rank(best) < 3 else len(city.layers)


def joined(table: Facilities, more: Facilities) -> Facilities:
    """Return one table with the rows of both, by layer and id."""
    count = len(table)
    keys = [*zip(table.layer, table.id, strict=True), *zip(more.layer, more.id, strict=True)]
    order = np.array(sorted(range(len(keys)), key=lambda row: keys[row]), dtype=np.int64)
    rank = np.argsort(order)
    entry_of = rank[np.concatenate([table.entry_of, more.entry_of + count])]
    by_owner = np.argsort(entry_of, kind="stable")

    def both(name: str) -> tuple[Any, ...]:
        rows = [*getattr(table, name), *getattr(more, name)]
        return tuple(rows[row] for row in order.tolist())

    shape = np.empty(len(keys), dtype=object)
    shape[:] = list(both("shape"))
    return Facilities(
        id=both("id"),
        name=both("name"),
        categories=both("categories"),
        layer=both("layer"),
        shape=shape,
        community=np.concatenate([table.community, more.community])[order],
        details=both("details"),
        spots=both("spots"),
        entry_of=entry_of[by_owner],
        entry_x_m=np.concatenate([table.entry_x_m, more.entry_x_m])[by_owner],
        entry_y_m=np.concatenate([table.entry_y_m, more.entry_y_m])[by_owner],
        also_listed={**table.also_listed, **more.also_listed},
    )
