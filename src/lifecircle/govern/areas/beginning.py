"""The first step of a new platform: whom it is about."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.access import VIEW
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.waiting import Step


def beginning(actor: Actor) -> Iterator[Step]:
    """Yield whether there are communities."""
    there = Area.objects.standing().filter(level=Level.COMMUNITY).exists()
    url = reverse("areas:list") if actor.may(VIEW) else ""
    yield Step(1, _("区划"), there, url, _("城市、区县、镇街、社区和它们的边界，逐个新增或导入。"))
