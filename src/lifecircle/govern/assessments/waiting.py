"""What waits of assessments: a run that broke off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.assessments.access import RUN
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.jobs.models import State
from lifecircle.govern.waiting import Waiting


def waiting(actor: Actor, today: date) -> Iterator[Waiting]:
    """Yield the latest run where it failed."""
    del today
    if not actor.may(RUN):
        return
    latest = Run.objects.visible_to(actor, RUN).defer("manifest").select_related("job").first()
    if latest is None:  # the steps of the beginning lead to the first
        return
    failed = latest.job is not None and latest.job.state == State.FAILED
    if latest.state == Run.State.FAILED or (failed and not latest.done):
        yield Waiting(_("处理没有算成的评估"), reverse("assessments:run", args=[latest.pk]))
