"""Which verdicts turn under another assumption, worked by hand in a city of two communities.

y = 100            f                    f stands 100 m off the street
street  -----------e0----------e1----   e0 walks 100 m, e1 1,100 m
x                 500        1,500
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.assumptions import (
    Assumption,
    Change,
    _dealt,
    at_speed,
    at_the_centre,
    changes,
    spread_evenly,
    with_legs_up_to,
    without_gates,
)
from lifecircle.assess.judge import assess
from lifecircle.assess.people import headcount, registered
from lifecircle.assess.sensitivity import sensitivity, walking_rules
from lifecircle.place.tables import City, Record
from lifecircle.policy.models import Pack, Rule, Walking
from lifecircle.policy.packs import load_pack
from lifecircle.walk.network import Network
from tests.assess.cities import DAY, Place, Site, city_of, pack_of, rule
from tests.conftest import network_of

WITHIN = {"minutes": 15, "categories": ["clinic"]}
CLINIC = rule("clinic", "community", {"name": "count_within", **WITHIN}, ">=1")
NEAR = rule("near", "community", {"name": "share_of_people_within", **WITHIN}, ">=1")
BEDS = rule("beds", "community", {"name": "recorded_value", "record": "beds"}, ">=10")
BOTH = rule("both", "community", {"name": "rules_met", "rules": ["clinic", "beds"]}, ">=2")
AS_IS = Assumption("spread", "given", "given")
CENSUS = frozenset({"clinic"})


def walked(*rules: Rule, metres: float = 80) -> Pack:
    pack = pack_of(*rules)
    clause = {"quote": "步行", "where": "一"}
    pace = Walking.model_validate({"profile": "adult", "speed_m_per_min": metres, "clause": clause})
    return pack.model_copy(update={"header": pack.header.model_copy(update={"walking": pace})})


@pytest.fixture
def city() -> City:
    people = {"residents": 1000, "older": 203, "children": 91, "households": 400}
    places = [Place("c0", estates=(people,)), Place("c1", estates=(people,))]
    return city_of(places, [Site("f", "clinic", 0)], census=CENSUS)


def turned(pack: Pack, city: City, *tried: Change) -> list[tuple[str, ...]]:
    found = sensitivity(pack, city, network_of(city), DAY, tried)
    return [
        (one.today.rule, one.today.subject, one.today.verdict, one.then.verdict)
        for trial in found.trials
        for one in trial.turned
    ]


def test_slowing_down_turns_exactly_one_verdict(city: City) -> None:
    """In 15 minutes 72 m/min are 1,080 m, 75 m/min are 1,125 m."""
    pack = walked(CLINIC)
    assert turned(pack, city, at_speed(pack, city, 75), at_speed(pack, city, 88)) == []
    assert turned(pack, city, at_speed(pack, city, 72)) == [("clinic", "c1", "met", "not met")]


@given(own=st.integers(20, 1500), other=st.integers(20, 1500))
def test_who_turns_is_who_lives_between_the_two_paces(own: int, other: int) -> None:
    """The slow way: 15 minutes at either speed (in tenths of a metre) against 100 and 1,100 m."""
    small = city_of([Place("c0"), Place("c1")], [Site("f", "clinic", 0)], census=CENSUS)
    pack = walked(CLINIC, metres=own / 10)

    def reach(tenths: int, metres: int) -> str:
        return "met" if tenths * 15 >= metres * 10 else "not met"

    expected = [
        ("clinic", subject, reach(own, metres), reach(other, metres))
        for subject, metres in (("c0", 100), ("c1", 1100))
        if reach(own, metres) != reach(other, metres)
    ]
    assert turned(pack, small, at_speed(pack, small, other / 10)) == expected


def test_a_rule_made_of_others_turns_with_its_part(city: City) -> None:
    records = tuple(Record("community", own, "beds", 12, None, "") for own in ("c0", "c1"))
    pack, city = walked(CLINIC, BEDS, BOTH), replace(city, records=records)
    assert walking_rules(pack) == {"clinic", "both"}
    assert turned(pack, city, at_speed(pack, city, 72)) == [
        ("clinic", "c1", "met", "not met"),
        ("both", "c1", "met", "not met"),
    ]


def test_a_partial_list_turns_to_not_assessed_and_stands_apart() -> None:
    small = city_of([Place("c0"), Place("c1")], [Site("f", "clinic", 0)], partial=CENSUS)
    pack = walked(CLINIC)
    found = sensitivity(pack, small, network_of(small), DAY, [at_speed(pack, small, 72)])
    (one,) = found.trials[0].turned
    assert (one.today.verdict, one.then.verdict, one.settled) == ("met", "not assessed", False)


def test_a_leg_longer_than_the_limit_reaches_nothing(city: City) -> None:
    """The clinic's leg is 100 m: at that limit it counts, below it is walled off."""
    pack = walked(CLINIC)
    assert turned(pack, city, with_legs_up_to(pack, city, 100)) == []
    limit = with_legs_up_to(pack, city, 99)
    both = [("clinic", own, "met", "not met") for own in ("c0", "c1")]
    assert turned(pack, city, limit) == both
    found = sensitivity(pack, city, network_of(city), DAY, [limit])
    assert (found.trials[0].origins, found.trials[0].facilities) == (0, 1)


