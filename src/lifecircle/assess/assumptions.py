"""What a walk takes for granted, changed one at a time: a changed pack or city, no special case.

Speed. The pack says how far people walk in a minute; `BAND_PERCENT` to either side of it is our
judgement, not a confidence interval. Bohannon and Andrews, Normal walking speed: a descriptive
meta-analysis, Physiotherapy 97 (2011) 182-189, found means from 143.4 cm/s (86 m/min, men of 40
to 49) down to 94.3 cm/s (57 m/min, women of 80 to 99) for healthy adults on a course of 3 to 30 m:
a tenth above 80 m/min is a little over the fastest of these groups, a tenth below is still faster
than the oldest walk, and crossings and stairs come on top. Ask for older people by their speed.

Leg. A door or an entry joins its nearest way however far that is, straight over whatever lies
between. Here those farther than a limit reach nothing and are not reached, as if a wall stood
there; what was called short stays short, so that only verdicts that rest on long legs turn. Metres
from a house to a recorded gate do not count: those are known to be walked.

Spread. People as given against as many people evenly over the area of their community, and against
all of them at its geometric centre. Both enter from their own point: an estate's gates are no use
to people who are not in it. Evenly means over parks, water and works, too; where a rule asks for
everybody, the loneliest corner decides.

Gates. Estates are entered by their recorded gates, those that are open; without any recorded, from
their own point. A community without a recorded gate stays as it is: none is invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt
from typing import Any, Literal

import numpy as np
import shapely

from lifecircle.assess.circles import centres
from lifecircle.assess.people import UNKNOWN, People, headcount
from lifecircle.place.tables import NOWHERE, City, Floats, Integers, Origins
from lifecircle.policy.models import Pack
from lifecircle.terms.figures import decimal_text

BAND_PERCENT = 10.0
LEGS_M = (50.0, 100.0)
POINTS = 100
"""About so many points stand for the area of a community, each for a hundredth of its people."""

Kind = Literal["speed", "leg", "spread", "gates"]


@dataclass(frozen=True)
class Assumption:
    """What is assumed today and what instead.

    Speeds are metres a minute and legs metres, as canonical texts, a leg without limit empty;
    people are ``given``, ``even`` or ``centre``; gates ``recorded`` or ``none``.
    """

    kind: Kind
    today: str
    changed: str


@dataclass(frozen=True, eq=False)
class Change:
    """The arguments of an assessment under a changed assumption.

    ``communities`` is how many communities the data let it touch.
    """

    assumption: Assumption
    pack: Pack
    city: City
    communities: int
    most_leg_m: float = inf


def changes(
    pack: Pack,
    city: City,
    speeds: Sequence[float] = (),
    band_percent: float = BAND_PERCENT,
    legs_m: Sequence[float] = LEGS_M,
) -> list[Change]:
    """Return every change to try on a pack that judges by walking, in the order to tell them.

    ``speeds`` (m/min) are tried beside the pack's less and plus ``band_percent``.
    """
    walking = pack.header.walking
    if walking is None:
        return []
    own = walking.speed_m_per_min
    band = {round(own * (1 + side * band_percent / 100), 2) for side in (-1, 1)}
    tried = [at_speed(pack, city, speed) for speed in sorted({*band, *speeds} - {own})]
    tried += [with_legs_up_to(pack, city, metres) for metres in sorted(set(legs_m), reverse=True)]
    return [*tried, spread_evenly(pack, city), at_the_centre(pack, city), without_gates(pack, city)]


def at_speed(pack: Pack, city: City, speed_m_per_min: float) -> Change:
    """Walk at another speed."""
    walking = pack.header.walking
    assert walking is not None
    today, changed = (decimal_text(m, 2) for m in (walking.speed_m_per_min, speed_m_per_min))
    paced = walking.model_copy(update={"speed_m_per_min": speed_m_per_min})
    header = pack.header.model_copy(update={"walking": paced})
    return Change(
        Assumption("speed", today, changed),
        pack.model_copy(update={"header": header}),
        city,
        len(city.communities),
    )


def with_legs_up_to(pack: Pack, city: City, metres: float) -> Change:
    """Leave off the network what is farther than so many metres from any way."""
    assumption = Assumption("leg", "", decimal_text(metres, 2))
    return Change(assumption, pack, city, len(city.communities), metres)


def spread_evenly(pack: Pack, city: City) -> Change:
    """Spread the people of each community evenly over its area."""
    points = [_evenly(shape) for shape in city.communities.shape]
    there = replace(city, origins=_origins(city, points, "raster"))
    return Change(Assumption("spread", "given", "even"), pack, there, len(points))


def at_the_centre(pack: Pack, city: City) -> Change:
    """Put the people of each community at its geometric centre."""
    points = [shapely.get_coordinates(point) for point in centres(city)]
    there = replace(city, origins=_origins(city, points, "centre"))
    elsewhere = sum(basis != "centre" for basis in People.by_community(city).basis())
    return Change(Assumption("spread", "given", "centre"), pack, there, elsewhere)


def without_gates(pack: Pack, city: City) -> Change:
    """Enter every estate from its own point."""
    origins = city.origins
    touched = len(np.unique(origins.community[origins.gate_of]))
    there = replace(city, origins=replace(origins, **_NO_GATES))
    return Change(Assumption("gates", "recorded", "none"), pack, there, touched)


_NO_GATES: dict[str, Any] = {
    "gate_of": np.zeros(0, dtype=np.int64),
    "gate_x_m": np.zeros(0),
    "gate_y_m": np.zeros(0),
    "gate_leg_m": np.zeros(0),
    "gate_hours": (),
    "gate_open_to": (),
    "gate_open": None,
}


def _evenly(shape: Any) -> Floats:
    """Return the middles (p, 2) of a square grid's cells that lie in an area.

    The grid starts at the lower left corner of the area's bounds; a cell is `POINTS`-th of the
    area. Where no middle lies inside, one point that does.
    """
    left, low, right, high = shape.bounds
    side_m = sqrt(shape.area / POINTS)
    x_m = np.arange(left + side_m / 2, right, side_m)
    y_m = np.arange(low + side_m / 2, high, side_m)
    grid = np.array(np.meshgrid(x_m, y_m)).reshape(2, -1).T
    inside = grid[shapely.contains_xy(shape, grid[:, 0], grid[:, 1])]
    if len(inside):
        return np.asarray(inside)
    return np.asarray(shapely.get_coordinates(shape.representative_point()))


def _origins(city: City, points: Sequence[Floats], basis: Literal["raster", "centre"]) -> Origins:
    """Return origins at ``points``, (p, 2) for each community, among which its people are dealt.

    Every point weighs the same, and the counts by community stay what they are.
    """
    count = np.array([len(own) for own in points])
    home = np.repeat(np.arange(len(points)), count)
    spots = np.concatenate(points)
    ids = city.communities.id
    return Origins(
        id=tuple(f"{ids[row]}-{n:04d}" for row, own in enumerate(points) for n in range(len(own))),
        community=home,
        basis=(basis,) * len(home),
        x_m=spots[:, 0],
        y_m=spots[:, 1],
        weight=np.ones(len(home), dtype=np.int64),
        residents=_deal(headcount(city, "residents"), count),
        older=_deal(headcount(city, "older"), count),
        children=_deal(headcount(city, "children"), count),
        households=_deal(headcount(city, "households"), count),
        spots=(NOWHERE,) * len(home),
        **_NO_GATES,
    )


def _deal(totals: Integers, count: Integers) -> Integers:
    """Deal each total among so many points; an unknown total leaves each of them unknown."""
    return np.concatenate(
        [
            np.full(n, UNKNOWN) if total < 0 else _dealt(total, n)
            for total, n in zip(totals.tolist(), count.tolist(), strict=True)
        ]
    )


def _dealt(total: int, count: int) -> Integers:
    """Deal a total in whole numbers that differ by one at most and add up to it."""
    return np.diff(np.arange(count + 1, dtype=np.int64) * total // count)
