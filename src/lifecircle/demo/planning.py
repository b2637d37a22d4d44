"""Draws what the example city plans with: spaces, permits, needs, standards, prices, the budget.

All of it is simulated and says so; no figure is of any real place, and none changes a finding.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import cycle

from lifecircle.demo.plan import BLOCK_M, Community, ExampleCity
from lifecircle.demo.registers import SERVICE, Registers, Room, short
from lifecircle.place.planning import (
    BuildStandard,
    ModePrice,
    Permit,
    Planning,
    Space,
    StatedNeed,
    YearBudget,
)
from lifecircle.terms.codes import code_sets

SOURCE = "模拟资料"
REMARK = "模拟数据"
OWNER_OF = {
    "community_rooms": "residents_committee",
    "estate_open_ground": "owners",
    "vacated_old_estate_land": "state_firm",
    "inefficient_idle": "private_firm",
    "idle_public_body": "public_body",
    "idle_state_firm": "state_firm",
    "idle_state_asset": "public_institution",
    "commercial_land": "private_firm",
    "estate_obligation": "developer",
    "resident_unit_premises": "social_organisation",
    "former_seat": "public_body",
    "community_asset": "residents_committee",
    "community_public_space": "",
    "other": "individual",
}
"""Who owns a kind of space here; of the public space nobody knows."""

LAND = frozenset({"estate_open_ground", "vacated_old_estate_land", "commercial_land"})
SOLD = frozenset({"private_firm", "individual", "developer", "social_organisation"})
"""Owners who sell and let; all others lend or hand over."""

CONDITIONS = ("available",) * 5 + ("needs_work",) * 4 + ("in_use", "unsafe", "", "")
CHECKS = ("passed",) * 6 + ("not_assessed",) * 3 + ("failed", "")
DAYS = (None,) * 7 + (date(2027, 3, 1), date(2027, 9, 1), date(2028, 3, 1))
FLOOR_M2 = (60, 901)
MOST_SPACES = 2

STANDARDS: Mapping[str, tuple[int | None, int | None, int, int, str]] = {
    "after_school_care_point": (120, 60, 1000, 3, "government_purchase"),
    "breakfast_outlet": (40, None, 1200, 2, "private"),
    "childrens_play_point": (100, None, 800, 3, "self_run"),
    "clinic": (150, None, 1800, 5, "self_run"),
    "community_canteen": (150, 200, 1600, 4, "entrusted"),
    "community_reading_room": (80, None, 900, 2, "self_run"),
    "community_service_facility": (None, None, 1100, 6, "self_run"),
    "culture_point": (120, None, 900, 3, "self_run"),
    "elder_care_point": (200, 150, 1400, 4, "public_built_privately_run"),
    "fitness_ground": (200, None, 500, 3, "self_run"),
    "government_service_station": (80, None, 1000, 3, "self_run"),
    "health_point": (100, None, 1500, 4, "self_run"),
    "home_care_station": (150, 150, 1300, 4, "public_built_privately_run"),
    "housekeeping_point": (60, None, 700, 2, "chain"),
    "infant_care_point": (200, 40, 1800, 5, "private_with_public_aid"),
    "playground": (120, None, 700, 3, "self_run"),
    "sports_point": (150, None, 800, 3, ""),
    "vegetable_shop": (60, None, 700, 2, "private"),
}
"""Floor (m2), persons, fit-out (yuan per m2), months and operating mode; plausible, not real."""

PRICES = {
    "new_build": (4200, 14),
    "conversion": (1500, 6),
    "extension": (3600, 10),
    "retrofit": (4000, 12),
    "purchase": (500, 4),
    "lease": (400, 3),
    "joint_build": (2600, 12),
    "exchange": (600, 4),
    "people_friendly_refit": (900, 4),
    "scene_making": (500, 3),
    "service_integration": (200, 2),
}
PERMITTED = ("elder_care_point", "infant_care_point", "community_service_facility", "culture_point")
STATES = ("as_permitted",) * 4 + ("smaller",) * 2 + ("missing", "diverted", "diverted", "unchecked")
CHANNELS = ("居民议事会（模拟）", "12345热线（模拟）", "入户走访（模拟）")
YEARS = {2026: 30, 2027: 35, 2028: 35}
"""How many hundredths of the money each year has."""

PAID_FOR = 3
"""The budget pays for one part in so many of what is lacking."""


@dataclass(frozen=True)
class Plans:
    """The sites and the other tables; communities are rows, sorted by id."""

    spaces: tuple[Space, ...]
    planning: Planning


def draw_planning(city: ExampleCity, kept: Registers, seed: int) -> Plans:
    """Draw the tables that the forms for planning hold, each sorted by its key."""
    dice = random.Random(f"planning {seed}")  # noqa: S311 - a game, no secret
    everyone = [community for _, community in city.communities()]
    row_of = {own: row for row, own in enumerate(sorted(one.id for one in everyone))}
    serving = {room.community: room for room in kept.rooms if _may_grow(room)}
    kinds = cycle(code_sets()["space_kind"])
    spaces: list[Space] = []
    permits: list[Permit] = []
    needs: list[StatedNeed] = []
    for ordinal, community in enumerate(everyone):
        row, own = row_of[community.id], []
        for number in range(1, MOST_SPACES + ordinal % 2):
            grows = serving.get(community.id) if (ordinal + number) % 8 == 0 else None
            own.append(_space(community, row, number, next(kinds), grows, dice))
        spaces += own
        if ordinal % 3 != 2:
            permits.append(_permit(community, row, own, dice))
        needs += _needs(row, dice)
    planning = Planning(
        permits=tuple(sorted(permits, key=lambda one: one.id)),
        needs=tuple(sorted(needs, key=lambda one: (one.community, one.function, one.channel))),
        standards=_standards(),
        prices=tuple(
            ModePrice(mode, yuan, months, SOURCE) for mode, (yuan, months) in sorted(PRICES.items())
        ),
        budget=_budget(everyone, kept),
    )
    return Plans(tuple(sorted(spaces, key=lambda one: one.id)), planning)


def _may_grow(room: Room) -> bool:
    return room.serves and room.category in SERVICE


def _space(
    community: Community,
    row: int,
    number: int,
    kind: str,
    grows: Room | None,
    dice: random.Random,
) -> Space:
    """Draw a site on the far side of a street from the rooms of the community."""
    land, owner = kind in LAND, OWNER_OF[kind]
    floor_m2 = dice.randrange(*FLOOR_M2, 10)
    amounts = {"floor_m2": float(floor_m2), "usable_m2": float(floor_m2 * 7 // 10)}
    if land:
        built = dice.randrange(6) > 0
        amounts = {"site_m2": float(2 * floor_m2), **({"floor_m2": floor_m2} if built else {})}
    condition = dice.choice(CONDITIONS)
    asked = owner in SOLD and dice.randrange(4) > 0
    west, south = community.corner
    return Space(
        id=f"{community.id}-K{number}",
        name=f"{short(community)}{'空地' if land else '空置用房'}{number}",
        community=row,
        x_m=west + 20 + 15 * dice.randrange(24),
        y_m=south + dice.choice((1, 3)) * BLOCK_M - 8,
        kind=kind,
        ownership=owner,
        amounts=amounts,
        available_on=dice.choice(DAYS),
        remark=REMARK,
        owner="" if not owner else f"示例单位{dice.randrange(1, 40)}",
        terms="所有权不变，用于公益服务" if owner not in SOLD else "",
        planning_use="居住用地" if land else "办公",
        condition=condition,
        safety="failed" if condition == "unsafe" else dice.choice(CHECKS),
        facility=grows.id if grows else "",
        modes=() if dice.randrange(9) == 0 else _modes(kind, owner, grows=grows is not None),
        purchase_yuan=floor_m2 * dice.randrange(5000, 9000, 100) if asked else None,
        rent_yuan_per_year=floor_m2 * dice.randrange(180, 480, 10) if asked else None,
        works_yuan=floor_m2 * dice.randrange(900, 2200, 100) if dice.randrange(3) == 0 else None,
    )


def _modes(kind: str, owner: str, *, grows: bool) -> tuple[str, ...]:
    """Return how a site may be had, sorted."""
    if grows:
        return ("extension",)
    if kind in LAND:
        return ("joint_build", "new_build")
    if kind == "estate_obligation":
        return ("purchase", "retrofit")
    return ("lease", "purchase") if owner in SOLD else ("conversion",)


def _permit(community: Community, row: int, spaces: list[Space], dice: random.Random) -> Permit:
    """Draw a permit; rooms that the developer still holds stand for it where there are some."""
    permitted_m2, state = dice.randrange(150, 500, 10), dice.choice(STATES)
    actual_m2 = {"as_permitted": permitted_m2, "smaller": permitted_m2 * 6 // 10, "missing": 0}
    held = [space.id for space in spaces if space.kind == "estate_obligation"]
    amiss = state in ("missing", "diverted", "smaller")
    actual = actual_m2.get(state, 0 if state == "diverted" else None)
    return Permit(
        id=f"{community.id}-P1",
        estate=dice.choice(community.estates).name,
        community=row,
        category=dice.choice(PERMITTED),
        permitted_m2=float(permitted_m2),
        actual_m2=None if actual is None else float(actual),
        actual=state,
        owner="developer" if amiss else "residents_committee",
        space=held[0] if amiss and held else "",
        remark=REMARK,
    )


def _needs(row: int, dice: random.Random) -> Iterator[StatedNeed]:
    """Draw what residents of a community asked for, through one channel each."""
    for function in dice.sample(list(code_sets()["function"]), k=dice.randrange(2, 5)):
        day = date(2026, dice.randrange(1, 7), dice.randrange(1, 29))
        yield StatedNeed(row, function, dice.randrange(8, 180), dice.choice(CHANNELS), day)


def _standards() -> tuple[BuildStandard, ...]:
    return tuple(
        BuildStandard(
            category=category,
            floor_m2=None if floor_m2 is None else float(floor_m2),
            capacity_people=people,
            fit_out_yuan_per_m2=yuan,
            months=months,
            operating_mode=mode,
            source=SOURCE,
        )
        for category, (floor_m2, people, yuan, months, mode) in sorted(STANDARDS.items())
    )


def _budget(communities: list[Community], kept: Registers) -> tuple[YearBudget, ...]:
    """Share out a part of what it costs to convert rooms for every point that is lacking."""
    there = {(room.community, room.category) for room in kept.rooms if room.serves}
    points = {code: row for code, row in STANDARDS.items() if code.endswith(("_point", "_canteen"))}
    lacking_yuan = sum(
        (floor_m2 or 0) * (fit_out_yuan + PRICES["conversion"][0])
        for code, (floor_m2, _, fit_out_yuan, _, _) in points.items()
        for community in communities
        if (community.id, code) not in there
    )
    return tuple(
        YearBudget(year, lacking_yuan * share // (100 * PAID_FOR) // 10_000 * 10_000, SOURCE)
        for year, share in YEARS.items()
    )
