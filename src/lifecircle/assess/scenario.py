"""Who gains and who loses by edits: two assessments and two walks of the same people, compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.assess.people import Mask, People, people_in
from lifecircle.assess.profiles import walkers_of
from lifecircle.assess.walks import Walks
from lifecircle.place.tables import City, Floats, Integers
from lifecircle.policy.measures import CountWithin, WalkMeasure
from lifecircle.policy.models import Pack, Rule
from lifecircle.terms.progress import Progress, silent

GROUPS = ("residents", "older", "children")
LEAST_TENTHS = 10
"""A way that differs by less than a second is as long as it was."""

MOVED_M = 0.05
"""A door that is farther from any way by more has lost its own and joins another; a cut moves a way
by a millimetre at most."""

Count = int | None
Counts = tuple[Count, Count, Count]
"""Residents, older people and children; None where nobody counted them."""


@dataclass(frozen=True)
class Pair:
    """A finding as things are, and as they would be; the people served on foot where it walks."""

    before: Finding
    after: Finding
    served: tuple[Counts, Counts] | None = None

    @property
    def turned(self) -> bool:
        """Say whether the verdict is another."""
        return self.before.verdict != self.after.verdict

    @property
    def changed(self) -> bool:
        """Say whether anything is another that the page or the table shows."""
        shown = ("verdict", "observed", "share", "time_min", "median_min", "worst_tenth_min")
        moved = any(getattr(self.before, name) != getattr(self.after, name) for name in shown)
        return moved or (self.served is not None and self.served[0] != self.served[1])


@dataclass(frozen=True, eq=False)
class Nearness:
    """The way to the nearest facility of ``categories`` from each origin (o,), in both cities.

    ``gain`` (o,) are tenths of a second by which it is shorter, negative where it is longer, zero
    where it changed by less than a second or leads nowhere within an hour in one city; ``reached``
    and ``cut_off`` (o,) say where that is so: within an hour only now, or no longer.
    """

    title: str
    categories: tuple[str, ...]
    gain: Integers
    reached: Mask
    cut_off: Mask

    @property
    def nearer(self) -> Mask:
        """Say who (o,) has a facility nearer, or within an hour at all."""
        return (self.gain > 0) | self.reached

    @property
    def farther(self) -> Mask:
        """Say who (o,) has it farther, or no longer within an hour."""
        return (self.gain < 0) | self.cut_off


@dataclass(frozen=True)
class Tally:
    """Who gains and who loses in an area; people who gain the first or lose the last are in both.

    ``people`` are all of them. ``saved`` and ``lost`` are tenths of a second times residents, of
    ways within an hour in both cities; ``most_saved`` and ``most_lost`` tenths of a second.
    ``share_nearer`` and ``share_farther`` are (part, whole) of the weight: where nobody counted
    people they are all there is.
    """

    people: Counts
    nearer: Counts
    farther: Counts
    reached: Count
    cut_off: Count
    saved: Count
    lost: Count
    most_saved: int
    most_lost: int
    share_nearer: tuple[int, int]
    share_farther: tuple[int, int]

    @property
    def changes(self) -> bool:
        """Say whether anybody gains or loses."""
        return self.share_nearer[0] > 0 or self.share_farther[0] > 0


@dataclass(frozen=True, eq=False)
class Scenario:
    """One pack on both cities.

    ``by_community`` are the tallies of each of ``nearness`` by community (c,), ``whole`` those of
    the city; ``anywhere`` and ``anywhere_whole`` count who gains or loses in any of them.
    ``displaced`` are the origins (o,) whose own way is closed, so that their doors join another,
    ``leg_m`` away, straight over whatever lies between. What comes nearer by that, for them or to a
    facility displaced likewise, is no gain.
    """

    pack: Pack
    as_of: date
    before: Assessment
    after: Assessment
    pairs: tuple[Pair, ...]
    nearness: tuple[Nearness, ...]
    by_community: tuple[tuple[Tally, ...], ...]
    whole: tuple[Tally, ...]
    anywhere: tuple[Tally, ...]
    anywhere_whole: Tally
    displaced: Mask
    leg_m: Floats


def scenario(
    pack: Pack,
    ground: Ground,
    there: Ground,
    progress: Progress = silent,
    beside: Sequence[str] = (),
) -> Scenario:
    """Compare a city with what it would be, the same people in it. Pure, as `assess`."""
    progress("评估 现状")
    before = assess_on(ground, pack, progress, beside)
    progress("评估 改动之后")
    after = assess_on(there, pack, progress, beside)
    pack, city = before.pack, ground.city
    walkers = walkers_of(pack)
    walks = ground.walks(*walkers), there.walks(*walkers)
    displaced = (walks[1].leg_m - walks[0].leg_m > MOVED_M) & ~_other_gates(city, there.city)
    nearness = _nearness(pack, walks, displaced, _lost_facilities((city, there.city), walks))
    by_community = tuple(tuple(_tallies(city, one)) for one in nearness)
    anywhere = tuple(_tallies(city, _anywhere(nearness, len(city.origins))))
    return Scenario(
        pack=pack,
        as_of=ground.as_of,
        before=before,
        after=after,
        pairs=tuple(_pairs(before, after, _served(pack, city, walks))),
        nearness=nearness,
        by_community=by_community,
        whole=tuple(_sum(rows) for rows in by_community),
        anywhere=anywhere,
        anywhere_whole=_sum(anywhere),
        displaced=displaced,
        leg_m=walks[1].leg_m,
    )


def _walking_rules(pack: Pack) -> list[tuple[Rule, WalkMeasure]]:
    return [(rule, rule.measure) for rule in pack.rules if isinstance(rule.measure, WalkMeasure)]


def _other_gates(city: City, there: City) -> Mask:
    """Say which origins (o,) have other gates there."""
    gates = [
        set(zip(own.gate_of.tolist(), own.gate_x_m.tolist(), own.gate_y_m.tolist(), strict=True))
        for own in (city.origins, there.origins)
    ]
    other = {gate[0] for gate in gates[0] ^ gates[1]}
    return np.isin(np.arange(len(city.origins)), list(other))


def _lost_facilities(cities: tuple[City, City], walks: tuple[Walks, Walks]) -> Mask:
    """Say which facilities (f,) of the second city are farther from any way than in the first."""
    was, now = (
        dict(zip(own.facilities.id, walk.facility_leg_m.tolist(), strict=True))
        for own, walk in zip(cities, walks, strict=True)
    )
    return np.array([leg_m - was.get(own, leg_m) > MOVED_M for own, leg_m in now.items()], np.bool_)


def _nearness(
    pack: Pack, walks: tuple[Walks, Walks], displaced: Mask, lost: Mask
) -> tuple[Nearness, ...]:
    """Return the nearness of each kind of facility that the pack's rules about walking ask for.

    No gain of origins (o,) ``displaced`` or to facilities (f,) ``lost`` counts.
    """
    asked: dict[tuple[str, ...], str] = {}
    for rule, measure in _walking_rules(pack):
        kind = pack.header.kinds.get(measure.kind)
        categories = tuple(sorted(pack.categories_of(measure)))
        asked.setdefault(categories, kind.zh if kind else rule.title.zh)
    found = []
    for categories, title in asked.items():
        was, now = (own.lane(categories, 1) for own in walks)
        target = now.nearest.target[:, 0]
        doubted = displaced.copy()
        some = target >= 0
        doubted[some] |= lost[now.rows[target[some]]]
        found.append(_near(title, categories, was.time_s, now.time_s, doubted))
    return tuple(found)


def _near(
    title: str, categories: tuple[str, ...], was_s: Floats, now_s: Floats, doubted: Mask
) -> Nearness:
    there, then = np.isfinite(was_s), np.isfinite(now_s)
    both = there & then
    gain = np.zeros(len(was_s), dtype=np.int64)
    gain[both] = np.rint((was_s[both] - now_s[both]) * 10).astype(np.int64)
    gain[np.abs(gain) < LEAST_TENTHS] = 0
    gain[doubted] = np.minimum(gain[doubted], 0)
    return Nearness(title, categories, gain, ~there & then & ~doubted, there & ~then)


def _anywhere(nearness: Sequence[Nearness], origins: int) -> Nearness:
    """Return who gains or loses in any kind, with no minutes: those of kinds do not add up."""
    none = np.zeros(origins, dtype=np.bool_)
    nearer = np.logical_or.reduce([none, *(one.nearer for one in nearness)])
    farther = np.logical_or.reduce([none, *(one.farther for one in nearness)])
    return Nearness("", (), np.zeros(origins, dtype=np.int64), nearer, farther)


def _tallies(city: City, one: Nearness) -> list[Tally]:
    """Count who gains and who loses in each community (c,)."""
    people = People.by_community(city)
    everyone = np.ones(len(city.origins), dtype=np.bool_)
    groups = [_counts(city, mask) for mask in (everyone, one.nearer, one.farther)]
    reached, cut_off = (_known(people_in(city, "residents", own))
                        for own in (one.reached, one.cut_off))  # fmt: skip
    gained, lost = np.maximum(one.gain, 0), np.maximum(-one.gain, 0)
    saved_by, lost_by = _times(city, gained), _times(city, lost)
    most_saved, most_lost = _most(people, gained), _most(people, lost)
    weight = people.weight().tolist()
    nearer, farther = (people.weight(own).tolist() for own in (one.nearer, one.farther))
    return [
        Tally(
            people=groups[0][row],
            nearer=groups[1][row],
            farther=groups[2][row],
            reached=reached[row] if one.reached.any() else 0,
            cut_off=cut_off[row] if one.cut_off.any() else 0,
            saved=saved_by[row],
            lost=lost_by[row],
            most_saved=most_saved[row],
            most_lost=most_lost[row],
            share_nearer=(nearer[row], weight[row]),
            share_farther=(farther[row], weight[row]),
        )
        for row in range(people.count)
    ]


def _known(values: Integers) -> list[Count]:
    return [None if one < 0 else one for one in values.tolist()]


def _counts(city: City, mask: Mask) -> list[Counts]:
    """Return residents, older people and children in a mask (o,) by community (c,)."""
    groups = [_known(people_in(city, group, mask)) for group in GROUPS]
    nobody = ~np.isin(np.arange(len(city.communities)), city.origins.community[mask])
    return [
        (0, 0, 0) if none else (own[0], own[1], own[2])
        for own, none in zip(zip(*groups, strict=True), nobody.tolist(), strict=True)
    ]


def _times(city: City, tenths: Integers) -> list[Count]:
    """Return the sum of residents times tenths of a second by community, None if one is unknown."""
    people, residents = People.by_community(city), city.origins.residents
    unknown = people.sum(((residents < 0) & (tenths > 0)).astype(np.int64))
    summed = people.sum(np.maximum(residents, 0) * tenths)
    return [
        None if bad else own for own, bad in zip(summed.tolist(), unknown.tolist(), strict=True)
    ]


def _most(people: People, tenths: Integers) -> list[int]:
    most = np.zeros(people.count, dtype=np.int64)
    there = people.home >= 0
    np.maximum.at(most, people.home[there], tenths[there])
    return [int(own) for own in most]


def _sum(rows: Sequence[Tally]) -> Tally:
    """Add up the tallies of all communities; what is unknown of one is unknown of the whole."""

    def added(values: Sequence[Count]) -> Count:
        known = [own for own in values if own is not None]
        return sum(known) if len(known) == len(values) else None

    def grouped(name: str) -> Counts:
        first, second, third = (
            added([getattr(row, name)[at] for row in rows]) for at in range(len(GROUPS))
        )
        return first, second, third

    def share(pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
        return sum(own[0] for own in pairs), sum(own[1] for own in pairs)

    return Tally(
        people=grouped("people"),
        nearer=grouped("nearer"),
        farther=grouped("farther"),
        reached=added([row.reached for row in rows]),
        cut_off=added([row.cut_off for row in rows]),
        saved=added([row.saved for row in rows]),
        lost=added([row.lost for row in rows]),
        most_saved=max((row.most_saved for row in rows), default=0),
        most_lost=max((row.most_lost for row in rows), default=0),
        share_nearer=share([row.share_nearer for row in rows]),
        share_farther=share([row.share_farther for row in rows]),
    )


Served = Mapping[tuple[str, str], tuple[Counts, Counts]]


def _served(pack: Pack, city: City, walks: tuple[Walks, Walks]) -> Served:
    """Return who is served on foot by rule and community, in both cities."""
    found = {}
    for rule, measure in _walking_rules(pack):
        enough = int(rule.require.value or rule.require.low or 0)
        count = max(enough, 1) if isinstance(measure, CountWithin) else 1
        categories = pack.categories_of(measure)
        masks = [
            own.reached(own.lane(categories, count), measure.minutes * 60.0, count) >= count
            for own in walks
        ]
        counts = [_counts(city, mask) for mask in masks]
        for own_id, was, now in zip(city.communities.id, *counts, strict=True):
            found[rule.id, own_id] = was, now
    return found


def _pairs(before: Assessment, after: Assessment, served: Served) -> list[Pair]:
    """Return what walks, other walkers beside, and whatever else is changed, sorted by key."""
    then = {finding.key: finding for finding in (*after.findings, *after.beside)}
    found = []
    for was in sorted([*before.findings, *before.beside], key=lambda own: own.key):
        if was.key not in then:
            continue
        on_foot = was.reading == "walk" and (was.rule, was.subject) in served
        own = served[was.rule, was.subject] if on_foot and was.profile == before.profile else None
        pair = Pair(was, then[was.key], own)
        if on_foot or pair.changed:
            found.append(pair)
    return found
