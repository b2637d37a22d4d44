"""What OpenStreetMap says of crossings, steps, lifts, gates and pavements, walked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from lifecircle.terms.streets import PASSAGES
from lifecircle.walk.profiles import BARRED, Profile
from tests.fixtures.drawn import draw, walked
from tests.walk.test_timing import PLAIN

WHEELS = Profile(
    "wheels",
    60.0,
    pace=tuple(BARRED if word.startswith("steps") else 1.0 for word in PASSAGES),
    wait_s=tuple(
        BARRED if word == "kerb" else own for word, own in zip(PASSAGES, PLAIN.wait_s, strict=True)
    ),
)

#       p ------ f ------ q        y 400   a foot way, with a crossing c on the road
#                |
#   w ---------- c ----------- e   y 200   a road
#                |
#       r ------ g ------ s        y 0     a foot way
ROAD = {
    "p": (0, 400), "f": (500, 400), "q": (1000, 400),
    "w": (-100, 200), "c": (500, 200), "e": (1100, 200),
    "r": (0, 0), "g": (500, 0), "s": (1000, 0), "k": (500, 206), "l": (500, 194),
}  # fmt: skip
NARROW = {"highway": "primary", "lanes": "2"}
STREETS = [
    ("pfq", {"highway": "footway"}),
    ("wce", NARROW),
    ("rgs", {"highway": "footway"}),
]
ACROSS_S = 400.0
ACROSS = ((500.0, 400.0), (500.0, 0.0))
ALONG = ((0.0, 200.0), (1000.0, 200.0))


@pytest.mark.parametrize(
    ("node", "way", "wait_s"),
    [
        ({"highway": "crossing", "crossing": "traffic_signals"}, {}, 30),
        ({"highway": "crossing", "crossing": "uncontrolled"}, {}, 6),
        ({"highway": "crossing"}, {}, 4),
        ({"highway": "traffic_signals"}, {}, 0),
        ({}, {}, 0),
        ({}, {"footway": "crossing"}, 4),
        ({}, {"footway": "crossing", "crossing": "zebra"}, 6),
        ({"highway": "crossing", "crossing": "traffic_signals"}, {"footway": "crossing"}, 30),
    ],
)
def test_a_crossing_is_waited_for_once_and_only_by_those_who_cross(
    tmp_path: Path, node: dict[str, str], way: dict[str, str], wait_s: float
) -> None:
    """However it is drawn: the node alone, the way alone, or both; in one way or cut in two."""
    foot = {"highway": "footway"}
    for number, parts in enumerate((["fkclg"], ["fk", "kcl", "lg"], ["fk", "kc", "cl", "lg"])):
        ways = [*STREETS, *((p, foot | way if "c" in p else foot) for p in parts)]
        roads = draw(tmp_path / f"{number}.osm.pbf", ROAD, ways, {"c": node})
        across = walked(roads, PLAIN, *ACROSS)
        assert across is not None
        assert across.length_m == pytest.approx(400, abs=0.01)
        assert across.time_s == pytest.approx(ACROSS_S + wait_s, abs=0.05)
        along = walked(roads, PLAIN, *ALONG)
        assert along is not None
        assert along.time_s == pytest.approx(1000.0, abs=0.05)


def test_two_crossings_of_a_divided_road_are_two_waits(tmp_path: Path) -> None:
    """f - k =c= i - i =d= l - g: zebra, island, zebra."""
    nodes = ROAD | {"i": (500, 197), "d": (500, 195), "W": (-100, 195), "E": (1100, 195)}
    zebra = {"highway": "footway", "footway": "crossing", "crossing": "zebra"}
    ways = [*STREETS, ("WdE", NARROW), ("fk", {"highway": "footway"}),
            ("kci", zebra), ("idl", zebra), ("lg", {"highway": "footway"})]  # fmt: skip
    across = walked(draw(tmp_path / "a.osm.pbf", nodes, ways), PLAIN, *ACROSS)
    assert across is not None
    assert across.time_s == pytest.approx(400 + 2 * 6, abs=0.05)


# Two pavements drawn apart, 40 m from each other, and a road between; a zebra at x = 1000.
#
#   n ------------------------- z ---- o     y 20
#                               #
#   W ---- j ------------------ y ---- E     y 0    the road; at j a lane comes in from the north
#                               #
#   t ------------------------- x ---- u     y -20
DIVIDED = {
    "n": (0, 20), "m": (500, 20), "z": (1000, 20), "o": (1100, 20), "W": (0, 0), "j": (500, 0),
    "y": (1000, 0), "E": (1100, 0), "t": (0, -20), "x": (1000, -20), "u": (1100, -20),
    "h": (500, 300),
}  # fmt: skip
PAVEMENT = {"highway": "footway", "footway": "sidewalk"}
ZEBRA = {"highway": "footway", "footway": "crossing", "crossing": "zebra"}


def _divided(path: Path, road: dict[str, str], **more: str) -> tuple[float, str]:
    """Return the seconds from a door north of the road to one south of it, and the notices."""
    ways = [("nmzo", PAVEMENT), ("txu", PAVEMENT), ("zyx", ZEBRA),
            ("WjyE", {**NARROW, **road, **more}),
            ("hmj", {"highway": "residential"})]  # fmt: skip
    roads = draw(path, DIVIDED, ways)
    found = walked(roads, PLAIN, (100, 25), (100, -25))
    assert found is not None
    return found.time_s, "".join(roads.notices)


def test_a_road_with_pavements_of_their_own_is_crossed_only_where_a_crossing_is(
    tmp_path: Path,
) -> None:
    """5 m to the pavement, 900 m to the zebra, 40 m over it, 6 s waiting, 900 m back, 5 m."""
    time_s, told = _divided(tmp_path / "a.osm.pbf", {"sidewalk": "separate"})
    assert time_s == pytest.approx(5 + 900 + 40 + 6 + 900 + 5, abs=0.1)
    assert "两侧人行道已单独画出的车行道1.1公里没有计入" in told


def test_without_that_word_the_lane_and_the_road_are_the_way(tmp_path: Path) -> None:
    """Down the lane, along the road to the middle of the zebra: half of its wait is left."""
    half_told = {"sidewalk:left": "separate", "sidewalk:right": "yes"}
    for number, road in enumerate(({}, {"sidewalk": "both"}, half_told)):
        time_s, told = _divided(tmp_path / f"{number}.osm.pbf", road)
        assert time_s == pytest.approx(5 + 900 + 40 + 3 + 900 + 5, abs=0.1)
        assert "没有计入：" not in told


@pytest.mark.parametrize("road", [{}, {"sidewalk": "both"}, {"sidewalk": "separate"}])
def test_a_wide_road_is_crossed_at_the_zebra_whatever_is_told_of_its_pavements(
    tmp_path: Path, road: dict[str, str]
) -> None:
    """A lane from the south meets the road at j too; it does not lead on into the one from h."""
    nodes = DIVIDED | {"W": (-900, 0), "k": (500, -300), "v": (500, -20)}
    wide = {"highway": "primary", "lanes": "4", **road}
    ways = [("nmzo", PAVEMENT), ("tvxu", PAVEMENT), ("zyx", ZEBRA), ("WjyE", wide),
            ("hmj", {"highway": "residential"}), ("jvk", {"highway": "residential"})]  # fmt: skip
    roads = draw(tmp_path / "a.osm.pbf", nodes, ways)
    found = walked(roads, PLAIN, (100, 25), (100, -25))
    assert found is not None
    assert found.time_s == pytest.approx(5 + 900 + 40 + 6 + 900 + 5, abs=0.2)


def test_pavements_that_nobody_drew_leave_the_road_open(tmp_path: Path) -> None:
    road = {**NARROW, "sidewalk": "separate"}
    assert len(draw(tmp_path / "a.osm.pbf", DIVIDED, [("WjyE", road)]).streets.segments) == 3


# A divided road without crossings, 20 m wide; cars turn back at v-w, people cross at the junction.
#
#   a ---- v ----------------- b     y 20, westbound
#          |(link)             |
#   c ---- w ----------------- d     y 0, eastbound          x: 0, 100, 1000
TURNING = {
    "a": (0, 20),
    "v": (100, 20),
    "b": (1000, 20),
    "c": (0, 0),
    "w": (100, 0),
    "d": (1000, 0),
}


@pytest.mark.parametrize(
    ("link", "length_m"),
    [
        ({"highway": "primary_link", "oneway": "yes"}, 10 + 950 + 20 + 950),
        ({"highway": "primary_link", "oneway": "yes", "sidewalk": "both"}, 10 + 50 + 20 + 50),
        ({"highway": "primary_link"}, 10 + 50 + 20 + 50),
        ({"highway": "service"}, 10 + 50 + 20 + 50),
    ],
)
def test_people_do_not_cross_where_cars_turn_back(
    tmp_path: Path, link: dict[str, str], length_m: float
) -> None:
    one_way = {"highway": "primary", "oneway": "yes", "lanes": "1"}
    ways = [("bva", one_way), ("cwd", one_way), ("vw", link), ("bd", {"highway": "residential"})]
    found = walked(draw(tmp_path / "a.osm.pbf", TURNING, ways), PLAIN, (50, 25), (50, -5))
    assert found is not None
    assert found.length_m == pytest.approx(length_m, abs=0.1)


# A gate g in a wall: 1,000 m of lane on each side, and 3,000 m around.
GATED = {"a": (0, 0), "g": (1000, 0), "b": (2000, 0), "p": (0, 1000), "q": (2000, 1000)}


@pytest.mark.parametrize(
    ("gate", "open_"),
    [
        ({"barrier": "gate"}, True),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "access": "no"}, False),
        ({"barrier": "gate", "access": "no", "foot": "yes"}, True),
        ({"barrier": "gate", "foot": "no"}, False),
        ({"barrier": "gate", "locked": "yes"}, False),
        ({"barrier": "bollard"}, True),
        ({"access": "no"}, True),
    ],
)
def test_a_gate_that_nobody_passes_parts_the_way(
    tmp_path: Path, gate: dict[str, str], open_: bool
) -> None:
    ways = [("agb", {"highway": "service"}), ("apqb", {"highway": "residential"})]
    roads = draw(tmp_path / "a.osm.pbf", GATED, ways, {"g": gate})
    found = walked(roads, PLAIN, (900, 0), (1100, 0))
    assert found is not None
    assert found.length_m == pytest.approx(
        200 if open_ else 900 + 1000 + 2000 + 1000 + 900, abs=0.1
    )
    assert ("已在该处断开" in "".join(roads.notices)) is not open_
    assert (roads.streets.node_id < 0).sum() == (0 if open_ else 2)


def test_steps_rise_from_the_first_node_where_they_say_so(tmp_path: Path) -> None:
    """a --500-- b ==100==> c --500-- d: three times as slow up, twice down."""
    nodes = {"a": (0, 0), "b": (500, 0), "c": (600, 0), "d": (1100, 0)}
    lane = {"highway": "footway"}
    for names, incline in (("bc", "up"), ("cb", "down")):
        ways = [("ab", lane), (names, {"highway": "steps", "incline": incline}), ("cd", lane)]
        roads = draw(tmp_path / f"{incline}.osm.pbf", nodes, ways)
        for begin, end, time_s in ((0, 1100, 1000 + 300), (1100, 0, 1000 + 200)):
            found = walked(roads, PLAIN, (begin, 0), (end, 0))
            assert found is not None
            assert found.time_s == pytest.approx(time_s, abs=0.1)
        assert walked(roads, WHEELS, (0, 0), (1100, 0)) is None
        assert "台阶0.1公里" in "".join(roads.notices)


def test_a_raised_kerb_stops_wheels_and_a_lift_carries_them(tmp_path: Path) -> None:
    nodes = {"a": (0, 0), "b": (500, 0), "c": (600, 0), "d": (1100, 0), "e": (600, 200)}
    lane = {"highway": "footway"}
    kerb = draw(tmp_path / "k.osm.pbf", nodes, [("abcd", lane)], {"c": {"kerb": "raised"}})
    assert walked(kerb, WHEELS, (0, 0), (1100, 0)) is None
    on_foot = walked(kerb, PLAIN, (0, 0), (1100, 0))
    assert on_foot is not None
    assert on_foot.time_s == pytest.approx(1100, abs=0.1)
    ways = [("ab", lane), ("bc", {"highway": "elevator"}), ("cd", lane)]
    lift = walked(draw(tmp_path / "l.osm.pbf", nodes, ways), WHEELS, (0, 0), (1100, 0))
    assert lift is not None
    assert lift.time_s == pytest.approx(1100 + 45, abs=0.1)


def test_what_is_open_at_some_hours_is_told(tmp_path: Path) -> None:
    ways = [("ag", {"highway": "footway", "foot:conditional": "no @ (22:00-06:00)"}),
            ("gb", {"highway": "footway"})]  # fmt: skip
    gate = {"g": {"barrier": "gate", "opening_hours": "06:00-22:00"}}
    told = "".join(draw(tmp_path / "a.osm.pbf", GATED, ways, gate).notices)
    assert "2处道路或门只在部分时间或对部分人开放，一律按开放计" in told
    assert "过街按不用等候计" in told
