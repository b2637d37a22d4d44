"""What is reached in the example city: against findings, circles, and sums that must hold."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from math import isnan, pi

import numpy as np
import pytest
import shapely

from lifecircle.assess.capacity import CITY_AVERAGE
from lifecircle.assess.evenness import evenness
from lifecircle.assess.findings import Assessment
from lifecircle.assess.reach import Reach, minutes_of, reach
from lifecircle.assess.walks import Walks
from lifecircle.demo.files import write_example
from lifecircle.place.city import read_city
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.policy.packs import load_pack
from lifecircle.walk.nearest import Walker
from lifecircle.walk.network import Network
from lifecircle.walk.snap import Snapper
from tests.conftest import DAY, network_of


@pytest.fixture(scope="module")
def found(pack: Pack, example_city: City, example_network: Network) -> Reach:
    return reach(pack.on(DAY), example_city, example_network, minutes_of(pack))


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The example city with its registers, which hold places and beds."""
    folder = tmp_path_factory.mktemp("registered") / "city"
    write_example(folder)
    return read_city(read_sources(folder))


@pytest.fixture(scope="module")
def filled(pack: Pack, registered: City) -> Reach:
    return reach(pack.on(DAY), registered, network_of(registered), (15.0,))


def test_the_minutes_are_those_of_the_policy(pack: Pack, found: Reach) -> None:
    assert minutes_of(pack) == (5.0, 10.0, 15.0) == found.minutes
    assert minutes_of(load_pack("nantong-2011")) == ()


def test_isochrones_grow_with_the_minutes(found: Reach, example_city: City) -> None:
    assert len(found.isochrones) == 3 * len(example_city.communities)
    for five, ten, fifteen in zip(*(found.isochrones[at::3] for at in range(3)), strict=True):
        assert five.community == ten.community == fifteen.community
        assert five.area.area < ten.area.area < fifteen.area.area < pi * 1200**2
        assert shapely.difference(five.area, ten.area).area < 1e-6
        assert five.heads.known <= ten.heads.known <= fifteen.heads.known


def test_those_who_walk_to_the_centre_are_counted(
    found: Reach, pack: Pack, example_city: City, example_network: Network
) -> None:
    """Against the search that findings rest on."""
    middle = shapely.centroid(example_city.communities.shape)
    snapper = Snapper(example_network)
    centres = snapper.snap(shapely.get_x(middle), shapely.get_y(middle))
    origins = example_city.origins
    gates = snapper.snap(
        origins.gate_x_m,
        origins.gate_y_m,
        origins.gate_of,
        origins.gate_leg_m,
        owners=len(origins),
    )
    assert set(origins.gate_of.tolist()) == set(range(len(origins)))
    near = Walker(example_network, found.profile).nearest(gates, centres, 900.0, len(middle))
    for one in found.isochrones:
        walking = (near.target == one.community) & (near.time_s <= one.minutes * 60 + 1e-6)
        assert one.heads.known == origins.residents[walking.any(axis=1)].sum()
        assert one.heads.complete
        assert not one.heads.estimated


def test_the_share_of_the_circle(found: Reach, example_city: City) -> None:
    assert len(found.shares) == len(example_city.communities)
    fifteen = {one.community: one for one in found.isochrones if one.minutes == 15}
    for share in found.shares:
        assert share.circle_m2 == pytest.approx(pi * share.radius_m**2, rel=1e-4)
        # what is walked in 15 minutes lies in the circle of 1.2 km that stands for them
        assert share.walked_m2 == pytest.approx(fifteen[share.community].area.area, rel=1e-6)
        assert 0.1 < share.walked_m2 / share.circle_m2 < 1
        assert 0 < share.walked_heads.known <= share.circle_heads.known


def test_evenness_agrees_with_the_findings(found: Reach, example: Assessment) -> None:
    """The share of people beyond the minutes, and the groups, from two sides."""
    rule = "five-minutes-finance"
    affected = sum(
        one.people_affected or 0
        for one in example.findings
        if one.rule == rule and one.reading == "walk"
    )
    people = sum(
        one.people or 0 for one in example.findings if one.rule == rule and one.reading == "walk"
    )
    (row,) = [
        one
        for one in found.evenness
        if one.level == "city" and one.categories == ("bank",) and one.minutes == 5
    ]
    assert row.people == people
    assert row.short[0] == pytest.approx(affected / people)
    assert affected > 0
    assert row.short[0] > row.short[1] > row.short[2] > 0
    assert row.theil.total == pytest.approx(row.theil.between + row.theil.within)
    assert 0 < row.gini < 1
    assert row.palma > 1


