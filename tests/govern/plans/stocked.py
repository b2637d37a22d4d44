"""Rows of plans without any planning, for tests of pages and rights."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.plans.models import Plan, PlanAction, PlanCommunity
from lifecircle.govern.plans.services import content_hash
from lifecircle.govern.plans.wishing import Asked

GAIN = {
    "area_name": "", "rule_title": "has-community-meals", "rule": "has-community-meals",
    "people": 12, "marks": "", "verdict_zh": "met", "verdict_then_zh": "met", "before_min": "5.2",
    "after_min": "2.7", "clause_where": "", "verdict": "not met", "verdict_then": "met",
}  # fmt: skip


def plan_of(run: Run, **more: Any) -> Plan:
    """Return a plan of two alternatives that is done, without a folder."""
    asked = Asked(((2027, 5_000_000),))
    told = [
        {
            "number": number, "people": 12, "yuan": 300_000, "years": {"2027": 300_000},
            "sites": 1, "actions": 1, "filled": 1, "gap": "proved", "status": "optimal",
        }
        for number in (1, 2)
    ]  # fmt: skip
    given: dict[str, Any] = {
        "run": run, "city": run.city, "pack": next(iter(run.manifest)), "title": "Plan",
        "state": Plan.State.DONE, "done_at": timezone.now(), "wishes": asked.wishes_plain(),
        "effort": asked.effort_plain(), "manifest": {"run_sha256": "1" * 64}, "actor": "chief",
        "said": {"headline": "headline", "gaps": 1, "alternatives": told}, "simulated": True,
    }  # fmt: skip
    plan = Plan.objects.create(**given | more)
    Plan.objects.filter(pk=plan.pk).update(sha256=content_hash(plan, 1))
    plan.refresh_from_db()
    return plan


def part_of(plan: Plan, area: Area, word: str) -> PlanAction:
    """Lay an action and what it means for a community into an area."""
    number = PlanAction.objects.filter(plan=plan, alternative=1).count() + 1
    said = {
        "category": "community_canteen", "category_zh": "canteen", "space": word, "yuan": 300_000,
        "site_yuan": 52_000,
        "space_name": word, "mode_zh": "lease", "mode_assumed": "", "floor_m2": "150",
        "start_year": 2027, "ready_on": "2027-08-01", "caveats": "", "community": area.code,
        "community_name": area.name, "siting_zh": "", "operating_mode_zh": "",
    }  # fmt: skip
    whole = {"goal": word, "content": word, "mode": "", "schedule": "", "operation": ""}
    rest = {"claims": "", "open": "", "complete": "", "caveats": ""}
    PlanCommunity.objects.create(plan=plan, alternative=1, area=area, built=True, said=whole | rest)
    gains = [{**GAIN, "area_name": word}]
    return PlanAction.objects.create(
        plan=plan, alternative=1, number=number, area=area, said=said, gains=gains
    )
