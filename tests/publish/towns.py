"""A small city to write documents of, worked by hand.

    unit      community (households, m2 of service rooms)          30 m2 per 100 households
    甲区      c0 (100, 40)  c1 (100, 30)                           met, met              100 %
    乙区      c2 (200, 60)  c3 (100, 35)                           met, met              100 %
    丙区      c4 (100, 20)  c5 (100, 50)                           not met, met           50 %
    丁区      c6 (unknown, 90)                                     not assessed

Residents: 1000 in each, 300 of c4.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.place.letterhead import Letterhead
from lifecircle.policy.models import Rule
from lifecircle.publish.documents.material import Material
from lifecircle.walk.network import Network
from tests.assess.cities import DAY, Place, Site, city_of, pack_of, rule

ROOMS = "community_service_facility"
AREA = {"name": "area_per_100_households", "categories": [ROOMS], "basis": "gross_floor"}
UNITS = ("甲区", "甲区", "乙区", "乙区", "丙区", "丙区", "丁区")
HOUSEHOLDS = (100, 100, 200, 100, 100, 100, None)
FLOOR_M2 = (40.0, 30.0, 60.0, 35.0, 20.0, 50.0, 90.0)


def rules() -> tuple[Rule, ...]:
    """Return one rule that may rank and three that may not."""
    return (
        rule("rooms", "community", AREA, ">=30"),
        rule("pressed", "community", AREA, ">=30", source="press"),
        rule("wished", "community", AREA, ">=30", strength="advisory"),
        rule("shown", "community", AREA, "none"),
    )


@cache
def town(
    office: Letterhead | None = None, floor_m2: tuple[float, ...] = FLOOR_M2, **names: str
) -> Material:
    """Return what documents of the small city are written from; ``names`` rename communities."""
    places = []
    for row, (unit, households) in enumerate(zip(UNITS, HOUSEHOLDS, strict=True)):
        counts: dict[str, int] = {} if households is None else {"households": households}
        people = 300 if row == 4 else 1000
        places.append(Place(f"c{row}", f"{unit}街道", unit, counts, {}, ({"residents": people},)))
    sites = [Site(f"F{row}", ROOMS, row, {"floor_m2": m2}) for row, m2 in enumerate(floor_m2)]
    city = city_of(places, sites, census=frozenset({ROOMS}))
    if names:
        table = city.communities
        called = tuple(names.get(own, name) for own, name in zip(table.id, table.name, strict=True))
        object.__setattr__(table, "name", called)
    return material_of(city, office)


def material_of(city: Any, office: Letterhead | None = None) -> Material:
    """Judge a city by the rules and return what documents are written from."""
    streets = city.streets
    network = Network.from_segments(streets.node_id, streets.x_m, streets.y_m, streets.segments)
    ground = Ground(city, network, DAY)
    return Material(ground, assess_on(ground, pack_of(*rules())), office or Letterhead())
