"""The jobs of surveys: lay the returns of a round, write a closed one to the inventory."""

from __future__ import annotations

from functools import partial

from django.db import connection

from lifecircle.govern.accounts.actors import actor_behind
from lifecircle.govern.actor import Actor
from lifecircle.govern.jobs.handlers import Pace, Step, Steps, Task, handler
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.surveys.baseline import frozen_sha256
from lifecircle.govern.surveys.closing import finish, settle
from lifecircle.govern.surveys.models import Return, Round
from lifecircle.govern.surveys.opening import (
    AT_ONCE,
    OPEN,
    finish_opening,
    lay,
    returns_for,
    without_return,
)
from lifecircle.govern.surveys.questions import Form
from lifecircle.govern.surveys.services import SETTLE

REST = 0.3 if connection.vendor == "sqlite" else 0.0
"""SQLite has one writer at a time: others come to write between two communities."""


@handler(OPEN)
def lay_returns(task: Task) -> Steps:
    """Lay a return before each community that has none; killed at any moment, it goes on."""
    round_ = Round.objects.select_related("area").get(pk=task.payload["round"])
    if round_.state != Round.State.OPENING:
        return
    form, pace, areas = round_.asks, Pace(rows=50, most=AT_ONCE), list(without_return(round_))
    at = round_.returns.count()
    of = at + len(areas)
    while areas:
        lot, areas = areas[: pace.rows], areas[pace.rows :]
        at += len(lot)
        effect = partial(lay, returns_for(round_, form, lot))
        pace.took((yield Step(effect, lot[-1].pk, at, of, rest=REST)))
    yield Step(partial(_open, Actor(task.job.actor, "job", task.job.user_id), round_), -1, of, of)


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
    sha256 = frozen_sha256(round_)
    yield Step(partial(_finish, task.job, round_, sha256), -1, of, of)


def actor_for(job: Job) -> Actor:
    """Return who ordered a job, with the rights of now: each step asks anew."""
    return actor_behind(job.actor, job.user_id, "job")


def _settle(job: Job, pk: int, form: Form) -> None:
    settle(actor_for(job), Return.objects.get(pk=pk), form)


def _finish(job: Job, round_: Round, sha256: str) -> None:
    finish(actor_for(job), round_, sha256)


def _open(actor: Actor, round_: Round) -> None:
    finish_opening(actor, round_)
