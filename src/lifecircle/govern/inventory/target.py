"""The form of facilities as records: how a row becomes a version, and a version a row."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

import shapely

from lifecircle.govern.imports.targets import Reader, Reading, ReadRow, Target, register
from lifecircle.govern.inventory.access import CHANGE
from lifecircle.govern.inventory.models import Facility
from lifecircle.place.facilities import layer_from_table
from lifecircle.place.facility_parts import Row, put_together
from lifecircle.place.forms.amounts import AMOUNTS
from lifecircle.place.forms.columns import Columns
from lifecircle.place.layers import VectorLayer
from lifecircle.place.sources import FacilitySource
from lifecircle.terms.errors import Fault

COUNTS = frozenset({"childcare_places", "nursing_beds", "beds", "seats"})
SAME_NAME = (
    "name", "functions", "lon", "lat", "part_of", *AMOUNTS, "hours", "address", "hotline",
    "to_bring", "charges", "operating_mode", "mode", "stage", "status", "opened_on", "remark",
)  # fmt: skip
"""Fields that have the name of their column; ``category`` and ``community`` have not."""


def read(layer: VectorLayer, reader: Reader) -> Reading:
    """Read the rows of the form, held against each other as `lifecircle check` does."""
    source = FacilitySource(file=layer.path)
    found = layer_from_table(layer, source, 0, reader.headers, reader.kinds, None)
    remarks = Columns(layer, "facilities", reader.headers).texts("remark")
    numbers = layer.rows or range(1, len(layer) + 1)
    remark_at = dict(zip(numbers, remarks, strict=True))
    return Reading(
        rows=[_row(one, remark_at.get(one.spot.row, "")) for one in found.rows],
        faults=[*found.faults, *_lost_parts(found.rows, reader)],
        doubts=[doubt.fault for doubt in found.doubts],
    )


def _lost_parts(rows: list[Row], reader: Reader) -> list[Fault]:
    """Return what is wrong with parts; the facility that one is part of may be on record."""
    faults = put_together(rows).faults
    host = {row.spot: row.details.part_of for row in rows if row.details.part_of}
    lost = {
        fault.spot: host[fault.spot]
        for fault in faults
        if fault.spot and fault.code == "no-facility"
    }
    known = reader.on_record(lost.values()) if lost else set()
    return [fault for fault in faults if not fault.spot or lost.get(fault.spot) not in known]


def _row(one: Row, remark: str) -> ReadRow:
    values = partial(_values, one, remark)
    return ReadRow(one.spot.row, one.id, one.name or one.id, one.home, values)


def _values(one: Row, remark: str) -> dict[str, Any]:
    details = one.details
    return {
        "name": one.name,
        "categories": list(one.categories),
        "functions": list(details.functions),
        "part_of": details.part_of,
        "hours": details.hours,
        "address": details.address,
        "hotline": details.hotline,
        "to_bring": details.to_bring,
        "charges": details.charges,
        "operating_mode": details.operating_mode,
        "mode": details.mode,
        "stage": details.stage,
        "status": details.status,
        "opened_on": details.opened_on,
        "remark": remark,
        **{name: _amount(name, value) for name, value in details.amounts.items()},
        **_placed(one.shape),
    }


def _amount(name: str, value: float) -> int | Decimal:
    return int(value) if name in COUNTS else Decimal(str(value)).quantize(Decimal("0.01"))


def _placed(shape: Any) -> dict[str, Any]:
    """Return where a facility stands; the point of an area lies inside it."""
    if shape.is_empty:
        return {}
    if shape.geom_type == "Point":
        return {"lon": shape.x, "lat": shape.y}
    point = shapely.point_on_surface(shape)
    west, south, east, north = shape.bounds
    return {
        "lon": point.x,
        "lat": point.y,
        "shape": shapely.to_geojson(shape),
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }


def row_of(version: Facility) -> Mapping[str, Any]:
    """Return the row of the form, as `lifecircle.place.formats.blanks.write_workbook` takes it."""
    row = {name: getattr(version, name) for name in SAME_NAME}
    row |= {name: float(row[name]) for name in AMOUNTS if row[name] is not None}
    area = version.area
    return {
        **{name: None if value in ("", []) else value for name, value in row.items()},
        "id": version.record.own_id,
        "category": version.categories,
        "functions": version.functions,
        "community": area.code or area.name,
        "lon": None if version.lon is None or math.isnan(version.lon) else version.lon,
    }


register(Target("facilities", Facility, CHANGE, read, row_of))
