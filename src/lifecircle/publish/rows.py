"""The input rows that findings rest on, so that two runs can be compared row by row."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely

from lifecircle.assess.subjects import Levels
from lifecircle.place.tables import City, Origins
from lifecircle.publish.tables import Columns
from lifecircle.terms.errors import Spot

COLUMNS = (
    "kind", "id", "name", "file", "sheet", "row", "community", "township", "county",
    "categories", "sha256",
)  # fmt: skip
DIGITS = 16
"""Of the hash of a row, so many hexadecimal digits tell two versions of it apart."""

_AS_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))

Row = tuple[str, ...]


def row_columns(city: City) -> Columns:
    """Return communities, estates, facilities, records and surveys, sorted by kind and id.

    ``sha256`` covers what was read from a row, not where it stands: a row that only moved in its
    file stays the same. Places are in degrees, whatever plane the city is on. ``categories`` are
    those of a facility, or the name of a record.
    """
    rows = sorted(_all(city))
    return dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(
        COLUMNS, ()
    )  # fmt: skip


def _all(city: City) -> Iterator[Row]:
    yield from _communities(city)
    yield from _origins(city)
    yield from _facilities(city)
    for one in city.records:
        said = {"value": one.value, "on": str(one.recorded_on or ""), "source": one.source}
        text = f"{one.subject} {one.recorded_on or ''}".strip()
        own = one.subject if one.level == "community" else ""
        key = f"{one.level}:{one.subject}"
        yield _row("record", key, text, one.spot, said, community=own, categories=one.record)
    yield from _surveys(city)
    for area in city.areas:
        said = {**area.attributes, "level": area.level}
        yield _row("area", area.name, area.name, Spot(), said)


def _surveys(city: City) -> Iterator[Row]:
    """Yield what was surveyed by community: states of functions, and what is a census there."""
    spots: dict[int, Spot] = {}
    said: dict[int, dict[str, Any]] = {}
    for survey in city.surveys:
        on = str(survey.surveyed_on or "")
        said[survey.community] = {**survey.states, "on": on, "by": survey.surveyed_by}
        spots[survey.community] = survey.spot
    for one in city.censuses:
        census = [*sorted(one.categories), str(one.census_on), one.declared_by]
        said.setdefault(one.community, {})["census"] = census
    for row, own_said in sorted(said.items()):
        own = city.communities.id[row]
        yield _row("survey", own, "", spots.get(row, Spot()), own_said, community=own)


def _communities(city: City) -> Iterator[Row]:
    areas, levels = city.communities, Levels(city)
    homes = {level: levels.of_community[level].tolist() for level in ("township", "county")}
    ids = {level: levels.subjects(level).id for level in homes}
    shapes = shapely.to_wkb(shapely.normalize(city.plane.to_degrees(areas.shape)))
    for row, own in enumerate(areas.id):
        radius_m = float(areas.radius_m[row])
        said = {
            "name": areas.name[row],
            "managed_by": areas.managed_by[row],
            "radius_m": None if math.isnan(radius_m) else radius_m,
            "shape": hashlib.sha256(shapes[row]).hexdigest(),
            **{name: values[row] for name, values in areas.attributes.items()},
            **{f"count_{name}": int(values[row]) for name, values in areas.counts.items()},
        }
        wider = {level: ids[level][at[row]] if at[row] >= 0 else "" for level, at in homes.items()}
        spot = areas.spots[row]
        yield _row("community", own, areas.name[row], spot, {**said, **wider}, own, **wider)


def _origins(city: City) -> Iterator[Row]:
    origins = city.origins
    gates: dict[int, list[tuple[Any, ...]]] = {}
    lon, lat = city.plane.degrees(origins.gate_x_m, origins.gate_y_m)
    for gate, at in enumerate(origins.gate_of.tolist()):
        place = (float(lon[gate]), float(lat[gate]))
        gates.setdefault(at, []).append((*place, *_passage(origins, gate)))
    counts = ("weight", "residents", "older", "children", "households")
    values = {name: getattr(origins, name).tolist() for name in counts}
    east, north = city.plane.degrees(origins.x_m, origins.y_m)
    for row, own in enumerate(origins.id):
        said = {
            **{name: column[row] for name, column in values.items()},
            "place": (float(east[row]), float(north[row])),
            "gates": sorted(gates.get(row, [])),
            "basis": origins.basis[row],
            "stage": origins.stage[row] if origins.stage else "",
        }
        community = city.communities.id[origins.community[row]]
        yield _row("estate", own, "", origins.spots[row], said, community)


def _passage(origins: Origins, gate: int) -> tuple[str, ...]:
    """Return what is known of when and for whom a gate opens; nothing of one always open."""
    hours = origins.gate_hours[gate] if origins.gate_hours else ""
    open_to = origins.gate_open_to[gate] if origins.gate_open_to else ""
    walked = origins.gate_open is None or origins.gate_open[gate]
    said = (hours, open_to, "" if walked else "closed")
    return said if any(said) else ()


def _facilities(city: City) -> Iterator[Row]:
    places = city.facilities
    shapes = shapely.to_wkb(shapely.normalize(city.plane.to_degrees(places.shape)))
    for row, own in enumerate(places.id):
        details = places.details[row]
        home = int(places.community[row])
        said = {
            "name": places.name[row],
            "categories": places.categories[row],
            "layer": city.layers[places.layer[row]].name,
            "shape": hashlib.sha256(shapes[row]).hexdigest(),
            "functions": details.functions,
            "amounts": dict(details.amounts),
            "mode": details.mode,
            "stage": details.stage,
            "status": details.status,
            "opened_on": str(details.opened_on or ""),
        }
        community = city.communities.id[home] if home >= 0 else ""
        codes = "；".join(places.categories[row])
        spot = places.spots[row]
        yield _row("facility", own, places.name[row], spot, said, community, categories=codes)


def _row(
    kind: str,
    own_id: str,
    name: str,
    spot: Spot,
    said: Mapping[str, Any],
    community: str = "",
    township: str = "",
    county: str = "",
    categories: str = "",
) -> Row:
    digest = hashlib.sha256(_AS_JSON.encode(said).encode()).hexdigest()[:DIGITS]
    where = (_file_name(spot.file), spot.sheet, str(spot.row or ""))
    return (kind, own_id, name, *where, community, township, county, categories, digest)


@lru_cache(maxsize=256)
def _file_name(path: str) -> str:
    return Path(path).name
