"""The step of a new platform that asks the communities themselves."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.surveys.access import RUN, VIEW
from lifecircle.govern.surveys.models import Round
from lifecircle.govern.waiting import Step


def beginning(actor: Actor) -> Iterator[Step]:
    """Yield whether there was a survey."""
    there = Round.objects.visible_to(actor, VIEW).exists()
    url = reverse("surveys:new") if actor.may(RUN) else ""
    yield Step(5, _("第一次摸底"), there, url, _("请各社区核对、补充；可以先评估，再摸底。"))
