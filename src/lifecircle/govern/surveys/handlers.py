"""The job of surveys: write a closed round to the inventory, a community a step."""

from __future__ import annotations

from functools import partial

from django.db import connection

from lifecircle.govern.accounts.actors import actor_behind
from lifecircle.govern.actor import Actor
from lifecircle.govern.jobs.handlers import Step, Steps, Task, handler
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.surveys.closing import finish, settle
from lifecircle.govern.surveys.models import Return, Round
from lifecircle.govern.surveys.questions import Form
from lifecircle.govern.surveys.services import SETTLE

REST = 0.3 if connection.vendor == "sqlite" else 0.0
"""SQLite has one writer at a time: others come to write between two communities."""


@handler(SETTLE)
def write(task: Task) -> Steps:
    """Write each reviewed return; what was written before is passed over."""
    round_ = Round.objects.select_related("area").get(pk=task.payload["round"])
    form = round_.asks
    left = round_.returns.filter(state=Return.State.REVIEWED).order_by("pk")
    of = round_.returns.count()
    ids = list(left.values_list("pk", flat=True))
    for at, pk in enumerate(ids, start=of - len(ids) + 1):
        effect = partial(_settle, task.job, pk, form)
        yield Step(effect, pk, at, of, rest=REST)
    yield Step(partial(_finish, task.job, round_), -1, of, of)


def actor_for(job: Job) -> Actor:
    """Return who ordered a job, with the rights of now: each step asks anew."""
    return actor_behind(job.actor, job.user_id, "job")


def _settle(job: Job, pk: int, form: Form) -> None:
    settle(actor_for(job), Return.objects.get(pk=pk), form)


def _finish(job: Job, round_: Round) -> None:
    finish(actor_for(job), round_)
