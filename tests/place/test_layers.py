"""Areas, points, people and declarations: what is read, and what is said of bad input."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from osmium.osm.mutable import Node, Way

from lifecircle.place.city import read_city
from lifecircle.place.formats.vector import read_vector
from lifecircle.place.plane import Plane
from lifecircle.place.sources import (
    CitySources,
    CommunitySource,
    FacilitySource,
    PeopleSource,
    read_sources,
)
from lifecircle.place.tables import City
from lifecircle.terms.errors import InputError
from tests.fixtures import two_estates as plan

PBF = plan.FOLDER / "two-estates.osm.pbf"


def city_with(folder: Path, **layers: Any) -> City:
    """Read the two estates with some layers replaced by features."""
    written = {
        name: plan.write_layer(folder / f"{name}.geojson", rows) for name, rows in layers.items()
    }
    areas = written.get("areas") or plan.write_layer(folder / "areas.geojson", [plan.COMMUNITY])
    return read_city(
        CitySources(
            network=PBF,
            communities=CommunitySource(file=areas),
            facilities=(FacilitySource(file=written.get("places", PBF)),),
            people=PeopleSource(file=written["people"], gates=written.get("gates"))
            if "people" in written
            else None,
        )
    )


def area(**properties: object) -> dict[str, object]:
    return plan.feature("Polygon", plan.square(0, 0, 100, 100), **properties)


def point(x_m: float = 50, y_m: float = 50, **properties: object) -> dict[str, object]:
    return plan.feature("Point", [(x_m, y_m)], **properties)


@given(st.floats(-40_000, 40_000), st.floats(-40_000, 40_000))
def test_the_plane_there_and_back(x_m: float, y_m: float) -> None:
    plane = Plane(108.9, 34.3)
    back = plane.metres(*plane.degrees(x_m, y_m))
    assert abs(back[0] - x_m) < 0.02
    assert abs(back[1] - y_m) < 0.02


def test_the_plane_measures_true_metres() -> None:
    # one minute of arc along the meridian at latitude 34.3 is 1,848.7 m on the WGS84 ellipsoid
    x_m, y_m = Plane(108.9, 34.3).metres([108.9, 108.9], [34.3, 34.3 + 1 / 60])
    assert x_m[1] - x_m[0] == pytest.approx(0, abs=0.001)
    assert y_m[1] - y_m[0] == pytest.approx(1848.7, abs=0.1)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.geojson", b"", "文件是空的"),
        ("a.geojson", b'{"type": "FeatureCollection",', "第1行"),
        ("a.geojson", b"\xff\xfe\x00", "不是 UTF-8"),
        ("a.geojson", b"[1, 2]", "FeatureCollection"),
        ("a.geojson", b'{"type":"FeatureCollection","features":[]}', "没有要素"),
        ("a.geojson", b'{"type":"FeatureCollection","features":[{}]}', "a.geojson"),
        ("a.geojson", b"[" * 100_000, "a.geojson"),
        ("a.gpkg", b"SQLite format 3\x00 and no more", "GeoPackage"),
        ("a.gpkg", b"hello", "GeoPackage"),
        ("a.xyz", b"hello", "不认识的格式"),
    ],
)
def test_a_broken_layer_gets_a_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_vector(tmp_path / name)


def test_coordinates_that_are_no_degrees(tmp_path: Path) -> None:
    feature = point(id="x")
    feature["geometry"] = {"type": "Point", "coordinates": [434000, 3790000]}
    with pytest.raises(InputError, match="第1个要素.*超出经纬度"):
        read_vector(plan.write_layer(tmp_path / "a.geojson", [feature]))


def write_gpkg(path: Path, layer: str, crs: str | None) -> None:
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array([shapely.Point(434000, 3790000)], dtype=object)),
        field_data=[np.array(["x"], dtype=object)],
        fields=["id"],
        layer=layer,
        driver="GPKG",
        geometry_type="Point",
        crs=crs,
        append=path.exists(),
    )


def test_a_projected_layer_is_brought_to_degrees(tmp_path: Path) -> None:
    write_gpkg(tmp_path / "a.gpkg", "one", "EPSG:4545")
    layer = read_vector(tmp_path / "a.gpkg")
    # CGCS2000 3-degree zone with central meridian 108 and false easting 500 km
    assert shapely.get_x(layer.geometry)[0] == pytest.approx(107.284, abs=0.01)
    assert shapely.get_y(layer.geometry)[0] == pytest.approx(34.24, abs=0.01)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_layer_without_a_coordinate_system_is_refused(tmp_path: Path) -> None:
    write_gpkg(tmp_path / "a.gpkg", "one", None)
    with pytest.raises(InputError, match="没有说明坐标系"):
        read_vector(tmp_path / "a.gpkg")


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_declared_coordinate_system_speaks_for_a_silent_file(tmp_path: Path) -> None:
    write_gpkg(tmp_path / "a.gpkg", "one", None)
    layer = read_vector(tmp_path / "a.gpkg", crs="EPSG:4545")
    assert shapely.get_x(layer.geometry)[0] == pytest.approx(107.284, abs=0.01)
    with pytest.raises(InputError, match="不认识坐标系 西安80"):
        read_vector(tmp_path / "a.gpkg", crs="西安80")


def test_a_declaration_against_the_file_is_refused(tmp_path: Path) -> None:
    write_gpkg(tmp_path / "a.gpkg", "one", "EPSG:4545")
    assert len(read_vector(tmp_path / "a.gpkg", crs="EPSG:4545")) == 1
    with pytest.raises(InputError, match="文件说坐标系是"):
        read_vector(tmp_path / "a.gpkg", crs="EPSG:4490")


def test_several_layers_must_be_told_apart(tmp_path: Path) -> None:
    write_gpkg(tmp_path / "a.gpkg", "one", "EPSG:4545")
    write_gpkg(tmp_path / "a.gpkg", "two", "EPSG:4545")
    with pytest.raises(InputError, match="one、two"):
        read_vector(tmp_path / "a.gpkg")
    assert len(read_vector(tmp_path / "a.gpkg", "two")) == 1


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([area(name="无编号")], "没有社区编号的列"),
        ([area(id=""), area(id="2")], "第1个要素.*没有编号"),
        ([area(id="1"), area(id="1")], "第2个要素.*与第1个要素重复"),
        ([area(id="1", kind="城")], "第1个要素.*“kind”不认识“城”"),
        ([area(id="1", size="巨型")], "第1个要素.*“size”不认识“巨型”"),
        ([area(id="1", circle_radius_m="很大")], "第1个要素.*circle_radius_m"),
        ([point(id="1")], "第1个要素.*社区应为面"),
    ],
)
def test_bad_communities(tmp_path: Path, rows: list[Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        city_with(tmp_path, areas=rows)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([point(id="1")], "没有常住人口的列"),
        ([point(id="1", residents=-3)], "第1个要素.*“residents”应为不小于0的整数"),
        ([point(id="1", residents="三百")], "写的是“三百”"),
        ([point(id="1", residents=2.5)], "写的是“2.5”"),
        ([point(id="1", residents=1), point(id="1", residents=2)], "重复"),
    ],
)
def test_bad_people(tmp_path: Path, rows: list[Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        city_with(tmp_path, people=rows)


def test_a_gate_of_no_estate(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有编号为 Z 的小区"):
        city_with(tmp_path, people=plan.ESTATES, gates=[point(estate="Z")])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([point(name="x")], "没有设施类别的列"),
        ([point(category="clinik")], "第1个要素.*clinik.*clinic"),
        ([point(category="幼儿圆")], "幼儿园"),
        ([point(id="1", category="clinic"), point(id="1", category="bank")], "重复"),
    ],
)
def test_bad_facilities(tmp_path: Path, rows: list[Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        city_with(tmp_path, places=rows)


def test_categories_in_chinese_and_several_at_once(tmp_path: Path) -> None:
    city = city_with(tmp_path, places=[point(category="幼儿园、clinic", name="综合体")])
    assert city.facilities.categories == (("clinic", "kindergarten"),)


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ({"people": [point(id="1", residents=5, older=6)]}, "older 6 多于常住人口 5"),
        (
            {
                "people": [point(id="1", residents=5)],
                "gates": [point(3000, 3000, estate="1")],
            },
            "门离小区 1 1公里以上",
        ),
        ({"people": [point(id="1", residents=5)], "gates": [point(name="x")]}, "没有小区编号的列"),
        (
            {"areas": [plan.COMMUNITY, area(id="b"), plan.feature(
                "Polygon", plan.square(900_000, 0, 900_100, 100), id="far")]},
            "社区 far 离其他社区300公里以上",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(tmp_path: Path, layers: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        city_with(tmp_path, **layers)


def test_one_misplaced_community_does_not_move_the_plane_of_the_others() -> None:
    near = [shapely.box(108.9 + n / 100, 34.3, 108.91 + n / 100, 34.31) for n in range(4)]
    assert Plane.around(np.array(near)) == Plane.around(np.array([*near, shapely.box(0, 0, 1, 1)]))


def test_overlapping_communities_are_told(tmp_path: Path) -> None:
    city = city_with(tmp_path, areas=[area(id="1", name="甲"), area(id="2", name="乙")])
    assert any("甲与乙社区边界重叠" in notice for notice in city.notices)


def test_a_census_that_found_nothing_is_an_empty_file(tmp_path: Path) -> None:
    empty = plan.write_layer(tmp_path / "none.geojson", [])
    source = FacilitySource(
        file=empty, census=("居家养老服务站",), census_on=date(2026, 1, 1), declared_by="某局"
    )
    areas = plan.write_layer(tmp_path / "a.geojson", [plan.COMMUNITY])
    city = read_city(
        CitySources(network=PBF, communities=CommunitySource(file=areas), facilities=(source,))
    )
    assert city.declared("home_care_station") == "census"
    assert len(city.facilities) == 0


def test_the_same_id_in_two_layers_is_refused(tmp_path: Path) -> None:
    one = plan.write_layer(tmp_path / "one.geojson", [point(id="x", category="bank")])
    two = plan.write_layer(tmp_path / "two.geojson", [point(id="x", category="bank")])
    areas = plan.write_layer(tmp_path / "a.geojson", [plan.COMMUNITY])
    with pytest.raises(InputError, match="x与one.geojson第1个要素的编号或内容相同"):
        read_city(
            CitySources(
                network=PBF,
                communities=CommunitySource(file=areas),
                facilities=(FacilitySource(file=one), FacilitySource(file=two)),
            )
        )


@pytest.mark.parametrize(
    "ring",
    [
        [[0, 0], [0, 1], [1, 1]],
        [[0, 0], [0, 1], [1, 1], [1, 0]],
        [[0, 0], [0, 1], [0, 0]],
    ],
)
def test_a_ring_that_is_none_names_its_row(tmp_path: Path, ring: list[list[float]]) -> None:
    bad = area(id="1")
    bad["geometry"] = {"type": "Polygon", "coordinates": [ring]}
    with pytest.raises(InputError, match=r"areas\.geojson"):
        city_with(tmp_path, areas=[bad])


def test_a_layer_that_says_gcj02_is_refused(tmp_path: Path) -> None:
    path = plan.write_layer(tmp_path / "a.geojson", [point(id="1")])
    content = json.loads(path.read_text(encoding="utf-8"))
    content["crs"] = {"type": "name", "properties": {"name": "GCJ-02"}}
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match="GCJ-02"):
        read_vector(path)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    rows = [area(id="", kind="城"), area(id="2", size="巨型")]
    with pytest.raises(InputError) as caught:
        city_with(tmp_path, areas=rows)
    assert len(caught.value.faults) == 3


def test_people_outside_every_community_are_left_out_aloud(tmp_path: Path) -> None:
    people = [point(id="in", residents=5), point(5000, 5000, id="out", residents=7)]
    city = city_with(tmp_path, people=people)
    assert city.origins.residents.tolist() == [5]
    assert any("1处人口不在任何社区内" in notice for notice in city.notices)


def test_people_come_from_the_best_that_each_community_has(tmp_path: Path) -> None:
    """Estates where there are any, then dwellings, then the centre; all three are told."""
    street = tmp_path / "town.osm.pbf"
    with osmium.SimpleWriter(str(street)) as writer:
        spots = [(500, 500), (520, 500), (520, 520), (500, 520), (0, 0), (900, 0)]
        for at, (x, y) in enumerate(spots, start=1):
            lon, lat = plan.PLANE.degrees(x, y)
            writer.add_node(Node(id=at, version=1, location=(float(lon), float(lat))))
        writer.add_way(Way(id=1, version=1, nodes=[5, 6], tags={"highway": "path"}))
        house = {"building": "house", "building:levels": "2"}
        writer.add_way(Way(id=2, version=1, nodes=[1, 2, 3, 4, 1], tags=house))
    squares = {"1": (0, 0, 100, 100), "2": (450, 450, 600, 600), "3": (700, 0, 900, 100)}
    rows = [plan.feature("Polygon", plan.square(*s), id=own) for own, s in squares.items()]
    people = plan.write_layer(tmp_path / "people.geojson", [point(id="p", residents=9)])
    city = read_city(
        CitySources(
            network=street,
            communities=CommunitySource(file=plan.write_layer(tmp_path / "areas.geojson", rows)),
            facilities=(FacilitySource(file=street),),
            people=PeopleSource(file=people),
        )
    )
    assert city.origins.basis == ("point", "building", "centre")
    assert city.origins.weight.tolist() == [9, 800, 1]
    assert city.origins.residents.tolist() == [9, -1, -1]
    assert any("没有人口资料的1个社区" in notice for notice in city.notices)
    assert any("只从社区中心评估" in notice for notice in city.notices)


def test_a_facility_on_the_other_side_of_the_earth(tmp_path: Path) -> None:
    place = point(category="clinic", id="x")
    place["geometry"] = {"type": "Point", "coordinates": [-71.1, -34.3]}
    with pytest.raises(InputError, match="x离社区1000公里以上"):
        city_with(tmp_path, places=[place])


def test_a_park_is_entered_from_its_edge(tmp_path: Path) -> None:
    ring = plan.square(0, 0, 98, 98)
    park = plan.feature("Polygon", ring, category="park")
    school = plan.feature("Polygon", ring, category="school")
    city = city_with(tmp_path, places=[park, school])
    entries = np.bincount(city.facilities.entry_of)
    by_category = dict(zip(city.facilities.categories, entries.tolist(), strict=True))
    assert by_category == {("park",): 8, ("school",): 1}


def census_city(folder: Path, **declared: Any) -> City:
    places = plan.write_layer(folder / "p.geojson", [point(category="clinic")])
    return read_city(
        CitySources(
            network=PBF,
            communities=CommunitySource(
                file=plan.write_layer(folder / "a.geojson", [plan.COMMUNITY])
            ),
            facilities=(FacilitySource(file=PBF), FacilitySource(file=places, **declared)),
        )
    )


def test_a_census_stands_before_a_partial_list(tmp_path: Path) -> None:
    partial = census_city(tmp_path)
    assert partial.declared("clinic") == "partial"
    assert len(partial.of_categories(("clinic",))) == 2
    city = census_city(
        tmp_path, census=("clinic",), census_on=date(2026, 6, 30), declared_by="某局"
    )
    assert city.declared("clinic") == "census"
    assert city.declared("bank") == "partial"
    assert len(city.of_categories(("clinic",))) == 1


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"census": ("clinic",)}, "没写日期或声明人"),
        ({"census": ("clinics",), "census_on": date(2026, 1, 1), "declared_by": "x"}, "clinics"),
    ],
)
def test_a_careless_declaration(tmp_path: Path, declared: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        census_city(tmp_path, **declared)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("network = ", "不是合法的 TOML"),
        ('network = "a.pbf"\nfacilities = []\n', "communities：缺少这个字段"),
        (
            'network = "a.pbf"\nfacilities = []\ncity = 1\n[communities]\nfile = "a"\n',
            "city：不认识这个字段",
        ),
    ],
)
def test_a_bad_lifecircle_toml(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "lifecircle.toml").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_sources(tmp_path)


def test_a_folder_without_lifecircle_toml(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有这个文件"):
        read_sources(tmp_path)


def test_rows_in_another_order_make_the_same_city(example_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(example_folder, tmp_path, dirs_exist_ok=True)
    for file in example_folder.glob("*.*"):
        content = file.read_bytes()
        if file.suffix == ".geojson":
            data = json.loads(content)
            data["features"].reverse()
            content = json.dumps(data).encode()
        (tmp_path / file.name).write_bytes(content)
    one = read_city(read_sources(example_folder))
    other = read_city(read_sources(tmp_path))
    assert one.communities.id == other.communities.id
    assert one.origins.id == other.origins.id
    assert one.facilities.id == other.facilities.id
    assert np.array_equal(one.origins.gate_x_m, other.origins.gate_x_m)
