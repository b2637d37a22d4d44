"""Draws the example city in metres: townships of four communities on both banks of a river.

    north bank   +--+--+                +--+--+     each + is a community of 400 m by 400 m,
                 +--+--+                +--+--+     streets every 100 m, a hub at its middle,
    road  -------+--+--+----------------+--+--+--   a centre where the four communities meet
    river ==========================#=========      # the only bridge between two pairs
    road  -------+--+--+---------------
    south bank   +--+--+
                 +--+--+

Everything a community needs stands in its hub or in its township's centre, except what is planted
as missing. No township reaches another within 15 minutes on foot; across the river some are
within 1.2 km in a straight line.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

BLOCK_M = 100
SIDE_M = 4 * BLOCK_M
TOWNSHIP_M = 2 * SIDE_M
BANK_M = 150
PAIR_M = 3000
WIDENED_M = 1500

NAMES = (
    "春晖",
    "桃园",
    "槐荫",
    "清河",
    "安居",
    "和平",
    "向阳",
    "杏林",
    "松涛",
    "兰亭",
    "锦绣",
    "长乐",
)
HUB = (
    "brand_convenience_store",
    "vegetable_shop",
    "playground",
    "bank",
    "restaurant",
    "breakfast_outlet",
    "community_reading_room",
    "government_service_station",
    "hotel",
)
CENTRE = (
    "transit_stop",
    "fitness_ground",
    "park",
    "kindergarten",
    "school",
    "clinic",
    "home_care_station",
    "entertainment_venue",
)


@dataclass(frozen=True)
class Estate:
    """A housing estate: its square (west, south, east, north) and its gate on a street."""

    id: str
    name: str
    square: tuple[float, float, float, float]
    gate: tuple[float, float]
    residents: int
    older: int
    children: int

    @property
    def centre(self) -> tuple[float, float]:
        """Return the middle of the square."""
        west, south, east, north = self.square
        return ((west + east) / 2, (south + north) / 2)


@dataclass(frozen=True)
class Place:
    """A facility at a point beside a street; ``street`` is the point of the street it faces."""

    id: str
    name: str
    category: str
    point: tuple[float, float]
    street: tuple[float, float]


@dataclass
class Community:
    """A community of the example city, with the corner of its square (west, south)."""

    id: str
    name: str
    township: str
    county: str
    corner: tuple[float, float]
    kind: str = "community"
    size: str = "small"
    radius_m: int | None = None
    estates: list[Estate] = field(default_factory=list)


@dataclass
class Town:
    """A township: its corner (west, south), communities, and what was left out on purpose."""

    number: int
    corner: tuple[float, float]
    communities: list[Community]
    missing_everywhere: tuple[str, ...] = ()
    missing_in: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ExampleCity:
    """The whole plan; ``listed`` are facilities of the partial list."""

    towns: tuple[Town, ...]
    places: tuple[Place, ...]
    listed: tuple[Place, ...]


def draw(communities: int, seed: int) -> ExampleCity:
    """Draw a city of so many communities; the same seed gives the same city."""
    dice = random.Random(seed)
    towns = []
    for number in range((communities + 3) // 4):
        town = _town(number, min(4, communities - 4 * number), dice, of=communities)
        _plant(town, dice)
        towns.append(town)
    places = [place for town in towns for place in _places(town, dice)]
    listed = [_beside(towns[0], "attraction", _middle(towns[0]), 40, 8)]
    return ExampleCity(tuple(towns), tuple(places), tuple(listed))


def _town(number: int, size: int, dice: random.Random, of: int) -> Town:
    """Draw one township; the last of all ``of`` communities is a village."""
    pair, south_bank = divmod(number, 2)
    west = float(pair * PAIR_M)
    south = float(-BANK_M - TOWNSHIP_M if south_bank else BANK_M)
    county = f"99{number // 2 + 1:04d}"
    township = f"{county}{number + 1:03d}"
    town = Town(number, (west, south), [])
    for at in range(size):
        east, north = at % 2, at // 2
        corner = (west + east * SIDE_M, south + north * SIDE_M)
        name = f"{NAMES[(4 * number + at) % len(NAMES)]}{_ordinal(4 * number + at)}社区"
        village = of > 1 and 4 * number + at == of - 1
        code = f"{township}{201 if village else at + 1:03d}"
        community = Community(code, name, township, county, corner)
        community.kind = "village" if village else "community"
        community.estates = [_estate(community, at_, dice) for at_ in range(12)]
        town.communities.append(community)
    return town


def _ordinal(number: int) -> str:
    """Tell communities of the same name apart in larger cities."""
    again = number // len(NAMES)
    return "" if again == 0 else f"第{again + 1}"


def _estate(community: Community, number: int, dice: random.Random) -> Estate:
    """Put an estate into an outer block, with its gate on the side that faces the hub."""
    outer = [(i, j) for j in range(4) for i in range(4) if not (i in (1, 2) and j in (1, 2))]
    column, row = outer[number]
    west, south = community.corner[0] + column * BLOCK_M, community.corner[1] + row * BLOCK_M
    square = (west + 10, south + 10, west + BLOCK_M - 10, south + BLOCK_M - 10)
    if column in (0, 3):
        gate = (west + BLOCK_M if column == 0 else west, south + BLOCK_M / 2)
    else:
        gate = (west + BLOCK_M / 2, south + BLOCK_M if row == 0 else south)
    residents = dice.randrange(200, 900, 10)
    older = residents * dice.randrange(14, 26) // 100
    children = residents * dice.randrange(8, 18) // 100
    name = f"{community.name.removesuffix('社区')}{number + 1}号院"
    return Estate(
        f"{community.id}-{number + 1:02d}", name, square, gate, residents, older, children
    )


def _plant(town: Town, dice: random.Random) -> None:
    """Leave out facilities by turns, and give one community a recorded wider circle."""
    if town.number % 3 == 0:
        chosen = dice.sample([c.id for c in town.communities], k=min(2, len(town.communities)))
        for community, category in zip(chosen, ("bank", "playground"), strict=False):
            town.missing_in[community] = (category,)
    elif town.number % 3 == 1:
        town.missing_everywhere = ("clinic",)
        widened = town.communities[0]
        widened.size, widened.radius_m = "very_large", WIDENED_M
    else:
        town.missing_everywhere = ("government_service_station", "brand_convenience_store")


def _places(town: Town, dice: random.Random) -> list[Place]:
    places: list[Place] = []
    for category in CENTRE:
        if category not in town.missing_everywhere:
            at = len(places)
            along = 15 + 4 * at
            places.append(_beside(town, category, _middle(town), along if at % 2 else -along, 8))
    for community in town.communities:
        left_out = town.missing_everywhere + town.missing_in.get(community.id, ())
        hub = (community.corner[0] + SIDE_M / 2, community.corner[1] + SIDE_M / 2)
        for at, category in enumerate(HUB):
            along = (10 + 4 * at) * (1 if dice.random() < 0.5 else -1)
            if category not in left_out:
                places.append(_beside(town, category, hub, along, 8, community))
            elif category == "brand_convenience_store":
                places.append(_beside(town, "convenience_store", hub, along, 8, community))
    return places


def _middle(town: Town) -> tuple[float, float]:
    return (town.corner[0] + SIDE_M, town.corner[1] + SIDE_M)


def _beside(
    town: Town,
    category: str,
    crossing: tuple[float, float],
    along_m: float,
    off_m: float,
    community: Community | None = None,
) -> Place:
    """Put a facility ``along_m`` from a crossing on its west-east street, ``off_m`` beside it."""
    street = (crossing[0] + along_m, crossing[1])
    whose = community.id if community else f"{town.communities[0].township}000"
    name = community.name.removesuffix("社区") if community else f"第{town.number + 1}街道"
    return Place(f"{whose}-{category}", name, category, (street[0], street[1] + off_m), street)
