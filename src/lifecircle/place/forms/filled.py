"""Turns the tables of a city back into rows of the forms, to write one clean workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from lifecircle.place.forms.filled_planning import EXACT, planning_rows, space_rows
from lifecircle.place.tables import City

COUNTED = ("estate", "point")


def rows_of(city: City) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every form, ids and codes as in the tables, unknown as None.

    Reading the workbook made of them gives the same tables, to the millimetre.
    """
    return {
        "communities": list(_communities(city)),
        "areas": [
            {"level": area.level, "name": area.name, **area.attributes} for area in city.areas
        ],
        "area_changes": [
            {
                **vars(change),
                "changed_on": change.on,
                "members": "、".join(change.members),
                "share": None if change.share is None else float(change.share),
            }
            for change in city.changes
        ],
        "estates": list(_estates(city)),
        "gates": list(_gates(city)),
        "facilities": list(_facilities(city)),
        "spaces": list(space_rows(city.spaces, city.communities.id, city.plane)),
        "survey": list(_surveys(city)),
        "records": [vars(record) for record in city.records],
        **planning_rows(city.planning, city.communities.id),
    }


def _known(number: int) -> int | None:
    return None if number < 0 else number


def _communities(city: City) -> Iterator[dict[str, Any]]:
    areas = city.communities
    for row, own_id in enumerate(areas.id):
        radius_m = float(areas.radius_m[row])
        yield {
            "id": own_id,
            "name": areas.name[row],
            "county": areas.county[row],
            "township": areas.township[row],
            "managed_by": ""
            if areas.managed_by[row] == areas.county[row]
            else areas.managed_by[row],
            **{name: values[row] for name, values in areas.attributes.items()},
            **{name: _known(int(values[row])) for name, values in areas.counts.items()},
            "circle_radius_m": None if np.isnan(radius_m) else radius_m,
        }


def _estates(city: City) -> Iterator[dict[str, Any]]:
    origins = city.origins
    lon, lat = city.plane.degrees(origins.x_m, origins.y_m, EXACT)
    for row, own_id in enumerate(origins.id):
        if origins.basis[row] in COUNTED:
            yield {
                "id": own_id,
                "name": origins.name[row] if origins.name else "",
                "community": city.communities.id[origins.community[row]],
                "lon": float(lon[row]),
                "lat": float(lat[row]),
                "stage": origins.stage[row] if origins.stage else "",
                "households": _known(int(origins.households[row])),
                "residents": _known(int(origins.residents[row])),
                "older": _known(int(origins.older[row])),
                "children": _known(int(origins.children[row])),
            }


def _gates(city: City) -> Iterator[dict[str, Any]]:
    origins = city.origins
    lon, lat = city.plane.degrees(origins.gate_x_m, origins.gate_y_m, EXACT)
    for at, row in enumerate(origins.gate_of):
        yield {
            "estate": origins.id[row],
            "lon": float(lon[at]),
            "lat": float(lat[at]),
            "hours": origins.gate_hours[at] if origins.gate_hours else "",
            "open_to": origins.gate_open_to[at] if origins.gate_open_to else "",
        }


def _facilities(city: City) -> Iterator[dict[str, Any]]:
    """Yield what came from tables of the office; what a map holds stays in the map."""
    places = city.facilities
    points = shapely.point_on_surface(places.shape)
    x_m, y_m = shapely.bounds(points)[:, :2].T
    lon, lat = city.plane.degrees(x_m, y_m, EXACT)
    for row, own_id in enumerate(places.id):
        if city.layers[places.layer[row]].looked_for != "category 列":
            continue
        details, home = places.details[row], int(places.community[row])
        known = not np.isnan(x_m[row])
        yield {
            "id": own_id,
            "name": places.name[row],
            "category": places.categories[row],
            "functions": details.functions,
            "community": "" if home < 0 else city.communities.id[home],
            "lon": float(lon[row]) if known else None,
            "lat": float(lat[row]) if known else None,
            **details.amounts,
            **details.told,
        }


def _surveys(city: City) -> Iterator[dict[str, Any]]:
    for survey in city.surveys:
        yield {
            "id": city.communities.id[survey.community],
            "name": city.communities.name[survey.community],
            **survey.states,
            "surveyed_on": survey.surveyed_on,
            "surveyed_by": survey.surveyed_by,
        }
