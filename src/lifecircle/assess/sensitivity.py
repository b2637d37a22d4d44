"""Which verdicts would turn if one thing that a walk takes for granted were otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lifecircle.assess.assumptions import Assumption, Change
from lifecircle.assess.examining import needed
from lifecircle.assess.findings import Finding
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import Judge
from lifecircle.place.tables import City
from lifecircle.policy.measures import WalkMeasure, parts_of
from lifecircle.policy.models import Pack, Rule
from lifecircle.terms.progress import Progress, silent
from lifecircle.walk.network import Network

Key = tuple[str, str, str, str, str]
SETTLED = ("met", "not met")


@dataclass(frozen=True)
class Turned:
    """A finding today, and the same under another assumption with another verdict."""

    today: Finding
    then: Finding

    @property
    def settled(self) -> bool:
        """Say whether it turns between met and not met; else one of them is not assessed."""
        return self.today.verdict in SETTLED and self.then.verdict in SETTLED


@dataclass(frozen=True)
class Trial:
    """What one changed assumption turns, between met and not met first.

    ``communities`` is how many communities the data let it touch; none means that nothing was
    tried. ``origins`` and ``facilities`` are how many of them it leaves off the network.
    """

    assumption: Assumption
    communities: int
    origins: int
    facilities: int
    turned: tuple[Turned, ...]


@dataclass(frozen=True)
class Sensitivity:
    """The trials of one pack; ``judged`` findings rest on a walk, of which any could turn."""

    pack: Pack
    as_of: date
    judged: int
    trials: tuple[Trial, ...]

    @cached_property
    def times(self) -> Counter[Key]:
        """Return under how many assumptions each finding turns, of those that do."""
        return Counter(one.today.key for trial in self.trials for one in trial.turned)


def sensitivity(
    pack: Pack,
    city: City,
    network: Network,
    as_of: date,
    tried: Sequence[Change],
    progress: Progress = silent,
) -> Sensitivity:
    """Judge what rests on a walk as things are and again under each change, one at a time.

    A rule about minutes in the reading of the circle rests on no walk and stays out; a rule made
    of others is in, since some of its parts may have no circle. Pure, like the assessment.
    """
    pack = pack.on(as_of)
    walked = walking_rules(pack)
    if not walked:
        return Sensitivity(pack, as_of, 0, ())
    progress("试算 按现在的假设")
    before = _Run(Change(_AS_IS, pack, city, 0), network, as_of, walked)
    trials = []
    for change in tried:
        turned: list[Turned] = []
        origins = facilities = 0
        if change.communities:
            progress(f"试算 {change.assumption.kind} {change.assumption.changed}")
            after = _Run(change, network, as_of, walked)
            turned = _turned(pack, before, after)
            if change.most_leg_m < float("inf"):
                origins, facilities = (
                    was - now for was, now in zip(before.joined, after.joined, strict=True)
                )
        trials.append(
            Trial(change.assumption, change.communities, origins, facilities, tuple(turned))
        )
    return Sensitivity(pack, as_of, len(before.findings), tuple(trials))


_AS_IS = Assumption("spread", "given", "given")


def walking_rules(pack: Pack) -> frozenset[str]:
    """Return the rules about minutes on foot and those made of them."""

    def walks(rule: Rule) -> bool:
        return _on_foot(rule) or any(walks(pack.rule(part)) for part in parts_of(rule.measure))

    return frozenset(rule.id for rule in pack.rules if walks(rule))


def _on_foot(rule: Rule) -> bool:
    return isinstance(rule.measure, WalkMeasure)


class _Run:
    """The findings that rest on a walk, by key."""

    def __init__(
        self, change: Change, network: Network, as_of: date, walked: frozenset[str]
    ) -> None:
        pack = change.pack.on(as_of)
        ground = Ground(change.city, network, as_of, most_leg_m=change.most_leg_m)
        judge = Judge(pack, ground)
        wanted = set[str]().union(*(needed(pack, pack.rule(own)) for own in walked))
        for rule in pack.rules:
            if rule.id in wanted:
                judge.judge(rule)
        self.joined = judge.walks.joined()
        self.findings: dict[Key, Finding] = {
            finding.key: finding
            for (rule_id, reading), group in judge.found.items()
            if rule_id in walked and not (reading == "circle" and _on_foot(pack.rule(rule_id)))
            for finding in group
        }


def _turned(pack: Pack, before: _Run, after: _Run) -> list[Turned]:
    """Return what turned, between met and not met first, then by rule in the pack's order."""
    order = {rule.id: at for at, rule in enumerate(pack.rules)}
    found = [
        Turned(today, after.findings[key])
        for key, today in before.findings.items()
        if key in after.findings and after.findings[key].verdict != today.verdict
    ]
    return sorted(found, key=lambda one: (not one.settled, order[one.today.rule], one.today.key))