def test_a_long_leg_is_short_and_not_off_the_map(city: City) -> None:
    """All of c0 live 60 m off the street: within a limit of 50 m they reach nothing."""
    off = replace(city.origins, y_m=np.array([60.0, 0.0]))
    at_entry = replace(city.facilities, entry_y_m=np.array([0.0]))
    city = replace(city, origins=off, facilities=at_entry)
    pack = walked(CLINIC)
    assert turned(pack, city, with_legs_up_to(pack, city, 60)) == []
    assert turned(pack, city, with_legs_up_to(pack, city, 50)) == [
        ("clinic", "c0", "met", "not met")
    ]


def gated(city: City) -> City:
    """People of c1 live 150 m off the street; their gate, 250 m away, stands at x = 1,300 on it.

    By the gate it is 250 + 800 + 100 = 1,150 m, from their own point 150 + 1,000 + 100 = 1,250 m.
    """
    gate: dict[str, Any] = {
        "gate_of": np.array([1]),
        "gate_x_m": np.array([1300.0]),
        "gate_y_m": np.array([0.0]),
        "gate_leg_m": np.array([250.0]),
    }
    return replace(city, origins=replace(city.origins, y_m=np.array([0.0, 150.0]), **gate))


def test_a_recorded_gate_can_carry_a_verdict(city: City) -> None:
    city, pack = gated(city), walked(CLINIC)
    change = without_gates(pack, city)
    assert turned(pack, city, change) == [("clinic", "c1", "met", "not met")]
    assert change.communities == 1


def test_metres_inside_the_gate_are_no_leg(city: City) -> None:
    city, pack = gated(city), walked(CLINIC)
    assert turned(pack, city, with_legs_up_to(pack, city, 100)) == []


def test_without_any_gate_nothing_is_tried(city: City) -> None:
    pack = walked(CLINIC)
    change = without_gates(pack, city)
    found = sensitivity(pack, city, network_of(city), DAY, [change])
    assert change.communities == 0
    assert found.trials[0].turned == ()


def test_people_spread_evenly_over_a_square_kilometre(city: City) -> None:
    """From x = 50 + 100i, y = 50 + 100j it is y + |x - 500| + 100 m, or 100 (j + k) + 200 m.

    k is 0..4 twice. Within 1,200 m are j + k <= 10: all but (7, 4), (8, 3), (8, 4), (9, 2),
    (9, 3), (9, 4), twice, so 88 of 100 points with ten people each; 120 people are short.
    """
    pack = walked(NEAR)
    change = spread_evenly(pack, city)
    found = sensitivity(pack, city, network_of(city), DAY, [change])
    (c0, c1) = found.trials[0].turned
    assert (c0.then.subject, c0.then.observed, c0.then.people_affected) == ("c0", "0.88", 120)
    assert (c0.today.people_affected, c1.then.subject) == (0, "c1")
    assert len(change.city.origins) == 200


