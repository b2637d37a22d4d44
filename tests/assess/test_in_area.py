"""Facilities that belong to an area: counted, summed, judged one by one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.place.censuses import AreaCensus, with_censuses
from lifecircle.place.tables import City, Survey
from lifecircle.policy.models import Pack
from lifecircle.terms.taxonomy import categories
from tests.assess.cities import DAY, Place, Site, city_of, findings_of, judged, pack_of, rule

CENTRE = "community_service_facility"
MEALS = "community_canteen"
BOTH = frozenset({CENTRE, MEALS})
HAS = {"name": "count_in_area", "categories": [MEALS]}
AREA = {"name": "area_per_100_households", "categories": [CENTRE], "basis": "gross_floor"}

"""Two townships of one county, worked by hand.

    west: c0 (1800 households)  c1 (200)      east: c2 (households unknown)
      F1 620.5 m2 + F2 79.5 m2    F3 ? m2       F4 300 m2, planned: F5 900 m2
    F6 stands outside all communities, 100 m2

    c0: 100 * 700 / 1800 = 38.8889      c1: at least 0      west: 100 * 700 / 2000 = 35, at least
"""
PLACES = [
    Place("c0", "west", "x", {"households": 1800}),
    Place("c1", "west", "x", {"households": 200}),
    Place("c2", "east", "x"),
]
SITES = [
    Site("F1", CENTRE, 0, {"floor_m2": 620.5}),
    Site("F2", CENTRE, 0, {"floor_m2": 79.5}),
    Site("F3", CENTRE, 1),
    Site("F4", CENTRE, 2, {"floor_m2": 300.0}),
    Site("F5", CENTRE, 2, {"floor_m2": 900.0}, status="planned"),
    Site("F6", CENTRE, -1, {"floor_m2": 100.0}),
]


def survey(row: int, state: str, function: str = "community_meals") -> Survey:
    return Survey(row, {function: state}, DAY, "某街道")


@pytest.mark.parametrize(
    ("level", "counts"),
    [
        ("community", {"c0": "2", "c1": "1", "c2": "1"}),
        ("township", {"west": "3", "east": "1"}),
        ("county", {"x": "4"}),
        ("city", {"city": "5"}),
    ],
)
def test_what_belongs_to_an_area_and_serves_is_counted(level: str, counts: dict[str, str]) -> None:
    measure = {**HAS, "categories": [CENTRE]}
    pack = pack_of(rule("has", level, measure, ">=2"))
    found = findings_of(judged(city_of(PLACES, SITES, census=BOTH), pack), "has")
    assert {own: finding.observed for own, finding in found.items()} == counts
    for finding in found.values():
        assert finding.verdict == ("met" if int(finding.observed) >= 2 else "not met")
        assert len(finding.counted) == int(finding.observed)


def test_area_per_100_households_is_a_sum_over_the_community() -> None:
    pack = pack_of(rule("area", "community", AREA, ">=30"), rule("wide", "township", AREA, ">=30"))
    found = judged(city_of(PLACES, SITES, census=BOTH), pack)
    own = findings_of(found, "area")
    assert (own["c0"].verdict, own["c0"].observed) == ("met", "38.8889")
    assert (own["c0"].part, own["c0"].whole) == ("700", "1800")
    assert [one.text for one in own["c0"].counted] == ["F1=620.5", "F2=79.5"]
    assert (own["c1"].verdict, own["c1"].reasons) == ("not assessed", ("area-unknown",))
    assert (own["c2"].verdict, own["c2"].reasons) == ("not assessed", ("households-unknown",))
    west = findings_of(found, "wide")["west"]
    assert (west.verdict, west.observed, west.whole) == ("met", "35", "2000")


def test_a_sum_with_an_unknown_area_can_meet_but_not_fail() -> None:
    for required, verdict in ((">=38", "met"), (">=39", "not assessed")):
        sites = [*SITES, Site("F7", CENTRE, 0)]
        pack = pack_of(rule("area", "community", AREA, required))
        found = findings_of(judged(city_of(PLACES, sites, census=BOTH), pack), "area")
        assert found["c0"].verdict == verdict
    known = findings_of(judged(city_of(PLACES, SITES, census=BOTH), pack), "area")["c0"]
    assert (known.verdict, known.shortfall) == ("not met", "0.1111")


def test_a_ratio_is_never_rounded_onto_what_is_required() -> None:
    places = [Place("c0", counts={"households": 3_000_000})]
    sites = [Site("F1", CENTRE, 0, {"floor_m2": 899_999.7})]
    pack = pack_of(rule("area", "community", AREA, ">=30"))
    found = findings_of(judged(city_of(places, sites, census=BOTH), pack), "area")["c0"]
    assert found.verdict == "not met"
    assert Fraction(found.observed) == Fraction(29999990, 1000000)


def test_households_come_from_the_estates_where_nobody_registered_them() -> None:
    places = [
        Place("c0", estates=[{"households": 300}, {"households": 700}]),
        Place("c1", estates=[{"households": 300}, {"residents": 9}]),
    ]
    sites = [Site(f"F{n}", CENTRE, n, {"floor_m2": 500.0}) for n in range(2)]
    pack = pack_of(rule("area", "community", AREA, ">=30"))
    found = findings_of(judged(city_of(places, sites, census=BOTH), pack), "area")
    assert (found["c0"].verdict, found["c0"].whole) == ("met", "1000")
    assert (found["c1"].verdict, found["c1"].whole) == ("not assessed", "")


def test_the_register_goes_before_the_estates_but_people_are_those_of_the_doors() -> None:
    own = [{"households": 300, "residents": 900}]
    place = Place("c0", "", "", {"households": 1800, "residents": 5000}, estates=own)
    sites = [Site("F1", CENTRE, 0, {"floor_m2": 180.0})]
    pack = pack_of(rule("area", "community", AREA, ">=30"))
    found = findings_of(judged(city_of([place], sites, census=BOTH), pack), "area")["c0"]
    assert (found.verdict, found.whole, found.observed) == ("not met", "1800", "10")
    assert (found.people, found.people_affected) == (900, 900)


def test_from_a_partial_list_a_rule_can_be_met_and_never_not_met() -> None:
    pack = pack_of(rule("has", "community", HAS, ">=1"), rule("few", "community", HAS, "<=5"))
    sites = [Site("M1", MEALS, 0)]
    found = judged(city_of(PLACES, sites, partial=BOTH), pack)
    assert [f.verdict for f in findings_of(found, "has").values()] == [
        "met",
        "not assessed",
        "not assessed",
    ]
    assert {f.verdict for f in findings_of(found, "few").values()} == {"not assessed"}
    assert findings_of(found, "has")["c1"].reasons == ("partial-list",)
    assert not found.without_data


def test_what_nobody_surveyed_is_without_data() -> None:
    pack = pack_of(rule("has", "community", HAS, ">=1"))
    found = judged(city_of(PLACES), pack)
    assert found.without_data == ("has",)
    assert {f.reasons for f in found.findings} == {("not-surveyed",)}


@pytest.mark.parametrize(
    ("declared", "state", "verdict", "reasons"),
    [
        ("none", "absent", "not met", ()),
        ("partial", "absent", "not met", ()),
        ("none", "operating", "met", ()),
        ("none", "built", "not assessed", ("not-surveyed", "built-not-operating")),
        ("none", "not_surveyed", "not assessed", ("not-surveyed",)),
        ("census", "operating", "not assessed", ("survey-disagrees",)),
        ("census", "absent", "not met", ()),
    ],
)
def test_what_the_survey_of_the_functions_adds(
    declared: str, state: str, verdict: str, reasons: tuple[str, ...]
) -> None:
    layers: dict[str, Any] = {declared: BOTH} if declared != "none" else {}
    kind = {"name": "count_in_area", "kind": "meals"}
    pack = pack_of(rule("has", "community", kind, ">=1"), kinds={"meals": [MEALS]})
    city = city_of(PLACES, surveys=[survey(1, state)], **layers)
    found = findings_of(judged(city, pack), "has")["c1"]
    assert (found.verdict, found.reasons) == (verdict, reasons)
    if state != "not_surveyed":
        assert found.records[0].text == f"community_meals={state}@2026-11-22#某街道"


def counted(row: int, *kinds: str) -> AreaCensus:
    return AreaCensus(row, frozenset(kinds), DAY, "某区")


def test_a_census_of_one_community_closes_its_count_alone() -> None:
    pack = pack_of(rule("has", "community", {**HAS, "categories": [MEALS, CENTRE]}, ">=1"))
    sites = [Site("M1", CENTRE, 2)]
    bare = city_of(PLACES, sites, partial=BOTH)
    assert verdicts(bare, pack) == ["not assessed", "not assessed", "met"]
    city = with_censuses(bare, [counted(0, MEALS, CENTRE), counted(1, MEALS)], "档案")
    assert verdicts(city, pack) == ["not met", "not assessed", "met"]
    assert city.declared(MEALS) == "partial", "for walks it takes every community"


def test_what_all_communities_counted_is_a_census_of_the_layer() -> None:
    pack = pack_of(rule("has", "community", HAS, ">=1"))
    everywhere = [counted(row, MEALS) for row in range(3)]
    city = with_censuses(city_of(PLACES, partial=BOTH), everywhere, "档案")
    assert (city.declared(MEALS), city.declared(CENTRE)) == ("census", "partial")
    assert verdicts(city, pack) == ["not met"] * 3
    lost = city_of(PLACES, [Site("M1", MEALS, 0)], partial=BOTH)
    lost.facilities.shape[0] = shapely.Point()
    city = with_censuses(lost, everywhere, "档案")
    assert (city.declared(MEALS), city.declared(MEALS, by_area=True)) == ("partial", "census")


def test_what_the_open_map_lists_does_not_count_beside_a_census() -> None:
    pack = pack_of(rule("has", "community", HAS, ">=1"))
    listed = city_of(PLACES, [Site("M1", MEALS, 0), Site("M2", MEALS, 1)], partial=BOTH)
    open_map = replace(listed.layers[0], looked_for="OpenStreetMap 标签")
    city = with_censuses(replace(listed, layers=(open_map,)), [counted(0, MEALS)], "档案")
    assert verdicts(city, pack) == ["not met", "met", "not assessed"]
    everywhere = [counted(row, MEALS) for row in range(3)]
    city = with_censuses(replace(listed, layers=(open_map,)), everywhere, "档案")
    assert verdicts(city, pack) == ["not met"] * 3
    assert [layer.name for layer in city.layers] == ["设施.xlsx", "档案"]


def verdicts(city: City, pack: Pack) -> list[str]:
    return [found.verdict for found in findings_of(judged(city, pack), "has").values()]


def test_a_survey_that_found_a_function_does_not_prove_one_special_kind_of_it() -> None:
    """Elder care at work may be any of six categories; that none is there holds for each."""
    measure = {"name": "count_in_area", "categories": ["day_care_centre"]}
    pack = pack_of(rule("has", "community", measure, ">=1"))
    surveys = [survey(0, "operating", "elder_care"), survey(1, "absent", "elder_care")]
    found = findings_of(judged(city_of(PLACES, surveys=surveys), pack), "has")
    assert [f.verdict for f in found.values()] == ["not assessed", "not met", "not assessed"]


def test_a_survey_says_nothing_of_categories_without_a_function() -> None:
    assert not categories()[CENTRE].functions
    measure = {"name": "count_in_area", "categories": [MEALS, CENTRE]}
    pack = pack_of(rule("has", "community", measure, ">=1"))
    city = city_of(PLACES, surveys=[survey(0, "absent")])
    assert findings_of(judged(city, pack), "has")["c0"].verdict == "not assessed"


def test_a_listed_facility_stands_against_a_survey_that_found_none() -> None:
    pack = pack_of(rule("has", "community", HAS, ">=1"))
    city = city_of(PLACES, [Site("M1", MEALS, 0)], partial=BOTH, surveys=[survey(0, "absent")])
    found = findings_of(judged(city, pack), "has")["c0"]
    assert (found.verdict, found.confidence) == ("met", "limited")
    assert found.reasons == ("survey-disagrees",)


def test_a_facility_without_any_place_may_belong_anywhere_but_is_in_the_city() -> None:
    sites = [Site("M1", MEALS, None)]
    levels = ("community", "city")
    pack = pack_of(*(rule(level, level, HAS, ">=1") for level in levels))
    found = judged(city_of(PLACES, sites, census=BOTH), pack)
    assert findings_of(found, "city")["city"].verdict == "met"
    for finding in findings_of(found, "community").values():
        assert finding.verdict == "not assessed"
        assert finding.reasons == ("place-of-facility-unknown",)


def test_every_facility_is_judged_by_itself() -> None:
    measure = {"name": "facility_area", "categories": [CENTRE], "basis": "gross_floor"}
    scoped = rule("new", "facility", measure, ">=500", scope={"mode": ["new_build"]})
    pack = pack_of(rule("area", "facility", measure, ">=500"), scoped)
    sites = [*SITES, Site("F7", CENTRE, 0, {"floor_m2": 800.0}, mode="lease")]
    found = judged(city_of(PLACES, sites, partial=BOTH), pack)
    verdicts = {own: f.verdict for own, f in findings_of(found, "area").items()}
    assert verdicts == {
        "F1": "met",
        "F2": "not met",
        "F3": "not assessed",
        "F4": "not met",
        "F6": "not met",
        "F7": "met",
    }
    own = findings_of(found, "new")
    assert own["F7"].verdict == "not applicable"
    assert (own["F2"].verdict, own["F2"].reasons) == ("not assessed", ("attribute-unknown",))
    assert own["F1"].reasons == ("attribute-unknown",)


def test_a_census_without_the_facilities_leaves_nothing_to_judge() -> None:
    measure = {"name": "facility_area", "categories": [CENTRE], "basis": "site"}
    pack = pack_of(rule("area", "facility", measure, ">=500"))
    for census, verdict in ((BOTH, "not applicable"), (frozenset(), "not assessed")):
        (finding,) = judged(city_of(PLACES, census=census), pack).findings
        assert (finding.subject, finding.verdict) == ("", verdict)


def test_capacity_per_thousand_residents() -> None:
    """c0: 1000 * (20 + 5) / 5000 = 5; in c1 nobody counted the beds of one of two."""
    measure: dict[str, Any] = {
        "name": "capacity_per_thousand",
        "categories": ["elder_institution"],
        "capacity": "nursing_beds",
    }
    places = [Place("c0", counts={"residents": 5000}), Place("c1", counts={"residents": 1000})]
    sites = [
        Site("A", "elder_institution", 0, {"nursing_beds": 20}),
        Site("B", "elder_institution", 0, {"nursing_beds": 5}),
        Site("C", "elder_institution", 1, {"nursing_beds": 3}),
        Site("D", "elder_institution", 1),
    ]
    pack = pack_of(rule("beds", "community", measure, ">=5.5"))
    city = city_of(places, sites, census=frozenset({"elder_institution"}))
    found = findings_of(judged(city, pack), "beds")
    assert (found["c0"].verdict, found["c0"].observed) == ("not met", "5")
    assert (found["c1"].verdict, found["c1"].observed) == ("not assessed", "3")
    assert found["c1"].reasons == ("capacity-unknown",)


def test_of_an_estate_only_the_lack_in_its_whole_community_is_known() -> None:
    places = [Place("c0", estates=[{"residents": 5}]), Place("c1", estates=[{"residents": 5}])]
    pack = pack_of(rule("has", "estate", HAS, ">=1"))
    found = judged(city_of(places, [Site("M1", MEALS, 0)], census=BOTH), pack)
    own = findings_of(found, "has")
    assert (own["e0-0"].verdict, own["e1-0"].verdict) == ("not assessed", "not met")
    assert own["e0-0"].reasons == ("estate-of-facility-unknown",)
    assert own["e1-0"].people_affected == 5


# ---- against a slow reference

amounts = st.one_of(st.none(), st.decimals(1, 900, places=2).map(float))
sites = st.lists(
    st.tuples(
        st.sampled_from([CENTRE, MEALS]),
        st.sampled_from([0, 1, 2, 3, -1]),
        amounts,
        st.sampled_from(["", "operating", "planned", "closed"]),
    ),
    max_size=12,
)
heads = st.lists(st.one_of(st.just(-1), st.integers(1, 3000)), min_size=4, max_size=4)
states = st.dictionaries(
    st.integers(0, 3), st.sampled_from(["absent", "operating", "built", "not_surveyed"])
)


@settings(max_examples=60, deadline=None)
@given(sites, heads, st.sampled_from(["census", "partial", "none"]), states)
def test_counts_and_areas_equal_a_slow_reference(
    rows: list[tuple[str, int, float | None, str]],
    households: list[int],
    declared: str,
    surveyed: dict[int, str],
) -> None:
    places = [
        Place(f"c{n}", "west" if n < 2 else "east", "x", {"households": households[n]})
        for n in range(4)
    ]
    built = [
        Site(f"F{n:02d}", code, home, {} if m2 is None else {"floor_m2": m2}, status)
        for n, (code, home, m2, status) in enumerate(rows)
    ]
    layers: dict[str, Any] = {declared: BOTH} if declared != "none" else {}
    city = city_of(
        places, built, surveys=[survey(n, s) for n, s in sorted(surveyed.items())], **layers
    )
    pack = pack_of(
        rule("has", "township", {"name": "count_in_area", "kind": "meals"}, ">=2"),
        rule("area", "township", AREA, ">=30"),
        kinds={"meals": [MEALS]},
    )
    found = judged(city, pack)
    for township, members in (("west", (0, 1)), ("east", (2, 3))):
        low, high = _slow_count(rows, members, declared, surveyed)
        verdict = "met" if low >= 2 else "not assessed" if high >= 2 else "not met"
        finding = findings_of(found, "has")[township]
        assert (finding.observed, finding.verdict) == (str(low), verdict)
        area = findings_of(found, "area")[township]
        known, complete, people = _slow_area(rows, members, declared, households)
        if people is None:
            assert (area.observed, area.verdict) == ("", "not assessed")
            continue
        ratio = known * 100 / people
        verdict = "met" if ratio >= 30 else "not met" if complete else "not assessed"
        assert area.verdict == verdict
        assert abs(Fraction(area.observed) - ratio) <= Fraction(1, 20000)


def _slow_count(
    rows: list[tuple[str, int, float | None, str]],
    members: tuple[int, ...],
    declared: str,
    surveyed: dict[int, str],
) -> tuple[int, float]:
    low, high = 0, 0.0
    for home in members:
        listed = 0
        for code, at, _, status in rows:
            if code == MEALS and at == home and status in ("", "operating"):
                listed += 1
        state = surveyed.get(home)
        if declared == "census":
            low += listed
            high += listed
            if state in ("operating", "built") and listed == 0:
                high += 1
        elif state == "absent":
            low += listed
            high += listed
        else:
            low += 1 if listed == 0 and state == "operating" else listed
            high = float("inf")
    return low, high


def _slow_area(
    rows: list[tuple[str, int, float | None, str]],
    members: tuple[int, ...],
    declared: str,
    households: list[int],
) -> tuple[Fraction, bool, int | None]:
    known, complete = Fraction(0), declared == "census"
    for code, at, m2, status in rows:
        if code == CENTRE and at in members and status in ("", "operating"):
            if m2 is None:
                complete = False
            else:
                known += Fraction(str(m2))
    if any(households[n] < 0 for n in members):
        return known, complete, None
    return known, complete, sum(households[n] for n in members)
