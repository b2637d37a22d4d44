"""What each action of a plan does: who gains, from how many minutes to how many, which clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from lifecircle.assess.findings import Finding
from lifecircle.assess.ground import Ground
from lifecircle.assess.people import UNKNOWN
from lifecircle.assess.profiles import walkers_of
from lifecircle.place.tables import Floats, Integers
from lifecircle.plan.model.outcome import Plan
from lifecircle.plan.needs import Need, people_at_origins
from lifecircle.plan.promise import Promise
from lifecircle.plan.proposal import Proposal


@dataclass(frozen=True, eq=False)
class Gain:
    """What an action does for one need.

    ``people`` short of it today whom the action reaches and the plan serves; those whom several
    actions reach stand with each. ``before_min`` and ``after_min`` are what half of them need at
    most on foot to the nearest facility of the need's kinds, infinite where there is none within
    an hour, None where nobody knows how many live where. ``before`` and ``after`` are the findings.
    """

    action: int
    need: Need
    people: int
    before_min: float | None
    after_min: float | None
    before: Finding
    after: Finding

    @property
    def met(self) -> bool:
        """Say whether the clause is met once the whole plan is there."""
        return self.after.verdict == "met"


def gains_of(ground: Ground, proposal: Proposal, plan: Plan, promise: Promise) -> tuple[Gain, ...]:
    """Return what each action of ``plan`` does, by action and need."""
    return tuple(_Gains(ground, proposal, plan, promise).all())


def filled_by(gains: Iterable[Gain]) -> frozenset[tuple[str, str]]:
    """Return (area, rule) of the needs whose clause is met."""
    return frozenset((gain.need.subject, gain.need.rule.id) for gain in gains if gain.met)


class _Gains:
    def __init__(self, ground: Ground, proposal: Proposal, plan: Plan, promise: Promise) -> None:
        self._ground, self._proposal, self._plan = ground, proposal, plan
        self._then = {finding.key: finding for finding in promise.assessment.findings}
        walkers = walkers_of(proposal.pack)
        self._walks = ground.walks(*walkers), promise.ground.walks(*walkers)
        self._people = people_at_origins(ground.city)

    def all(self) -> Iterator[Gain]:
        asked, served = self._proposal.offers.asked, self._plan.served
        for action in self._plan.chosen.tolist():
            demands = self._proposal.reached_by(action)
            demands = demands[served[demands] > 0]
            for at in np.unique(asked.need[demands]).tolist():
                own = demands[asked.need[demands] == at]
                need = self._proposal.needs[at]
                before_min, after_min = self._minutes(need, asked.origin[own])
                yield Gain(
                    action=action,
                    need=need,
                    people=int(served[own].sum()),
                    before_min=before_min,
                    after_min=after_min,
                    before=need.finding,
                    after=self._then[need.finding.key],
                )

    def _minutes(self, need: Need, origins: Integers) -> tuple[float | None, float | None]:
        if (origins < 0).any():
            home = self._ground.levels.of_community[need.level][self._ground.city.origins.community]
            origins = np.flatnonzero(home == need.row)
        people = self._people[origins]
        if not len(origins) or (people == UNKNOWN).any() or not people.sum():
            return None, None
        before, after = (
            _median_min(walks.lane(need.categories, 1).time_s[origins], people)
            for walks in self._walks
        )
        return before, after


def _median_min(time_s: Floats, people: Integers) -> float:
    """Return the minutes in which half of the people arrive, infinite where they do not."""
    order = np.argsort(time_s, kind="stable")
    at = int(np.searchsorted(2 * np.cumsum(people[order]), people.sum()))
    return float(time_s[order][at]) / 60.0
