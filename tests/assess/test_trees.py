"""Roll-ups: each tree counts every community once; zones are tags."""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.assess.findings import Assessment, RollUp
from lifecircle.assess.subjects import Levels
from lifecircle.place.tables import Area, City
from lifecircle.publish.sentences import Sentences
from lifecircle.publish.tables import finding_columns, rollup_columns
from tests.assess.cities import Place, Site, city_of, judged, pack_of, rule

CENTRE = "community_canteen"
STATION = rule("station", "community", {"name": "count_in_area", "categories": [CENTRE]}, ">=1")
PACK = pack_of(STATION)
COUNTS = (
    *("met", "not_met", "not_assessed", "not_applicable", "denominator", "people_affected"),
    *("partial_list", "unverified", "inferred", "limited", "weak", "estimated", "waived"),
)


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


def on_raster(city: City, community: int) -> City:
    """Return the city with the people of one community taken from a raster."""
    home = city.origins.community.tolist()
    basis = tuple(
        "raster" if own == community else word
        for own, word in zip(home, city.origins.basis, strict=True)
    )
    return dataclasses.replace(city, origins=dataclasses.replace(city.origins, basis=basis))


def test_what_people_rest_on_is_the_weakest_of_an_areas_parts() -> None:
    share = {"name": "share_of_areas_meeting", "rule": "station"}
    towns = rule("towns", "township", share, ">=1")
    city = city_managed([("东区", ""), ("东区", ""), ("东区", "")], [False] * 3, [""] * 3)
    found = judged(on_raster(city, 1), pack_of(STATION, towns))
    said = {f.subject: (f.people_basis, f.people_estimated) for f in found.findings}
    assert said == {
        "c00": ("estate", False),
        "c01": ("raster", True),
        "c02": ("estate", False),
        "东区0街道": ("estate", False),
        "东区1街道": ("raster", True),
    }
    estimated = {(r.rule, r.area_level): r.estimated for r in found.rollup_by_area if r.estimated}
    assert estimated == {
        ("station", "township"): 1,
        ("station", "county"): 1,
        ("towns", "county"): 1,
    }
    columns = finding_columns(city, found, Sentences(city, found.pack))
    assert columns["people_estimated"] == ["", "估计", "", "", "估计"]


def test_a_centre_does_not_hide_an_estimate_beside_it() -> None:
    share = {"name": "share_of_areas_meeting", "rule": "station"}
    city = on_raster(city_managed([("东区", "")] * 2, [False] * 2, [""] * 2), 1)
    basis = ("centre", *city.origins.basis[1:])
    city = dataclasses.replace(city, origins=dataclasses.replace(city.origins, basis=basis))
    found = judged(city, pack_of(STATION, rule("all", "city", share, ">=1")))
    (whole,) = (f for f in found.findings if f.subject_level == "city")
    assert (whole.people_basis, whole.people_estimated) == ("centre", True)


def test_doubtful_kinds_of_figures_are_counted_apart() -> None:
    """One station stands; its list is partial, its number from the press, two rules built on it."""
    measure = {"name": "count_in_area", "categories": [CENTRE]}
    inferred = [{"of": "value", "says": "推定"}]
    parts = ["station", "press"]
    pack = pack_of(
        STATION,
        rule("press", "community", measure, ">=2", source="press"),
        rule("both", "community", {"name": "rules_met", "rules": parts}, ">=2", inferred=inferred),
        rule("all", "township", {"name": "share_of_areas_meeting", "rule": "both"}, ">=1"),
    )
    city = city_managed([("东区", ""), ("东区", "")], [True, False], ["", ""])
    layer = dataclasses.replace(city.layers[0], census=frozenset(), partial=frozenset({CENTRE}))
    found = judged(dataclasses.replace(city, layers=(layer,)), pack)
    rows = {row.rule: row for row in found.rollup}
    told = ("met", "not_met", "partial_list", "unverified", "inferred", "weak", "limited")
    assert {name: tuple(getattr(row, key) for key in told) for name, row in rows.items()} == {
        "station": (1, 0, 1, 0, 0, 1, 0),
        "press": (0, 0, 2, 2, 0, 2, 0),
        "both": (0, 0, 0, 2, 2, 0, 2),
        "all": (0, 0, 0, 2, 2, 0, 2),
    }
    columns = rollup_columns(city, found)
    assert columns["rests_on_unverified"] == ["", "待核", "待核", "待核"]
    assert columns["rests_on_inferred"] == ["", "", "推定", "推定"]
    assert Sentences(city, pack).title("all") == "all（推定、待核）"
