"""Files of edits: what is refused and in which words, and what edits make of streets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.profiles import profiles
from lifecircle.assess.walks import network_of
from lifecircle.place.city import read_city
from lifecircle.place.coordinates.datums import from_wgs84
from lifecircle.place.edits.edited_city import edited
from lifecircle.place.edits.edits import Edit, read_edits
from lifecircle.place.tables import City, Streets
from lifecircle.terms.errors import InputError
from lifecircle.terms.streets import CLOSED, PASSAGES
from lifecircle.walk.snap import Snapper
from lifecircle.walk.timing import Timing
from lifecircle.walk.ways import way
from tests.fixtures.drawn import PLANE
from tests.fixtures.river_town import BRIDGE_AP, NODES, OPEN_D, drawn, river_town
from tests.fixtures.two_estates import square, write_layer

AP = [NODES["a"], NODES["p"]]
BC = [NODES["b"], NODES["c"]]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    return read_city(river_town(tmp_path_factory.mktemp("town")))


def refused(folder: Path, town: City, *features: dict[str, object]) -> list[str]:
    file = write_layer(folder / "方案.geojson", list(features))
    with pytest.raises(InputError) as caught:
        edited(town, read_edits(file, town.plane))
    return [str(fault).removeprefix(f"{file}，") for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("feature", "says"),
    [
        (drawn("LineString", BC, 操作="拆路"), "不认识操作“拆路”；请改为封闭道路、"),
        (drawn("LineString", BC), "没有“操作”列（现有：没有任何列）；请加上，写封闭道路、"),
        (drawn("Point", BC[:1], 操作="封路"), "（封闭道路）：应画成一条线或面，画的是 Point"),
        (drawn("LineString", BC, 操作="封路", 宽度="半条"), "“宽度米”应为米数，写的是“半条”"),
        (
            drawn("LineString", [(0, 60), (400, 60)], 操作="封闭道路"),
            "第1个要素（封闭道路）：画的线10米以内没有同方向的路；请沿着路画，或用“宽度米”放宽。",
        ),
        (
            drawn("LineString", [(200, -20), (200, 20)], 操作="封闭道路"),
            "画的线10米以内没有同方向的路",
        ),
        (drawn("Polygon", square(100, 10, 200, 60), 操作="封闭道路"), "画的面里没有路"),
        (drawn("Polygon", square(-500, -500, 2000, 2000), 操作="封闭道路"), "一条路也不剩"),
        (drawn("LineString", AP, 操作="新增通道", 种类="隧桥"), "不认识种类“隧桥”；请改为步道、"),
        (drawn("LineString", AP, 操作="新增通道"), "没有写“种类”；请补上“种类”列。"),
        (drawn("LineString", AP, 操作="新增通道", 种类="天桥"), "没有写“台阶米”，不知道怎么上下"),
        (
            drawn("LineString", AP, 操作="新增通道", 种类="地道", 台阶米=60),
            "两端的台阶各60米，比全长100米的一半还长",
        ),
        (
            drawn("LineString", [(0, 0), (0, -60)], 操作="新增通道", 种类="步道"),
            "终点离最近的路40米，超过20米，接不上",
        ),
        (
            drawn("LineString", [(0, 3), (9, 9), (0, -3)], 操作="新增通道", 种类="步道"),
            "两端接到了同一处",
        ),
        (drawn("Point", [NODES["r"]], 操作="开门", 小区编号="Z"), "没有编号为 Z 的小区"),
        (
            drawn("Point", [NODES["a"]], 操作="开门", 小区编号="A"),
            "小区 A 没有登记大门，现在当作四面都能进出；请先在大门表里登记现有的门。",
        ),
        (drawn("Point", [(700, -250)], 操作="开门", 小区编号="D"), "门离最近的路150米，走不到"),
        (drawn("Point", [NODES["q"]], 操作="关门", 小区编号="D"), "最近的开着的门离画的点400米"),
        (
            drawn("Point", [NODES["r"]], 操作="关门", 小区编号="D"),
            "只有这一个开着的门，关了就出不来",
        ),
        (drawn("Point", [NODES["r"]], 操作="新增设施", 设施类别="飞船"), "不认识设施类别“飞船”"),
        (drawn("Point", [NODES["r"]], 操作="关闭设施", 设施编号="x"), "没有编号为 x 的设施"),
    ],
)  # fmt: skip
def test_each_fault_is_one_sentence(
    tmp_path: Path, town: City, feature: dict[str, object], says: str
) -> None:
    (said,) = refused(tmp_path, town, feature)
    assert says in said
    assert said.endswith("。")


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path, town: City) -> None:
    wrong = drawn("Point", [NODES["r"]], 操作="开门", 小区编号="Z")
    far = drawn("LineString", [(0, 0), (200, -60)], 操作="新增通道", 种类="步道")
    assert len(refused(tmp_path, town, wrong, BRIDGE_AP, far)) == 2


def test_a_line_of_one_part_is_a_line(tmp_path: Path, town: City) -> None:
    """QGIS writes lines as collections of one."""
    line: Any = BRIDGE_AP["geometry"]
    parts = {"type": "MultiLineString", "coordinates": [line["coordinates"]]}
    file = write_layer(tmp_path / "e.geojson", [{**BRIDGE_AP, "geometry": parts}])
    (edit,) = read_edits(file, town.plane)
    assert edit.shape.geom_type == "LineString"
    assert (edit.kind, edit.steps_m) == ("footbridge", 0.0)


def test_only_geojson_is_read(tmp_path: Path, town: City) -> None:
    with pytest.raises(InputError, match="另存为 GeoJSON"):
        read_edits(tmp_path / "方案.toml", town.plane)


def test_what_is_drawn_on_a_shifted_map_lands_where_it_is(tmp_path: Path, town: City) -> None:
    wgs84, gcj02 = tmp_path / "w.geojson", tmp_path / "g.geojson"
    write_layer(wgs84, [OPEN_D])
    lon, lat = from_wgs84(*PLANE.degrees(600.0, -100.0), "gcj02")
    shape = {"type": "Point", "coordinates": [float(lon), float(lat)]}
    write_layer(gcj02, [{**OPEN_D, "geometry": shape}])
    (one,) = read_edits(wgs84, town.plane)
    (other,) = read_edits(gcj02, town.plane, "gcj02")
    assert shapely.distance(one.shape, other.shape) < 0.02
    assert float(np.hypot(*PLANE.metres(lon, lat)) - np.hypot(600, -100)) > 100


def said(action: str, points: Any, **more: Any) -> Edit:
    return Edit(action, shapely.LineString(points), "x.geojson", "第1个要素", **more)


def time_min(streets: Streets, profile: str, begin: Any, end: Any) -> float | None:
    network = network_of(streets)
    timing = Timing(network, profiles()[profile])
    snapper = Snapper(network, timing)
    one, other = (snapper.snap([x_m], [y_m]) for x_m, y_m in (begin, end))
    found = way(timing, one, 0, other, 0)
    return None if found is None else found.time_s / 60


def test_steps_of_a_bridge_are_walked_by_some_and_bar_others(town: City) -> None:
    """A bridge of 100 m with 10 m of steps at each end, from a to p; round it is 1,700 m."""
    level = edited(town, [said("add-path", AP, kind="footbridge")]).city.streets
    stepped = edited(town, [said("add-path", AP, kind="footbridge", steps_m=10.0)]).city.streets
    adult = profiles()["adult"]
    up, down = (adult.pace[PASSAGES.index(word)] for word in ("steps-up", "steps-down"))
    flat_min = 100 / adult.speed_m_per_min
    ends = NODES["a"], NODES["p"]
    assert time_min(level, "adult", *ends) == pytest.approx(flat_min, rel=1e-3)
    steps_min = (10 * (up - 1) + 10 * (down - 1)) / adult.speed_m_per_min
    assert time_min(stepped, "adult", *ends) == pytest.approx(flat_min + steps_min, rel=1e-3)
    wheels = profiles()["wheelchair"].speed_m_per_min
    assert time_min(level, "wheelchair", *ends) == pytest.approx(100 / wheels, rel=1e-3)
    assert time_min(stepped, "wheelchair", *ends) == pytest.approx(1700 / wheels, rel=1e-3)


def test_steps_made_a_ramp_open_a_way_for_wheels(town: City) -> None:
    stepped = edited(town, [said("change-street", [NODES["c"], NODES["r"]], kind="steps")]).city
    ends = NODES["c"], NODES["r"]
    assert time_min(stepped.streets, "wheelchair", *ends) is None
    ramp = edited(stepped, [said("change-street", [NODES["c"], NODES["r"]], kind="path")]).city
    assert time_min(ramp.streets, "wheelchair", *ends) == pytest.approx(
        time_min(town.streets, "wheelchair", *ends)
    )


def test_a_crossing_is_waited_for_once(town: City) -> None:
    bent = [NODES["a"], (5.0, -30.0), (5.0, -70.0), NODES["p"]]
    there = edited(town, [said("add-path", bent, kind="signals")]).city.streets
    assert there.passage is not None
    assert there.waits is not None
    crossing = there.passage == PASSAGES.index("signals")
    assert crossing.sum() == 3
    assert there.waits[crossing].sum() == pytest.approx(1.0)


def test_an_end_may_be_drawn_a_little_too_long_or_too_short(town: City) -> None:
    """Five metres: b-c closed as drawn from 4 m before b to 4 m short of c is b-c."""
    for points in ([(396, 2), (796, -2)], [(404, 2), (804, -2)], BC):
        streets = edited(town, [said("close-street", points)]).city.streets
        assert len(streets.segments) == len(town.streets.segments)
        assert streets.passage is not None
        closed = streets.segments[streets.passage == CLOSED]
        places = streets.x_m[closed].round().astype(int).tolist()
        assert [sorted(pair) for pair in places] == [[400, 800]]


@given(
    st.sampled_from([("b", "c"), ("b", "n"), ("n", "m"), ("m", "c"), ("q", "r"), ("c", "r")]),
    st.floats(0, 0.8),
    st.floats(0.15, 1),
)
def test_closed_and_laid_again_is_as_it_was(
    town: City, block: tuple[str, str], begin: float, length: float
) -> None:
    """Any stretch of any block: closed it is as long as drawn, and laid again walks are as before.

    Where it is drawn short of a node by less than the slop, it ends at the node.
    """
    first, last = (np.array(NODES[name]) for name in block)
    end = min(begin + length, 1.0)
    points = [tuple(first + share * (last - first)) for share in (begin, end)]
    shut = edited(town, [said("close-street", points)])
    drawn_m = float(np.hypot(*(last - first))) * (end - begin)
    closed_m = float(shapely.length(shut.effects[0].shapes).sum())
    assert drawn_m - 0.1 <= closed_m <= drawn_m + 10.1
    closed = shapely.line_merge(shapely.union_all(shut.effects[0].shapes))
    again = edited(shut.city, [said("add-path", list(closed.coords), kind="path")]).city.streets
    for name in ("a", "n", "p"):
        was = time_min(town.streets, "adult", NODES[name], NODES["q"])
        assert time_min(again, "adult", NODES[name], NODES["q"]) == pytest.approx(was, abs=1e-3)
