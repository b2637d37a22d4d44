"""Holds facilities that an import brings against the whole area, as `lifecircle check` does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from lifecircle.govern.imports.outlined import Where
from lifecircle.govern.inventory.models import Facility
from lifecircle.place.audit.places import listed_doubts
from lifecircle.place.facility_parts import Row
from lifecircle.place.forms.columns import Columns, Headers
from lifecircle.place.layers import VectorLayer
from lifecircle.place.plane import Plane
from lifecircle.place.residents.homes import community_of, homes_of
from lifecircle.place.tables import Communities, Facilities
from lifecircle.terms.errors import Fault

ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Looked:
    """What the audit of places looks at."""

    facilities: Facilities
    communities: Communities


def misplaced(layer: VectorLayer, headers: Headers, where: Where) -> list[Fault]:
    """Return a doubt for each row that lies outside the community that it says."""
    communities, plane = where
    columns = Columns(layer, "facilities", headers)
    homes_of(communities, columns, "community", shapely.centroid(plane.to_metres(layer.geometry)))
    return [doubt for doubt in columns.doubts if doubt.code == ELSEWHERE]


def doubtful(rows: Sequence[Row], path: str, where: Where | None) -> list[Fault]:
    """Return what is doubtful of rows beside each other and beside what is on record.

    Twice the same, several at one point, far outside every community.
    """
    told = [row for row in rows if not shapely.is_empty(row.shape)]
    if not told:
        return []
    both = [*_on_record(path, {row.id for row in rows}), *told]
    shapes = np.array([row.shape for row in both], dtype=object)
    communities, plane = where or (_none(), Plane.around(shapes))
    shapes = plane.to_metres(shapes)
    home = np.zeros(len(both), dtype=np.int64)
    if where:
        home = community_of(communities, shapely.point_on_surface(shapes))
        codes = {code: at for at, code in enumerate(communities.id)}
        home = np.array([codes.get(row.home, at) for row, at in zip(both, home, strict=True)])
    looked = Looked(_table(both, shapes, home), communities)
    new = {row.spot for row in told}
    found = (doubt.fault for doubt in listed_doubts(looked, np.arange(len(both))))
    return [fault for fault in found if fault.spot in new]


def _on_record(path: str, but: set[str]) -> Iterator[Row]:
    """Yield the facilities below a path that stand as they are, those without a place left out."""
    held = Facility.versions.current().filter(removed=False, record__area__path__startswith=path)
    told = held.filter(lon__isnull=False, lat__isnull=False).values_list(
        "record__own_id", "name", "categories", "lon", "lat", "record__area__code"
    )
    for own_id, name, categories, lon, lat, code in told.iterator(chunk_size=2000):
        if own_id not in but:
            yield Row(own_id, name, tuple(categories), 0, shapely.Point(lon, lat), code)


def _table(rows: Sequence[Row], shapes: np.ndarray, home: np.ndarray) -> Facilities:
    return Facilities(
        id=tuple(row.id for row in rows),
        name=tuple(row.name for row in rows),
        categories=tuple(row.categories for row in rows),
        layer=tuple(row.layer for row in rows),
        shape=shapes,
        community=home,
        details=tuple(row.details for row in rows),
        spots=tuple(row.spot for row in rows),
        entry_of=np.zeros(0, dtype=np.int64),
        entry_x_m=np.zeros(0),
        entry_y_m=np.zeros(0),
    )


def _none() -> Communities:
    none = np.zeros(0, dtype=object)
    return Communities((), (), (), (), (), {}, {}, np.zeros(0), none, ())
