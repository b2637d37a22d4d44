"""What could be built: one kind of facility in one way to have a site, and whose need it fills."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lifecircle.assess.ground import Ground
from lifecircle.assess.profiles import walkers_of
from lifecircle.place.planning import BuildStandard, Space
from lifecircle.place.tables import City, Floats, Integers
from lifecircle.plan.needs import Need
from lifecircle.plan.ways import Way
from lifecircle.policy.decide import applies
from lifecircle.policy.measures import AreaPer100Households, FacilityArea, WalkMeasure
from lifecircle.policy.models import Pack
from lifecircle.policy.planning_order import size_for
from lifecircle.terms.errors import Fault, raise_all
from lifecircle.terms.taxonomy import categories as taxonomy
from lifecircle.walk.matrix import Pairs, pairs_within


@dataclass(frozen=True)
class Offer:
    """One kind of facility in one way: ``way`` and ``standard`` are places in their lists."""

    way: int
    standard: int
    floor_m2: float
    cost_yuan: tuple[int, ...]
    capacity_people: int | None


@dataclass(frozen=True, eq=False)
class Asked:
    """The demands (d,) of the planned needs: whose they are, where, and how many persons.

    ``need`` is a place in the list of needs, ``origin`` a row of the city's origins on foot, -1
    where the whole area counts.
    """

    need: Integers
    origin: Integers
    people: Integers


@dataclass(frozen=True, eq=False)
class Offers:
    """All offers and the pairs (p,) of an offer and a demand that it reaches, sorted by both."""

    offers: tuple[Offer, ...]
    asked: Asked
    offer: Integers
    demand: Integers


def demands_of(needs: Sequence[Need]) -> Asked:
    """Return the demands of the planned ones among ``needs``, in their order."""
    need, origin, people = [], [], []
    for at, one in enumerate(needs):
        if one.planned:
            size = max(len(one.origins), 1)
            need.append(np.full(size, at))
            origin.append(one.origins if len(one.origins) else np.array([-1]))
            people.append(one.at_origin if len(one.origins) else np.array([one.people or 0]))
    none = [np.empty(0, dtype=np.int64)]
    return Asked(
        *(np.concatenate([*none, *own]).astype(np.int64) for own in (need, origin, people))
    )


def buildable(needs: Sequence[Need], standards: Sequence[BuildStandard]) -> tuple[Need, ...]:
    """Return the needs, those kept out that no standard says how to fill.

    Raises InputError where that is all of them, by the rules they are of.
    """
    built = {standard.category for standard in standards}
    wanted = [need for need in needs if need.planned]
    lacking = {need.rule.id: need for need in wanted if not built & set(need.categories)}
    if wanted and all(need.rule.id in lacking for need in wanted):
        raise_all(
            Fault(
                f"没有一种配置标准能补“{need.rule.title.zh}”",
                place="“配置标准”表",
                remedy=f"写上{'、'.join(taxonomy()[code].zh for code in need.categories)}中的一类",
            )
            for need in lacking.values()
        )
    return tuple(
        need.without("no-standard") if need.planned and need.rule.id in lacking else need
        for need in needs
    )


def offers_of(ground: Ground, pack: Pack, needs: Sequence[Need], ways: Sequence[Way]) -> Offers:
    """Return every offer that reaches anybody, by year, space, mode and category."""
    maker = _Maker(ground, pack, needs, ways)
    found: list[tuple[Offer, Integers]] = []
    for number in sorted(range(len(ways)), key=lambda w: (ways[w].start, ways[w].space, w)):
        found += maker.of_way(number)
    sizes = [len(reach) for _, reach in found]
    return Offers(
        offers=tuple(offer for offer, _ in found),
        asked=maker.asked,
        offer=np.repeat(np.arange(len(found)), sizes),
        demand=np.concatenate([np.empty(0, np.int64), *(reach for _, reach in found)]),
    )


@dataclass(frozen=True, eq=False)
class _OnFoot:
    """Pairs (p,) of a space and a demand that walks to it in time, rising by space."""

    categories: tuple[str, ...]
    space: Integers
    demand: Integers


def _limit_s(need: Need) -> float:
    assert isinstance(need.rule.measure, WalkMeasure)
    return need.rule.measure.minutes * 60.0


class _Maker:
    def __init__(
        self, ground: Ground, pack: Pack, needs: Sequence[Need], ways: Sequence[Way]
    ) -> None:
        self._ground, self._city, self._pack = ground, ground.city, pack
        self._needs, self._ways = needs, ways
        self._standards = ground.city.planning.standards
        self.asked = demands_of(needs)
        self._first = np.searchsorted(self.asked.need, np.arange(len(needs) + 1))
        self._in_area: dict[tuple[str, int], list[int]] = {}
        for at, need in enumerate(needs):
            if need.planned and not len(need.origins):
                self._in_area.setdefault((need.level, need.row), []).append(at)
        self._on_foot = tuple(self._walked())
        self._least: dict[tuple[str, str, int], float] = {}

    def of_way(self, number: int) -> Iterator[tuple[Offer, Integers]]:
        """Yield the offers of a way with the demands that each reaches."""
        way = self._ways[number]
        space = self._city.spaces[way.space]
        for place, standard in enumerate(self._standards):
            base_m2 = max(standard.floor_m2 or 0.0, self._least_m2(standard, way, space))
            reach, floor_m2 = self._reached(way, space, standard, base_m2)
            if not len(reach) or not 0 < floor_m2 <= way.floor_m2:
                continue
            # nobody builds parts of a square metre
            floor_m2 = min(float(math.ceil(floor_m2)), way.floor_m2)
            yuan = round(floor_m2 * (way.yuan_per_m2 + standard.fit_out_yuan_per_m2))
            cost = tuple(yuan * (t == way.start) for t in range(len(way.hold_yuan)))
            yield Offer(number, place, floor_m2, cost, standard.capacity_people), reach

    def _reached(
        self, way: Way, space: Space, standard: BuildStandard, base_m2: float
    ) -> tuple[Integers, float]:
        """Return the demands that an offer reaches and the floor that it takes."""
        found: list[Integers] = []
        floor_m2 = base_m2
        for level, home in self._ground.levels.of_community.items():
            for at in self._in_area.get((level, int(home[space.community])), ()):
                need = self._needs[at]
                if standard.category not in need.categories:
                    continue
                if need.missing_m2 is not None:
                    enough_m2 = _floor_for(need, space)
                    if enough_m2 is None or max(base_m2, enough_m2) > way.floor_m2:
                        continue
                    floor_m2 = max(floor_m2, enough_m2)
                found.append(np.arange(self._first[at], self._first[at + 1]))
        for walk in self._on_foot:
            if standard.category in walk.categories:
                low, high = np.searchsorted(walk.space, [way.space, way.space + 1])
                found.append(walk.demand[low:high])
        return np.unique(np.concatenate([np.empty(0, np.int64), *found])), floor_m2

    def _least_m2(self, standard: BuildStandard, way: Way, space: Space) -> float:
        """Return the smallest floor that the policy lets a facility of this mode have.

        Rooms that are added to a facility count with it.
        """
        key = standard.category, way.mode, space.community
        if key not in self._least:
            self._least[key] = least_m2(self._pack, self._city, *key)
        return max(self._least[key] - _of_host(self._city, space), 0.0)

    def _walked(self) -> Iterator[_OnFoot]:
        """Yield for each rule about walking who reaches which space in time."""
        by_rule: dict[str, list[int]] = {}
        for at, need in enumerate(self._needs):
            if len(need.origins):
                by_rule.setdefault(need.rule.id, []).append(at)
        limits_s = {rule: _limit_s(self._needs[needs[0]]) for rule, needs in by_rule.items()}
        if not by_rule:
            return
        rows, pairs = self._pairs(max(limits_s.values()))
        for rule, needs in by_rule.items():
            # an origin lies in one community: it has at most one demand of a rule
            demand_of = np.full(len(self._city.origins), -1, dtype=np.int64)
            for at in needs:
                own = slice(self._first[at], self._first[at + 1])
                demand_of[self.asked.origin[own]] = np.arange(own.start, own.stop)
            near = pairs.within(limits_s[rule])
            demand = demand_of[near.origin]
            there = demand >= 0
            yield _OnFoot(self._needs[needs[0]].categories, rows[near.target[there]], demand[there])

    def _pairs(self, limit_s: float) -> tuple[Integers, Pairs]:
        """Return the spaces with a place, and who walks to which of them in time."""
        spaces = self._city.spaces
        rows = np.array([at for at, one in enumerate(spaces) if one.x_m is not None], np.int64)
        x_m: Floats = np.array([spaces[at].x_m for at in rows], dtype=np.float64)
        y_m: Floats = np.array([spaces[at].y_m for at in rows], dtype=np.float64)
        walks = self._ground.walks(*walkers_of(self._pack))
        sites = walks.snapper.snap(x_m, y_m)
        pairs = pairs_within(self._ground.network, walks.profile, walks.origins, sites, limit_s)
        return rows, pairs


def least_m2(pack: Pack, city: City, category: str, mode: str, community: int) -> float:
    """Return the least gross floor of a facility built by ``mode`` in a community, 0 if none.

    From the rules on the area of each facility, and from the planning size of the mode.
    """
    own = {name: words[community] for name, words in city.communities.attributes.items()}
    own |= {"mode": mode, "stage": "new" if mode == "new_build" else "existing"}
    size = size_for(pack, mode, own)
    least = [0.0]
    for rule in pack.rules:
        measure = rule.measure
        if not isinstance(measure, FacilityArea) or measure.basis != "gross_floor":
            continue
        if category not in pack.categories_of(measure) or rule.require.comparator != ">=":
            continue
        if applies(rule, own) or (size is not None and rule.id == size.minimum):
            least.append(float(rule.require.bounds[0]))
    return max(least)


def _of_host(city: City, space: Space) -> float:
    """Return the floor of the facility that a space extends, 0 where there is none or unknown."""
    if not space.facility or space.facility not in city.facilities.id:
        return 0.0
    row = city.facilities.id.index(space.facility)
    return city.facilities.details[row].amounts.get("floor_m2", 0.0)


def _floor_for(need: Need, space: Space) -> float | None:
    """Return the gross floor that fills an area need in a space, None where it cannot be said."""
    measure = need.rule.measure
    assert isinstance(measure, AreaPer100Households)
    assert need.missing_m2 is not None
    if measure.basis == "gross_floor":
        return need.missing_m2
    usable_m2 = space.amounts.get("usable_m2")
    if measure.basis == "site" or not usable_m2:
        return None
    return need.missing_m2 * space.amounts["floor_m2"] / usable_m2
