"""What waits of need lists: drafts to finish."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Exists, Min, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.needs.access import CHANGE
from lifecircle.govern.needs.models import NeedList
from lifecircle.govern.waiting import Waiting


def waiting(actor: Actor, today: date) -> Iterator[Waiting]:
    """Yield the drafts that the actor may finish; one with a newer version waits no more."""
    del today
    if not actor.may(CHANGE):
        return
    state = NeedList.State.DRAFT
    newer = NeedList.objects.filter(area=OuterRef("area"), version__gt=OuterRef("version"))
    drafts = NeedList.objects.visible_to(actor, CHANGE).filter(
        ~Exists(newer.exclude(state=NeedList.State.MAKING)), state=state
    )
    told = drafts.aggregate(many=Count("pk"), one=Min("pk"))
    if told["many"] == 1:
        yield Waiting(_("核对并报定需求清单"), reverse("needs:page", args=[told["one"]]))
    elif told["many"]:
        url = f"{reverse('needs:list')}?state={state}"
        yield Waiting(_("核对并报定需求清单"), url, count=told["many"])
