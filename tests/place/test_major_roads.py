"""Major roads are two sides that are joined at crossings only, walked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from lifecircle.assess.judge import assess
from lifecircle.assess.walks import network_of
from lifecircle.place.city import read_city
from lifecircle.place.edits.edited_city import edited
from lifecircle.place.edits.edits import read_edits
from lifecircle.place.sources import (
    CitySources,
    CommunitySource,
    FacilitySource,
    NetworkSource,
    PeopleSource,
)
from lifecircle.place.streets.roads import Roads, roads_of_lines
from lifecircle.place.streets.walkable import walkable
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.terms.streets import PASSAGES
from lifecircle.walk.ways import Way
from tests.conftest import DAY
from tests.fixtures.drawn import PLANE, Tags, draw, walked
from tests.fixtures.river_town import drawn
from tests.fixtures.two_estates import PLANE as LINES_PLANE
from tests.fixtures.two_estates import feature, square, write_layer
from tests.place.test_roads import Line, write_lines
from tests.walk.test_timing import PLAIN

LANE = {"highway": "residential"}
FOOT = {"highway": "footway"}
ZEBRA = {"highway": "crossing", "crossing": "zebra"}
LIT = {"highway": "traffic_signals"}
WIDE = {"highway": "primary", "width": "20"}
HALF = {"highway": "primary", "oneway": "yes", "width": "10"}


@pytest.mark.parametrize(
    ("tags", "roadway_m"),
    [
        ({"highway": "primary"}, 14),
        ({"highway": "primary", "lanes": "6"}, 21),
        ({"highway": "primary", "lanes": "2"}, 0),
        ({"highway": "primary", "lanes": "many"}, 14),
        ({"highway": "primary", "lanes": "nan"}, 14),
        ({"highway": "primary", "oneway": "yes"}, 7),
        ({"highway": "primary", "oneway": "yes", "lanes": "1"}, 0),
        ({"highway": "secondary", "width": "18 m"}, 18),
        ({"highway": "secondary", "width": "1800"}, 14),
        ({"highway": "tertiary"}, 0),
        ({"highway": "tertiary", "lanes": "4"}, 14),
        ({"highway": "tertiary", "lanes": "2", "oneway": "yes"}, 0),
        ({"highway": "tertiary", "lanes": "2", "oneway": "-1", "dual_carriageway": "yes"}, 7),
        ({"highway": "trunk"}, 14),
        ({"highway": "residential", "lanes": "6"}, 0),
        ({"highway": "primary_link", "lanes": "6"}, 0),
    ],
)
def test_which_roads_are_too_wide_to_be_crossed_anywhere(tags: Tags, roadway_m: float) -> None:
    assert walkable().major_roads.roadway_m_of(tags) == roadway_m


# A road of 20 m drawn as one line; lanes from both sides at a, k and b.
#
#               p        n        q            y 300
#               |        |        |
#   w --------- a ------ k ------ b ------ e   y 0      x: -2000, 0, 400, 900, 3000
#               |        |        |
#               r        m        s            y -300
NODES = {
    "w": (-2000, 0), "l": (-20, 0), "a": (0, 0), "c": (200, 0), "k": (400, 0), "b": (900, 0),
    "e": (3000, 0), "p": (0, 300), "n": (400, 300), "q": (900, 300), "r": (0, -300),
    "m": (400, -300), "s": (900, -300), "u": (-100, 300), "v": (-100, -300),
}  # fmt: skip
LANES = [(names, LANE) for names in ("pa", "ar", "nk", "km", "qb", "bs")]
ACROSS = (0.0, 300.0), (0.0, -300.0)


def _one_road(path: Path, marks: Mapping[str, Tags], road: Tags = WIDE) -> Roads:
    return draw(path / "a.osm.pbf", NODES, [("wlackbe", road), *LANES], marks)


def _walk(roads: Roads, begin: tuple[float, float], end: tuple[float, float]) -> Way:
    found = walked(roads, PLAIN, begin, end)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("marks", "length_m", "wait_s"),
    [
        # down the lane, 400 m on the near side to k, over it, 400 m back on the far side
        ({"k": ZEBRA}, 290 + 400 + 20 + 400 + 290, 6),
        ({"k": LIT}, 290 + 400 + 20 + 400 + 290, 30),
        # a crossing between junctions is as good
        ({"c": ZEBRA, "k": LIT}, 290 + 200 + 20 + 200 + 290, 6),
        # what says that it is none is none
        ({"c": {"highway": "crossing", "crossing": "no"}, "k": LIT}, 1400, 30),
        # lights at the junction, or at the stop line 20 m before it
        ({"a": LIT, "k": LIT}, 600, 30),
        ({"l": LIT, "k": LIT}, 600, 30),
        ({"a": ZEBRA, "k": LIT}, 600, 6),
    ],
)
def test_a_road_drawn_as_one_line_is_crossed_at_crossings_only(
    tmp_path: Path, marks: dict[str, Tags], length_m: float, wait_s: float
) -> None:
    found = _walk(_one_road(tmp_path, marks), *ACROSS)
    assert found.length_m == pytest.approx(length_m, abs=0.1)
    assert found.time_s == pytest.approx(length_m + wait_s, abs=0.1)


def test_doors_stand_on_their_own_side(tmp_path: Path) -> None:
    """15 m off the middle are 5 m off the near side; the zebra is 300 m on."""
    found = _walk(_one_road(tmp_path, {"k": ZEBRA}), (100, 15), (100, -15))
    assert found.length_m == pytest.approx(5 + 300 + 20 + 300 + 5, abs=0.1)
    assert (found.leg_from_m, found.leg_to_m) == pytest.approx((5, 5), abs=0.01)
    along = _walk(_one_road(tmp_path, {"k": ZEBRA}), (100, 15), (800, 15))
    assert (along.length_m, along.time_s) == pytest.approx((710, 710), abs=0.1)


def test_narrow_roads_are_crossed_anywhere(tmp_path: Path) -> None:
    roads = _one_road(tmp_path, {"k": ZEBRA}, {"highway": "primary", "lanes": "2"})
    assert _walk(roads, *ACROSS).length_m == pytest.approx(600, abs=0.1)
    assert _walk(roads, (100, 15), (100, -15)).length_m == pytest.approx(30, abs=0.1)
    assert len(roads.streets.node_id) == 13
    assert not any("主要道路" in notice for notice in roads.notices)


def test_nodes_keep_their_ids_and_the_other_sides_get_new_ones(tmp_path: Path) -> None:
    """Each of l, a, c, k, b is two; the ends w and e are walked around."""
    roads = _one_road(tmp_path, {"k": ZEBRA})
    ids = roads.streets.node_id.tolist()
    assert sorted(ids) == [-5, -4, -3, -2, -1, *sorted(own for own in ids if own > 0)]
    assert sum(own > 0 for own in ids) == 13
    assert roads.streets.passage is not None
    assert np.count_nonzero(roads.streets.passage == PASSAGES.index("zebra")) == 1
    assert "主要道路5.0公里按两侧分开走" in "".join(roads.notices)


def test_where_nobody_drew_crossings_every_junction_is_one_and_that_is_told(
    tmp_path: Path,
) -> None:
    """Without a wait; between junctions nobody crosses."""
    roads = _one_road(tmp_path, {})
    found = _walk(roads, *ACROSS)
    assert (found.length_m, found.time_s) == pytest.approx((600, 600), abs=0.1)
    between = _walk(roads, (100, 15), (100, -15))
    assert between.length_m == pytest.approx(5 + 100 + 20 + 100 + 5, abs=0.1)
    assert roads.streets.guessed is not None
    assert roads.streets.node_id[roads.streets.guessed].tolist() == [3, 5, 6]
    assert "主要道路有3个路口周边几乎没有画过街处" in "".join(roads.notices)
    drawn = _one_road(tmp_path, {"k": ZEBRA})
    assert drawn.streets.guessed is not None
    assert not len(drawn.streets.guessed)


@pytest.mark.parametrize("how", [{"bridge": "yes"}, {"tunnel": "yes"}])
def test_people_pass_over_and_under(tmp_path: Path, how: Tags) -> None:
    """u - p and v - r are ways of 100 m; the bridge from u to v meets no road."""
    ways = [("wlackbe", WIDE), *LANES, ("pu", FOOT), ("rv", FOOT), ("uv", {**FOOT, **how})]
    roads = draw(tmp_path / "a.osm.pbf", NODES, ways, {"k": ZEBRA})
    assert _walk(roads, *ACROSS).length_m == pytest.approx(100 + 600 + 100, abs=0.1)


def test_a_foot_way_that_goes_on_beyond_the_road_crosses_it(tmp_path: Path) -> None:
    nodes = NODES | {"f": (200, 300), "g": (200, -300)}
    over = [("pf", FOOT), ("rg", FOOT), ("fc", FOOT), ("cg", FOOT)]
    both = draw(tmp_path / "a.osm.pbf", nodes, [("wlackbe", WIDE), *LANES, *over], {"k": ZEBRA})
    assert _walk(both, *ACROSS).time_s == pytest.approx(290 + 200 + 20 + 200 + 290, abs=0.1)
    one = draw(tmp_path / "b.osm.pbf", nodes, [("wlackbe", WIDE), *LANES, *over[:-1]], {"k": ZEBRA})
    assert _walk(one, *ACROSS).length_m == pytest.approx(1400, abs=0.1)


def test_where_the_road_becomes_narrow_it_is_crossed(tmp_path: Path) -> None:
    """From l on westward there are two lanes; the lanes meet the narrow road 20 m on."""
    ways = [("wl", {"highway": "primary", "lanes": "2"}), ("lackbe", WIDE), *LANES]
    found = _walk(draw(tmp_path / "a.osm.pbf", NODES, ways, {"k": ZEBRA}), *ACROSS)
    # the sides run from 10 m off the road at a to its end at l
    assert found.length_m == pytest.approx(290 + 2 * np.hypot(20, 10) + 290, abs=0.1)
    assert found.time_s == pytest.approx(found.length_m, abs=0.1)


# A crossing drawn as a way from one pavement to the other, over both lines of a divided road.
#
#   p --------------------- f ------ q     y 40     foot ways
#                           #
#   B <-------- v --------- d ------ A     y 10     two roadways of 10 m, 20 m apart
#               | (service) #
#   C --------> x --------- g ------ D     y -10
#                           #
#   r --------------------- h ------ s     y -40    x: -3000, 0, 500, 3000
DIVIDED = {
    "p": (-3000, 40), "f": (500, 40), "q": (3000, 40), "B": (-3000, 10), "v": (0, 10),
    "d": (500, 10), "A": (3000, 10), "C": (-3000, -10), "x": (0, -10), "g": (500, -10),
    "D": (3000, -10), "r": (-3000, -40), "h": (500, -40), "s": (3000, -40),
    "n": (0, 200), "m": (0, -200), "i": (500, 0),
}  # fmt: skip


def _divided(path: Path, crossing: list[str], marks: dict[str, Tags]) -> Way:
    over = {**FOOT, "footway": "crossing", "crossing": "zebra"}
    ways = [("AdvB", HALF), ("CxgD", HALF), ("vx", {"highway": "service"}),
            ("nv", LANE), ("xm", LANE), *((names, over) for names in crossing),
            ("pfq", FOOT), ("rhs", FOOT)]  # fmt: skip
    return _walk(draw(path / "a.osm.pbf", DIVIDED, ways, marks), (0, 200), (0, -200))


@pytest.mark.parametrize(
    ("crossing", "marks", "length_m", "wait_s"),
    [
        # the service way turns cars; people walk on to the zebra, drawn as one way: one wait
        (["fdgh"], {}, 185 + 500 + 30 + 500 + 185, 6),
        # the same in three ways that meet on the roadways; with an island there are two
        (["fd", "dg", "gh"], {}, 185 + 500 + 30 + 500 + 185, 6),
        (["fdi", "igh"], {}, 185 + 500 + 30 + 500 + 185, 12),
        # the lanes and the way between them cross at lights: one wait
        (["fdgh"], {"v": LIT, "x": LIT}, 400, 30),
    ],
)
def test_a_divided_road_is_crossed_at_crossings_only_and_waited_for_once(
    tmp_path: Path, crossing: list[str], marks: dict[str, Tags], length_m: float, wait_s: float
) -> None:
    found = _divided(tmp_path, crossing, marks)
    assert found.length_m == pytest.approx(length_m, abs=0.1)
    assert found.time_s == pytest.approx(length_m + wait_s, abs=0.1)


@pytest.mark.parametrize("lit", [False, True])
def test_a_road_that_nobody_walks_on_parts_the_streets_that_meet_it(
    tmp_path: Path, lit: bool
) -> None:
    """A trunk road without pavements: the lanes at a share its node and are not joined there."""
    ways = [("wlackbe", {"highway": "trunk", "width": "20"}), *LANES, ("pn", LANE), ("rm", LANE)]
    marks = {"k": ZEBRA} | ({"a": LIT} if lit else {})
    found = _walk(draw(tmp_path / "a.osm.pbf", NODES, ways, marks), *ACROSS)
    assert found.length_m == pytest.approx(600 if lit else 400 + 600 + 400, abs=0.1)
    assert found.time_s == pytest.approx(found.length_m + (30 if lit else 6), abs=0.1)


# Two roads of 20 m meet at o; each corner has a foot way of its own.
#
#            N
#      b  |  |  |  a
#      ---+  |  +---
#   W -------o------- E        2,000 m each way; e, n, w, s on the arms, 50 m from o
#      ---+  |  +---
#      c  |  |  |  d
#            S
CROSSED = {
    "o": (0, 0), "E": (2000, 0), "N": (0, 2000), "W": (-2000, 0), "S": (0, -2000),
    "e": (50, 0), "n": (0, 50), "w": (-50, 0), "s": (0, -50), "f": (500, 0), "v": (-500, 0),
}  # fmt: skip


@pytest.mark.parametrize(
    ("marks", "to_next_s", "to_far_s"),
    [
        # 90 m to the corner, over one arm or two, 90 m on
        ({"o": LIT}, 180 + 20 + 30, 180 + 20 + 20 + 30 + 30),
        # back to the corner, 40 m to the zebra, over, and on
        ({"e": ZEBRA, "n": ZEBRA, "w": ZEBRA, "s": ZEBRA}, 50 + 20 + 50 + 6, None),
    ],
)
def test_two_major_roads_have_four_corners(
    tmp_path: Path, marks: dict[str, Tags], to_next_s: float, to_far_s: float | None
) -> None:
    roads = draw(tmp_path / "a.osm.pbf", CROSSED, [("WvwoefE", WIDE), ("NnosS", WIDE)], marks)
    assert roads.streets.guessed is not None
    assert not len(roads.streets.guessed)
    # doors stand right at the sides, 100 m along them, on either side of the eastern arm
    assert _walk(roads, (100, 10), (100, -10)).time_s == pytest.approx(to_next_s, abs=0.1)
    if to_far_s is not None:
        assert _walk(roads, (100, 10), (-100, -10)).time_s == pytest.approx(to_far_s, abs=0.1)


def test_a_part_that_no_crossing_links_is_linked_at_its_junctions_and_that_is_told(
    tmp_path: Path,
) -> None:
    """Five zebras at lanes from the south, none at the one lane from the north."""
    nodes: dict[str, tuple[float, float]] = {
        "W": (-3000, 0),
        "E": (3000, 0),
        "N": (0, 400),
        "o": (0, 0),
    }
    nodes |= {f"{at}": (100.0 * at, 0.0) for at in range(1, 6)}
    nodes |= {name: (100.0 * at, -300.0) for at, name in enumerate("abcdef")}
    south = [(f"{at}{name}", LANE) for at, name in enumerate("abcdef") if at]
    closed = {"highway": "trunk", "width": "20"}
    ways = [("Wo12345E", closed), ("No", LANE), *south, ("oa", LANE), ("abcdef", LANE)]
    marks = {str(at): ZEBRA for at in range(1, 6)}
    roads = draw(tmp_path / "a.osm.pbf", nodes, ways, marks)
    found = _walk(roads, (0, 400), (0, -300))
    assert (found.length_m, found.time_s) == pytest.approx((700, 700), abs=0.1)
    assert "其1个路口按能过街计" in "".join(roads.notices)
    assert roads.streets.guessed is not None
    assert roads.streets.node_id[roads.streets.guessed].tolist() == [4]


# A divided road of two lines, 20 m apart, under a road of 20 m that runs north and south.
#
#                  N
#   B <----------- v ----------- A     y 10
#   C -----------> x ----------> D     y -10     lights at v and at x
#                  S
def test_both_lines_of_a_divided_road_at_a_junction_are_one_wait(tmp_path: Path) -> None:
    """Along the western side of the crossing road, over one arm and the other."""
    nodes = {
        "B": (-2000, 10), "v": (0, 10), "A": (2000, 10), "C": (-2000, -10), "x": (0, -10),
        "D": (2000, -10), "N": (0, 2000), "S": (0, -2000), "n": (0, 500), "s": (0, -500),
    }  # fmt: skip
    ways = [("AvB", HALF), ("CxD", HALF), ("NnvxsS", WIDE)]
    roads = draw(tmp_path / "a.osm.pbf", nodes, ways, {"v": LIT, "x": LIT})
    found = _walk(roads, (-10, 300), (-10, -300))
    assert found.length_m == pytest.approx(600, abs=0.1)
    assert found.time_s - found.length_m == pytest.approx(30, abs=0.01)


# The town below is drawn for its people and edits; its streets are those of the one road above.
NEAR = "住在几乎没有画过街处的主要道路附近"


def _town(folder: Path, marks: Mapping[str, Tags]) -> City:
    """Return a town of two communities at p and at r, with a shop at the end of each lane."""
    (folder / "town").mkdir()
    _one_road(folder / "town", marks)
    people = [feature("Point", [(0, 250)], id="A", residents=100),
              feature("Point", [(0, -250)], id="B", residents=50)]  # fmt: skip
    areas = [
        feature("Polygon", square(-500, 0, 500, 500), id="1", name="路北社区"),
        feature("Polygon", square(-500, -500, 500, 0), id="2", name="路南社区"),
    ]
    shops = [feature("Point", [(0, -280)], id="s1", category="supermarket", name="路南超市")]
    return read_city(
        CitySources(
            title="大路镇",
            simulated=True,
            network=folder / "town" / "a.osm.pbf",
            communities=CommunitySource(file=write_layer(folder / "areas.geojson", areas)),
            facilities=(
                FacilitySource(
                    file=write_layer(folder / "shops.geojson", shops),
                    census=("all",), census_on=DAY, declared_by="某区商务局",
                ),
            ),
            people=PeopleSource(file=write_layer(folder / "people.geojson", people)),
        )
    )  # fmt: skip


def test_findings_are_weaker_where_nobody_drew_crossings(tmp_path: Path, pack: Pack) -> None:
    (tmp_path / "drawn").mkdir()
    guessed, told = (
        _town(folder, marks) for folder, marks in ((tmp_path, {}), (tmp_path / "drawn", {"k": LIT}))
    )
    said = [doubt for doubt in guessed.doubts if doubt.code == "crossings-undrawn"]
    assert [doubt.fault.reason for doubt in said] == [
        f"路北社区有100%的居民{NEAR}",
        f"路南社区有100%的居民{NEAR}",
    ]
    assert not any(doubt.code == "crossings-undrawn" for doubt in told.doubts)
    for city, weaker in ((guessed, True), (told, False)):
        walks = [
            own
            for own in assess(pack, city, network_of(city.streets), DAY).findings
            if own.subject != "city" and own.reading == "walk" and own.verdict == "not met"
        ]
        assert walks
        assert all(("crossings-undrawn" in own.reasons) is weaker for own in walks)
        assert not weaker or all(own.confidence != "firm" for own in walks)


def _edited(folder: Path, **said: object) -> tuple[Roads, str]:
    """Return the streets of the town after one drawn edit, and what it says of itself."""
    points: list[tuple[float, float]] = said.pop("points")  # type: ignore[assignment]
    town = _town(folder, {"k": LIT})
    file = write_layer(folder / "方案.geojson", [drawn("LineString", points, **said)])
    there = edited(town, read_edits(file, town.plane))
    return Roads(there.city.streets, ()), there.effects[0].says


def _doors(town: City, *, north_m: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return two doors on the plane of the town, at x = 100 on either side of the road."""
    lon, lat = PLANE.degrees([100, 100], [north_m, -north_m])
    x_m, y_m = town.plane.metres(lon, lat)
    return (float(x_m[0]), float(y_m[0])), (float(x_m[1]), float(y_m[1]))


