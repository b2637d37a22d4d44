"""Writes the example city as the files an office would bring."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import osmium
from osmium.osm.mutable import Node, Way

from lifecircle.demo.expected import Gap, expected_gaps
from lifecircle.demo.expected_areas import Drawn
from lifecircle.demo.expected_walks import PARTLY_LISTED
from lifecircle.demo.plan import (
    BANK_M,
    BLOCK_M,
    HEIGHT_M,
    PAIR_M,
    PAIRS_ON_A_REACH,
    REACH_M,
    SIDE_M,
    ExampleCity,
    Town,
    draw,
)
from lifecircle.demo.planning import draw_planning
from lifecircle.demo.records import COUNTED_ON, draw_records
from lifecircle.demo.registers import (
    PARTLY_REGISTERED,
    PlantedDoubt,
    draw_registers,
    households_of,
    stage_of,
)
from lifecircle.demo.workbooks import FOLDER, workbook_names, write_workbooks
from lifecircle.place.plane import Plane
from lifecircle.policy.measures import FacilityMeasure
from lifecircle.policy.models import Pack
from lifecircle.policy.packs import load_pack
from lifecircle.publish.folder import Kind, whole_folder
from lifecircle.terms.taxonomy import categories

PLANTED = "planted.csv"
DOUBTS = "planted_doubts.csv"
MOST_COUNTIES = 150
PACKS = (
    "xian-2020",
    "xian-2024",
    "sichuan-2021",
    "sichuan-province-2021",
    "leshan-2022",
    "nantong-2011",
)
MAPPED = "xian-2020"
"""The map holds the facilities that this pack asks for, the registers all others."""

SURVEYED = "xian-2024"
"""The baseline survey looks for the kinds of this pack."""

FILES = frozenset(
    {
        "city.osm.pbf",
        "communities.geojson",
        "estates.geojson",
        "gates.geojson",
        "facilities.geojson",
        "attractions.geojson",
        "lifecircle.toml",
        PLANTED,
        DOUBTS,
        FOLDER,
        *workbook_names(MOST_COUNTIES),
    }
)
EXAMPLE = Kind(FILES, PLANTED, ",".join(Gap._fields))
AT_SEA = Plane(123.0, 30.0)
"""The example city lies in the East China Sea, so that nobody takes it for a real place."""

MAJOR = "secondary"
LIT = {"highway": "crossing", "crossing": "traffic_signals"}
"""Every junction of the roads along the river has a crossing with lights."""

Point = tuple[float, float]


def write_example(
    out: Path, communities: int = 12, seed: int = 2020, *, overwrite: bool = False
) -> int:
    """Write the example city into the folder ``out`` and return the number of planted gaps.

    All or nothing; an earlier example is replaced only with ``overwrite``, since people edit it.
    """
    packs = shipped_packs()
    drawn = draw_all(communities, seed, packs)
    city, kept = drawn.city, drawn.kept
    plans = draw_planning(city, kept, seed)
    gaps = expected_gaps(drawn, packs)
    with whole_folder(out, EXAMPLE if overwrite else None) as folder:
        _write_streets(folder / "city.osm.pbf", city)
        _write_features(folder / "communities.geojson", _communities(city))
        _write_features(folder / "estates.geojson", _estates(city))
        _write_features(folder / "gates.geojson", _gates(city))
        _write_features(folder / "facilities.geojson", _facilities(city.places))
        _write_features(folder / "attractions.geojson", _facilities(city.listed))
        write_workbooks(folder / FOLDER, city, kept, drawn.records, plans, AT_SEA)
        (folder / "lifecircle.toml").write_text(_toml(packs), encoding="utf-8")
        _write_rows(folder / PLANTED, Gap._fields, gaps)
        _write_rows(folder / DOUBTS, PlantedDoubt._fields, kept.doubts)
    return len(gaps)


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """Return the packs that the example city is drawn for, read once."""
    return tuple(load_pack(name) for name in PACKS)


def draw_all(communities: int, seed: int, packs: Sequence[Pack]) -> Drawn:
    """Draw the city, its registers, and the records that ``packs`` read."""
    city = draw(communities, seed)
    surveyed = next(pack for pack in packs if pack.id == SURVEYED)
    kept = draw_registers(city, seed, surveyed)
    return Drawn.of(city, kept, draw_records(city, kept, packs, seed))


def _write_rows(path: Path, headers: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headers)
        writer.writerows(rows)


def _toml(packs: Sequence[Pack]) -> str:
    mapped = _asked_for([pack for pack in packs if pack.id == MAPPED]) - {PARTLY_LISTED}
    registered = _asked_for(packs) - mapped - {PARTLY_LISTED} - PARTLY_REGISTERED
    return f"""# 示例市：全部是模拟数据，坐标在东海海面上，不对应任何真实地点。
