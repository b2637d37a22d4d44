"""Tells which verdicts on walking the planted gaps must bring, by the geometry of a grid.

Distances on the street grid have a closed form, and the circle is a square root.
"""

from __future__ import annotations

import math

from lifecircle.demo.plan import BLOCK_M, SIDE_M, Community, Estate, ExampleCity, Place, Town
from lifecircle.policy.measures import WalkMeasure
from lifecircle.policy.models import Pack, Rule

PARTLY_LISTED = "attraction"


def walked(city: ExampleCity, pack: Pack, rule: Rule) -> dict[str, dict[str, str]]:
    """Return by reading the verdict on each community; of a partial list it is open.

    Scopes are not looked at.
    """
    measure = rule.measure
    assert isinstance(measure, WalkMeasure)
    readings = ("walk", "circle") if pack.has_circle(rule) else ("walk",)
    found: dict[str, dict[str, str]] = {reading: {} for reading in readings}
    partly, wanted = _partly_listed(pack, measure), _wanted(city, pack, measure)
    for town in city.towns:
        near = [place for place in wanted if _in_town(town, place)]
        for community in town.communities:
            for reading in readings:
                short = not partly and (
                    _short_in_circle(community, pack, wanted)
                    if reading == "circle"
                    else _short_on_foot(town, community, pack, measure, near)
                )
                found[reading][community.id] = "not met" if short else "open" if partly else "met"
    return found


def _partly_listed(pack: Pack, measure: WalkMeasure) -> bool:
    return PARTLY_LISTED in pack.categories_of(measure)


def _wanted(city: ExampleCity, pack: Pack, measure: WalkMeasure) -> list[Place]:
    categories = pack.categories_of(measure)
    return [place for place in city.places if place.category in categories]


def _short_on_foot(
    town: Town, community: Community, pack: Pack, measure: WalkMeasure, near: list[Place]
) -> bool:
    """Say whether any estate has none within the minutes; other townships are out of reach."""
    assert pack.header.walking is not None
    metres = measure.minutes * pack.header.walking.speed_m_per_min
    return not all(_served(town, estate, near, metres) for estate in community.estates)


def _short_in_circle(community: Community, pack: Pack, wanted: list[Place]) -> bool:
    circle = pack.header.circle
    assert circle is not None
    radius_m = community.radius_m or circle.radius_m
    return all(_apart_m(community, place) > radius_m for place in wanted)


def _in_town(town: Town, place: Place) -> bool:
    return place.id.startswith(town.code)


def _served(town: Town, estate: Estate, places: list[Place], metres: float) -> bool:
    ways = [walk_m(town, estate, place) for place in places]
    if any(abs(way - metres) < 1 for way in ways):
        raise AssertionError(f"{estate.id} is too close to {metres} m to be a clear example")
    return any(way <= metres for way in ways)


def walk_m(town: Town, estate: Estate, place: Place) -> float:
    """Return the way from the middle of an estate through its gate to a facility.

    On a full grid the way is |dx| + |dy|, except between two parallel streets with no crossing
    street between the points: then it goes round by the nearer one.
    """
    (x, y), (to_x, to_y) = estate.gate, place.street
    inside = math.hypot(x - estate.centre[0], y - estate.centre[1])
    across, along = abs(x - to_x), abs(y - to_y)
    west, south = town.corner
    if (x - west) % BLOCK_M and (to_x - west) % BLOCK_M and along:
        across = _round(x - west, to_x - west)
    if (y - south) % BLOCK_M and (to_y - south) % BLOCK_M and across:
        along = _round(y - south, to_y - south)
    return inside + across + along + math.dist(place.street, place.point)


def _round(at: float, to: float) -> float:
    """Return the way along one axis between points that both stand between crossings."""
    if at // BLOCK_M != to // BLOCK_M:
        return abs(at - to)
    left, right = at % BLOCK_M, to % BLOCK_M
    return min(left + right, 2 * BLOCK_M - left - right)


def _apart_m(community: Community, place: Place) -> float:
    middle = (community.corner[0] + SIDE_M / 2, community.corner[1] + SIDE_M / 2)
    return math.dist(middle, place.point)