def test_counties_are_measured_beside_the_city(found: Reach) -> None:
    city = [one for one in found.evenness if one.level == "city"]
    counties = [one for one in found.evenness if one.level == "county"]
    names = {one.area for one in counties}
    assert len(counties) == len(names) * len(city)
    for one in city:
        own = [o for o in counties if (o.categories, o.minutes) == (one.categories, one.minutes)]
        if one.people is not None:
            assert sum(o.people or 0 for o in own) == one.people


def test_in_a_single_county_the_groups_are_communities(
    found: Reach, pack: Pack, example_city: City
) -> None:
    areas = example_city.communities
    alone = dataclasses.replace(areas, county=("示例区",) * len(areas))
    city = dataclasses.replace(example_city, communities=alone)
    walks = Walks(city, network_of(city), found.profile)
    rows = evenness(city, walks, pack.on(DAY))
    assert {one.groups for one in rows} <= {"community", ""}
    for one in found.evenness:
        if one.groups:
            assert (one.level, one.groups) in {("city", "county"), ("county", "community")}
    of_counties = [one for one in found.evenness if one.level == "city"]
    of_city = [one for one in rows if one.level == "city"]
    for one, other in zip(of_city, of_counties, strict=True):
        if one.groups:
            # the smaller the groups, the more lies between them
            assert one.theil.total == other.theil.total
            assert one.theil.between >= other.theil.between - 1e-12


def test_places_are_shared_and_nobody_is_lost(filled: Reach, registered: City) -> None:
    assert {one.capacity_name for one in filled.supplies} >= {"childcare_places", "nursing_beds"}
    for supply in filled.supplies:
        assert supply.needed_by == CITY_AVERAGE
        reached = np.isin(np.arange(len(supply.rows)), supply.pairs.target)
        for decay in ("step", "gaussian", "gravity"):
            given = float(supply.people @ supply.per_person[decay])
            assert given == pytest.approx(supply.capacity[reached].sum())
        assigned = supply.assignment
        assert assigned is not None
        assert assigned.people.sum() + assigned.left.sum() == supply.people.sum()
        taken = np.bincount(assigned.facility, assigned.people, len(supply.rows))
        enough_for = supply.capacity * 1000 / float(supply.per_thousand)
        assert np.all(taken <= enough_for + 1e-6)


def test_a_rule_says_how_much_is_needed(pack: Pack, registered: City) -> None:
    """Where a pack asks for places per thousand, that counts in place of the city's average."""
    rules = load_pack("leshan-2022").rules
    measure = {
        "name": "capacity_per_thousand",
        "capacity": "childcare_places",
        "categories": ("infant_care_point",),
    }
    like = pack.rules[0].model_dump()
    rule = type(rules[0]).model_validate(
        {
            **like,
            "id": "childcare",
            "measure": measure,
            "require": {"comparator": ">=", "value": 9},
        }
    )
    asking = pack.model_copy(update={"rules": (*pack.rules, rule)})
    found = reach(asking, registered, network_of(registered), (15.0,))
    (supply,) = [one for one in found.supplies if one.capacity_name == "childcare_places"]
    assert (supply.per_thousand, supply.needed_by) == (Fraction(9), "childcare")
    assert supply.assignment is not None
    assert supply.assignment.left.sum() > 0


def test_unknown_people_are_not_absent(pack: Pack, registered: City) -> None:
    origins = registered.origins
    nobody = dataclasses.replace(origins, residents=np.full(len(origins), -1))
    unknown = dataclasses.replace(registered, origins=nobody)
    found = reach(pack.on(DAY), unknown, network_of(unknown), (15.0,))
    assert all(not one.heads.complete for one in found.isochrones if len(one.streets))
    assert all(isnan(one.gini) and one.people is None for one in found.evenness)
    assert all("residents-unknown" in one.reasons for one in found.evenness)
    for supply in found.supplies:
        assert supply.assignment is None
        assert "residents-unknown" in supply.reasons


def test_what_nobody_surveyed_is_not_measured(pack: Pack, example_city: City, found: Reach) -> None:
    known = {code for own in example_city.facilities.categories for code in own}
    open_ = [one for one in found.evenness if not known & set(one.categories)]
    for one in open_:
        assert isnan(one.mean_min)
        assert "not-surveyed" in one.reasons


def test_a_city_without_streets_says_so(pack: Pack, example_city: City) -> None:
    none = np.empty(0, dtype=np.int64)
    network = Network.from_segments(none, np.empty(0), np.empty(0), none.reshape(0, 2))
    found = reach(pack.on(DAY), example_city, network, (5.0,))
    assert all(isnan(one.leg_m) and one.area.is_empty for one in found.isochrones)
    assert all(share.walked_m2 == 0 for share in found.shares)
    assert all(one.beyond == 1 for one in found.evenness if one.by and one.reasons == ())
