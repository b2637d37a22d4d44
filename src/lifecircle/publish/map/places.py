"""Communities, facilities and homes as the page carries them, each table a set of columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from lifecircle.assess.people import People
from lifecircle.place.city import is_osm
from lifecircle.place.tables import City, Floats, Integers
from lifecircle.publish.map.hours import hours_zh, openings
from lifecircle.publish.map.names import pinyin
from lifecircle.publish.map.packing import millimetres, steps
from lifecircle.publish.map.shown import Shown
from lifecircle.publish.map.verdicts import ends
from lifecircle.publish.opendata.fields import NOTES_ZH
from lifecircle.publish.opendata.people import PublicPeople
from lifecircle.terms.codes import code_sets
from lifecircle.terms.taxonomy import categories
from lifecircle.terms.words import word

Table = dict[str, Any]
NOWHERE_MM = 0


def communities_data(city: City, shown: Shown, people: PublicPeople) -> Table:
    """Return the outlines in the public datum, with names and the people that may be told."""
    areas = city.communities
    bases = People.by_community(city).basis()
    middles = shapely.point_on_surface(areas.shape)
    return {
        "id": list(areas.id),
        "name": list(areas.name),
        "pinyin": pinyin(areas.name),
        "township": list(areas.township),
        "people": [ends(people.of_group(own, "residents")) for own in areas.id],
        "note": [NOTES_ZH[people.note(row)] for row in range(len(areas))],
        "basis": [word("basis", basis) for basis in bases],
        "estimated": [basis == "raster" for basis in bases],
        "outline": [shapely.geometry.mapping(one) for one in shown.shapes(areas.shape)],
        **_points(middles),
    }


def kinds_data(city: City) -> tuple[list[str], list[Table]]:
    """Return the kinds of facility that the city's lists speak of, and what they claim of each."""
    codes = [code for code in categories() if city.declared(code) != "none"]
    present = {code for own in city.facilities.categories for code in own}
    kept = [code for code in codes if code in present or city.declared(code) == "census"]
    kept += [code for code in categories() if code in present and code not in kept]
    functions = code_sets()["function"]
    return kept, [
        {
            "id": code,
            "name": categories()[code].zh,
            "functions": [functions[one].zh for one in categories()[code].functions],
            "declared": city.declared(code),
        }
        for code in kept
    ]


def facility_rows(city: City) -> tuple[Integers, Integers]:
    """Return the rows of facilities that the office holds, and those taken from OpenStreetMap."""
    osm = np.array([is_osm(Path(layer.name)) for layer in city.layers], dtype=np.bool_)
    of_layer = np.array(city.facilities.layer, dtype=np.int64)
    derived = osm[of_layer] if len(of_layer) else np.zeros(0, dtype=np.bool_)
    return np.flatnonzero(~derived), np.flatnonzero(derived)


def facilities_data(city: City, rows: Integers, kinds: Sequence[str]) -> Table:
    """Return some facilities; ``row`` is the city's, a missing place is (0, 0) without ``placed``.

    ``hours`` are the words on record, ``open`` the days and minutes that they stand for, empty
    where they cannot be read.
    """
    table = city.facilities
    number = {code: at for at, code in enumerate(kinds)}
    points = shapely.point_on_surface(table.shape[rows])
    details = [table.details[row] for row in rows]
    states = code_sets()["facility_status"]
    hours = sorted({detail.hours for detail in details})
    return {
        "row": steps(rows),
        "id": [table.id[row] for row in rows],
        "name": [table.name[row] for row in rows],
        "pinyin": pinyin(table.name[row] for row in rows),
        "kinds": [[number[code] for code in table.categories[row]] for row in rows],
        "community": steps(table.community[rows]),
        "hours": [hours.index(detail.hours) for detail in details],
        "hours_words": [hours_zh(words) for words in hours],
        "open": [[list(one) for one in openings(words)] for words in hours],
        "address": [detail.address for detail in details],
        "hotline": [detail.hotline for detail in details],
        "closed": [states[d.status].zh if not d.serves else "" for d in details],
        "placed": [int(one) for one in ~shapely.is_empty(points)],
        "doors": _doors(table.entry_of, table.entry_x_m, table.entry_y_m, rows),
        **_points(points),
    }


def homes_data(city: City) -> Table:
    """Return where people start walking, without how many they are.

    They start at their open ``gates``, at their own point where they have no gates at all, and
    nowhere where all are ``shut``.
    """
    origins = city.origins
    gate = slice(None) if origins.gate_open is None else origins.gate_open
    gate_of, every = origins.gate_of[gate], np.arange(len(origins))
    return {
        "id": [] if _drawn(city) else list(origins.id),
        "name": list(origins.name) if any(origins.name) else [],
        "pinyin": pinyin(origins.name) if any(origins.name) else [],
        "community": steps(origins.community),
        "basis": sorted({word("basis", basis) for basis in origins.basis}),
        "x": steps(millimetres(origins.x_m)),
        "y": steps(millimetres(origins.y_m)),
        "gates": _doors(gate_of, origins.gate_x_m[gate], origins.gate_y_m[gate], every),
        "shut": steps(np.setdiff1d(origins.gate_of, gate_of)),
    }


def _doors(owner: Integers, x_m: Floats, y_m: Floats, rows: Integers) -> Table:
    """Return the points where some of the owners are entered, numbered as their rows are."""
    number = np.full(int(max(rows.max(initial=-1), owner.max(initial=-1))) + 1, -1)
    number[rows] = np.arange(len(rows))
    kept = np.flatnonzero(number[owner] >= 0)
    x, y = millimetres(x_m[kept]), millimetres(y_m[kept])
    return {"of": steps(number[owner[kept]]), "x": steps(x), "y": steps(y)}


def _drawn(city: City) -> bool:
    """Say whether all homes are buildings or cells, which nobody knows by an id."""
    return set(city.origins.basis) <= {"building", "raster", "centre"}


def _points(points: Any) -> Table:
    """Return points in plane millimetres."""
    missing = shapely.is_empty(points)
    x, y = (
        np.where(missing, NOWHERE_MM, millimetres(np.where(missing, 0.0, own(points))))
        for own in (shapely.get_x, shapely.get_y)
    )
    return {"x": steps(x), "y": steps(y)}


def derived_from_osm(city: City) -> bool:
    """Say whether the streets, and so everything walked, come from OpenStreetMap."""
    return any(is_osm(Path(one.name)) for one in city.files if one.role == "network")


def bounds_of(city: City, others: Iterable[Any]) -> tuple[float, float, float, float]:
    """Return the plane rectangle that holds the communities and every one of ``others`` (n, 2)."""
    boxes = [shapely.total_bounds(city.communities.shape)]
    boxes += [np.concatenate([xy.min(axis=0), xy.max(axis=0)]) for xy in others if len(xy)]
    all_ = np.array(boxes)
    low, high = all_[:, :2].min(axis=0), all_[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
