"""A real city: Las Palmas, school catchments as communities, everything else from one PBF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest
import shapely

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess, assess_on
from lifecircle.assess.profiles import profiles
from lifecircle.assess.scenario import Scenario, scenario
from lifecircle.place.city import read_city
from lifecircle.place.edits.edited_city import Edited, edited
from lifecircle.place.edits.edits import Edit
from lifecircle.place.formats.vector import read_vector
from lifecircle.place.sources import (
    CitySources,
    CommunitySource,
    FacilitySource,
    PublicSource,
)
from lifecircle.place.streets.osm import read_extract
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.publish.map.writing import Wanted, write_map
from lifecircle.publish.results import write_results
from lifecircle.terms.errors import InputError
from lifecircle.walk.network import Network
from tests.conftest import DAY, network_of
from tests.publish.map.test_walks_of_the_page import compare


@pytest.fixture(scope="module")
def city(shared_data: Path) -> City:
    folder = shared_data / "las-palmas"
    pbf = folder / "example_las_palmas_2023_osm_20230221.pbf"
    return read_city(
        CitySources(
            title="Las Palmas",
            network=pbf,
            communities=CommunitySource(
                file=folder / "las_palmas_school_catchments.geojson",
                id_column="Codigo",
                name_column="Denominaci",
            ),
            facilities=(FacilitySource(file=pbf),),
        )
    )


@pytest.fixture(scope="module")
def network(city: City) -> Network:
    return network_of(city)


@pytest.fixture(scope="module")
def found(city: City, network: Network, pack: Pack) -> Assessment:
    return assess(pack, city, network, DAY)


def test_what_was_read(city: City, network: Network) -> None:
    assert len(city.communities) == 29
    assert len(city.origins) > 20_000
    assert len(city.facilities) > 3_000
    assert network.junctions > 15_000
    assert 2_000_000 < network.chain_length_m.sum() < 2_200_000
    assert any("building=yes" in notice for notice in city.notices)
    assert any("缺少节点" in notice for notice in city.notices)


def test_nothing_is_not_met_from_a_partial_list(found: Assessment) -> None:
    verdicts = [finding.verdict for finding in found.findings]
    assert "not met" not in verdicts
    assert verdicts.count("met") > 300
    for finding in found.findings:
        if finding.verdict == "not assessed" and finding.subject_level == "community":
            known = {"partial-list", "parts-not-assessed", "not-recorded"}
            assert known & set(finding.reasons)


def test_people_are_unknown_and_never_zero(found: Assessment) -> None:
    for finding in found.findings:
        assert finding.people is None
        assert finding.people_affected in (None, 0)
        if finding.subject_level == "community" and finding.reading == "walk":
            assert finding.confidence in ("limited", "weak")


def test_what_was_looked_for_is_said(
    tmp_path: Path, city: City, network: Network, found: Assessment
) -> None:
    write_results(tmp_path / "out", city, network, [found])
    text = (tmp_path / "out" / "findings.csv").read_text(encoding="utf-8-sig")
    assert "查找的是居家养老服务站（amenity=social_facility" in text


@pytest.mark.parametrize("name", ["monaco.osm.pbf", "andorra.osm.pbf", "test.osm.pbf"])
def test_small_extracts_are_read(shared_data: Path, name: str) -> None:
    assert len(read_extract(shared_data / "small-extracts" / name).segments) > 100


def test_the_broken_boundary_of_wuhan_names_the_line(shared_data: Path) -> None:
    with pytest.raises(InputError, match="wuhan-boundary.geojson"):
        read_vector(shared_data / "wuhan" / "wuhan-boundary.geojson")


STREET = "Calle Mayor de Triana"


@pytest.fixture(scope="module")
def without_triana(shared_data: Path, city: City) -> Edited:
    """The city with every way of that name closed, drawn along it."""
    pbf = shared_data / "las-palmas" / "example_las_palmas_2023_osm_20230221.pbf"
    named = osmium.filter.TagFilter(("name", STREET))
    named.enable_for(osmium.osm.WAY)
    places = [
        [(node.lon, node.lat) for node in thing.nodes if node.location.valid()]
        for thing in osmium.FileProcessor(str(pbf)).with_locations().with_filter(named)
        if isinstance(thing, osmium.osm.Way) and "highway" in thing.tags
    ]
    lines = city.plane.to_metres(np.array([shapely.LineString(own) for own in places]))
    edits = [Edit("close-street", line, "x", f"第{n}个要素", width_m=3.0)
            for n, line in enumerate(lines, start=1)]  # fmt: skip
    return edited(city, edits)


@pytest.fixture(scope="module")
def closed(city: City, network: Network, without_triana: Edited, pack: Pack) -> Scenario:
    there = without_triana.city
    return scenario(pack, Ground(city, network, DAY), Ground(there, network_of(there), DAY))


def test_what_is_closed_is_the_street(without_triana: Edited) -> None:
    effects = without_triana.effects
    drawn_m = sum(effect.edit.shape.length for effect in effects)
    closed_m = sum(float(shapely.length(effect.shapes).sum()) for effect in effects)
    assert drawn_m > 300
    assert 0.9 * drawn_m < closed_m < 1.6 * drawn_m  # with what runs beside it within 3 m


def test_nobody_comes_nearer_for_a_closed_street(closed: Scenario) -> None:
    whole = closed.anywhere_whole
    assert closed.displaced.any()
    assert whole.share_farther[0] > 0
    assert whole.share_nearer[0] == 0


def test_nobody_counted_the_people_so_none_are_told(closed: Scenario) -> None:
    assert closed.anywhere_whole.farther == (None, None, None)
    assert closed.anywhere_whole.share_farther[0] < 0.2 * closed.anywhere_whole.share_farther[1]


def test_only_walks_change(closed: Scenario) -> None:
    changed = {pair.before.reading for pair in closed.pairs if pair.changed}
    assert changed <= {"walk"}
    assert len(closed.before.findings) == len(closed.after.findings)


@pytest.mark.parametrize("parts", [2, 5])
def test_a_city_walked_in_parts_is_the_city_walked_whole(
    city: City, network: Network, pack: Pack, found: Assessment, parts: int
) -> None:
    assert assess_on(Ground(city, network, DAY, parts=parts), pack) == found


def test_the_map_of_a_real_city_walks_as_the_engine(
    browser: Any, city: City, network: Network, tmp_path: Path
) -> None:
    """Steps, lights, barriers and 15,000 junctions; from near 40 of its buildings."""
    ground = Ground(city, network, DAY)
    write_map(tmp_path / "map", Wanted(ground, [], PublicSource()))
    dice = np.random.default_rng(3)
    rows = dice.choice(len(city.origins), 40, replace=False)
    homes = np.column_stack([city.origins.x_m[rows], city.origins.y_m[rows]])
    points = np.round(homes + dice.uniform(-60, 60, homes.shape), 3)
    page = browser.new_page()
    page.goto((tmp_path / "map" / "index.html").as_uri())
    page.wait_for_selector("html[data-list]", state="attached")
    for number, name in enumerate(("adult", "older")):
        compare(page, ground, profiles()[name], number, points)
    page.close()
    assert (tmp_path / "map" / "data" / "network.js").stat().st_size < 1_500_000
