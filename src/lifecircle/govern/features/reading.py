"""A page of a layer: the next things by id after the last, written as GeoJSON.

Ids are walked along an index, so that the last page costs what the first does. Geometry and
properties stay the text that the database holds; only a system other than CRS84 reads geometry.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from lifecircle.govern.features.asking import Asked
from lifecircle.govern.features.layers import Layer, renewed
from lifecircle.govern.features.systems import CRS84, Box, System
from lifecircle.govern.publications.models import PublicFeature

Told = tuple[str, str, str, str | None, str]
"""Id, name, community, geometry and properties, these two as JSON."""

Rows = QuerySet[PublicFeature]
_SIDES = ("west", "south", "east", "north")


@dataclass(frozen=True)
class Page:
    """Things as GeoJSON texts, how many match in all, and the id to go on after, if any."""

    features: list[str]
    matched: int
    last: str | None


def page_of(layer: Layer, asked: Asked, *, past: bool = False) -> Page:
    """Return a page; raises Renewed where the layer, now past, is not whole any more."""
    if asked.days and not asked.days[0] <= _day(layer) <= asked.days[1]:
        return Page([], 0, None)
    narrowed = bool(asked.boxes or asked.fields)
    found = layer.rows().filter(**asked.fields)
    if asked.boxes:
        found = _inside(found, asked.boxes)
    matched = found.count() if narrowed else layer.stock.many
    told = _told(found.filter(own_id__gt=asked.after), asked.limit + 1)
    if past and not layer.whole:
        raise renewed()
    more, told = len(told) > asked.limit, told[: asked.limit]
    return Page(_written(told, asked.system), matched, told[-1][0] if more else None)


def one_of(layer: Layer, own_id: str, system: System) -> str | None:
    """Return a thing as GeoJSON text, None where it is not there."""
    found = _written(_told(layer.rows().filter(own_id=own_id), 1), system)
    return found[0] if found else None


def kinds_of(layer: Layer) -> dict[str, set[str]]:
    """Return of which JSON types each property of a layer is."""
    found: dict[str, set[str]] = {}
    for properties in layer.rows().values_list("properties", flat=True).iterator(500):
        for name, value in properties.items():
            found.setdefault(name, set()).add(_TYPES[type(value)])
    return found


_TYPES = {
    str: "string", int: "integer", float: "number", bool: "boolean", list: "array",
    dict: "object", type(None): "null",
}  # fmt: skip


def _day(layer: Layer) -> date:
    return date.fromisoformat(layer.about["as_of"])


def _told(rows: Rows, most: int) -> list[Told]:
    text = {name: Cast(F(name), TextField()) for name in ("geometry", "properties")}
    told = rows.values_list("own_id", "name", "community", text["geometry"], text["properties"])
    return list(told[:most])


def _written(told: Sequence[Told], system: System) -> list[str]:
    shapes = [one[3] for one in told]
    if system.code != CRS84.code:
        shapes = _moved(shapes, system)
    return [
        f'{{"type":"Feature","id":{json.dumps(own_id)},"geometry":{shape or "null"},'
        f'"properties":{_joined({"name": name, "community": community}, properties)}}}'
        for (own_id, name, community, _shape, properties), shape in zip(told, shapes, strict=True)
    ]


def _joined(own: dict[str, str], properties: str) -> str:
    """Return the text of an object that has the fields of both."""
    rest = properties[1:]
    return f"{json.dumps(own)[:-1]}{'' if rest.strip() == '}' else ','}{rest}"


def _moved(shapes: Sequence[str | None], system: System) -> list[str | None]:
    read = shapely.from_geojson(np.array([*shapes, None], dtype=object)[:-1])
    moved: list[str | None] = shapely.to_geojson(system.told(read)).tolist()
    return moved


def _inside(rows: Rows, boxes: Sequence[Box]) -> Rows:
    """Keep the things whose shape meets a box; things without a shape meet none."""
    meeting, surely = Q(pk__in=()), Q(pk__in=())
    for box in boxes:
        west, south, east, north = box.sides
        meeting |= Q(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
        if box.upright:
            surely |= Q(west__gte=west, east__lte=east, south__gte=south, north__lte=north)
    near = rows.filter(meeting)
    return near.exclude(pk__in=_outside(near.exclude(surely).order_by(), boxes))


def _outside(unsure: Rows, boxes: Sequence[Box]) -> list[int]:
    """Return which things only seem to meet a box, by the box around their own shape."""
    area = shapely.union_all([box.area for box in boxes])
    shapely.prepare(area)
    told = list(unsure.values_list("pk", *_SIDES))
    if not told:
        return []
    pks = np.array([one[0] for one in told])
    sides = np.array([one[1:] for one in told], dtype=float)
    points = (sides[:, 0] == sides[:, 2]) & (sides[:, 1] == sides[:, 3])
    out = pks[points][~shapely.intersects(area, shapely.points(sides[points, :2]))].tolist()
    return [*out, *_shapes_outside(unsure, pks[~points].tolist(), area)]


def _shapes_outside(unsure: Rows, pks: Sequence[int], area: Any) -> Iterable[int]:
    for at in range(0, len(pks), 500):
        text = Cast(F("geometry"), TextField())
        told = list(unsure.filter(pk__in=pks[at : at + 500]).values_list("pk", text))
        shapes = shapely.from_geojson([one[1] for one in told])
        met = shapely.intersects(area, shapes)
        yield from (pk for (pk, _shape), hit in zip(told, met, strict=True) if not hit)
