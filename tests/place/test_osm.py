from __future__ import annotations

from pathlib import Path

import numpy as np
import osmium
import pytest
from osmium.osm.mutable import Node, Way

from lifecircle.place.streets.osm import read_extract
from lifecircle.place.streets.walkable import walkable
from lifecircle.terms.errors import InputError
from tests.fixtures.two_estates import FOLDER

PBF = FOLDER / "two-estates.osm.pbf"


@pytest.mark.parametrize(
    ("tags", "open_"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "motorway", "foot": "yes"}, False),
        ({"highway": "trunk"}, False),
        ({"highway": "trunk", "sidewalk": "both"}, True),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "permissive"}, True),
        ({"highway": "footway", "foot": "no"}, False),
        ({"highway": "construction"}, False),
        ({"waterway": "river"}, False),
    ],
)
def test_which_ways_are_open_on_foot(tags: dict[str, str], open_: bool) -> None:
    assert walkable().may_walk(tags) is open_


@pytest.mark.parametrize(
    ("tags", "lived_in"),
    [
        ({"building": "apartments"}, True),
        ({"building": "yes"}, True),
        ({"building": "yes", "shop": "supermarket"}, False),
        ({"building": "industrial"}, False),
    ],
)
def test_which_buildings_are_dwellings(tags: dict[str, str], lived_in: bool) -> None:
    assert walkable().is_dwelling(tags) is lived_in


def test_one_pass_brings_ways_facilities_and_dwellings(tmp_path: Path) -> None:
    path = tmp_path / "town.osm.pbf"
    corners = [(0, 0), (0, 1), (1, 1), (1, 0)]
    with osmium.SimpleWriter(str(path)) as writer:
        for at, (x, y) in enumerate(corners, start=1):
            writer.add_node(Node(id=at, version=1, location=(108.9 + x / 1e3, 34.3 + y / 1e3)))
        ring = [1, 2, 3, 4, 1]
        writer.add_way(Way(id=1, version=1, nodes=[1, 2, 99, 3, 4], tags={"highway": "path"}))
        building = {"building": "apartments", "building:levels": "6"}
        writer.add_way(Way(id=2, version=1, nodes=ring, tags=building))
        writer.add_way(Way(id=3, version=1, nodes=ring, tags={"leisure": "park", "name": "园"}))
    extract = read_extract(path)
    assert extract.node_id.tolist() == [1, 2, 3, 4]
    assert extract.segments.tolist() == [[0, 1], [2, 3]]
    assert extract.broken_ways == 1
    assert [(row[0], row[1], row[2]) for row in extract.dwellings] == [("w2", 6, False)]
    assert [row[:3] for row in extract.facilities] == [("w3", "园", ("park",))]
    assert np.allclose(extract.lon, [108.9, 108.9, 108.901, 108.901])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"not a map", "不是完整的 OpenStreetMap 文件"),
        (PBF.read_bytes()[:-40], "不是完整的 OpenStreetMap 文件"),
        (PBF.read_bytes()[:30], "不是完整的 OpenStreetMap 文件"),
    ],
)
def test_a_broken_file_gets_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "broken.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_extract(path)


def test_a_file_without_ways_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nodes.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        writer.add_node(Node(id=1, version=1, location=(1, 1), tags={"shop": "books"}))
    with pytest.raises(InputError, match="没有可以步行的道路"):
        read_extract(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有这个文件"):
        read_extract(tmp_path / "none.osm.pbf")


def test_a_broken_coordinate_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "bad.osm"
    path.write_text(
        '<osm version="0.6"><node id="1" version="1" lat="30.0:1" lon="120"/></osm>',
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="不是完整的 OpenStreetMap 文件"):
        read_extract(path)
