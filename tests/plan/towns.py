"""A small town to plan for, worked by hand.

    c0, 1,000 people   c1, 3,000 people        c2, 2,000 people
    S0 200 m2 convert  S1 120 m2 buy for 1 M   S3 400 m2, fails the safety check
                       S2 300 m2 convert

Each lacks elder care (150 m2 and 300,000 yuan in a conversion), which comes first, and a canteen
(100 m2, 200,000 yuan). There are 500,000 yuan in 2026 and 300,000 in 2027. Care is possible in c0
and c1, whichever year; both kinds fit into S2 alone, for the 500,000 of 2026; so S0 gets its care
in 2027. Nothing is left for a canteen in c0, and c2 has no site.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lifecircle.assess.ground import Ground
from lifecircle.assess.walks import network_of
from lifecircle.place.planning import (
    BuildStandard,
    ModePrice,
    Permit,
    Planning,
    Space,
    StatedNeed,
    YearBudget,
)
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.policy.planning import PlanningRules
from tests.assess.cities import DAY, SIDE_M, Place, Site, city_of, pack_of, rule

CARE, MEALS = "elder_care_point", "community_canteen"
PEOPLE = {"c0": 1000, "c1": 3000, "c2": 2000}
CLAUSE = {"quote": "原文", "where": "二"}


def statement(own_id: str, **more: Any) -> dict[str, Any]:
    return {
        "id": own_id,
        "title": {"zh": own_id, "en": own_id},
        "clause": CLAUSE,
        "source": "verbatim",
        **more,
    }


PRIORITY = (statement("care", rules=["has-care"]), statement("other", rules=["has-meals"]))
STOCK_FIRST = statement(
    "stock-first",
    first=[{"modes": ["conversion"]}],
    then=[{"modes": ["purchase"]}],
)
CLAIMS = (statement("claims", states=["missing", "diverted"], remedies=["recover", "retrofit"]),)
PLAN = statement("one-plan", fields=["goal", "content", "mode", "schedule", "operation"])


def space(own_id: str, community: int, floor_m2: float, **more: Any) -> Space:
    given: dict[str, Any] = {
        "kind": "community_rooms",
        "ownership": "public_body",
        "amounts": {"floor_m2": floor_m2},
        "available_on": None,
        "remark": "",
        "safety": "passed",
        "condition": "available",
        "modes": ("conversion",),
        "x_m": (community + 0.5) * SIDE_M,
        "y_m": 50.0,
    }
    return Space(id=own_id, name=f"{own_id}房", community=community, **{**given, **more})


SPACES = (
    space("S0", 0, 200.0),
    space("S1", 1, 120.0, modes=("purchase",), purchase_yuan=1_000_000, ownership="private_firm"),
    space("S2", 1, 300.0),
    space("S3", 2, 400.0, safety="failed"),
)
STANDARDS = (
    BuildStandard(CARE, 150.0, None, 1000, 3, "public_built_privately_run", "模拟"),
    BuildStandard(MEALS, 100.0, None, 1000, 2, "entrusted", "模拟"),
)
PRICES = (ModePrice("conversion", 1000, 4, "模拟"), ModePrice("purchase", 0, 1, "模拟"))
BUDGET = (YearBudget(2026, 500_000, "模拟"), YearBudget(2027, 300_000, "模拟"))


def town(
    spaces: Sequence[Space] = SPACES,
    *,
    sites: Sequence[Site] = (),
    budget: Sequence[YearBudget] = BUDGET,
    standards: Sequence[BuildStandard] = STANDARDS,
    permits: Sequence[Permit] = (),
    needs: Sequence[StatedNeed] = (),
    households: Mapping[str, int] | None = None,
) -> City:
    """Return the town; every kind is a census."""
    places = [
        Place(
            own,
            "街道",
            "东区" if own == "c0" else "西区",
            {"residents": people, "households": (households or {}).get(own, people // 3)},
            estates=({"residents": people, "older": people // 5, "children": people // 10},),
        )
        for own, people in PEOPLE.items()
    ]
    kinds = frozenset({CARE, MEALS, "community_service_facility"})
    planning = Planning(
        permits=tuple(permits),
        needs=tuple(needs),
        standards=tuple(standards),
        prices=PRICES,
        budget=tuple(budget),
    )
    city = city_of(places, sites, census=kinds)
    return replace(city, spaces=tuple(spaces), planning=planning)


def policy(*more: Any, **planning: Any) -> Pack:
    """Return the pack of the town, with further rules or other statements on planning."""
    own = pack_of(
        rule("has-care", "community", {"name": "count_in_area", "categories": [CARE]}, ">=1"),
        rule("has-meals", "community", {"name": "count_in_area", "categories": [MEALS]}, ">=1"),
        *more,
    )
    said = {
        "priority": PRIORITY,
        "precedence": (STOCK_FIRST,),
        "claims": CLAIMS,
        "community_plan": PLAN,
        **planning,
    }
    return own.model_copy(update={"planning": PlanningRules.model_validate(said)})


def ground_of(city: City) -> Ground:
    return Ground(city, network_of(city.streets), DAY)
