"""Hands work over to the workers, and stops or repeats it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.audit.services import append
from lifecircle.govern.jobs.models import ENDED, Job, State
from lifecircle.govern.refused import Conflict


def enqueue(
    actor: Actor,
    kind: str,
    key: str,
    payload: Mapping[str, Any] | None = None,
    *,
    title: str = "",
    area_path: str = "",
) -> Job:
    """Hand a job over, once for its kind and key: the same again returns what is there.

    Inside a transaction it goes with it.
    """
    now = timezone.now()
    fresh = {
        "payload": dict(payload or {}),
        "title": title,
        "actor": actor.name,
        "user_id": actor.user_id,
        "area_path": area_path,
        "due_at": now,
        "created_at": now,
    }
    return Job.objects.get_or_create(kind=kind, key=key, defaults=fresh)[0]


@transaction.atomic
def ask_to_stop(actor: Actor, job: Job) -> None:
    """Ask that a job stop after the step it is at; one that only waits stops at once.

    Raises Conflict where it is at its end already.
    """
    mine = Job.objects.filter(pk=job.pk)
    waiting = mine.filter(state=State.WAITING, cursor__isnull=True)
    stopped = waiting.update(
        state=State.STOPPED, stop_asked=True, ended_at=timezone.now(), lease=F("lease") + 1
    )
    if not stopped and not mine.open().update(stop_asked=True):
        raise Conflict(_("这项任务已经结束"), remedy=_("不用再停"))
    append(actor, "job.stop", "job", job.pk, area_path=job.area_path)


@transaction.atomic
def try_again(actor: Actor, job: Job) -> None:
    """Let a job that failed or was stopped go on from where it was.

    Raises Conflict where it did neither.
    """
    over = Job.objects.filter(pk=job.pk, state__in=ENDED - {State.DONE})
    now = timezone.now()
    again = over.update(
        state=State.WAITING, attempt=0, stop_asked=False, said="", due_at=now, ended_at=None
    )
    if not again:
        raise Conflict(_("这项任务没有中断"), remedy=_("等它结束"))
    append(actor, "job.again", "job", job.pk, area_path=job.area_path)


def start_over(kind: str, key: str) -> None:
    """Let a job that is done run from its beginning once more; who asks tells the audit why.

    Raises Conflict where it is under way.
    """
    over = Job.objects.filter(kind=kind, key=key, state__in=ENDED)
    now = timezone.now()
    again = over.update(
        state=State.WAITING, cursor=None, done=0, of=0, attempt=0, stop_asked=False, said="",
        due_at=now, ended_at=None,
    )  # fmt: skip
    if not again:
        raise Conflict(_("这项任务还没有结束"), remedy=_("等它结束"))
