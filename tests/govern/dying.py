"""A worker that dies as by a power cut, before or after the commit of a step."""

from datetime import timedelta

from django.utils import timezone

from lifecircle.govern.jobs.handlers import Step
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.jobs.worker import Worker


class Power(BaseException):
    """Goes out."""


class Mortal(Worker):
    """Dies before or after the commit of a step."""

    def __init__(self, at: int, *, before: bool, late: int) -> None:
        moment = timezone.now() + timedelta(hours=late)
        super().__init__("mortal", clock=lambda: moment)
        self.left, self.before = at, before

    def _commit(self, job: Job, step: Step) -> None:
        self.left -= 1
        if self.left < 0 and self.before:
            raise Power
        super()._commit(job, step)
        if self.left < 0:
            raise Power
