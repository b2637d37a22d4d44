"""What a policy puts second gives way: by hand, and against the policy's own slow answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.place.planning import Space
from lifecircle.plan.offers import Asked, Offer, Offers
from lifecircle.plan.order import in_order
from lifecircle.plan.ways import Way
from lifecircle.policy import planning
from lifecircle.policy.planning import PlanningRules
from lifecircle.policy.planning_order import held_back
from tests.plan.towns import statement

MODES = ("conversion", "new_build", "purchase")
KINDS = ("community_rooms", "commercial_land")


def way(space: int, mode: str, floor_m2: float) -> Way:
    return Way(space, mode, 0, date(2027, 1, 1), 1, floor_m2, (0,), 0, (), assumed=False)


def space(kind: str, owner: str) -> Space:
    return Space("K", "K", 0, None, None, kind, owner, {}, None, "")


chosen = st.fixed_dictionaries(
    {
        "modes": st.lists(st.sampled_from(MODES), max_size=2, unique=True),
        "space_kinds": st.lists(st.sampled_from(KINDS), max_size=1),
        "least_functions": st.sampled_from([None, 2]),
    }
).filter(lambda own: any(own.values()))
precedences = st.lists(st.tuples(chosen, chosen), min_size=1, max_size=3)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Offers, list[Way], list[Space], PlanningRules]:
    count = draw(st.integers(1, 5))
    spaces = [
        space(draw(st.sampled_from(KINDS)), draw(st.sampled_from(["public_body", "individual"])))
        for _ in range(count)
    ]
    ways = [
        way(at, draw(st.sampled_from(MODES)), draw(st.sampled_from([50.0, 120.0])))
        for at in range(count)
    ]
    demands = draw(st.integers(1, 4))
    offers, reach = [], []
    for at in range(count):
        for standard in range(draw(st.integers(1, 2))):
            reached = draw(st.sets(st.integers(0, demands - 1), min_size=1))
            offers.append(Offer(at, standard, 50.0, (1,), None))
            reach.append(np.array(sorted(reached)))
    asked = Asked(np.arange(demands), np.full(demands, -1), np.ones(demands, np.int64))
    every = Offers(
        tuple(offers),
        asked,
        np.repeat(np.arange(len(offers)), [len(one) for one in reach]),
        np.concatenate(reach),
    )
    said: list[dict[str, Any]] = [
        statement(f"p{n}", first=[first], then=[then])
        for n, (first, then) in enumerate(draw(precedences))
    ]
    return every, ways, spaces, PlanningRules.model_validate({"precedence": said})


@given(cases())
def test_each_demand_is_left_what_the_policy_leaves_it(
    case: tuple[Offers, list[Way], list[Space], PlanningRules],
) -> None:
    offers, ways, spaces, rules = case
    kept, yielded = in_order(offers, ways, spaces, rules.precedence)
    left = {
        (kept.offers[o], d) for o, d in zip(kept.offer.tolist(), kept.demand.tolist(), strict=True)
    }
    wanted = set()
    for demand in range(len(offers.asked.people)):
        own = [offers.offers[o] for o in offers.offer[offers.demand == demand].tolist()]
        said = [
            planning.Way(
                kind=spaces[ways[one.way].space].kind,
                ownership=spaces[ways[one.way].space].ownership,
                mode=ways[one.way].mode,
                functions=_functions(offers, ways, one.way),
            )
            for one in own
        ]
        by = held_back(rules, said)
        wanted |= {(one, demand) for one, held in zip(own, by, strict=True) if held is None}
    assert left == wanted
    gone = sum(one.demands for one in yielded)
    assert gone == len(offers.offer) - len(kept.offer)


def _functions(offers: Offers, ways: list[Way], number: int) -> int:
    """Fill the floor one by one, the smallest first."""
    used, count = 0.0, 0
    for floor_m2 in sorted(one.floor_m2 for one in offers.offers if one.way == number):
        if used + floor_m2 <= ways[number].floor_m2:
            used, count = used + floor_m2, count + 1
    return max(count, 1)
