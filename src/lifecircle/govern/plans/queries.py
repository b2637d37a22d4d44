"""Which plans and parts of them pages and the API show."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.plans.access import MAKE, VIEW
from lifecircle.govern.plans.models import Plan, PlanAction, PlanCommunity, PlanQuerySet
from lifecircle.publish.planning.writing import PLAN

MOST_RUNS = 30
FILES = PLAN.names


def plans(actor: Actor) -> PlanQuerySet:
    """Return the plans that an actor sees, the newest first."""
    rows = Plan.objects.visible_to(actor).select_related("run", "city", "job")
    return rows.defer("manifest", "run__manifest")


def plan_seen(actor: Actor, number: int) -> Plan:
    """Return a plan that an actor sees; another is a 404."""
    rows = Plan.objects.visible_to(actor).select_related("run", "city", "job", "before")
    found = rows.defer("run__manifest", "before__manifest").filter(pk=number).first()
    if found is None:
        raise unseen()
    return found


def actions(actor: Actor, plan: Plan, alternative: int) -> Any:
    """Return what an alternative builds in the actor's areas; nothing before the plan is done."""
    rows = PlanAction.objects.visible_to(actor).filter(plan=plan, alternative=alternative)
    return rows.select_related("area") if plan.done else rows.none()


def communities(actor: Actor, plan: Plan, alternative: int, area: str, *, built: bool) -> Any:
    """Return what an alternative means for communities of the actor's areas, built ones first."""
    rows = PlanCommunity.objects.visible_to(actor).filter(plan=plan, alternative=alternative)
    if not plan.done:
        return rows.none()
    if area:
        rows = rows.filter(Q(area__code=area) | Q(area__name__icontains=area))
    if built:
        rows = rows.filter(built=True)
    return rows.select_related("area")


def runs_to_plan(actor: Actor) -> list[Run]:
    """Return the newest runs that one may plan for."""
    rows = Run.objects.visible_to(actor, MAKE).filter(actor.scope(MAKE, "city__path"))
    return list(rows.filter(state=Run.State.DONE).select_related("city")[:MOST_RUNS])


def whole(actor: Actor, plan: Plan) -> bool:
    """Say whether an actor sees the whole city of a plan, and so its files."""
    return actor.may(VIEW, plan.city.path)
