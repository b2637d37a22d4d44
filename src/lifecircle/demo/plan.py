"""Draws the example city in metres: townships of communities on both banks of a river.

    north bank   +--+--+                +--+--+     each + is a community of 400 m by 400 m,
                 +--+--+                +--+--+     streets every 100 m, a hub at its middle,
    road  -------+--+--+----------------+--+--+--   a centre at the middle of the township
    river ==========================#=========      # the only bridge between two pairs
    road  -------+--+--+---------------
    south bank   +--+--+
                 +--+--+

Everything a community needs stands in its hub or in its township's centre, except what is planted
as missing. No township reaches another within 15 minutes on foot; across the river some are
within 1.2 km in a straight line. The river winds: after five pairs it turns back, and the next
five stand north of them, joined by a road on the side where it does not turn. A small city has
townships of four communities, two to a county; a larger one has three columns of communities in
each township and five townships to a county.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

BLOCK_M = 100
SIDE_M = 4 * BLOCK_M
HEIGHT_M = 2 * SIDE_M
BANK_M = 150
PAIR_M = 3000
REACH_M = 4000
PAIRS_ON_A_REACH = 5
WIDENED_M = 1500
LARGE_CITY = 24
"""From so many communities on, townships and counties are larger."""

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
CLASSES = ("traditional_urban", "market_town", "urban_fringe", "resettlement")
SIZES = ("small", "medium", "large")
PEOPLE_SHARE = {"urban_fringe": (2, 3), "resettlement": (1, 4)}
"""Estates of these classes hold fewer people."""

TOWNSHIP_KINDS = (
    ("subdistrict", "街道"),
    ("town", "镇"),
    ("subdistrict", "街道"),
    ("market_seat", "场镇"),
    ("township", "乡"),
    ("subdistrict", "街道"),
    ("former_seat", "老场镇"),
)
COUNTY_KINDS = (
    ("district", "区", "central_urban"),
    ("county", "县", "counties"),
    ("district", "区", "urban_area"),
    ("district", "区", "main_urban"),
    ("county_city", "市", "counties"),
    ("district", "区", "peripheral_urban"),
    ("district", "区", "urban_area"),
    ("county", "县", "counties"),
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
    class_: str = "traditional_urban"
    radius_m: int | None = None
    estates: list[Estate] = field(default_factory=list)


def county_name(number: int) -> str:
    """Return what a county is called, counted from 0."""
    return f"示例{number + 1}{COUNTY_KINDS[number % len(COUNTY_KINDS)][1]}"


@dataclass
class Town:
    """A township: its corner (west, south), communities, and what was left out on purpose.

    ``columns`` of communities stand beside each other; ``in_county`` counts counties from 0,
    ``is_seat`` marks the first township of a county.
    """

    number: int
    corner: tuple[float, float]
    columns: int
    in_county: int
    is_seat: bool
    communities: list[Community]
    missing_everywhere: tuple[str, ...] = ()
    missing_in: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def width_m(self) -> int:
        """Return how far the township reaches from west to east."""
        return self.columns * SIDE_M

    @property
    def code(self) -> str:
        """Return the nine digits of the township."""
        return self.communities[0].township

    @property
    def name(self) -> str:
        """Return what the township is called."""
        return f"第{self.number + 1}{TOWNSHIP_KINDS[self.number % len(TOWNSHIP_KINDS)][1]}"

    @property
    def kind(self) -> str:
        """Return the kind of township."""
        return TOWNSHIP_KINDS[self.number % len(TOWNSHIP_KINDS)][0]

    @property
    def county_name(self) -> str:
        """Return what its county is called."""
        return county_name(self.in_county)

    @property
    def county_kind(self) -> str:
        """Return the kind of its county."""
        return COUNTY_KINDS[self.in_county % len(COUNTY_KINDS)][0]

    @property
    def zone(self) -> str:
        """Return the zone that the whole county lies in."""
        return COUNTY_KINDS[self.in_county % len(COUNTY_KINDS)][2]


@dataclass(frozen=True)
class ExampleCity:
    """The whole plan; ``listed`` are facilities of the partial list."""

    towns: tuple[Town, ...]
    places: tuple[Place, ...]
    listed: tuple[Place, ...]

    def communities(self) -> list[tuple[Town, Community]]:
        """Return every community with its township, in the order they were drawn."""
        return [(town, one) for town in self.towns for one in town.communities]


def draw(communities: int, seed: int) -> ExampleCity:
    """Draw a city of so many communities; the same seed gives the same city."""
    dice = random.Random(seed)
    columns, to_a_county = (3, 5) if communities >= LARGE_CITY else (2, 2)
    full = 2 * columns
    towns = []
    for number in range((communities + full - 1) // full):
        town = _town(number, columns, *divmod(number, to_a_county))
        for at in range(min(full, communities - full * number)):
            ordinal = full * number + at
            village = 1 < communities == ordinal + 1
            town.communities.append(_community(town, at, ordinal, dice, village=village))
        _plant(town, dice)
        towns.append(town)
    places = [place for town in towns for place in _places(town, dice)]
    listed = [_beside(towns[0], "attraction", middle(towns[0]), 40, 8)]
    return ExampleCity(tuple(towns), tuple(places), tuple(listed))


def _town(number: int, columns: int, in_county: int, in_order: int) -> Town:
    pair, south_bank = divmod(number, 2)
    reach, place = divmod(pair, PAIRS_ON_A_REACH)
    south = reach * REACH_M + (-BANK_M - HEIGHT_M if south_bank else BANK_M)
    corner = (float(place * PAIR_M), float(south))
    return Town(number, corner, columns, in_county, in_order == 0, [])


def _community(
    town: Town, at: int, ordinal: int, dice: random.Random, *, village: bool
) -> Community:
    """Draw one community; ``ordinal`` counts them through the city, the last may be a village."""
    north, east = divmod(at, town.columns)
    corner = (town.corner[0] + east * SIDE_M, town.corner[1] + north * SIDE_M)
    county = f"99{town.in_county + 1:04d}"
    township = f"{county}{town.number + 1:03d}"
    name = f"{NAMES[ordinal % len(NAMES)]}{_ordinal(ordinal)}社区"
    code = f"{township}{201 if village else at + 1:03d}"
    community = Community(code, name, township, county, corner)
    community.kind = "village" if village else "community"
    community.size = SIZES[ordinal % len(SIZES)]
    community.class_ = "urban_fringe" if village else CLASSES[ordinal % len(CLASSES)]
    community.estates = [_estate(community, number, dice) for number in range(12)]
    return community


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
    part, whole = PEOPLE_SHARE.get(community.class_, (1, 1))
    residents = dice.randrange(200, 900, 10) * part // whole
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
            places.append(_beside(town, category, middle(town), along if at % 2 else -along, 8))
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


def middle(town: Town) -> tuple[float, float]:
    """Return the crossing at the middle of a township."""
    return (town.corner[0] + town.width_m / 2, town.corner[1] + SIDE_M)


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
    whose = community.id if community else f"{town.code}000"
    name = community.name.removesuffix("社区") if community else town.name
    return Place(f"{whose}-{category}", name, category, (street[0], street[1] + off_m), street)
