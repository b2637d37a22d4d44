"""What waits about grants: those that end soon, one's own and those that one may renew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from lifecircle.govern.accounts.models import Grant
from lifecircle.govern.actor import Actor
from lifecircle.govern.waiting import Waiting

SOON = timedelta(days=30)


def waiting(actor: Actor, today: date) -> Iterator[Waiting]:
    """Yield the grants that end within 30 days."""
    ending = Grant.objects.filter(
        to_on__range=(today, today + SOON), from_on__lte=today, area__ended_on__isnull=True
    )
    own = Q(user_id=actor.user_id)
    told = ending.aggregate(
        own=Count("pk", filter=own),
        own_first=Min("to_on", filter=own),
        others=Count("pk", filter=~own & actor.scope("user.grant", "area__path")),
        others_first=Min("to_on", filter=~own & actor.scope("user.grant", "area__path")),
    )
    if told["own"]:
        text = _("请上级续期您自己快到期的授权")
        yield Waiting(text, due=told["own_first"], count=told["own"])
    if told["others"]:
        text = _("续期或收回快到期的授权")
        yield Waiting(text, due=told["others_first"], count=told["others"])