title = "示例市"
simulated = true
packs = {json.dumps(PACKS)}
as_of = {COUNTED_ON}
network = "city.osm.pbf"

[communities]
file = "communities.geojson"

# 普查：声明某日已查全的设施类别。没查全的类别只能判达标，不能判未达标。
[[facilities]]
file = "facilities.geojson"
census = {json.dumps(sorted(mapped))}
census_on = {COUNTED_ON}
declared_by = "示例市专班（模拟）"

# 不完整名录：没有 census。
[[facilities]]
file = "attractions.geojson"

# 各区县填报的资料表：人口、设施、空间、摸底、登记值。
[[workbooks]]
file = "{FOLDER}/*.xlsx"
datum = "wgs84"
census = {json.dumps(sorted(registered))}
census_on = {COUNTED_ON}
declared_by = "示例市各区县（模拟）"

[people]
file = "estates.geojson"
gates = "gates.geojson"
"""


def _asked_for(packs: Iterable[Pack]) -> set[str]:
    """Return the categories that any rule of the packs counts: the survey looked for these."""
    return {
        code
        for pack in packs
        for rule in pack.rules
        if isinstance(rule.measure, FacilityMeasure)
        for code in pack.categories_of(rule.measure)
    }


def _degrees(points: Iterable[Point]) -> list[list[float]]:
    xs, ys = zip(*points, strict=True)
    lon, lat = AT_SEA.degrees(xs, ys)
    return [[float(a), float(b)] for a, b in zip(lon, lat, strict=True)]


def _square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return {"type": "Polygon", "coordinates": [_degrees(ring)]}


def _write_features(path: Path, features: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    rows = [
        {"type": "Feature", "properties": properties, "geometry": geometry}
        for properties, geometry in features
    ]
    content = {"type": "FeatureCollection", "features": rows}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _communities(city: ExampleCity) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [
        (
            {
                "id": community.id,
                "name": community.name,
                "kind": community.kind,
                "size": community.size,
                "township": town.name,
                "county": town.county_name,
                "circle_radius_m": community.radius_m,
            },
            _square(*community.corner, community.corner[0] + SIDE_M, community.corner[1] + SIDE_M),
        )
        for town in city.towns
        for community in town.communities
    ]


def _estates(city: ExampleCity) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [
        (
            {
                "id": estate.id,
                "name": estate.name,
                "residents": estate.residents,
                "older": estate.older,
                "children": estate.children,
                "stage": stage_of(estate.id),
                "households": households_of(estate.residents),
            },
            _square(*estate.square),
        )
        for town in city.towns
        for community in town.communities
        for estate in community.estates
    ]


def _gates(city: ExampleCity) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [
        ({"estate": estate.id}, {"type": "Point", "coordinates": _degrees([estate.gate])[0]})
        for town in city.towns
        for community in town.communities
        for estate in community.estates
    ]


def _facilities(places: Iterable[Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [
        (
            {
                "id": place.id,
                "name": f"{place.name}{categories()[place.category].zh}",
                "category": place.category,
            },
            {"type": "Point", "coordinates": _degrees([place.point])[0]},
        )
        for place in places
    ]


def _write_streets(path: Path, city: ExampleCity) -> None:
    """Write the ways: residential streets, every third a footway, bank roads and bridges."""
    ways: list[tuple[dict[str, str], list[Point]]] = []
    for town in city.towns:
        ways += _grid(town)
    ways += _roads(city)
    number: dict[Point, int] = {}
    for _, points in ways:
        for point in points:
            number.setdefault(point, len(number) + 1)
    places = _degrees(number)
    lit = {point for tags, points in ways if tags.get("highway") == MAJOR for point in points}
    with osmium.SimpleWriter(str(path)) as writer:
        for point, place in zip(number, places, strict=True):
            tags = LIT if point in lit else {}
            writer.add_node(
                Node(id=number[point], version=1, location=(place[0], place[1]), tags=tags)
            )
        for way_id, (tags, points) in enumerate(ways, start=1):
            refs = [number[point] for point in points]
            writer.add_way(Way(id=way_id, version=1, nodes=refs, tags=tags))


def _grid(town: Town) -> list[tuple[dict[str, str], list[Point]]]:
    west, south = town.corner
    east, north = range(town.width_m // BLOCK_M + 1), range(HEIGHT_M // BLOCK_M + 1)
    ways = []
    for up in north:
        along = [(west + step * BLOCK_M, south + up * BLOCK_M) for step in east]
        ways.append((_street(up), along))
    for right in east:
        along = [(west + right * BLOCK_M, south + step * BLOCK_M) for step in north]
        ways.append((_street(right), along))
    return ways


def _street(number: int) -> dict[str, str]:
    return {"highway": "footway" if number % 3 == 1 else "residential"}


def _roads(city: ExampleCity) -> list[tuple[dict[str, str], list[Point]]]:
    """Return the road along each bank, the lanes to it, the bridges and the winding river."""
    width_m = city.towns[0].width_m
    full = 2 * PAIRS_ON_A_REACH
    reaches = [city.towns[at : at + full] for at in range(0, len(city.towns), full)]
    east, west = float(PAIRS_ON_A_REACH * PAIR_M), -500.0
    ways: list[tuple[dict[str, str], list[Point]]] = []
    river: list[Point] = []
    for number, towns in enumerate(reaches):
        middle = float(number * REACH_M)
        turned = number % 2 == 1
        end = east if len(reaches) > 1 else (len(towns) + 1) // 2 * float(PAIR_M)
        river += [(end, middle), (west, middle)] if turned else [(west, middle), (end, middle)]
        # the road to the next reach runs on the side where the river does not turn
        sides = {False: west + 200, True: east - PAIR_M + width_m + 300}
        here = [sides[turned]] if number + 1 < len(reaches) else []
        before = [sides[not turned]] if number else []
        ways += _on_a_reach(towns, middle, {100.0: here, -100.0: before})
        if here:
            across = [(here[0], middle + 100), (here[0], middle + REACH_M - 100)]
            ways.append(({"highway": MAJOR}, across))
    ways.append(({"waterway": "river"}, river))
    return ways


def _on_a_reach(
    towns: Sequence[Town], middle: float, more: Mapping[float, list[float]]
) -> list[tuple[dict[str, str], list[Point]]]:
    """Return the roads of one reach; ``more`` are further stops by metres off the river."""
    pairs = (len(towns) + 1) // 2
    corners = [town.corner[0] for town in towns]
    bridges = [pair * PAIR_M + (towns[0].width_m + PAIR_M) / 2 for pair in range(max(pairs - 1, 1))]
    ways: list[tuple[dict[str, str], list[Point]]] = []
    for off, bank, side in ((100.0, BANK_M, 0), (-100.0, -BANK_M, 1)):
        stops = sorted({(x, middle + off) for x in (*corners, *bridges, *more[off])})
        ways.append(({"highway": MAJOR}, stops))
        lanes = [
            [(town.corner[0], middle + off), (town.corner[0], middle + bank)]
            for town in towns
            if town.number % 2 == side
        ]
        ways += [({"highway": "residential"}, lane) for lane in lanes]
    for bridge in bridges:
        ends = [(bridge, middle + 100.0), (bridge, middle - 100.0)]
        ways.append(({"highway": MAJOR, "bridge": "yes"}, ends))
    return ways
