"""Streets from lines: the two estates drawn as lines walk as they do from OpenStreetMap."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from lifecircle.assess.judge import assess
from lifecircle.place.city import read_city
from lifecircle.place.sources import CitySources, CommunitySource, FacilitySource, PeopleSource
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.terms.errors import InputError
from tests.conftest import DAY, network_of
from tests.fixtures import two_estates as plan

PBF = plan.FOLDER / "two-estates.osm.pbf"
Line = tuple[str, list[tuple[float, float]]]
AS_DRAWN: list[Line] = [
    (tags["highway"], [plan.NODES[node] for node in nodes])
    for tags, nodes in plan.WAYS
    if "highway" in tags
]


def write_lines(path: Path, lines: list[Line], *, kinds: bool = True, **more: Any) -> Path:
    shapes = [
        shapely.LineString([[float(v) for v in plan.PLANE.degrees(x, y)] for x, y in points])
        for _, points in lines
    ]
    columns = {"highway": [kind for kind, _ in lines]} if kinds else {"n": ["x"] * len(lines)}
    columns |= more
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=[np.array(values, dtype=object) for values in columns.values()],
        fields=list(columns),
        layer=path.stem,
        geometry_type="LineString",
        crs="EPSG:4326",
    )
    return path


def city_on(folder: Path, network: Any) -> City:
    return read_city(
        CitySources(
            network=network,
            communities=CommunitySource(
                file=plan.write_layer(folder / "areas.geojson", [plan.COMMUNITY])
            ),
            facilities=(FacilitySource(file=PBF),),
            people=PeopleSource(
                file=plan.write_layer(folder / "people.geojson", plan.ESTATES),
                gates=plan.write_layer(folder / "gates.geojson", plan.GATES),
            ),
        )
    )


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.fgb"])
def test_lines_make_the_network_that_openstreetmap_makes(
    tmp_path: Path, pack: Pack, name: str
) -> None:
    lines = city_on(tmp_path, write_lines(tmp_path / name, AS_DRAWN))
    extract = city_on(tmp_path, PBF)
    assert lines.streets.ways == extract.streets.ways
    one, other = network_of(lines), network_of(extract)
    assert (one.junctions, one.chains) == (other.junctions, other.chains)
    found = assess(pack, lines, one, DAY).findings
    assert found == assess(pack, extract, other, DAY).findings
    assert any("motorway 0公里" in notice for notice in lines.notices)


def test_metres_by_kind(tmp_path: Path) -> None:
    """400 m residential; 220 + 300 m living street; 300 m footway; the motorway is not walked."""
    ways = city_on(tmp_path, PBF).streets.ways
    assert ways.by_kind == (("living_street", 520), ("residential", 400), ("footway", 300))
    assert ways.total_m == 1220
    assert ways.doubts == ()
    assert float(ways.share(frozenset({"footway", "steps"}))) == pytest.approx(300 / 1220)


def test_the_order_of_rows_and_the_direction_of_lines_do_not_matter(tmp_path: Path) -> None:
    shuffled = [(kind, points[::-1]) for kind, points in AS_DRAWN]
    random.Random(5).shuffle(shuffled)
    one = city_on(tmp_path, write_lines(tmp_path / "one.gpkg", AS_DRAWN))
    other = city_on(tmp_path, write_lines(tmp_path / "other.gpkg", shuffled))
    assert network_of(one).sha256 == network_of(other).sha256
    assert one.streets.ways == other.streets.ways


def test_a_line_drawn_in_both_directions_counts_once(tmp_path: Path) -> None:
    both = AS_DRAWN + [(kind, points[::-1]) for kind, points in AS_DRAWN]
    once = city_on(tmp_path, write_lines(tmp_path / "once.gpkg", AS_DRAWN))
    twice = city_on(tmp_path, write_lines(tmp_path / "twice.gpkg", both))
    assert twice.streets.ways == once.streets.ways
    assert network_of(twice).sha256 == network_of(once).sha256


def test_lines_that_only_cross_do_not_meet(tmp_path: Path) -> None:
    cross: list[Line] = [
        ("footway", [(0, 0), (200, 0)]),
        ("footway", [(100, -50), (100, 50)]),
        ("footway", [(200, 0), (200, 100)]),
    ]
    city = city_on(tmp_path, write_lines(tmp_path / "a.gpkg", cross))
    network = network_of(city)
    assert sorted(np.bincount(network.part_of_chain).tolist()) == [1, 1]
    assert any("相交而没有节点的不相通" in notice for notice in city.notices)


@pytest.mark.parametrize(
    ("kinds", "doubts"),
    [
        (["residential", "primary"], ("no-footways", "no-estate-ways")),
        (["residential", "service"], ("no-footways",)),
        (["residential", "steps"], ()),
    ],
)
def test_a_network_without_footways_says_so_in_every_walk(
    tmp_path: Path, pack: Pack, kinds: list[str], doubts: tuple[str, ...]
) -> None:
    drawn: list[Line] = [
        (kinds[0], [plan.NODES[n] for n in "abc"]),
        (kinds[1], [plan.NODES[n] for n in "bdef"]),
    ]
    city = city_on(tmp_path, write_lines(tmp_path / "a.gpkg", drawn))
    assert city.streets.ways.doubts == doubts
    assert any("没有人行道和步行小路" in notice for notice in city.notices) == bool(doubts)
    for finding in assess(pack, city, network_of(city), DAY).findings:
        if finding.subject_level == "community" and finding.verdict != "not applicable":
            told = [reason for reason in finding.reasons if reason.startswith("no-")]
            assert told == (list(doubts) if finding.reading == "walk" else [])
            assert finding.confidence == "weak" or "no-estate-ways" not in told


def test_lines_without_kinds_are_all_walked_aloud(tmp_path: Path) -> None:
    city = city_on(tmp_path, write_lines(tmp_path / "a.gpkg", AS_DRAWN, kinds=False))
    assert city.streets.ways.by_kind == (("", 1240),)
    assert city.streets.ways.doubts == ("way-kinds-unknown",)
    assert any("a.gpkg 没有 highway 列" in notice for notice in city.notices)


def test_tags_beside_the_kind_open_and_close_ways(tmp_path: Path) -> None:
    foot = ["", "no", "", "yes"]
    sidewalk = ["", "", "", "both"]
    drawn = [*AS_DRAWN[:3], ("trunk", AS_DRAWN[3][1])]
    path = write_lines(tmp_path / "a.gpkg", drawn, foot=foot, sidewalk=sidewalk)
    ways = dict(city_on(tmp_path, path).streets.ways.by_kind)
    assert ways == {"living_street": 520, "residential": 400, "trunk": 300 - 280}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([("motorway", [(0, 0), (9, 9)])], "没有可以步行的道路"),
        ([("path", [(0, 0), (3_000_000, 0)])], "第1个要素：道路离社区1000公里以上"),
    ],
)
def test_lines_that_make_no_network(tmp_path: Path, lines: list[Line], said: str) -> None:
    with pytest.raises(InputError, match=said):
        city_on(tmp_path, write_lines(tmp_path / "a.gpkg", lines))


def test_areas_are_no_streets(tmp_path: Path) -> None:
    path = plan.write_layer(tmp_path / "a.geojson", [plan.COMMUNITY])
    with pytest.raises(InputError, match=r"a\.geojson，第1个要素：路网应为线"):
        city_on(tmp_path, path)


def test_who_drew_the_lines_is_named(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.gpkg", AS_DRAWN)
    city = city_on(tmp_path, {"file": path, "source": "某市测绘院，2026年"})
    assert city.attributions == ("© OpenStreetMap contributors（ODbL 1.0）", "某市测绘院，2026年")
