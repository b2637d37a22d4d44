"""Places, beds and seats against the people who can walk to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lifecircle.assess.access import catchments, gaussian, gravity, step
from lifecircle.assess.assignment import Assignment, assign
from lifecircle.assess.measured import knowledge
from lifecircle.assess.walks import Walks
from lifecircle.place.forms.amounts import CAPACITIES
from lifecircle.place.tables import City, Floats, Integers
from lifecircle.policy.measures import CapacityPerThousand, WalkMeasure
from lifecircle.policy.models import Pack
from lifecircle.terms.figures import exact
from lifecircle.walk.matrix import Pairs, pairs_within
from lifecircle.walk.network import Network

BETA = 1.0
"""How fast the gravity of a facility falls with the minutes; a choice, no source prescribes it."""

CITY_AVERAGE = "city-average"


@dataclass(frozen=True, eq=False)
class Supply:
    """One kind of capacity of a city, shared among the residents within ``minutes`` on foot.

    ``rows`` (f,) are the facilities with ``capacity`` (f,), ``unrecorded`` how many of their
    categories have none on record. ``people`` (o,) are the residents of each origin, 0 where
    unknown. ``per_person`` (o,) is what one resident gets by each decay. ``per_thousand`` is how
    much a thousand residents need, as ``needed_by`` says: a rule, or the city's own average. By
    it ``assignment`` says who is served where, and who is left; None where nothing is needed.
    """

    capacity_name: str
    categories: tuple[str, ...]
    minutes: float
    rows: Integers
    capacity: Floats
    unrecorded: int
    people: Integers
    pairs: Pairs
    per_person: Mapping[str, Floats]
    per_thousand: Fraction
    needed_by: str
    assignment: Assignment | None
    reasons: tuple[str, ...]


def supplies(
    city: City, network: Network, walks: Walks, pack: Pack, longest_min: float
) -> list[Supply]:
    """Return the supply of each kind of capacity that any facility of the city has on record.

    The minutes are the most that a rule of the pack gives to one of the categories, else
    ``longest_min``.
    """
    found = (_supply(city, network, walks, pack, longest_min, name) for name in CAPACITIES)
    return [one for one in found if one is not None]


def _supply(
    city: City, network: Network, walks: Walks, pack: Pack, longest_min: float, name: str
) -> Supply | None:
    details, of = city.facilities.details, city.facilities.categories
    having = [row for row, one in enumerate(details) if one.serves and one.amounts.get(name)]
    codes = tuple(sorted({of[row][0] for row in having}))
    if not codes:
        return None
    lane = walks.lane(codes, 1)
    amounts = [details[row].amounts.get(name) for row in lane.rows.tolist()]
    capacity = np.array([amount or 0.0 for amount in amounts])
    minutes = _minutes(pack, codes, longest_min)
    pairs = pairs_within(network, walks.profile, walks.origins, lane.access, minutes * 60.0)
    people = np.maximum(city.origins.residents, 0)
    decays = {
        "step": step(minutes * 60.0),
        "gaussian": gaussian(minutes * 60.0),
        "gravity": gravity(minutes * 60.0, BETA),
    }
    per_person = {
        decay: catchments(pairs, people, capacity, weight).per_person
        for decay, weight in decays.items()
    }
    per_thousand, needed_by = _needed(pack, codes, name, capacity, people)
    return Supply(
        capacity_name=name,
        categories=codes,
        minutes=minutes,
        rows=lane.rows,
        capacity=capacity,
        unrecorded=sum(amount is None for amount in amounts),
        people=people,
        pairs=pairs,
        per_person=per_person,
        per_thousand=per_thousand,
        needed_by=needed_by,
        assignment=_assigned(pairs, people, capacity, per_thousand),
        reasons=_reasons(city, codes, amounts),
    )


def _minutes(pack: Pack, codes: tuple[str, ...], longest_min: float) -> float:
    """Return the most minutes that a rule gives to any of the categories."""
    said = [
        rule.measure.minutes
        for rule in pack.rules
        if isinstance(rule.measure, WalkMeasure)
        and set(codes) & set(pack.categories_of(rule.measure))
    ]
    return max(said, default=longest_min)


def _needed(
    pack: Pack, codes: tuple[str, ...], name: str, capacity: Floats, people: Integers
) -> tuple[Fraction, str]:
    """Return how much a thousand residents need: what a rule says, else the city's average."""
    for rule in pack.rules:
        measure = rule.measure
        if (
            isinstance(measure, CapacityPerThousand)
            and measure.capacity == name
            and set(codes) & set(pack.categories_of(measure))
            and rule.require.value
        ):
            return Fraction(rule.require.value), rule.id
    whole = sum((exact(one) for one in capacity.tolist()), Fraction(0))
    residents = int(people.sum())
    return (whole * 1000 / residents if residents else Fraction(0)), CITY_AVERAGE


def _assigned(
    pairs: Pairs, people: Integers, capacity: Floats, per_thousand: Fraction
) -> Assignment | None:
    """Assign residents to facilities, each with room for as many as its capacity is enough for."""
    if per_thousand <= 0:
        return None
    room = [int(exact(one) * 1000 / per_thousand) for one in capacity.tolist()]
    return assign(pairs, people, room)


def _reasons(city: City, codes: tuple[str, ...], amounts: list[float | None]) -> tuple[str, ...]:
    reasons = list(knowledge(city, codes))
    if None in amounts:
        reasons.append("capacity-unknown")
    if bool((city.origins.residents < 0).any()):
        reasons.append("residents-unknown")
    return tuple(reasons)
