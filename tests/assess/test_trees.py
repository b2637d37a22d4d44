"""Roll-ups: each tree counts every community once; zones are tags."""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.assess.findings import Assessment, RollUp
from lifecircle.assess.subjects import Levels
from lifecircle.place.tables import Area, City
from tests.assess.cities import Place, Site, city_of, judged, pack_of, rule

CENTRE = "community_canteen"
STATION = rule("station", "community", {"name": "count_in_area", "categories": [CENTRE]}, ">=1")
PACK = pack_of(STATION)
COUNTS = ("met", "not_met", "not_assessed", "not_applicable", "denominator", "people_affected")


def city_managed(managed: list[tuple[str, str]], served: list[bool], zones: list[str]) -> City:
    """Return communities of (county, managing unit), with a station where served."""
    places = [
        Place(
            f"c{at:02d}",
            township=f"{county}{at % 2}街道",
            county=county,
            estates=({"residents": 100 + at},),
            attributes={"zone": zones[at]},
        )
        for at, (county, _) in enumerate(managed)
    ]
    sites = [Site(f"F{at}", CENTRE, at) for at, there in enumerate(served) if there]
    city = city_of(places, sites, census=frozenset({CENTRE}))
    units = tuple(unit or county for county, unit in managed)
    return dataclasses.replace(
        city, communities=dataclasses.replace(city.communities, managed_by=units)
    )


def rows_of(found: Assessment, tree: str, level: str) -> dict[str, RollUp]:
    return {
        row.area: row for row in found.rollup_by_area if (row.tree, row.area_level) == (tree, level)
    }


def test_a_development_zone_is_the_peer_of_the_districts_it_took_from() -> None:
    # three communities of east, one of them under the zone; two of west, one under the zone
    managed = [("东区", ""), ("东区", ""), ("东区", "高新区"), ("西区", ""), ("西区", "高新区")]
    zones = ["main_urban", "", "main_urban", "", ""]
    city = city_managed(managed, [True, False, True, False, False], zones)
    found = judged(city, PACK)
    county = rows_of(found, "administrative", "county")
    assert {area: (row.met, row.denominator) for area, row in county.items()} == {
        "东区": (2, 3),
        "西区": (0, 2),
    }
    managing = rows_of(found, "managing", "county")
    assert {area: (row.met, row.denominator) for area, row in managing.items()} == {
        "东区": (1, 2),
        "西区": (0, 1),
        "高新区": (1, 2),
    }
    assert managing["高新区"].people_affected == 104
    zone = rows_of(found, "tag", "zone")
    assert {area: (row.met, row.denominator) for area, row in zone.items()} == {
        "main_urban": (2, 2)
    }


def test_a_county_keeps_its_id_in_both_trees() -> None:
    city = city_managed([("东区", ""), ("东区", "高新区")], [True, True], ["", ""])
    coded = ("990001001001", "990001001002")
    city = dataclasses.replace(city, communities=dataclasses.replace(city.communities, id=coded))
    levels = Levels(city)
    assert levels.groups("county") == (("990001",), ("东区",))
    assert levels.groups("managing") == (("990001", "高新区"), ("东区", "高新区"))


def test_the_zone_of_a_register_is_a_tag_too() -> None:
    city = city_managed([("东区", ""), ("西区", "")], [True, False], ["", ""])
    city = dataclasses.replace(city, areas=(Area("county", "西区", {"zone": "central_urban"}),))
    found = judged(city, PACK)
    assert {area: row.not_met for area, row in rows_of(found, "tag", "zone").items()} == {
        "central_urban": 1
    }


COMMUNITY = st.tuples(
    st.sampled_from(["东区", "西区", ""]),
    st.sampled_from(["", "", "高新区", "经开区", "西区"]),
    st.booleans(),
    st.sampled_from(["", "main_urban", "urban_area"]),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(COMMUNITY, min_size=1, max_size=12))
def test_each_tree_adds_up_to_the_city(drawn: list[tuple[str, str, bool, str]]) -> None:
    managed = [(county, unit) for county, unit, _, _ in drawn]
    city = city_managed(managed, [served for _, _, served, _ in drawn], [z for *_, z in drawn])
    found = judged(city, PACK)
    (whole,) = found.rollup
    for tree, level in (
        ("administrative", "township"),
        ("administrative", "county"),
        ("managing", "county"),
    ):
        rows = rows_of(found, tree, level)
        for name in (*COUNTS, "people"):
            summed = sum(getattr(row, name) or 0 for row in rows.values())
            assert summed == (getattr(whole, name) or 0), (tree, level, name)
    slow: dict[str, int] = {}
    for county, unit, served, _ in drawn:
        slow[unit or county] = slow.get(unit or county, 0) + served
    assert {area: row.met for area, row in rows_of(found, "managing", "county").items()} == slow
    tagged = sum(row.denominator for row in rows_of(found, "tag", "zone").values())
    assert tagged == sum(bool(zone) for *_, zone in drawn)
