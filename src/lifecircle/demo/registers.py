"""Draws what the offices of the example city keep on their registers: people, facilities, surveys.

Nothing here changes the map: facilities of the registers are of kinds that the map does not hold.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import cycle
from typing import NamedTuple

from lifecircle.demo.plan import BLOCK_M, NAMES, SIDE_M, Community, ExampleCity, Place, Town
from lifecircle.place.area_changes import AreaChange
from lifecircle.place.tables import SERVING
from lifecircle.policy.models import Pack
from lifecircle.terms.codes import code_sets
from lifecircle.terms.taxonomy import categories

PARTLY_REGISTERED = frozenset({"rest_station"})
"""The registers list some of these and do not say that there are no others."""

SERVICE = ("community_service_facility", "community_service_facility", "community_complex")
IN_COMMUNITY = (
    "activity_field",
    "after_school_care_point",
    "childrens_play_point",
    "community_canteen",
    "culture_centre",
    "culture_point",
    "day_care_centre",
    "elder_activity_place",
    "elder_care_point",
    "employment_platform",
    "health_point",
    "housekeeping_point",
    "infant_care_point",
    "minors_station",
    "public_toilet",
    "rest_station",
    "service_kiosk",
    "service_supermarket",
    "sports_point",
    "volunteer_station",
    "waste_station",
)
IN_TOWNSHIP = (
    "elder_institution",
    "elder_service_complex",
    "home_care_centre",
    "social_work_station",
    "township_service_centre",
)
FLOOR_M2 = {
    "county_service_centre": (2200, 4200),
    "township_service_centre": (900, 2400),
    "service_supermarket": (32, 60),
    "public_toilet": (20, 60),
}
USUAL_FLOOR_M2 = (60, 240)
SITE_M2 = {"waste_station": (80, 180), "activity_field": (200, 900)}
CAPACITY = {
    "infant_care_point": ("childcare_places", 10, 50),
    "day_care_centre": ("beds", 6, 30),
    "elder_institution": ("nursing_beds", 10, 55),
    "community_canteen": ("seats", 10, 30),
}
STATUS = {3: "", 5: "not_moved_back"}
"""Of each dozen communities one has not moved back, and of one nobody wrote it down."""

CITY_CLASS = "other_city"
PROGRAMMES = {
    "project": ("pilot", "municipal", "", "municipal", "municipal"),
    "organisation": ("provincial", "pilot", ""),
}
"""Of the projects and organisations in turn; of the last nobody noted it."""

AT_WORK = ("operating", "", "ready")
NOT_AT_WORK = ("planned", "building", "built", "suspended", "closed", "diverted")
APPROXIMATE_M2 = 350
MERGED_ON, HANDED_OVER_ON = date(2026, 1, 1), date(2026, 3, 1)
FORMER_TOWNSHIP = "老桥街道"


@dataclass(frozen=True)
class Member:
    """What a register says of a community; empty words are unknown."""

    households: int
    residents: int
    older: int
    children: int
    attributes: Mapping[str, str]
    managed_by: str


@dataclass(frozen=True)
class Room:
    """A facility of a register; ``approximate`` says that its floor area is written as 约."""

    id: str
    name: str
    category: str
    community: str
    point: tuple[float, float]
    amounts: Mapping[str, int]
    mode: str
    operating_mode: str
    status: str
    approximate: bool = False

    @property
    def stage(self) -> str:
        """Say whether it is new, by how it was built; of every ninth nobody noted it."""
        if not self.mode or sum(map(int, self.community)) % 9 == 0:
            return ""
        return "new" if self.mode == "new_build" else "existing"

    @property
    def serves(self) -> bool:
        """Say whether it serves people today."""
        return self.status in SERVING


class PlantedDoubt(NamedTuple):
    """A doubt that the audit must find: its name, and the community it concerns."""

    code: str
    community: str


@dataclass
class Registers:
    """All registers: members and surveys by community, households by estate, rooms, changes.

    ``doubts`` are planted in them.
    """

    members: dict[str, Member] = field(default_factory=dict)
    households: dict[str, int] = field(default_factory=dict)
    rooms: list[Room] = field(default_factory=list)
    surveys: dict[str, dict[str, str]] = field(default_factory=dict)
    other_size: dict[str, str] = field(default_factory=dict)
    doubts: list[PlantedDoubt] = field(default_factory=list)
    changes: list[AreaChange] = field(default_factory=list)


def draw_registers(city: ExampleCity, seed: int, functions_of: Pack) -> Registers:
    """Draw the registers; ``functions_of`` is the pack whose kinds are the surveyed functions."""
    dice = random.Random(f"registers {seed}")  # noqa: S311 - a game, no secret
    kept = Registers()
    turns = _Turns()
    everyone = city.communities()
    for ordinal, (town, community) in enumerate(everyone):
        kept.members[community.id] = _member(town, community, ordinal)
        for estate in community.estates:
            kept.households[estate.id] = households_of(estate.residents)
        kept.rooms += _rooms(town, community, kept.members[community.id], dice, turns)
    _plant_doubts(kept, [community for _, community in everyone])
    kept.changes = [*_merged(city.towns[0]), *_handed_over(city, kept)]
    for ordinal, (_, community) in enumerate(everyone):
        here = [room for room in kept.rooms if room.community == community.id]
        near = [place for place in city.places if place.id.startswith(community.township)]
        mapped = [place for place in near if stands_in(community, place)]
        kept.surveys[community.id] = _survey(ordinal, here, mapped, functions_of, dice)
    return kept


def _merged(town: Town) -> Iterator[AreaChange]:
    """Let the second half of a township have been one of its own until it was merged."""
    former = tuple(one.id for one in town.communities[(len(town.communities) + 1) // 2 :])
    if former:
        both = ("merge", "township", FORMER_TOWNSHIP, town.name)
        yield AreaChange(MERGED_ON, *both, members=former)
        yield AreaChange(MERGED_ON, "merge", "township", town.name, town.name)


def _handed_over(city: ExampleCity, kept: Registers) -> Iterator[AreaChange]:
    """Let a development zone have taken over its communities in one township this year."""
    for town in city.towns:
        members = [kept.members[one.id].managed_by for one in town.communities]
        taken = tuple(one.id for one, unit in zip(town.communities, members, strict=True) if unit)
        if taken:
            zone = kept.members[taken[0]].managed_by
            over = (HANDED_OVER_ON, "hand_over", "county", town.county_name, zone)
            yield AreaChange(*over, members=taken)
            return


class _Turns:
    """What is given out in turn over the whole city."""

    def __init__(self) -> None:
        self.at_work = cycle(AT_WORK)
        self.idle = cycle(NOT_AT_WORK)
        self.mode = cycle(code_sets()["build_mode"])
        self.operating = cycle(code_sets()["operating_mode"])


def _member(town: Town, community: Community, ordinal: int) -> Member:
    estates = community.estates
    rural = community.kind == "village" or (town.zone == "counties" and ordinal % 2 == 1)
    at = town.communities.index(community)
    in_zone = town.number % 5 == 1 and at >= len(town.communities) - 2
    return Member(
        households=sum(households_of(estate.residents) for estate in estates),
        residents=sum(estate.residents for estate in estates),
        older=sum(estate.older for estate in estates),
        children=sum(estate.children for estate in estates),
        attributes={
            "kind": community.kind,
            "size": community.size,
            "class": community.class_,
            "status": STATUS.get(ordinal % len(NAMES), "settled"),
            "setting": "rural" if rural else "urban",
            "zone": town.zone,
        },
        managed_by=zone_name(town.number // 5) if in_zone else "",
    )


def stage_of(estate: str) -> str:
    """Return the stage of an estate by the digits of its id: by turns new, existing, not noted."""
    return ("new", "existing", "")[sum(map(int, filter(str.isdigit, estate))) % 3]


def zone_name(number: int) -> str:
    """Return what the development zone is called that takes communities over by turns."""
    return f"示例{'甲乙'[number % 2]}开发区"


def households_of(residents: int) -> int:
    """Return the households of so many residents, 2.7 to each."""
    return residents * 10 // 27


def _rooms(
    town: Town, community: Community, member: Member, dice: random.Random, turns: _Turns
) -> Iterator[Room]:
    """Draw the rooms of a community; every second county has most of what it should have."""
    at_hand = 97 if town.in_county % 2 == 0 else 65
    wanted = [*IN_COMMUNITY]
    if community is town.communities[0]:
        wanted += IN_TOWNSHIP
        wanted += ["county_service_centre"] if town.is_seat else []
    for slot, category in enumerate(wanted, start=2):
        works = dice.randrange(100) < at_hand
        amounts = _amounts(category, dice)
        if works or dice.random() < 0.5:
            yield _room(community, slot, category, amounts, turns, works=works)
    people = member.residents * 10 // 27
    main = {"floor_m2": people * dice.randrange(16, 44) // 100}
    second = {"floor_m2": dice.randrange(150, 420)}
    number = int(community.id[-3:]) + town.number
    for slot, (category, floor) in enumerate(
        [(SERVICE[number % len(SERVICE)], main), ("party_service_centre", second)]
    ):
        amounts = {**floor, "usable_m2": floor["floor_m2"] * 7 // 10}
        if slot == 1 and dice.randrange(8) == 0:
            amounts = {}
        works = slot == 0 or dice.random() < 0.6
        yield _room(community, slot, category, amounts, turns, works=works)


def _amounts(category: str, dice: random.Random) -> dict[str, int]:
    """Draw areas and capacity; the floor area of one in fifteen is not known."""
    floor_m2 = dice.randrange(*FLOOR_M2.get(category, USUAL_FLOOR_M2))
    amounts = {} if dice.randrange(15) == 0 else {"floor_m2": floor_m2}
    if category in SITE_M2:
        amounts["site_m2"] = dice.randrange(*SITE_M2[category])
    if category in CAPACITY:
        name, least, most = CAPACITY[category]
        amounts[name] = dice.randrange(least, most)
    return amounts


def _room(
    community: Community,
    slot: int,
    category: str,
    amounts: Mapping[str, int],
    turns: _Turns,
    *,
    works: bool,
) -> Room:
    return Room(
        id=f"{community.id}-{category}",
        name=f"{short(community)}{categories()[category].zh}",
        category=category,
        community=community.id,
        point=_beside_street(community, slot),
        amounts=amounts,
        mode=next(turns.mode),
        operating_mode=next(turns.operating),
        status=next(turns.at_work) if works else next(turns.idle),
    )


def short(community: Community) -> str:
    """Return the name of a community without the word for it."""
    return community.name.removesuffix("社区")


def _beside_street(community: Community, slot: int) -> tuple[float, float]:
    """Return the place with this number beside the first, then the third street inside."""
    west, south = community.corner
    row, along = divmod(slot, 24)
    return west + 15 + 15 * along, south + (1 + 2 * row) * BLOCK_M + 8


def _plant_doubts(kept: Registers, communities: list[Community]) -> None:
    """Write one area as 约, list one facility twice, let one size differ from the outline's."""
    first, second, third = (communities[min(at, len(communities) - 1)] for at in range(3))
    for at, room in enumerate(kept.rooms):
        if room.id == f"{first.id}-party_service_centre":
            amounts = {"floor_m2": APPROXIMATE_M2, "usable_m2": APPROXIMATE_M2 // 2}
            kept.rooms[at] = Room(**{**vars(room), "amounts": amounts, "approximate": True})
    twice = _room(second, 40, "volunteer_station", {}, _Turns(), works=True)
    beside = {"id": f"{twice.id}-1", "point": (twice.point[0] + 20, twice.point[1])}
    again = {"id": f"{twice.id}-2"}
    kept.rooms = [room for room in kept.rooms if room.id != twice.id]
    kept.rooms += [Room(**{**vars(twice), **own}) for own in (beside, again)]
    kept.other_size[third.id] = "small" if third.size == "large" else "large"
    kept.doubts = [
        PlantedDoubt("approximate-value", first.id),
        PlantedDoubt("near-duplicate", second.id),
        PlantedDoubt("two-values", third.id),
        *(PlantedDoubt("not-serving", room.community) for room in kept.rooms if not room.serves),
    ]


def stands_in(community: Community, place: Place) -> bool:
    """Say whether a place of the map stands in the square of a community."""
    (west, south), (x, y) = community.corner, place.point
    return west <= x <= west + SIDE_M and south <= y <= south + SIDE_M


def _survey(
    ordinal: int, rooms: list[Room], mapped: list[Place], pack: Pack, dice: random.Random
) -> dict[str, str]:
    """Return the state of each function as the kinds of ``pack`` have it; some are not surveyed."""
    states = {}
    for function, codes in surveyed_kinds(pack).items():
        own = [room for room in rooms if room.category in codes]
        works = any(room.serves for room in own) or any(p.category in codes for p in mapped)
        built = any(room.status == "built" for room in own)
        states[function] = "operating" if works else "built" if built else "absent"
        if ordinal % 7 == 2 or dice.randrange(20) == 0:
            states[function] = "not_surveyed"
    return states


def surveyed_kinds(pack: Pack) -> dict[str, tuple[str, ...]]:
    """Return the categories of a pack's kinds by the function that they all serve."""
    return {
        categories()[kind.categories[0]].functions[0]: kind.categories for _, kind in pack.kinds()
    }
