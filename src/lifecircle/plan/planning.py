"""From the gaps of an assessment to plans that an office can defend, explained action by action."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.plan.community_plans import CommunityPlan, Site, community_plans, sites_of
from lifecircle.plan.deciding import PLANS, Decision, Loss, decide, losses, no_plan
from lifecircle.plan.effects import Gain, filled_by, gains_of
from lifecircle.plan.model.outcome import NoPlanError, Plan
from lifecircle.plan.model.solving import Limits
from lifecircle.plan.promise import Promise, promise_of
from lifecircle.plan.proposal import Proposal, propose
from lifecircle.plan.wishes import Wishes
from lifecircle.terms.progress import Progress, silent


@dataclass(frozen=True, eq=False)
class Worked:
    """One plan with what it builds, promises and means for each community.

    ``losses`` are empty where nobody asked what is lost without each action.
    """

    plan: Plan
    sites: tuple[Site, ...]
    promise: Promise
    gains: tuple[Gain, ...]
    communities: tuple[CommunityPlan, ...]
    losses: tuple[Loss, ...] = ()

    @cached_property
    def filled(self) -> frozenset[tuple[str, str]]:
        """Return (area, rule) of the needs that are met once it is built."""
        return filled_by(self.gains)


@dataclass(frozen=True, eq=False)
class Planned:
    """What was proposed, and the plans, the recommended one first; none where nothing is on offer.

    ``decision`` is None there.
    """

    proposal: Proposal
    decision: Decision | None
    plans: tuple[Worked, ...]


@dataclass(frozen=True)
class Effort:
    """How long to look for plans and, after that, for what is lost without each action.

    ``plans`` is how many about as good are looked for.
    """

    solving: Limits
    explaining: Limits
    plans: int = PLANS


def plan_city(
    ground: Ground,
    assessment: Assessment,
    wishes: Wishes,
    effort: Effort,
    progress: Progress = silent,
) -> Planned:
    """Plan for the gaps that ``assessment`` found on ``ground``.

    Raises InputError where the office's forms do not say enough, where they contradict themselves,
    or where what is wished for cannot be (it then names what clashes).
    """
    progress("规划 列出缺口、空间和可做的事")
    proposal = propose(ground, assessment, wishes)
    if proposal.problem is None:
        return Planned(proposal, None, ())
    progress("规划 求解")
    try:
        decision = decide(proposal.problem, effort.solving, effort.plans)
    except NoPlanError as error:
        if not error.proved:
            raise
        raise no_plan(ground.city, proposal, effort.solving) from error
    plans = []
    for number, plan in enumerate(decision.plans, start=1):
        progress(f"规划 方案{number}建成之后")
        promise = promise_of(ground, assessment, proposal, plan, progress)
        gains = gains_of(ground, proposal, plan, promise)
        plans.append(
            Worked(
                plan=plan,
                sites=sites_of(ground.city, proposal, plan),
                promise=promise,
                gains=gains,
                communities=community_plans(ground.city, proposal, plan, gains),
                losses=_losses(proposal, plan, effort, progress) if number == 1 else (),
            )
        )
    return Planned(proposal, decision, tuple(plans))


def _losses(proposal: Proposal, plan: Plan, effort: Effort, progress: Progress) -> tuple[Loss, ...]:
    found = []
    for done, loss in enumerate(losses(proposal, plan, effort.explaining), start=1):
        progress(f"规划 逐项去掉重新求解 {done}/{len(plan.chosen)}")
        found.append(loss)
    return tuple(found)
