"""One community, one plan (一社区一策): goal, content, mode, schedule, operation; what is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lifecircle.place.planning import BuildStandard
from lifecircle.place.tables import City
from lifecircle.plan.claims import Owed
from lifecircle.plan.effects import Gain, filled_by
from lifecircle.plan.model.outcome import Plan
from lifecircle.plan.needs import Need
from lifecircle.plan.offers import Offer
from lifecircle.plan.proposal import Proposal
from lifecircle.plan.ways import Way
from lifecircle.policy.planning import PlanField


@dataclass(frozen=True)
class Project:
    """One facility that is built: an action with what it stands on; ``yuan`` its own cost.

    ``ready_on`` None where the months of its works are unknown.
    """

    action: int
    offer: Offer
    way: Way
    standard: BuildStandard
    yuan: int
    ready_on: date | None


@dataclass(frozen=True)
class Site:
    """One site that the plan takes: its projects, and what is paid once for the whole of it."""

    space: int
    way: Way
    hold_yuan: int
    projects: tuple[Project, ...]

    @property
    def is_complex(self) -> bool:
        """Say whether several kinds of facility share it (综合体), and not one alone (插花)."""
        return len(self.projects) > 1


@dataclass(frozen=True, eq=False)
class CommunityPlan:
    """The plan of one community (a row).

    ``goals`` are its needs that the plan fills, by whatever site; ``sites`` those that stand in it;
    ``owed`` what it claims first; ``open`` the needs left with why: claimed, people-unknown,
    several-missing, no-standard, no-site, no-money, waived, not assessed, asked for. ``missing``
    are the fields that the pack requires and that nobody filled in yet.
    """

    community: int
    goals: tuple[Need, ...]
    sites: tuple[Site, ...]
    owed: tuple[Owed, ...]
    open: tuple[tuple[Need, str], ...]
    missing: tuple[PlanField, ...]

    @property
    def complete(self) -> bool:
        """Say whether all that the pack requires is there."""
        return not self.missing


def sites_of(city: City, proposal: Proposal, plan: Plan) -> tuple[Site, ...]:
    """Return the sites that a plan takes, by space, each with its projects in order."""
    by_way: dict[int, list[int]] = defaultdict(list)
    for action in plan.chosen.tolist():
        by_way[proposal.offers.offers[action].way].append(action)
    sites = []
    for number, actions in by_way.items():
        way = proposal.ways[number]
        projects = tuple(_project(city, proposal, action) for action in actions)
        sites.append(Site(way.space, way, sum(way.hold_yuan), projects))
    return tuple(sorted(sites, key=lambda site: site.space))


def _project(city: City, proposal: Proposal, action: int) -> Project:
    offer, way = proposal.offers.offers[action], proposal.way_of(action)
    standard = city.planning.standards[offer.standard]
    return Project(
        action, offer, way, standard, sum(offer.cost_yuan), way.ready_on(standard.months)
    )


def community_plans(
    city: City, proposal: Proposal, plan: Plan, gains: Sequence[Gain]
) -> tuple[CommunityPlan, ...]:
    """Return one plan for each community that lacks anything, gains or is owed anything."""
    filled, reached = filled_by(gains), proposal.reached
    sites = sites_of(city, proposal, plan)
    plans = []
    for row, own_id in enumerate(city.communities.id):
        needs = [
            (at, need)
            for at, need in enumerate(proposal.needs)
            if need.level == "community" and need.subject == own_id
        ]
        goals = tuple(need for _, need in needs if (need.subject, need.rule.id) in filled)
        own_sites = tuple(s for s in sites if city.spaces[s.space].community == row)
        owed = tuple(one for one in proposal.owed if one.permit.community == row)
        open_ = tuple(
            (need, why_open(need, reached=at in reached)) for at, need in needs if need not in goals
        )
        if goals or own_sites or owed or open_:
            missing = _missing(proposal, goals, own_sites)
            plans.append(CommunityPlan(row, goals, own_sites, owed, open_, missing))
    return tuple(plans)


def why_open(need: Need, *, reached: bool) -> str:
    """Say why a need is left, where an offer reached it or none did."""
    if need.state != "gap":
        return need.state
    return need.kept_out or ("no-money" if reached else "no-site")


def _missing(
    proposal: Proposal, goals: Sequence[Need], sites: Sequence[Site]
) -> tuple[PlanField, ...]:
    """Return the required fields that are empty, in the pack's order."""
    required = proposal.pack.planning.community_plan
    if required is None:
        return ()
    projects = [project for site in sites for project in site.projects]
    said: dict[PlanField, bool] = {
        "goal": bool(goals),
        "content": bool(projects),
        "mode": bool(projects),
        "schedule": bool(projects) and all(one.ready_on for one in projects),
        "operation": bool(projects) and all(one.standard.operating_mode for one in projects),
    }
    return required.missing([name for name, there in said.items() if there])
