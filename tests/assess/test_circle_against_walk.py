"""Circle against walk: who is served by the one alone, and what lies between.

facility o-----------------+  y = 300       walk: 1000 + 300 + 1000 = 2300 m, over 15 minutes
         .   (barrier)     |                straight: 300 m
origin   o-----------------+  y = 0
         0               1000
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
import shapely

from lifecircle.assess.circle_against_walk import KINDS
from lifecircle.assess.findings import Assessment, Difference
from lifecircle.place.streets.barriers import barrier_of
from lifecircle.place.tables import Barriers, City, Streets
from lifecircle.policy.models import Circle
from lifecircle.terms.words import words
from tests.assess.cities import Place, Site, city_of, judged, pack_of, rule

NEAR = rule(
    "near",
    "community",
    {"name": "share_of_people_within", "minutes": 15, "categories": ["bank"]},
    ">=1",
)
ROUND = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 300.0), (0.0, 300.0)]
LINKED = [(0, 1), (1, 2), (2, 3)]
WALL = shapely.LineString([(-500, 150), (500, 150)])
RIVER = shapely.LineString([(-500, 200), (500, 200)])
LAKE = shapely.box(-50, 100, 50, 200)
ELSEWHERE = shapely.LineString([(600, -500), (600, 500)])


def difference(
    barriers: Sequence[tuple[str, shapely.Geometry]] = (),
    *,
    door: tuple[float, float] = (0.0, 0.0),
    bank: tuple[float, float] = (0.0, 300.0),
    links: Sequence[tuple[int, int]] = LINKED,
    census: bool = True,
    radius_m: float = 1200.0,
) -> Difference:
    """Return what is said of one estate of 70 people and one bank on the drawn street."""
    listed = frozenset({"bank"})
    city = city_of(
        [Place("c0", estates=({"residents": 70},))],
        [Site("B1", "bank", 0)],
        census=listed if census else frozenset(),
        partial=listed,
    )
    x_m, y_m = (np.array(column) for column in zip(*ROUND, strict=True))
    city.origins.x_m[0], city.origins.y_m[0] = door
    city.facilities.shape[0] = shapely.Point(bank)
    city.facilities.entry_x_m[0], city.facilities.entry_y_m[0] = bank
    shapes = np.array([shape for _, shape in barriers], dtype=object)
    city = dataclasses.replace(
        city,
        streets=Streets(np.arange(1, 5), x_m, y_m, np.array(links)),
        barriers=Barriers(tuple(kind for kind, _ in barriers), shapes),
    )
    pack = pack_of(NEAR)
    circle = Circle.model_validate(
        {"radius_m": radius_m, "minutes": [15], "clause": {"quote": "原文", "where": "一"}}
    )
    header = pack.header.model_copy(update={"circle": circle})
    (found,) = judged(city, pack.model_copy(update={"header": header})).differences
    return found


@pytest.mark.parametrize(
    ("barriers", "reason"),
    [
        ([], "detour"),
        ([("wall", ELSEWHERE)], "detour"),
        ([("wall", WALL)], "wall"),
        ([("wall", WALL), ("river", RIVER)], "river"),
        ([("water", LAKE)], "water"),
        ([("wall", shapely.LineString([(-50, 300), (50, 300)]))], "detour"),
    ],
)
def test_what_lies_between(barriers: list[tuple[str, shapely.Geometry]], reason: str) -> None:
    found = difference(barriers)
    assert (found.circle, found.walk) == ("met", "not met")
    assert (found.people_circle_only, found.people_walk_only) == (70, None)
    assert found.reasons == ((reason, 70),)
    assert (found.origin, found.facility) == ("e0-0", "B1")
    assert (found.straight_m, found.walk_m, found.detour) == ("300", "2300", "7.67")


def test_streets_that_do_not_meet() -> None:
    found = difference(links=[(0, 1), (2, 3)])
    assert (found.reasons, found.walk_m, found.detour) == ((("no-link", 70),), "", "")


def test_the_way_inside_the_estate_is_the_larger_part() -> None:
    # 700 m from the door to the street and 600 m along it; straight it would be 922 m
    found = difference(door=(0.0, -700.0), bank=(600.0, 0.0))
    assert found.reasons == (("inside-estate", 70),)
    assert (found.straight_m, found.walk_m) == ("922", "1300")


def test_too_far_even_in_a_straight_line() -> None:
    found = difference([("river", WALL)], door=(-1250.0, 0.0), radius_m=2000.0)
    assert found.reasons == (("far", 70),)


def test_the_reverse_is_counted_too() -> None:
    found = difference(bank=(300.0, 0.0), radius_m=100.0)
    assert (found.circle, found.walk) == ("not met", "met")
    assert (found.people_circle_only, found.people_walk_only) == (None, 70)
    assert found.share_walk_only == "1"
    assert found.reasons == ()


def test_from_a_partial_list_nobody_is_counted_as_not_walking_there() -> None:
    found = difference(census=False)
    assert (found.circle, found.walk) == ("met", "not assessed")
    assert (found.people_circle_only, found.share_circle_only, found.reasons) == (None, "", ())


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"waterway": "river"}, "river"),
        ({"waterway": "stream"}, ""),
        ({"waterway": "canal", "tunnel": "culvert"}, ""),
        ({"railway": "rail"}, "railway"),
        ({"railway": "rail", "bridge": "yes"}, ""),
        ({"highway": "motorway", "bridge": "no"}, "motorway"),
        ({"barrier": "fence"}, "wall"),
        ({"barrier": "wall", "railway": "rail"}, "railway"),
        ({"natural": "water", "waterway": "river"}, "river"),
        ({"highway": "residential"}, ""),
    ],
)
def test_what_is_a_barrier(tags: dict[str, str], kind: str) -> None:
    assert barrier_of(tags) == kind


def test_every_kind_of_barrier_has_a_word() -> None:
    assert set(KINDS) <= set(words("difference"))


def test_the_river_of_the_example_is_found(example: Assessment, example_city: City) -> None:
    clinic = [d for d in example.differences if d.rule == "one-clinic" and d.reasons]
    assert clinic
    across = {reason for one in clinic for reason, _ in one.reasons}
    assert across == {"river", "far"}
    assert {d.reasons[0][0] for d in clinic} >= {"river"}
    affected = {
        (f.subject, f.rule): f.people_affected for f in example.findings if f.reading == "walk"
    }
    for one in example.differences:
        if (one.circle, one.walk) == ("met", "not met"):
            assert one.people_circle_only == affected[one.community, one.rule]
            assert sum(count or 0 for _, count in one.reasons) == one.people_circle_only
    inside = [shapely.get_type_id(shape) for shape in example_city.barriers.shape]
    assert (example_city.barriers.kind, inside) == (("river",), [1])
