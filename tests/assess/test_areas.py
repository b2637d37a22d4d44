"""What a register of townships says of an area and of the communities in it."""

from __future__ import annotations

import dataclasses

from lifecircle.assess.subjects import Levels
from lifecircle.place.tables import Area, City, Record
from tests.assess.cities import DAY, Place, Site, city_of, findings_of, judged, pack_of, rule


def test_kinds_of_townships_come_from_their_register(example_city: City) -> None:
    areas = example_city.communities
    first = areas.township[0]
    city = dataclasses.replace(
        example_city,
        areas=(
            Area("township", first, {"township_kind": "subdistrict", "zone": "main_urban"}),
            Area("county", areas.county[0], {"county_kind": "district", "zone": "urban_area"}),
        ),
    )
    levels = Levels(city)
    townships = levels.subjects("township")
    row = townships.row(first)
    assert row is not None
    assert townships.attributes[row]["township_kind"] == "subdistrict"
    others = [own for at, own in enumerate(townships.attributes) if at != row]
    assert all(not own.get("township_kind") for own in others)
    community = levels.subjects("community").attributes[0]
    assert community["township_kind"] == "subdistrict"
    assert community["county_kind"] == "district"
    assert community["zone"] == "main_urban", "the nearer area goes first"
    outside = areas.township.index(next(name for name in areas.township if name != first))
    assert levels.subjects("community").attributes[outside].get("township_kind", "") == ""


def test_the_class_of_the_city_holds_for_everything_in_it() -> None:
    city = city_of([Place("c0", "街道", "区")], [Site("F1", "public_toilet", 0)])
    said = (Area("city", "全市", {"city_class": "megacity"}),)
    levels = Levels(dataclasses.replace(city, areas=said))
    for level in ("community", "township", "county", "city", "facility"):
        assert levels.subjects(level).attributes[0]["city_class"] == "megacity", level
    assert "city_class" not in Levels(city).subjects("city").attributes[0]


def test_a_project_is_judged_by_the_programme_on_its_register() -> None:
    """Of three projects with 3 functions each one is municipal, one a pilot, one not noted."""
    records = [Record("project", f"P{at}", "functions", 3, DAY, "") for at in range(3)]
    areas = (
        Area("project", "P0", {"programme": "municipal"}),
        Area("project", "P1", {"programme": "pilot"}),
    )
    city = dataclasses.replace(city_of([Place("c0")], records=records), areas=areas)
    measure = {"name": "recorded_value", "record": "functions"}
    pack = pack_of(rule("four", "project", measure, ">=4", scope={"programme": ["municipal"]}))
    found = findings_of(judged(city, pack), "four")
    assert {own: (f.verdict, f.reasons) for own, f in found.items()} == {
        "P0": ("not met", ()),
        "P1": ("not applicable", ()),
        "P2": ("not assessed", ("attribute-unknown",)),
    }


def test_only_a_new_estate_must_do_what_is_asked_of_new_ones() -> None:
    counts = [{"residents": 10, "households": 4}] * 3
    city = city_of([Place("c0", estates=counts)])
    stages = ("new", "existing", "")
    city = dataclasses.replace(city, origins=dataclasses.replace(city.origins, stage=stages))
    measure = {"name": "recorded_value", "record": "households"}
    pack = pack_of(rule("more", "estate", measure, ">=5", scope={"stage": ["new"]}))
    verdicts = [f.verdict for _, f in sorted(findings_of(judged(city, pack), "more").items())]
    assert verdicts == ["not met", "not applicable", "not assessed"]
