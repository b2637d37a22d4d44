"""Facilities that a plan would create: written as an ordinary table, read back, put into a city."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

import numpy as np
import shapely

from lifecircle.place.edits.edited_city import layer_for
from lifecircle.place.facilities import facility_table, layer_from_table, read_facilities
from lifecircle.place.forms.forms import forms
from lifecircle.place.sources import FacilitySource
from lifecircle.place.tables import City, Facilities, Layer
from lifecircle.terms.errors import raise_all

DEGREES = 7
"""Decimals of a degree in the table: a centimetre."""


@dataclass(frozen=True)
class Built:
    """One facility that would be there; the fields are columns of the form of facilities.

    ``category`` is one code; degrees are WGS84, None where the site has no coordinates;
    ``part_of`` is the id of the facility that it enlarges, empty where it stands alone.
    """

    id: str
    name: str
    category: str
    community: str
    lon: float | None
    lat: float | None
    floor_m2: float | None
    usable_m2: float | None
    operating_mode: str
    mode: str
    stage: str
    opened_on: date | None
    part_of: str
    remark: str


def write_built(path: Path, rows: Sequence[Built]) -> None:
    """Write the table with the headers of the form, so that an office can paste it into its own."""
    columns = forms()["facilities"].columns
    names = [field.name for field in fields(Built) if field.name in columns]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow([columns[name].zh for name in names])
        table.writerows([[_cell(name, getattr(row, name)) for name in names] for row in rows])


def _cell(name: str, value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, float):
        return (
            f"{value:.{DEGREES}f}"
            if name in ("lon", "lat")
            else f"{value:.2f}".rstrip("0").rstrip(".")
        )
    return value


def with_built(city: City, path: Path) -> City:
    """Return the city with the facilities of a table that `write_built` wrote, or anybody.

    A facility joins the layer that lists its kind completely, where one does, so that it counts
    beside those. Raises InputError with every fault of the table.
    """
    source = FacilitySource(file=path)
    vector = read_facilities(source, {})
    read = layer_from_table(vector, source, 0, {}, {}, (city.communities, city.plane))
    raise_all(read.faults)
    layers, rows = city.layers, []
    for row in read.rows:
        there = layer_for(replace(city, layers=layers), row.categories[0])
        if there == len(layers):
            layers = (*layers, Layer(path.name, frozenset(), frozenset(row.categories)))
        rows.append(replace(row, layer=there))
    more = facility_table(rows, city.plane, city.communities)
    return replace(city, layers=layers, facilities=joined(city.facilities, more))


def joined(table: Facilities, more: Facilities) -> Facilities:
    """Return one table with the rows of both, by layer and id."""
    count = len(table)
    keys = [*zip(table.layer, table.id, strict=True), *zip(more.layer, more.id, strict=True)]
    order = np.array(sorted(range(len(keys)), key=lambda row: keys[row]), dtype=np.int64)
    rank = np.argsort(order)
    entry_of = rank[np.concatenate([table.entry_of, more.entry_of + count])]
    by_owner = np.argsort(entry_of, kind="stable")

    def both(name: str) -> tuple:  # type: ignore[type-arg]
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
    )


def degrees_of(
    city: City, x_m: float | None, y_m: float | None
) -> tuple[float | None, float | None]:
    """Return longitude and latitude (WGS84) of a place on the city's plane."""
    if x_m is None or y_m is None:
        return None, None
    point = city.plane.to_degrees(np.array([shapely.Point(x_m, y_m)], dtype=object))[0]
    return float(point.x), float(point.y)
