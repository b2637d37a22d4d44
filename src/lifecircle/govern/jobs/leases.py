"""Leases: who works on which job. Every taking and every word of a holder is a compare-and-swap."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_noop

from lifecircle.govern.jobs.lanes import Lane
from lifecircle.govern.jobs.models import Job, State

LEASE = timedelta(seconds=20)
"""A worker that says nothing for so long is taken for dead; its job goes to another."""

MOST_ATTEMPTS = 5
"""So often a job is taken without any step of it getting done."""

GAVE_UP = gettext_noop("试了几次都中断了，没有办成；请把任务编号告诉管理平台的人。")


def take(worker: str, now: datetime, lane: Lane = Lane.ALL) -> Job | None:
    """Give a worker the job of its lane that is due longest; None where nothing waits.

    Two workers never hold one lease: the number of the lease is compared as it is raised. A job
    taken too often without getting on ends here.
    """
    free = Q(state=State.WAITING, due_at__lte=now) | Q(state=State.RUNNING, lease_until__lt=now)
    for job in Job.objects.filter(free, lane.jobs()).order_by("due_at", "pk")[:20]:
        same = Job.objects.filter(free, pk=job.pk, lease=job.lease)
        if job.attempt >= MOST_ATTEMPTS:
            same.update(state=State.FAILED, said=GAVE_UP, ended_at=now, lease=F("lease") + 1)
            continue
        if job.stop_asked and job.cursor is None:
            same.update(state=State.STOPPED, ended_at=now, lease=F("lease") + 1)
            continue
        taken = same.update(
            state=State.RUNNING,
            lease=F("lease") + 1,
            attempt=F("attempt") + 1,
            leased_by=worker,
            lease_until=now + LEASE,
            heartbeat_at=now,
        )
        if taken:
            # the row as this lease has it, whatever happens to it next
            job.lease, job.attempt = job.lease + 1, job.attempt + 1
            job.state, job.leased_by, job.lease_until = State.RUNNING, worker, now + LEASE
            return job
    return None


def tell(job: Job, now: datetime, **news: Any) -> bool:
    """Write news of a job and hold it longer; False where the lease is another's by now."""
    return bool(_held(job).update(lease_until=now + LEASE, heartbeat_at=now, **news))


def end(job: Job, state: State, said: str, now: datetime) -> bool:
    """End a job with a sentence for a person; False where the lease is another's by now."""
    return bool(_held(job).update(state=state, said=said, ended_at=now))


def give_back(job: Job, now: datetime, after: timedelta = timedelta(0)) -> bool:
    """Let a job wait for whoever takes it next, not before some time has gone."""
    return bool(_held(job).update(state=State.WAITING, due_at=now + after, lease_until=None))


def _held(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, lease=job.lease)
