"""Areas of a city: who they are, and that counts over them add up."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.assess.findings import RollUp
from lifecircle.assess.subjects import Levels
from lifecircle.place.tables import Record
from tests.assess.cities import DAY, Place, Site, city_of, judged, pack_of, rule


def levels_of(*places: Place) -> Levels:
    return Levels(city_of(places))


def test_the_id_of_an_area_is_the_code_its_communities_share() -> None:
    levels = levels_of(
        Place("610102001001", "甲街道", "某区"),
        Place("610102001002", "甲街道", "某区"),
        Place("610102002001", "乙街道", "某区"),
    )
    assert levels.subjects("township").id == ("610102001", "610102002")
    assert levels.subjects("township").name == ("甲街道", "乙街道")
    assert levels.subjects("county").id == ("610102",)
    assert levels.name("county", "610102") == "某区"
    assert levels.subjects("township").areas["county"].tolist() == [0, 0]


def test_a_development_zone_across_counties_goes_by_its_name() -> None:
    levels = levels_of(
        Place("610102001001", "甲街道", "某区"),
        Place("610102001002", "园区一办", "高新区"),
        Place("610113003001", "园区二办", "高新区"),
    )
    assert levels.subjects("county").id == ("610102", "高新区")
    assert levels.subjects("township").id == ("610113003", "园区一办", "甲街道")
    assert levels.of_community["county"].tolist() == [0, 1, 1]


def test_two_townships_of_one_name_stay_two() -> None:
    levels = levels_of(Place("a", "城关镇", "东县"), Place("b", "城关镇", "西县"))
    assert levels.subjects("township").id == ("东县·城关镇", "西县·城关镇")
    assert levels.subjects("township").row("城关镇") is None


def test_a_community_without_names_goes_by_its_code_and_without_either_nowhere() -> None:
    levels = levels_of(Place("610102001001", "甲街道", "某区"), Place("610102001002"), Place("x1"))
    assert levels.of_community["township"].tolist() == [0, 0, -1]
    assert levels.of_community["county"].tolist() == [0, 0, -1]


def test_an_area_has_the_attributes_that_all_its_communities_share() -> None:
    urban, rural = {"setting": "urban", "kind": "village"}, {"setting": "rural", "kind": "village"}
    levels = levels_of(
        Place("c0", "a", "x", attributes=urban),
        Place("c1", "a", "x", attributes=urban),
        Place("c2", "b", "x", attributes=rural),
    )
    assert [own["setting"] for own in levels.subjects("township").attributes] == ["urban", "rural"]
    assert levels.subjects("county").attributes[0]["setting"] == ""
    assert "kind" not in levels.subjects("county").attributes[0]


names = st.sampled_from(["", "a", "b"])
places = st.lists(
    st.tuples(names, names, st.sampled_from([-1, 10, 20]), st.sampled_from([None, 0, 1])),
    min_size=1,
    max_size=6,
)
homes = st.lists(st.integers(-1, 0), max_size=3)


@settings(max_examples=60, deadline=None)
@given(places, homes)
def test_the_rows_of_each_level_add_up_to_the_city(
    rows: list[tuple[str, str, int, int | None]], sites: list[int]
) -> None:
    own = [
        Place(f"c{n}", township, county, {"residents": people} if people > 0 else {})
        for n, (township, county, people, _) in enumerate(rows)
    ]
    said = [
        Record("community", f"c{n}", "n", value, DAY, "")
        for n, (_, _, _, value) in enumerate(rows)
        if value is not None
    ]
    centre = "community_service_facility"
    area = {"name": "facility_area", "categories": [centre], "basis": "site"}
    pack = pack_of(
        rule("n", "community", {"name": "recorded_value", "record": "n"}, ">=1"),
        rule("area", "facility", area, ">=10"),
    )
    built = [Site(f"F{n}", centre, at, {"site_m2": 5.0 * n}) for n, at in enumerate(sites, 1)]
    found = judged(city_of(own, built, partial=frozenset({centre}), records=said), pack)
    whole = {row.rule: row for row in found.rollup}
    below: dict[tuple[str, str], list[RollUp]] = defaultdict(list)
    for row in found.rollup_by_area:
        below[row.area_level, row.rule].append(row)
    assert len(below) == 2 * len(whole)
    for (_, name), parts in below.items():
        for field in ("met", "not_met", "not_assessed", "not_applicable", "waived", "denominator"):
            assert sum(getattr(part, field) for part in parts) == getattr(whole[name], field)
        assert len({part.area for part in parts}) == len(parts)
        for field in ("people", "people_affected"):
            values = [getattr(part, field) for part in parts]
            total = None if None in values else sum(values)
            assert total == getattr(whole[name], field)
