"""Tells the person who waits how far a job of assessments is, and hears that it should stop."""

from __future__ import annotations

from django.utils import timezone

from lifecircle.govern.jobs.handlers import Task
from lifecircle.govern.jobs.leases import tell
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.jobs.worker import LeaseLost

WHOLE = 100


class Stopped(Exception):  # noqa: N818 - nothing is wrong, a person asked for it
    """Somebody asked that the run stop."""


class Telling:
    """Tells the person who waits which stage a run is at; ends it where that was asked for."""

    def __init__(self, task: Task, upto: int, stages: int, at: int = 0) -> None:
        self._task, self._at, self._upto = task, float(at), upto
        self._each = (upto - at) / max(stages, 1)

    def __call__(self, stage: str) -> None:
        """Announce a stage; raises Stopped, or LeaseLost where another worker has the job."""
        job = self._task.job
        self._at = min(self._at + self._each, float(self._upto))
        if not tell(job, timezone.now(), said=stage, done=int(self._at), of=WHOLE):
            raise LeaseLost
        if Job.objects.filter(pk=job.pk, stop_asked=True).exists():
            raise Stopped
