"""What waits about jobs: those that failed lately and that somebody may let go on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.jobs.access import CHANGE, VIEW
from lifecircle.govern.jobs.models import Job, State
from lifecircle.govern.waiting import Waiting

LATELY = timedelta(days=30)
"""What failed longer ago is history."""


def waiting(actor: Actor, today: date) -> Iterator[Waiting]:
    """Yield the jobs that failed: one's own, and those of the areas whose jobs one looks after."""
    failed = Job.objects.visible_to(actor, CHANGE).filter(
        state=State.FAILED, ended_at__date__gte=today - LATELY
    )
    told = failed.aggregate(count=Count("pk"), newest=Max("pk"))
    if told["count"]:
        desk = f"{reverse('jobs:desk')}?state={State.FAILED}"
        url = desk if actor.may(VIEW) else reverse("jobs:page", args=(told["newest"],))
        yield Waiting(_("看没有办成的后台任务，改好后再试"), url, count=told["count"])