@pytest.mark.parametrize("reach_m", [12, 9, 4])
def test_a_footbridge_over_a_major_road_joins_both_sides(tmp_path: Path, reach_m: float) -> None:
    """At x = 100 between the doors, drawn a little too long, too short, or much too short."""
    roads, _ = _edited(
        tmp_path, 操作="新增通道", 种类="天桥", 台阶米=0, points=[(100, reach_m), (100, -reach_m)]
    )
    (tmp_path / "again").mkdir()
    town = _town(tmp_path / "again", {"k": LIT})
    begin, end = _doors(town, north_m=15)
    assert _walk(roads, begin, end).length_m == pytest.approx(30, abs=0.2)
    before = _walk(Roads(town.streets, ()), begin, end)
    assert before.length_m == pytest.approx(5 + 300 + 20 + 300 + 5, abs=0.5)


def test_closing_a_major_road_closes_both_of_its_sides(tmp_path: Path) -> None:
    roads, says = _edited(tmp_path, 操作="封闭道路", 宽度米=12, points=[(50, 0), (150, 0)])
    assert says == "封闭道路200米"
    (tmp_path / "again").mkdir()
    begin, end = _doors(_town(tmp_path / "again", {"k": LIT}), north_m=15)
    closed = roads.streets.passage == PASSAGES.index("closed")
    assert np.count_nonzero(closed) == 2
    found = _walk(roads, begin, end)
    # the doors walk from the nearer ends of what is left of the road, 50 m off
    assert found.length_m > 5 + 250 + 20 + 250 + 5


