"""The hand-made city through the readers and the judge, against figures worked by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.judge import assess
from lifecircle.place.city import read_city
from lifecircle.place.sources import CitySources, CommunitySource, FacilitySource, PeopleSource
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from tests.conftest import network_of
from tests.fixtures import two_estates as plan

PBF = plan.FOLDER / "two-estates.osm.pbf"


def city_of(folder: Path, *, census: bool, people: bool = True) -> City:
    facilities = FacilitySource(file=PBF)
    if census:
        facilities = FacilitySource(
            file=PBF, census=("all",), census_on=date(2026, 1, 1), declared_by="测试"
        )
    estates = plan.write_layer(folder / "estates.geojson", plan.ESTATES)
    gates = plan.write_layer(folder / "gates.geojson", plan.GATES)
    areas = plan.write_layer(folder / "areas.geojson", [plan.COMMUNITY])
    return read_city(
        CitySources(
            network=PBF,
            communities=CommunitySource(file=areas),
            facilities=(facilities,),
            people=PeopleSource(file=estates, gates=gates) if people else None,
        )
    )


def judged(pack: Pack, city: City) -> Assessment:
    return assess(pack, city, network_of(city), date(2026, 11, 22))


def one(found: Assessment, rule: str, reading: str) -> Finding:
    (finding,) = (f for f in found.findings if f.rule == rule and f.reading == reading)
    return finding


@pytest.fixture
def surveyed(tmp_path: Path, pack: Pack) -> Assessment:
    return judged(pack, city_of(tmp_path, census=True))


def test_the_committed_file_is_what_the_plan_writes(tmp_path: Path) -> None:
    plan.write_pbf(tmp_path / "again.osm.pbf")
    assert (tmp_path / "again.osm.pbf").read_bytes() == PBF.read_bytes()


def test_streets_leave_out_the_motorway_and_the_wall(tmp_path: Path) -> None:
    network = network_of(city_of(tmp_path, census=True))
    assert network.chain_length_m.sum() == pytest.approx(200 + 200 + 300 + 220 + 300, abs=0.05)


def test_the_wall_counts(surveyed: Assessment) -> None:
    shop = one(surveyed, "five-minutes-shopping", "walk")
    assert (shop.verdict, shop.observed, shop.required) == ("not met", "0", "1")
    assert (shop.origin, shop.facility) == ("B", "n3")
    assert shop.distance_m == "1070"
    assert shop.time_min == "13.38"
    assert shop.median_min == "13.38"
    assert (shop.people, shop.people_affected) == (400, 400)
    assert shop.older_affected is None
    assert shop.due == "overdue"


def test_ten_minutes_to_the_library(surveyed: Assessment) -> None:
    library = one(surveyed, "ten-minutes-reading", "walk")
    assert library.verdict == "met"
    assert (library.observed, library.people_affected) == ("1", 0)
    assert (library.origin, library.distance_m) == ("B", "570")
    assert library.confidence == "firm"


def test_fifteen_minutes_to_the_clinic(surveyed: Assessment) -> None:
    clinic = one(surveyed, "fifteen-minutes-medical", "walk")
    assert (clinic.verdict, clinic.origin, clinic.distance_m) == ("met", "A", "770")
    # half of 400 people is within B's 350 m
    assert clinic.median_min == "4.38"
    # nine tenths are 360 people: B's 300 do not do, it takes A's 770 m
    assert clinic.worst_tenth_min == clinic.time_min == "9.62"


def test_the_circle_counts_inside_it(surveyed: Assessment) -> None:
    # centre (250, 150); the clinic at (420, 300) is sqrt(170^2 + 150^2) = 226.7 m away
    clinic = one(surveyed, "one-clinic", "circle")
    assert (clinic.verdict, clinic.observed, clinic.distance_m) == ("met", "1", "227")


def test_what_a_census_does_not_hold_is_absent(surveyed: Assessment) -> None:
    bank = one(surveyed, "five-minutes-finance", "walk")
    assert (bank.verdict, bank.facility, bank.time_min) == ("not met", "", "")
    assert (bank.median_min, bank.worst_tenth_min) == ("", "")
    school = one(surveyed, "fifteen-minutes-education", "circle")
    assert (school.verdict, school.observed, school.people_affected) == ("not met", "0", 400)


def test_from_a_partial_list_nothing_is_not_met(tmp_path: Path, pack: Pack) -> None:
    found = judged(pack, city_of(tmp_path, census=False))
    assert {f.verdict for f in found.findings} == {"met", "not assessed"}
    bank = one(found, "five-minutes-finance", "walk")
    assert bank.reasons == ("partial-list",)
    assert bank.people_affected is None
    shop = one(found, "five-minutes-shopping", "walk")
    assert (shop.verdict, shop.observed) == ("not assessed", "0")
    assert one(found, "one-clinic", "walk").verdict == "met"


def test_without_people_the_centre_stands_in_and_says_so(tmp_path: Path, pack: Pack) -> None:
    city = city_of(tmp_path, census=True, people=False)
    assert any("只从社区中心评估" in notice for notice in city.notices)
    found = judged(pack, city)
    library = one(found, "ten-minutes-reading", "walk")
    assert library.people is None
    assert library.people_basis == "centre"
    assert library.confidence == "weak"
    assert library.reasons == ("people-from-centre",)


def test_twelve_ones_make_liveable(surveyed: Assessment) -> None:
    liveable = one(surveyed, "liveable", "walk")
    # clinic and library are there, ten others are missing
    assert (liveable.verdict, liveable.observed, liveable.required) == ("not met", "2", "12")
    assert liveable.shortfall == "10"
    assert one(surveyed, "liveable-all", "walk").observed == "0"
