"""What waits of plans: one that broke off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.plans.access import MAKE
from lifecircle.govern.plans.models import Plan
from lifecircle.govern.waiting import Waiting


def waiting(actor: Actor, today: date) -> Iterator[Waiting]:
    """Yield the latest plan where it failed and the actor may make it again."""
    del today
    if not actor.may(MAKE):
        return
    mine = Plan.objects.visible_to(actor, MAKE).filter(actor.scope(MAKE, "city__path"))
    latest = mine.only("state").first()
    if latest is not None and latest.state == Plan.State.FAILED:
        yield Waiting(_("处理没有排成的方案"), reverse("plans:plan", args=[latest.pk]))
