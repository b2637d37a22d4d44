"""A real city: Las Palmas, school catchments as communities, everything else from one PBF."""

from __future__ import annotations

from pathlib import Path

import pytest

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess, assess_on
from lifecircle.place.city import read_city
from lifecircle.place.osm import read_extract
from lifecircle.place.sources import CitySources, CommunitySource, FacilitySource
from lifecircle.place.tables import City
from lifecircle.place.vector import read_vector
from lifecircle.policy.models import Pack
from lifecircle.publish.results import write_results
from lifecircle.terms.errors import InputError
from lifecircle.walk.network import Network
from tests.conftest import DAY, network_of


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


@pytest.mark.parametrize("parts", [2, 5])
def test_a_city_walked_in_parts_is_the_city_walked_whole(
    city: City, network: Network, pack: Pack, found: Assessment, parts: int
) -> None:
    assert assess_on(Ground(city, network, DAY, parts=parts), pack) == found