def test_lines_that_tell_crossings_are_walked_as_a_map_is(tmp_path: Path) -> None:
    """A zebra of 40 m over a road of 20 m at k; the trunk road at its end is closed to walkers."""
    lines: list[Line] = [
        ("primary", [(-2000, 0), (0, 0), (400, 0), (900, 0), (3000, 0)]),
        ("residential", [(0, 300), (0, 0)]), ("residential", [(0, 0), (0, -300)]),
        ("residential", [(400, 300), (400, 20)]), ("residential", [(400, -20), (400, -300)]),
        ("footway", [(400, 20), (400, 0), (400, -20)]),
        ("trunk", [(3000, 0), (4000, 0)]),
    ]  # fmt: skip
    crossing = ["", "", "", "", "", "crossing", ""]
    width = ["20", "", "", "", "", "", ""]
    for told, length_m, wait_s in ((crossing, 1400, 6), ([""] * 7, 600, 0)):
        path = tmp_path / f"{length_m}.gpkg"
        zebra = ["zebra" if own else "" for own in told]
        write_lines(path, lines, footway=told, width=width, crossing=zebra)
        found = _walk(roads_of_lines(NetworkSource(file=path), LINES_PLANE), *ACROSS)
        assert found.length_m == pytest.approx(length_m, abs=0.1)
        assert found.time_s == pytest.approx(length_m + wait_s, abs=0.1)
