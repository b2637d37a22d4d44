"""Asks for plans, stops and repeats them, and takes down which alternative the office chose."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lifecircle.govern.actor import Actor
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.audit.chain import canonical
from lifecircle.govern.audit.services import append
from lifecircle.govern.jobs.sentences import kept
from lifecircle.govern.jobs.services import ask_to_stop, enqueue, try_again
from lifecircle.govern.plans.access import MAKE
from lifecircle.govern.plans.models import Plan
from lifecircle.govern.plans.wishing import Asked
from lifecircle.govern.refused import Conflict, Refused

KIND = "plan.make"
LONGEST = 500


@transaction.atomic
def ask(
    actor: Actor, run: Run, pack: str, asked: Asked, *, title: str = "", before: Plan | None = None
) -> Plan:
    """Ask for a plan for the gaps that a run found under a pack: a job makes it.

    Raises Refused without the right over the city, or where the run cannot be planned for.
    """
    actor.require(MAKE, run.city.path)
    if not run.done or pack not in run.manifest:
        raise Refused(
            _("没有算好的评估，或者那一次没有按这个政策包评估"), remedy=_("选一次算好的评估")
        )
    made = Plan.objects.create(
        run=run, city=run.city, pack=pack, title=title.strip(), before=before,
        wishes=asked.wishes_plain(), effort=asked.effort_plain(), actor=actor.name,
        user_id=actor.user_id, simulated=run.simulated,
    )  # fmt: skip
    called = kept((gettext_noop("规划：%(title)s"), {"title": str(made)}))
    path = run.city.path
    made.job = enqueue(actor, KIND, str(made.pk), {"plan": made.pk}, title=called, area_path=path)
    made.save(update_fields=["job"])
    after = {"run": run.pk, "pack": pack, **asked.wishes_plain()}
    append(actor, "plan.ask", "plan", made.pk, area_path=path, after=after)
    return made


def stop_plan(actor: Actor, plan: Plan) -> None:
    """Ask that a plan stop; raises Conflict where it is at its end."""
    actor.require(MAKE, plan.city.path)
    if plan.job is None or plan.done:
        raise Conflict(_("这个方案没有在排"), remedy=_("刷新页面"))
    ask_to_stop(actor, plan.job)


@transaction.atomic
def plan_again(actor: Actor, plan: Plan) -> None:
    """Let a plan that failed or was stopped begin again; raises Conflict where it did neither."""
    actor.require(MAKE, plan.city.path)
    if plan.job is None or not plan.broken:
        raise Conflict(_("这个方案没有中断"), remedy=_("刷新页面"))
    try_again(actor, plan.job)
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.WAITING)


@transaction.atomic
def choose(actor: Actor, plan: Plan, seen: int, alternative: int, reason: str) -> None:
    """Stand for one of the alternatives, with a reason.

    Raises Refused without right or reason, Conflict where somebody chose meanwhile.
    """
    actor.require(MAKE, plan.city.path)
    said = reason.strip()[:LONGEST]
    if not said:
        raise Refused(_("没有写理由"), remedy=_("写上理由"))
    if not plan.done or not 1 <= alternative <= len(plan.alternatives):
        raise Refused(_("没有这个方案"), remedy=_("从列出的里面选"))
    same = Plan.objects.filter(pk=plan.pk, edits=seen, state=Plan.State.DONE)
    news = {"chosen": alternative, "chosen_by": actor.name, "chosen_reason": said}
    sha256 = content_hash(plan, alternative)
    if not same.update(edits=F("edits") + 1, sha256=sha256, **news):
        raise Conflict(_("别人已经选定过"), remedy=_("刷新看现在选定的是哪个"))
    append(
        actor, "plan.choose", "plan", plan.pk, area_path=plan.city.path, reason=said,
        before={"chosen": plan.chosen}, after={"chosen": alternative},
    )  # fmt: skip


def content_hash(plan: Plan, alternative: int) -> str:
    """Return the hash of a plan with the alternative that is stood for."""
    told: dict[str, Any] = {
        "run_sha256": plan.manifest.get("run_sha256", ""), "wishes": plan.wishes,
        "chosen": alternative,
    }  # fmt: skip
    return hashlib.sha256(canonical(told).encode()).hexdigest()
