"""What a register of townships says of an area and of the communities in it."""

from __future__ import annotations

import dataclasses

from lifecircle.assess.subjects import Levels
from lifecircle.place.tables import Area, City


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
