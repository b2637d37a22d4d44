"""Facilities are reached at their gates, at the nearest of several; a park counts once.

    y (m)
    200       n -- g1 ------- m        museum: gates g1 (80, 210) and g2 (340, -10)
              |               |
      0       w       X       e --+--------+-- s
                                  |  park  |   park: open ground (200, -60) to (320, -10)
    x:        0      80      160  200    320  340

X lives 80 m inside of its gates w and e. Open ground is entered all along its edge, a building at a
point inside it, the middle (260, -35) of the same rectangle:
  park by e      80 + 40 + 10               = 130 m
  the building   80 + 100 + 35              = 215 m
  museum by g2   80 + 180 + 10              = 270 m
  museum by g1   80 + 200 + 80 + 10         = 370 m
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.findings import Finding
from lifecircle.assess.judge import assess
from lifecircle.assess.walks import Walks
from lifecircle.place.city import read_city
from lifecircle.place.sources import CitySources, CommunitySource, FacilitySource, PeopleSource
from lifecircle.walk.profiles import Profile
from tests.assess.cities import DAY, Place, Site, city_of, pack_of, rule
from tests.conftest import network_of
from tests.fixtures import two_estates as plan
from tests.fixtures.drawn import draw

NODES = {"w": (0.0, 0.0), "n": (0.0, 200.0), "m": (160.0, 200.0), "e": (160.0, 0.0),
         "s": (340.0, 0.0)}  # fmt: skip
AREA = plan.feature("Polygon", plan.square(-50, -100, 600, 300), id="610000000001", name="社区")
ESTATE = plan.feature("Polygon", plan.square(40, -20, 120, 20), id="X", residents=100)
GATES = [plan.feature("Point", [NODES[node]], estate="X") for node in "we"]
GROUND = plan.square(200, -60, 320, -10)
G1, G2 = (80.0, 210.0), (340.0, -10.0)


def several(points: list[tuple[float, float]], **properties: object) -> dict[str, object]:
    degrees = [[float(v) for v in plan.PLANE.degrees(x, y)] for x, y in points]
    geometry = {"type": "MultiPoint", "coordinates": degrees}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def judged(folder: Path, places: list[Any], category: str, wanted: int) -> Finding:
    """Return the finding on so many facilities of a category within 15 minutes."""
    draw(folder / "city.osm.pbf", NODES, [("wnmes", {"highway": "footway"})])
    places_file = plan.write_layer(folder / "places.geojson", places)
    census = {"census": (category,), "census_on": DAY, "declared_by": "测试"}
    city = read_city(
        CitySources(
            network=folder / "city.osm.pbf",
            communities=CommunitySource(file=plan.write_layer(folder / "a.geojson", [AREA])),
            facilities=(FacilitySource(file=places_file, **census),),
            people=PeopleSource(
                file=plan.write_layer(folder / "people.geojson", [ESTATE]),
                gates=plan.write_layer(folder / "gates.geojson", GATES),
            ),
        )
    )
    count = {"name": "count_within", "categories": [category], "minutes": 15}
    pack = pack_of(rule("many", "community", count, f">={wanted}"))
    found = assess(pack, city, network_of(city), DAY).findings
    return next(own for own in found if own.reading == "walk")


@pytest.mark.parametrize(
    ("place", "category", "metres"),
    [
        (plan.feature("Polygon", GROUND, id="f", category="park"), "park", 130),
        (plan.feature("Polygon", GROUND, id="f", category="clinic"), "clinic", 215),
        (
            several([G1, G2], id="f", category="community_reading_room"),
            "community_reading_room",
            270,
        ),
        (several([G1], id="f", category="community_reading_room"), "community_reading_room", 370),
    ],
)
def test_a_facility_is_reached_at_its_nearest_gate(
    tmp_path: Path, place: Any, category: str, metres: int
) -> None:
    found = judged(tmp_path, [place], category, 1)
    assert (found.verdict, found.distance_m) == ("met", str(metres))


@pytest.mark.parametrize("place", ["edge", "gates"])
def test_a_park_with_many_gates_counts_once(tmp_path: Path, place: str) -> None:
    park = (
        plan.feature("Polygon", GROUND, id="park", category="park")
        if place == "edge"
        else several([G1, G2, (240, -10)], id="park", category="park")
    )
    alone = judged(tmp_path, [park], "park", 2)
    assert (alone.verdict, alone.observed, alone.facilities) == ("not met", "1", 1)
    other = several([G1, (0, 210)], id="other", category="park")
    both = judged(tmp_path, [park, other], "park", 2)
    assert (both.verdict, both.observed, both.facilities) == ("met", "2", 2)
    both = judged(tmp_path, [park, other], "park", 3)
    assert (both.verdict, both.observed) == ("not met", "2")


LIMIT_M = 400.5
ENTRIES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1000)), min_size=1, max_size=12)


@given(ENTRIES)
def test_so_many_facilities_however_many_gates(entries: list[tuple[int, int]]) -> None:
    """On one straight street the nearest gate decides, and each facility counts once."""
    entries = sorted(entries)
    small = city_of([Place("c0")], [Site(f"f{n}", "park", 0) for n in range(3)])
    places = replace(
        small.facilities,
        entry_of=np.array([own for own, _ in entries], dtype=np.int64),
        entry_x_m=np.array([float(x_m) for _, x_m in entries]),
        entry_y_m=np.zeros(len(entries)),
    )
    city = replace(
        small,
        facilities=places,
        layers=tuple(replace(own, partial=frozenset({"park"})) for own in small.layers),
    )
    nearest_m = {
        own: min(abs(x_m - 500) for whose, x_m in entries if whose == own) for own, _ in entries
    }
    walks = Walks(city, network_of(city), Profile("adult", 60.0))
    lane = walks.lane(("park",), 3)
    wanted = sum(metres <= LIMIT_M for metres in nearest_m.values())
    assert walks.reached(lane, LIMIT_M, 3).tolist() == [wanted]
    assert walks.metres(lane, 0) == pytest.approx(min(nearest_m.values()))


@pytest.mark.parametrize(("beside_way_m", "far"), [(0.0, False), (150.0, True)])
def test_what_is_walked_inside_an_estate_is_not_far_from_a_way(
    beside_way_m: float, far: bool
) -> None:
    small = city_of([Place("c0")], [Site("f0", "park", 0)])
    deep = replace(
        small.origins,
        gate_of=np.array([0]),
        gate_x_m=np.array([500.0]),
        gate_y_m=np.array([-beside_way_m]),
        gate_leg_m=np.array([300.0]),
    )
    city = replace(small, origins=deep)
    walks = Walks(city, network_of(city), Profile("adult", 60.0))
    assert walks.leg_m.tolist() == [300.0 + beside_way_m]
    assert [mask.tolist() for mask in walks.away] == [[far], [False]]
