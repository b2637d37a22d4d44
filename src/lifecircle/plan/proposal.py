"""A city's planning problem: needs, sites, money and the policy's order, made into arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.place.planning import YearBudget
from lifecircle.place.tables import Integers
from lifecircle.plan.claims import Owed, claims_of
from lifecircle.plan.model.problem import (
    EVERY_GROUP,
    UNLIMITED,
    Actions,
    Demands,
    EquityFloors,
    Options,
    Problem,
    least_gain,
)
from lifecircle.plan.needs import Need, needs_of
from lifecircle.plan.offers import Offer, Offers, buildable, offers_of
from lifecircle.plan.order import Yielded, in_order
from lifecircle.plan.ways import Refusal, Way, money_of, ways_of
from lifecircle.plan.wishes import Wishes, check_wishes, decided_among
from lifecircle.policy.models import Pack


@dataclass(frozen=True, eq=False)
class Proposal:
    """Everything a plan chooses from, and what it does not.

    Demands of ``problem`` are those of ``offers.asked``, its actions ``offers.offers``, its options
    ``options`` (places in ``ways``). ``units`` names the county-level units, ``floors`` what each
    equity floor of the problem is for: the unit and the class, empty for all.
    """

    pack: Pack
    wishes: Wishes
    needs: tuple[Need, ...]
    owed: tuple[Owed, ...]
    ways: tuple[Way, ...]
    refused: tuple[Refusal, ...]
    yielded: tuple[Yielded, ...]
    offers: Offers
    options: Integers
    money: tuple[YearBudget, ...]
    units: tuple[str, ...]
    floors: tuple[tuple[str, str], ...]
    problem: Problem | None

    @cached_property
    def reached(self) -> frozenset[int]:
        """Return the places of the needs that something on offer reaches."""
        return frozenset(self.offers.asked.need[self.offers.demand].tolist())

    def way_of(self, action: int) -> Way:
        """Return the way in which an action has its site."""
        return self.ways[self.offers.offers[action].way]

    def reached_by(self, action: int) -> Integers:
        """Return the demands that an action reaches."""
        low, high = np.searchsorted(self.offers.offer, [action, action + 1])
        return self.offers.demand[low:high]


def propose(ground: Ground, assessment: Assessment, wishes: Wishes) -> Proposal:
    """Return what can be planned for the gaps of an assessment on ``ground``.

    ``problem`` is None where no gap can be filled by anything on offer. Raises InputError where
    the office has not said enough: no money, no spaces, no standard for any gap, an unknown wish.
    """
    pack, city = assessment.pack, ground.city
    check_wishes(pack, city, wishes)
    money = money_of(city, ground.as_of)
    ways, refused = ways_of(city, money, ground.as_of, wishes.barred)
    owed, needs = claims_of(city, pack, needs_of(ground, assessment))
    needs = buildable(needs, city.planning.standards)
    every = offers_of(ground, pack, needs, ways)
    held = [one for one in pack.planning.precedence if one.id not in wishes.set_aside]
    offers, yielded = in_order(every, ways, city.spaces, held)
    used: Integers = np.unique(np.array([one.way for one in offers.offers], dtype=np.int64))
    units = tuple(sorted({need.unit for need in needs if need.planned}))
    problem: Problem | None = None
    floors: tuple[tuple[str, str], ...] = ()
    if offers.offers:
        demands = _demands(needs, offers, units)
        decided = decided_among(city, offers, ways, money, wishes)
        equity, floors = _floors(pack, demands, units, wishes)
        problem = Problem(
            demands=demands,
            options=_options(ways, used, len(money)),
            actions=_actions(offers, ways, used, decided),
            budget_yuan=np.array([row.yuan for row in money], dtype=np.int64),
            exclusions=np.empty((0, 2), dtype=np.int64),
            floors=equity,
        )
    return Proposal(
        pack,
        wishes,
        needs,
        owed,
        ways,
        refused,
        yielded,
        offers,
        used,
        money,
        units,
        floors,
        problem,
    )


def _demands(needs: Sequence[Need], offers: Offers, units: tuple[str, ...]) -> Demands:
    own = [needs[at] for at in offers.asked.need.tolist()]
    unit_of = {name: at for at, name in enumerate(units)}
    priority = np.array([need.priority for need in own], dtype=np.int64)
    return Demands(
        people=offers.asked.people,
        priority=priority,
        unit=np.array([unit_of[need.unit] for need in own], dtype=np.int64),
        group=priority,
    )


def _options(ways: Sequence[Way], used: Integers, years: int) -> Options:
    own = [ways[at] for at in used.tolist()]
    _, site = np.unique(np.array([way.space for way in own]), return_inverse=True)
    _, alike = np.unique([f"{way.space} {way.mode}" for way in own], return_inverse=True)
    return Options(
        site=site.astype(np.int64),
        floor_m2=np.array([way.floor_m2 for way in own], dtype=np.float64),
        cost_yuan=np.array([way.hold_yuan for way in own], dtype=np.int64).reshape(-1, years),
        alike=alike.astype(np.int64),
    )


def _actions(
    offers: Offers, ways: Sequence[Way], used: Integers, decided: Sequence[int]
) -> Actions:
    own: Sequence[Offer] = offers.offers
    count = len(own)
    deeds = [f"{ways[o.way].space} {ways[o.way].mode} {o.standard}" for o in own]
    _, alike = np.unique(deeds, return_inverse=True)
    return Actions(
        option=np.searchsorted(used, np.array([offer.way for offer in own])),
        floor_m2=np.array([offer.floor_m2 for offer in own], dtype=np.float64),
        cost_yuan=np.array([offer.cost_yuan for offer in own], dtype=np.int64),
        # rules ask whether there is one and who walks there, not whether it is enough for all
        capacity_people=np.full(count, UNLIMITED, dtype=np.int64),
        first=np.searchsorted(offers.offer, np.arange(count + 1)),
        demand=offers.demand,
        people=offers.asked.people[offers.demand],
        decided=np.isin(np.arange(count), decided),
        barred=np.zeros(count, dtype=np.bool_),
        alike=alike.astype(np.int64),
    )


def _floors(
    pack: Pack, demands: Demands, units: tuple[str, ...], wishes: Wishes
) -> tuple[EquityFloors, tuple[tuple[str, str], ...]]:
    """Return a floor for each unit and wish: the share of those short whom the plan serves."""
    number = {one.id: at for at, one in enumerate(pack.planning.priority)} | {"": EVERY_GROUP}
    rows = []
    for name, share in sorted(wishes.least_share.items()):
        for unit, title in enumerate(units):
            inside = demands.unit == unit
            if name:
                inside &= demands.group == number[name]
            short = np.array([demands.people[inside].sum()])
            least = int(least_gain(share, short, np.zeros(1, np.int64))[0])
            if least > 0:
                rows.append((unit, number[name], least, (title, name)))
    columns = [np.array([row[at] for row in rows], dtype=np.int64) for at in range(3)]
    return EquityFloors(*columns), tuple(row[3] for row in rows)