def test_nobody_needs_to_be_counted_to_be_spread() -> None:
    small = city_of([Place("c0"), Place("c1")], [Site("f", "clinic", 0)], census=CENSUS)
    pack = walked(NEAR)
    found = sensitivity(pack, small, network_of(small), DAY, changes(pack, small))
    (even,) = (t for t in found.trials if t.assumption.changed == "even")
    assert (even.turned[0].then.observed, even.turned[0].then.people_affected) == ("0.88", None)
    (centre,) = (t for t in found.trials if t.assumption.changed == "centre")
    assert (centre.communities, centre.turned) == (0, ())


def test_everybody_at_the_centre(city: City) -> None:
    """The centre is 500 m off the street: 600 m to walk in c0, 1,600 m in c1."""
    pack = walked(NEAR)
    assert turned(pack, city, at_the_centre(pack, city)) == [("near", "c1", "met", "not met")]


@given(total=st.integers(0, 10_000), count=st.integers(1, 300))
def test_people_are_dealt_without_loss(total: int, count: int) -> None:
    dealt = _dealt(total, count)
    assert len(dealt) == count
    assert dealt.sum() == total
    assert dealt.max() - dealt.min() <= 1


@pytest.mark.parametrize("spread", [spread_evenly, at_the_centre])
def test_a_spread_moves_people_and_counts_none_anew(
    spread: Any, example_city: City, pack: Pack
) -> None:
    there = spread(pack, example_city).city
    origins = there.origins
    for column in ("residents", "older", "children", "households"):
        for counted in (registered, headcount):
            assert counted(there, column).tolist() == counted(example_city, column).tolist()
    assert set(origins.weight.tolist()) == {1}
    assert np.unique(origins.community).tolist() == list(range(len(example_city.communities)))
    shape = example_city.communities.shape[origins.community]
    assert shapely.contains_xy(shape, origins.x_m, origins.y_m).all()


def test_with_nothing_changed_nothing_turns_and_all_agrees_with_the_assessment(
    example_city: City, example_network: Network, pack: Pack
) -> None:
    tried = [
        Change(AS_IS, pack, example_city, 1),
        at_speed(pack, example_city, 80.0),
        with_legs_up_to(pack, example_city, 1e9),
    ]
    found = sensitivity(pack, example_city, example_network, DAY, tried)
    assert [trial.turned for trial in found.trials] == [(), (), ()]
    assert found.judged > 100
    assert not found.times


def test_every_turn_is_what_two_assessments_say(
    example_city: City, example_network: Network, pack: Pack
) -> None:
    """The slow way: the whole pack assessed twice, all findings compared."""
    change = at_speed(pack, example_city, 50.0)
    found = sensitivity(pack, example_city, example_network, DAY, [change])
    today, then = (
        {f.key: f.verdict for f in assess(p, example_city, example_network, DAY).findings}
        for p in (pack, change.pack)
    )
    expected = {key: (today[key], then[key]) for key in today if today[key] != then[key]}
    assert len(expected) > 20
    assert {
        one.today.key: (one.today.verdict, one.then.verdict) for one in found.trials[0].turned
    } == expected


def test_slower_never_helps_and_times_count_assumptions(
    example_city: City, example_network: Network, pack: Pack
) -> None:
    tried = [at_speed(pack, example_city, speed) for speed in (60.0, 50.0)]
    found = sensitivity(pack, example_city, example_network, DAY, tried)
    sixty, fifty = ({one.today.key for one in trial.turned} for trial in found.trials)
    assert sixty < fifty
    assert {one.then.verdict for trial in found.trials for one in trial.turned} == {"not met"}
    assert {key for key, times in found.times.items() if times == 2} == sixty


def test_what_is_tried_on_a_pack(example_city: City, pack: Pack) -> None:
    tried = changes(pack, example_city, speeds=(57.0,))
    assert [(c.assumption.kind, c.assumption.changed) for c in tried] == [
        ("speed", "57"),
        ("speed", "72"),
        ("speed", "88"),
        ("leg", "100"),
        ("leg", "50"),
        ("spread", "even"),
        ("spread", "centre"),
        ("gates", "none"),
    ]
    other = load_pack("nantong-2011")
    assert changes(other, example_city) == []
    nothing = sensitivity(other, example_city, network_of(example_city), DAY, [])
    assert nothing.judged == 0
