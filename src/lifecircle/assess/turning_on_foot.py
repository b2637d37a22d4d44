"""What would turn a verdict about facilities within minutes: new places, losses, metres."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import numpy as np

from lifecircle.assess.circles import SAME_PLACE_M, centres, radii_m
from lifecircle.assess.examining import Case, Examination
from lifecircle.assess.measured import upper
from lifecircle.assess.people import Mask
from lifecircle.assess.turns import Turn, judged_as
from lifecircle.place.tables import Integers
from lifecircle.policy.decide import UNBOUNDED
from lifecircle.policy.measures import CountWithin, WalkMeasure
from lifecircle.terms.figures import decimal_text, share_text

MOST_PLACES = 5
MOST_DOORS = 40
MOST_LOSSES = 3


def on_foot(examined: Examination, case: Case) -> list[Turn]:
    """Return what would turn a walk measure, in the reading of the case."""
    if case.reading == "circle":
        return _in_circle(examined, case)
    community = _Community(examined, case)
    if case.finding.verdict == "met":
        return community.losses()
    return [*community.people(), *community.nearer(), *community.places()]


class _Community:
    """The origins of one community (n rows) and how many facilities each reaches."""

    def __init__(self, examined: Examination, case: Case) -> None:
        measure = case.rule.measure
        assert isinstance(measure, WalkMeasure)
        self._case, self._city, self._walks = case, examined.city, examined.judge.walks
        self._codes = examined.pack.categories_of(measure)
        self._limit_s = measure.minutes * 60.0
        require = case.rule.require
        counts = isinstance(measure, CountWithin)
        self._counts = counts
        self._enough = max(int(require.value or require.low or 0), 1) if counts else 1
        self._rows = np.flatnonzero(self._city.origins.community == case.row)
        self._weight = self._city.origins.weight[self._rows]
        self._lane = self._walks.lane(self._codes, self._enough)
        reached = self._walks.reached(self._lane, self._limit_s, self._enough)
        self._reached = reached[self._rows]

    def _figure(self, reached: Integers) -> Fraction:
        if self._counts:
            return Fraction(int(reached.min(initial=self._enough)))
        return Fraction(int(self._weight[reached >= 1].sum()), int(self._weight.sum()))

    def _share(self, reached: Integers) -> str:
        served = int(self._weight[reached >= self._enough].sum())
        return share_text(served, int(self._weight.sum()))

    def people(self) -> list[Turn]:
        """Say how many people more must be within reach."""
        require = self._case.rule.require
        if require.comparator not in (">=", ">"):
            return []
        whole = int(self._weight.sum())
        served = int(self._weight[self._reached >= self._enough].sum())
        bound = Fraction(1) if self._counts else Fraction(require.value or 0)
        need = ceil(bound * whole) - served
        if require.comparator == ">" and not self._counts and bound * whole == need + served:
            need += 1
        if need <= 0:
            return []
        after = self._enough if self._counts else Fraction(served + need, whole)
        return [Turn("people", judged_as(self._case.rule, Fraction(after), Fraction(after)),
                     str(need), "people")]  # fmt: skip

    def nearer(self) -> list[Turn]:
        """Say by how many metres the longest way is too long."""
        found = self._case.finding
        if not found.distance_m or self._enough > 1:
            return []
        most_m = float(self._walks.profile.metres(self._limit_s))
        time_s = self._lane.time_s[self._city.origins.id.index(found.origin)]
        over_m = ceil(float(decimal_text(float(self._walks.profile.metres(time_s)), 0)) - most_m)
        if over_m <= 0:
            return []
        return [Turn("nearer", "met" if self._worst_is_all() else found.verdict, str(over_m), "m")]

    def _worst_is_all(self) -> bool:
        """Say whether the worst-served origin alone is short."""
        return int((self._reached < self._enough).sum()) == 1

    def places(self) -> list[Turn]:
        """Say before which doors facilities would be enough, chosen one by one.

        The first is the one that serves most; one alone is the least, several are enough but
        perhaps not the least.
        """
        reached = self._reached.copy()
        chosen: list[str] = []
        served: dict[int, Mask] = {}
        rule = self._case.rule
        while len(chosen) < MOST_PLACES:
            short = np.flatnonzero(reached < self._enough)
            if not len(short):
                break
            doors = short[np.argsort(-self._weight[short], kind="stable")][:MOST_DOORS]
            for door in doors.tolist():
                if door not in served:
                    near = self._walks.near_door(int(self._rows[door]), self._limit_s)
                    served[door] = near[self._rows]
            gains = [self._gain(reached, served[door]) for door in doors.tolist()]
            best = int(doors[int(np.argmax(gains))])
            if max(gains) <= 0:
                break
            reached = reached + served[best]
            chosen.append(self._city.origins.id[int(self._rows[best])])
            figure = self._figure(reached)
            if judged_as(rule, figure, figure) == "met":
                return [
                    Turn("places", "met", str(len(chosen)), "count", tuple(chosen),
                         self._share(reached))
                ]  # fmt: skip
        return []

    def _gain(self, reached: Integers, near: Mask) -> int:
        return int(self._weight[near & (reached < self._enough)].sum())

    def losses(self) -> list[Turn]:
        """Say without which one facility the rule would no longer be met."""
        lane = self._walks.lane(self._codes, self._enough + 1)
        reached = self._walks.reached(lane, self._limit_s, self._enough + 1)[self._rows]
        relies = reached == self._enough
        targets = lane.nearest.target[self._rows, : self._enough]
        told = []
        for target in np.unique(targets[relies & (targets >= 0).all(axis=1)]).tolist():
            without = np.minimum(reached, self._enough)
            without = without - (relies & (targets == target).any(axis=1))
            figure = self._figure(without)
            top = UNBOUNDED if self._counts else Fraction(1)
            most = upper(figure, self._case.figure.reasons, top)
            verdict = judged_as(self._case.rule, figure, most)
            if verdict != "met":
                own_id = self._city.facilities.id[int(lane.rows[target])]
                told.append(Turn("closed", verdict, names=(own_id,), share=self._share(without)))
        told.sort(key=lambda turn: (Fraction(turn.share or 0), turn.names))
        return told[:MOST_LOSSES]


def _in_circle(examined: Examination, case: Case) -> list[Turn]:
    """Say how many more must stand in the circle, or how far the nearest is from it."""
    circle = examined.pack.header.circle
    assert circle is not None
    there = int(case.finding.observed or 0)
    counts = isinstance(case.rule.measure, CountWithin)
    need = max(int(case.rule.require.value or case.rule.require.low or 0), 1) if counts else 1
    radius_m = float(radii_m(examined.city, circle)[case.row])
    if case.finding.verdict == "met":
        return _lost_in_circle(examined, case, radius_m) if there == need else []
    after = Fraction(need if counts else 1)
    verdict = judged_as(case.rule, after, after)
    told = [Turn("in-circle", verdict, str(need - there), "count")]
    if case.finding.distance_m and need - there == 1:
        over_m = ceil(float(case.finding.distance_m) - radius_m)
        told.append(Turn("circle-nearer", verdict, str(over_m), "m", (case.finding.facility,)))
    return told


def _lost_in_circle(examined: Examination, case: Case, radius_m: float) -> list[Turn]:
    measure = case.rule.measure
    assert isinstance(measure, WalkMeasure)
    city = examined.city
    centre = centres(city)[case.row]
    rows = city.of_categories(examined.pack.categories_of(measure))
    names = tuple(
        city.facilities.id[row]
        for row in rows.tolist()
        if city.facilities.shape[row].distance(centre) <= radius_m + SAME_PLACE_M
    )
    figure = Fraction(len(names) - 1)
    top = UNBOUNDED if isinstance(measure, CountWithin) else Fraction(1)
    verdict = judged_as(case.rule, figure, upper(figure, case.figure.reasons, top))
    return [Turn("closed", verdict, names=(own,)) for own in names[:MOST_LOSSES]]
