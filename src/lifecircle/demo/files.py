"""Writes the example city as the files an office would bring."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import osmium
from osmium.osm.mutable import Node, Way

from lifecircle.demo.expected import PARTLY_LISTED, expected_gaps
from lifecircle.demo.plan import (
    BANK_M,
    BLOCK_M,
    PAIR_M,
    SIDE_M,
    TOWNSHIP_M,
    ExampleCity,
    Town,
    draw,
)
from lifecircle.place.plane import Plane
from lifecircle.policy.measures import WalkMeasure
from lifecircle.policy.models import Pack
from lifecircle.policy.packs import load_pack
from lifecircle.publish.folder import Kind, whole_folder
from lifecircle.terms.taxonomy import categories

PLANTED = "planted.csv"
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
    }
)
EXAMPLE = Kind(FILES, PLANTED, "community,rule,reading")
PACK = "xian-2020"
AT_SEA = Plane(123.0, 30.0)
"""The example city lies in the East China Sea, so that nobody takes it for a real place."""

Point = tuple[float, float]


def write_example(
    out: Path, communities: int = 12, seed: int = 2020, *, overwrite: bool = False
) -> int:
    """Write the example city into the folder ``out`` and return the number of planted gaps.

    All or nothing; an earlier example is replaced only with ``overwrite``, since people edit it.
    """
    city = draw(communities, seed)
    gaps = expected_gaps(city, load_pack(PACK))
    with whole_folder(out, EXAMPLE if overwrite else None) as folder:
        _write_streets(folder / "city.osm.pbf", city)
        _write_features(folder / "communities.geojson", _communities(city))
        _write_features(folder / "estates.geojson", _estates(city))
        _write_features(folder / "gates.geojson", _gates(city))
        _write_features(folder / "facilities.geojson", _facilities(city.places))
        _write_features(folder / "attractions.geojson", _facilities(city.listed))
        (folder / "lifecircle.toml").write_text(_toml(), encoding="utf-8")
        with (folder / PLANTED).open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(("community", "rule", "reading"))
            rows.writerows(gaps)
    return len(gaps)


def _toml() -> str:
    census = sorted(_asked_for(load_pack(PACK)) - {PARTLY_LISTED})
    return f"""# 示例市：全部是模拟数据，坐标在东海海面上，不对应任何真实地点。
title = "示例市"
simulated = true
packs = ["{PACK}"]
network = "city.osm.pbf"

[communities]
file = "communities.geojson"

# 普查：声明某日已查全的设施类别。没查全的类别只能判达标，不能判未达标。
[[facilities]]
file = "facilities.geojson"
census = {json.dumps(census)}
census_on = 2026-06-30
declared_by = "示例市专班（模拟）"

# 不完整名录：没有 census。
[[facilities]]
file = "attractions.geojson"

[people]
file = "estates.geojson"
gates = "gates.geojson"
"""


def _asked_for(pack: Pack) -> set[str]:
    """Return the categories that any rule of a pack counts: the survey looked for these."""
    measures = [rule.measure for rule in pack.rules]
    return {
        code
        for measure in measures
        if isinstance(measure, WalkMeasure)
        for code in pack.categories_of(measure)
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
                "township": community.township,
                "county": community.county,
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
    with osmium.SimpleWriter(str(path)) as writer:
        for node_id, place in zip(number.values(), places, strict=True):
            writer.add_node(Node(id=node_id, version=1, location=(place[0], place[1])))
        for way_id, (tags, points) in enumerate(ways, start=1):
            refs = [number[point] for point in points]
            writer.add_way(Way(id=way_id, version=1, nodes=refs, tags=tags))


def _grid(town: Town) -> list[tuple[dict[str, str], list[Point]]]:
    west, south = town.corner
    steps = range(TOWNSHIP_M // BLOCK_M + 1)
    ways = []
    for step in steps:
        tags = {"highway": "footway" if step % 3 == 1 else "residential"}
        at = step * BLOCK_M
        ways.append((tags, [(west + other * BLOCK_M, south + at) for other in steps]))
        ways.append((tags, [(west + at, south + other * BLOCK_M) for other in steps]))
    return ways


def _roads(city: ExampleCity) -> list[tuple[dict[str, str], list[Point]]]:
    """Return the road along each bank, the lanes to it, the bridges and the river."""
    pairs = (len(city.towns) + 1) // 2
    bridges = [pair * PAIR_M + (TOWNSHIP_M + PAIR_M) / 2 for pair in range(max(pairs - 1, 1))]
    ways: list[tuple[dict[str, str], list[Point]]] = []
    for bank in (BANK_M, -BANK_M):
        road = bank - 50 if bank > 0 else bank + 50
        corners = [float(pair * PAIR_M) for pair in range(pairs)]
        stops = sorted({(x, float(road)) for x in corners + bridges})
        ways.append(({"highway": "secondary"}, stops))
        towns = [town for town in city.towns if (town.corner[1] > 0) == (bank > 0)]
        lanes = [[(town.corner[0], float(end)) for end in (road, bank)] for town in towns]
        ways += [({"highway": "residential"}, lane) for lane in lanes]
    for bridge in bridges:
        ends = [(bridge, float(BANK_M - 50)), (bridge, float(50 - BANK_M))]
        ways.append(({"highway": "secondary", "bridge": "yes"}, ends))
    end = float(pairs * PAIR_M)
    ways.append(({"waterway": "river"}, [(-500.0, 0.0), (end, 0.0)]))
    return ways
