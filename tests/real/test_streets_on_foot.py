"""Two real cities: what crossings, steps and barred ways do to their streets."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from lifecircle.assess.profiles import profiles
from lifecircle.assess.walks import network_of
from lifecircle.place.plane import Plane
from lifecircle.place.streets.osm import read_extract
from lifecircle.place.streets.roads import Roads, roads_of_extract
from lifecircle.terms.streets import PASSAGES
from lifecircle.walk.nearest import Walker
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import Snapper
from lifecircle.walk.timing import BARRED_S, Timing
from lifecircle.walk.ways import way

FILES = {
    "las-palmas": "las-palmas/example_las_palmas_2023_osm_20230221.pbf",
    "porto": "porto/porto_portugal.osm.pbf",
}


@pytest.fixture(scope="module", params=sorted(FILES))
def city(request: pytest.FixtureRequest, shared_data: Path) -> tuple[str, Roads, Network]:
    extract = read_extract(shared_data / FILES[request.param])
    roads = roads_of_extract(extract, Plane(float(extract.lon.mean()), float(extract.lat.mean())))
    return request.param, roads, network_of(roads.streets)


def test_hardly_any_street_is_cut_off(city: tuple[str, Roads, Network]) -> None:
    """Before ways and gates were barred the largest parts held 95.8 % and 98.5 % of the metres."""
    name, _, network = city
    metres = np.bincount(network.part_of_chain, weights=network.chain_length_m)
    assert metres.max() / metres.sum() > {"las-palmas": 0.956, "porto": 0.984}[name]


def test_what_was_found_is_counted_and_told(city: tuple[str, Roads, Network]) -> None:
    name, roads, network = city
    pieces = np.bincount(network.piece_passage, minlength=len(PASSAGES))
    found = {word: int(pieces[code]) for code, word in enumerate(PASSAGES)}
    least = {
        "las-palmas": {"crossing": 200, "zebra": 200, "signals": 80, "steps": 1400, "steps-up": 60},
        "porto": {"crossing": 200, "zebra": 20, "signals": 10, "steps": 900, "lift": 1},
    }[name]
    assert {word: found[word] >= count for word, count in least.items()} == dict.fromkeys(
        least, True
    )
    assert any("红绿灯过街" in notice and "待核" in notice for notice in roads.notices)
    assert network.piece_waits.max() <= 1.0


def test_major_roads_have_two_sides_and_hardly_a_street_is_lost(
    city: tuple[str, Roads, Network],
) -> None:
    """Counted on the day the sides were made: 958 and 66 km; 5,965 of Porto's junctions a guess."""
    name, roads, _ = city
    told = "".join(roads.notices)
    km = re.search(r"主要道路([0-9.]+)公里按两侧分开走", told)
    assert km is not None
    assert float(km[1]) == pytest.approx({"las-palmas": 66, "porto": 958}[name], abs=1)
    left_out = re.search(r"零星路段共([0-9]+)米没有计入", told)
    assert left_out is None or int(left_out[1]) < 300
    streets = roads.streets
    assert streets.guessed is not None
    assert len(streets.guessed) == {"las-palmas": 279, "porto": 6003}[name]
    assert roads.raised is not None
    assert len(roads.raised) == len(streets.segments)


def test_walkers_differ_as_they_must(city: tuple[str, Roads, Network]) -> None:
    """Every chain takes an adult at least its metres' time; wheels are stopped by steps."""
    _, _, network = city
    pace = Profile("pace", 80.0)
    adult = Timing(network, profiles()["adult"].at(80.0))
    for own_s in adult.chain_s:
        assert (own_s >= pace.seconds(network.chain_length_m) - 1e-9).all()
        assert (own_s < BARRED_S).all()
    steps = np.array([word.startswith("steps") for word in PASSAGES])[network.piece_passage]
    wheels = Timing(network, profiles()["wheelchair"])
    assert wheels.barred[steps].all()
    assert not wheels.barred[~steps].any()


def test_kernel_and_way_agree_there_and_back(city: tuple[str, Roads, Network]) -> None:
    _, _, network = city
    walker = Walker(network, profiles()["adult"].at(80.0))
    dice = np.random.default_rng(6)
    rows = dice.choice(len(network.vertex_x_m), 120, replace=False)
    snapper = Snapper(network, walker.timing)
    doors = snapper.snap(network.vertex_x_m[rows[:60]] + 7, network.vertex_y_m[rows[:60]])
    shops = snapper.snap(network.vertex_x_m[rows[60:]] - 7, network.vertex_y_m[rows[60:]])
    for begin, end in ((doors, shops), (shops, doors)):
        found = walker.nearest(begin, end, 3600.0)
        there = np.flatnonzero(found.target[:, 0] >= 0)
        assert len(there) > 10
        for owner in there.tolist():
            one = way(walker.timing, begin, owner, end, int(found.target[owner, 0]))
            assert one is not None
            assert one.time_s == pytest.approx(found.time_s[owner, 0], abs=1e-6)
            assert one.time_s >= one.length_m * 0.75 - 1e-6
