"""The step that ends the beginning of a platform: the first run that is done."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.assessments.access import RUN
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.waiting import Step

LAST = True
"""Once it is done, the platform is at work."""


def beginning(actor: Actor) -> Iterator[Step]:
    """Yield whether there is a run that is done, for who may ask for one."""
    if actor.may(RUN):
        there = Run.objects.visible_to(actor, RUN).filter(state=Run.State.DONE).exists()
        says = _("前面几样齐了就可以算；缺什么，评估页会说。")
        yield Step(6, _("第一次评估"), there, reverse("assessments:ask"), says)
