"""The job that makes a plan: stages that a person sees, a whole folder, rows shown at once."""

from __future__ import annotations

import shutil
import time
from functools import partial
from itertools import islice
from typing import Any

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_noop

from lifecircle.govern.actor import Actor
from lifecircle.govern.assessments.telling import Stopped, Telling
from lifecircle.govern.audit.services import append
from lifecircle.govern.jobs.handlers import Pace, Step, Steps, Task, handler, nothing
from lifecircle.govern.plans.making import AskedToStop, Made, make, rows_of, said_of
from lifecircle.govern.plans.models import Plan, PlanAction, PlanCommunity
from lifecircle.govern.plans.services import KIND, content_hash
from lifecircle.govern.plans.wishing import Asked
from lifecircle.publish.folder import clear_partial
from lifecircle.publish.planning.writing import write_plan
from lifecircle.terms.errors import LifecircleError

REST = 0.3 if connection.vendor == "sqlite" else 0.0
"""SQLite has one writer at a time: others come to write between two steps."""

WHOLE, PLANNED, WRITTEN = 100, 80, 90
"""Of a hundred parts, how far a plan is when it is found and when its folder is written."""

STAGES = 40
"""So many stages there are, about; each action lost is one more."""


@handler(KIND, ends_itself=True)
def plan_for(task: Task) -> Steps:
    """Make a plan, write its folder, then its rows; begun again from the beginning."""
    rows = Plan.objects.select_related("run", "city")
    plan = rows.get(pk=task.payload["plan"])
    if plan.done:
        return
    begun = time.monotonic()
    yield from _cleared(plan)
    try:
        made, manifest = _made(plan, task)
        yield Step(nothing, ["written"], WRITTEN, WHOLE)
        yield from _kept(task, plan, made)
    except Stopped:
        task.stop_asked = True
    except LifecircleError:
        yield Step(partial(_fail, plan), ["failed"], 0, WHOLE)
        raise
    if task.stop_asked:
        yield from _cleared(plan)
        task.said = gettext_noop("已停止，没有留下方案。")
        return
    took_s = round(time.monotonic() - begun, 3)
    shown = partial(_show, plan, task, said_of(made), manifest, took_s)
    yield Step(shown, ["shown"], WHOLE, WHOLE)
    task.stop_asked, task.said = (
        False,
        gettext_noop("已排好。"),
    )  # shown already: it is too late to stop


def _made(plan: Plan, task: Task) -> tuple[Made, dict[str, Any]]:
    asked = Asked.of_plain(plan.wishes, plan.effort)
    made = make(plan, asked, AskedToStop(task.job), Telling(task, PLANNED, STAGES))
    Telling(task, WRITTEN, 1, PLANNED)(gettext_noop("写出结果"))
    return made, write_plan(plan.folder, made.ground, made.planned, asked.wishes)


def _kept(task: Task, plan: Plan, made: Made) -> Steps:
    """Write the rows in short steps; nobody sees them before the last."""
    rows, pace, done = rows_of(plan, made), Pace(200, most=2000), 0
    Telling(task, WHOLE, 10, WRITTEN)(gettext_noop("保存方案"))
    while some := list(islice(rows, pace.rows)):
        done += len(some)
        pace.took((yield Step(partial(_keep, some), ["rows", done], WRITTEN, WHOLE, rest=REST)))
        if task.stop_asked:
            return


def _keep(rows: list[PlanAction | PlanCommunity]) -> None:
    PlanAction.objects.bulk_create(one for one in rows if isinstance(one, PlanAction))
    PlanCommunity.objects.bulk_create(one for one in rows if isinstance(one, PlanCommunity))


def _cleared(plan: Plan) -> Steps:
    """Take away what is there of a plan that nobody was shown."""
    pace = Pace(500, most=5000)
    parts: tuple[models.QuerySet[Any], ...] = (plan.actions.all(), plan.communities.all())
    for rows in parts:
        while keys := list(rows.order_by("pk").values_list("pk", flat=True)[: pace.rows]):
            effect = partial(_drop, rows.model, keys)
            pace.took((yield Step(effect, ["clearing", keys[-1]], 0, WHOLE)))
    clear_partial(plan.folder)
    if plan.folder.exists():
        shutil.rmtree(plan.folder)


def _drop(model: Any, keys: list[int]) -> None:
    model.objects.filter(pk__in=keys).delete()


def _fail(plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.FAILED)


def _show(
    plan: Plan, task: Task, said: dict[str, Any], manifest: dict[str, Any], took_s: float
) -> None:
    """Show a plan with all its rows at once."""
    plan.manifest = manifest
    sha256 = content_hash(plan, 1)
    Plan.objects.filter(pk=plan.pk).update(
        state=Plan.State.DONE, done_at=timezone.now(), took_s=took_s, manifest=manifest,
        said=said, sha256=sha256, chosen=1,
    )  # fmt: skip
    who = Actor(task.job.actor, "job", task.job.user_id)
    after = {"sha256": sha256}
    append(who, "plan.done", "plan", plan.pk, area_path=plan.city.path, after=after)
