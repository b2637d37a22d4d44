"""What is reached as columns: isochrones, circles walked, capacity, and evenness."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import fsum, isfinite
from typing import Any

from lifecircle.assess.capacity import CITY_AVERAGE, Supply
from lifecircle.assess.circle_walkable import Heads
from lifecircle.assess.people import People
from lifecircle.assess.reach import Reach
from lifecircle.place.forms.forms import forms
from lifecircle.place.tables import City, Floats, Integers
from lifecircle.publish.tables import Columns, simulated_mark
from lifecircle.terms.figures import decimal_text, share_text
from lifecircle.terms.taxonomy import names_zh
from lifecircle.terms.words import word

ESTIMATED = "估计"
WEIGHED_BY = {
    "residents": "常住人口",
    "raster": "常住人口（栅格估计）",
    "building": "住宅面积（估计）",
    "": "",
}
GROUPS = {"county": "区县之间/之内", "community": "社区之间/之内", "": ""}


def figure(value: float, places: int) -> str:
    """Return a number as canonical text, nothing where it is unknown or not defined."""
    return decimal_text(value, places) if isfinite(value) else ""


def _people(heads: list[Heads], name: str) -> Columns:
    """Return a count of people: empty where some were not counted, with those who were beside."""
    return {
        name: [one.known if one.complete else None for one in heads],
        f"{name}_at_least": [one.known for one in heads],
    }


def _estimated(heads: list[Heads]) -> list[str]:
    return [ESTIMATED if one.estimated else "" for one in heads]


def _base(city: City, pack: str, communities: list[int]) -> Columns:
    areas = city.communities
    return {
        "simulated": [simulated_mark(city)] * len(communities),
        "pack": [pack] * len(communities),
        "community": [areas.id[row] for row in communities],
        "community_name": [areas.name[row] for row in communities],
        "county_name": [areas.county[row] for row in communities],
    }


def isochrone_columns(city: City, found: Reach) -> Columns:
    """Return the isochrones: km2, km of street, the leg to the first street (m), people."""
    rows = found.isochrones
    heads = [one.heads for one in rows]
    return {
        **_base(city, found.pack.id, [one.community for one in rows]),
        "minutes": [decimal_text(one.minutes, 2) for one in rows],
        "area_km2": [decimal_text(one.area.area / 1e6, 4) for one in rows],
        "street_km": [decimal_text(one.street_m / 1e3, 3) for one in rows],
        "leg_m": [figure(one.leg_m, 0) for one in rows],
        **_people(heads, "people"),
        "people_estimated": _estimated(heads),
    }


def circle_columns(city: City, found: Reach) -> Columns:
    """Return how much of each circle is walked: m2 and people in both, and the shares."""
    rows = found.shares
    heads = [one.circle_heads for one in rows]
    walked = [one.walked_heads for one in rows]
    shares = [
        share_text(inner.known, outer.known) if inner.complete and outer.complete else ""
        for inner, outer in zip(walked, heads, strict=True)
    ]
    return {
        **_base(city, found.pack.id, [one.community for one in rows]),
        "minutes": [decimal_text(one.minutes, 2) for one in rows],
        "radius_m": [decimal_text(one.radius_m, 2) for one in rows],
        "leg_m": [figure(one.leg_m, 0) for one in rows],
        "circle_m2": [decimal_text(one.circle_m2, 0) for one in rows],
        "walked_m2": [decimal_text(one.walked_m2, 0) for one in rows],
        "share": [decimal_text(one.walked_m2 / one.circle_m2, 4) for one in rows],
        **_people(heads, "people_circle"),
        **_people(walked, "people_walked"),
        "share_people": shares,
        "people_estimated": _estimated(heads),
    }


def capacity_columns(city: City, found: Reach) -> Columns:
    """Return each kind of capacity by community: what a thousand residents reach, and who is left.

    Empty where residents of the community are not known.
    """
    rows = [(one, row) for one in found.supplies for row in range(len(city.communities))]
    people = People.by_community(city)
    known = people.known("residents")
    basis = people.basis()
    columns = _base(city, found.pack.id, [row for _, row in rows])
    columns |= {
        "capacity": [one.capacity_name for one, _ in rows],
        "capacity_zh": [capacity_zh(one.capacity_name) for one, _ in rows],
        "categories_zh": [names_zh(one.categories) for one, _ in rows],
        "minutes": [decimal_text(one.minutes, 2) for one, _ in rows],
        "residents": [known[row] for _, row in rows],
        "people_estimated": [ESTIMATED if basis[row] == "raster" else "" for _, row in rows],
    }
    for decay in ("step", "gaussian", "gravity"):
        texts = [_per_thousand(people, one, one.per_person[decay]) for one in found.supplies]
        columns[f"per_1000_{decay}"] = [text for part in texts for text in part]
    left = [_left(people, one) for one in found.supplies]
    columns |= {
        "needed_per_1000": [decimal_text(one.per_thousand, 4) for one, _ in rows],
        "needed_by": [one.needed_by for one, _ in rows],
        "people_left": [count for part in left for count in part],
        "share_left": [
            "" if count is None or not known[row] else share_text(count, known[row] or 0)
            for (_, row), count in zip(
                rows, (count for part in left for count in part), strict=True
            )
        ],
        "city_facilities": [len(one.rows) for one, _ in rows],
        "city_capacity": [figure(fsum(one.capacity), 2) for one, _ in rows],
        "city_unrecorded": [one.unrecorded for one, _ in rows],
        "reasons": ["；".join(one.reasons) for one, _ in rows],
        "reasons_zh": ["；".join(word("reason", code) for code in one.reasons) for one, _ in rows],
    }
    return columns


def _per_thousand(people: People, supply: Supply, per_person: Floats) -> list[str]:
    """Return by community the capacity that a thousand of its residents reach."""
    texts = []
    known = people.known("residents")
    for row, residents in enumerate(known):
        own = people.home == row
        heads = supply.people[own]
        given = fsum(heads * per_person[own])
        texts.append(decimal_text(1000 * given / residents, 4) if residents else "")
    return texts


def _left(people: People, supply: Supply) -> list[int | None]:
    """Return by community the residents for whom no room is left within the minutes."""
    known = people.known("residents")
    if supply.assignment is None:
        return [None] * len(known)
    left = people.sum(supply.assignment.left)
    return [None if one is None else int(count) for one, count in zip(known, left, strict=True)]


def assignment_columns(city: City, found: Reach) -> Columns:
    """Return who is served where: residents of each origin by facility, and their minutes."""
    parts: list[tuple[Any, ...]] = []
    for supply in found.supplies:
        served = supply.assignment
        if served is None:
            continue
        pairs = supply.pairs
        keys = zip(pairs.origin.tolist(), pairs.target.tolist(), strict=True)
        time_s = dict(zip(keys, pairs.time_s.tolist(), strict=True))
        for origin, at, count in zip(
            served.origin.tolist(), served.facility.tolist(), served.people.tolist(), strict=True
        ):
            parts.append((supply, origin, int(supply.rows[at]), count, time_s[origin, at]))
    places, homes = city.facilities, city.origins
    columns = _base(city, found.pack.id, [int(homes.community[part[1]]) for part in parts])
    return columns | {
        "capacity": [part[0].capacity_name for part in parts],
        "origin": [homes.id[part[1]] for part in parts],
        "facility": [places.id[part[2]] for part in parts],
        "facility_name": [places.name[part[2]] for part in parts],
        "people": [part[3] for part in parts],
        "time_min": [decimal_text(part[4] / 60.0, 2) for part in parts],
    }


def equity_columns(city: City, found: Reach) -> Columns:
    """Return how evenly each walk is spread over the people of the city and of each county."""
    rows = found.evenness
    return {
        "simulated": [simulated_mark(city)] * len(rows),
        "pack": [found.pack.id] * len(rows),
        "level": [one.level for one in rows],
        "area": [one.area for one in rows],
        "area_name": [one.area_name for one in rows],
        "title": [one.title for one in rows],
        "categories": ["；".join(one.categories) for one in rows],
        "line_min": [decimal_text(one.minutes, 2) for one in rows],
        "people": [one.people for one in rows],
        "weighed_by": [WEIGHED_BY[one.by] for one in rows],
        "mean_min": [figure(one.mean_min, 2) for one in rows],
        "share_beyond_hour": [figure(one.beyond, 4) for one in rows],
        "gini": [figure(one.gini, 4) for one in rows],
        "palma": [figure(one.palma, 4) for one in rows],
        "theil": [figure(one.theil.total, 4) for one in rows],
        "theil_between": [figure(one.theil.between, 4) for one in rows],
        "theil_within": [figure(one.theil.within, 4) for one in rows],
        "theil_groups": [GROUPS[one.groups] for one in rows],
        "fgt0": [figure(one.short[0], 4) for one in rows],
        "fgt1": [figure(one.short[1], 4) for one in rows],
        "fgt2": [figure(one.short[2], 4) for one in rows],
        # a number, since text that begins with a minus is disarmed as a formula
        "concentration_older": [
            Decimal(figure(one.older, 4)) if isfinite(one.older) else "" for one in rows
        ],
        "reasons": ["；".join(one.reasons) for one in rows],
        "reasons_zh": ["；".join(word("reason", code) for code in one.reasons) for one in rows],
    }


def capacity_zh(name: str) -> str:
    """Return the header under which offices fill in a capacity."""
    return forms()["facilities"].columns[name].zh


def needed_zh(supply: Supply) -> str:
    """Say how much a thousand residents need, and who says so."""
    by = "全市平均" if supply.needed_by == CITY_AVERAGE else f"规则 {supply.needed_by}"
    return f"{decimal_text(Fraction(supply.per_thousand), 2)}（{by}）"


def people_left(supply: Supply) -> tuple[int, int]:
    """Return the residents left without room, and all residents who are known."""
    whole = int(supply.people.sum())
    left: Integers | None = supply.assignment.left if supply.assignment else None
    return (int(left.sum()) if left is not None else 0), whole
