"""Holds the declared datum of every layer against the streets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import shapely

from lifecircle.place.coordinates.alignment import Alignment
from lifecircle.place.coordinates.declarations import DatumFault, DeclaredLayer, datum_faults
from lifecircle.place.facility_parts import Row
from lifecircle.place.layers import VectorLayer
from lifecircle.place.plane import Plane
from lifecircle.place.tables import Doubt, Streets
from lifecircle.terms.errors import Fault
from lifecircle.terms.memory import Memory, forgetful

Bounded = tuple[VectorLayer, bool]
"""A layer as read, and whether streets bound its areas, as they do communities and estates."""


def datum_findings(
    layers: Iterable[Bounded],
    rows: list[Row],
    plane: Plane,
    streets: Streets,
    memory: Memory = forgetful,
) -> tuple[list[Fault], list[Doubt]]:
    """Return the layers that are in another datum than declared, and the rows that may be."""
    read = [(layer, bounded) for layer, bounded in layers if len(layer)]
    declared = [_declared(layer, bounded=bounded) for layer, bounded in read]
    found = datum_faults(Alignment(plane, streets, memory), declared, _known(rows, plane))
    errors = [_fault(fault, read[fault.layer][0]) for fault in found if fault.severity == "error"]
    doubts = [
        Doubt(fault)
        for one in found
        if one.severity == "warning"
        for fault in _rows(one, read[one.layer][0])
    ]
    return errors, doubts


def _declared(layer: VectorLayer, *, bounded: bool) -> DeclaredLayer:
    placed = ~shapely.is_empty(layer.geometry)
    names = next(
        (layer.columns[h] for h in ("name", "名称", "设施名称") if h in layer.columns), None
    )
    labels = next((layer.columns[h] for h in ("来源", "source") if h in layer.columns), None)
    return DeclaredLayer(
        file=layer.path,
        geometry=layer.geometry[placed],
        declared=layer.datum,
        places=[layer.places[row] for row in np.flatnonzero(placed)],
        names=[] if names is None else [str(name) for name in names[placed]],
        labels=[] if labels is None else [str(label) for label in labels[placed]],
        bounded=bounded,
    )


def _fault(found: DatumFault, layer: VectorLayer) -> Fault:
    return Fault(found.reason, found.file, found.place, found.remedy, found.code, layer.spot(0))


def _rows(found: DatumFault, layer: VectorLayer) -> Iterable[Fault]:
    """Yield one fault a row, so that each can be marked; all say the whole of it."""
    placed = np.flatnonzero(~shapely.is_empty(layer.geometry))
    for at in found.rows:
        row = int(placed[at]) + 1
        place = layer.places[row - 1]
        yield Fault(found.reason, found.file, place, found.remedy, found.code, layer.spot(row))


def _known(rows: list[Row], plane: Plane) -> dict[str, tuple[float, float]]:
    """Return where OpenStreetMap, which is in WGS84, has the names it has once."""
    osm = [row for row in rows if row.name and not row.spot.file]
    times = Counter(row.name for row in osm)
    once = [row for row in osm if times[row.name] == 1]
    point = shapely.centroid(plane.to_metres(np.array([row.shape for row in once], dtype=object)))
    xy = zip(shapely.get_x(point), shapely.get_y(point), strict=True)
    return {row.name: (float(x), float(y)) for row, (x, y) in zip(once, xy, strict=True)}
