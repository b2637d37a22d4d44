"""Facilities that a plan would create: written as an ordinary table, read back, put into a city."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

import numpy as np
import shapely

from lifecircle.place.edits.added import joined, layer_for
from lifecircle.place.facilities import facility_table, layer_from_table, read_facilities
from lifecircle.place.facility_parts import Row, put_together
from lifecircle.place.forms.forms import forms
from lifecircle.place.sources import FacilitySource
from lifecircle.place.tables import City, Layer
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
    names = [field.name for field in fields(Built)]
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
    parts = [row for row in read.rows if row.details.part_of]
    city, alone = _enlarged(city, parts)
    layers, rows = city.layers, []
    for row in (*alone, *(row for row in read.rows if not row.details.part_of)):
        there = layer_for(replace(city, layers=layers), row.categories[0])
        if there == len(layers):
            layers = (*layers, Layer(path.name, frozenset(), frozenset(row.categories)))
        rows.append(replace(row, layer=there))
    more = facility_table(rows, city.plane, city.communities)
    return replace(city, layers=layers, facilities=joined(city.facilities, more))


def _enlarged(city: City, parts: Sequence[Row]) -> tuple[City, list[Row]]:
    """Put ``parts`` into the city's facilities that they name; return also those that stay alone.

    Raises InputError for a part of a facility that the city does not have.
    """
    table = city.facilities
    wanted = {row.details.part_of for row in parts}
    hosts = {own: at for at, own in enumerate(table.id) if own in wanted}
    rows = [_row_of(city, at) for at in hosts.values()]
    layers = [replace(r, layer=layer_for(city, r.categories[0])) for r in parts]
    whole = put_together([*rows, *layers])
    raise_all(whole.faults)
    categories, details = list(table.categories), list(table.details)
    for row in whole.rows:
        if row.id in hosts:
            categories[hosts[row.id]], details[hosts[row.id]] = row.categories, row.details
    there = replace(
        table,
        categories=tuple(categories),
        details=tuple(details),
        also_listed={**table.also_listed, **whole.also_listed},
    )
    alone = [replace(row, layer=0) for row in whole.rows if row.id not in hosts]
    return replace(city, facilities=there), alone


def _row_of(city: City, at: int) -> Row:
    """Return a facility of the table as a row, its place left where it is."""
    table = city.facilities
    return Row(
        id=table.id[at],
        name=table.name[at],
        categories=table.categories[at],
        layer=table.layer[at],
        shape=table.shape[at],
        details=table.details[at],
        spot=table.spots[at],
    )


def degrees_of(
    city: City, x_m: float | None, y_m: float | None
) -> tuple[float | None, float | None]:
    """Return longitude and latitude (WGS84) of a place on the city's plane."""
    if x_m is None or y_m is None:
        return None, None
    point = city.plane.to_degrees(np.array([shapely.Point(x_m, y_m)], dtype=object))[0]
    return float(point.x), float(point.y)
