"""What waits about personal data: contacts whose time is nearly over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.personal.models import CHANGE, Contact
from lifecircle.govern.waiting import Waiting

SOON = timedelta(days=30)


def waiting(actor: Actor, today: date) -> Iterator[Waiting]:
    """Yield the contacts that are deleted within 30 days unless somebody keeps them on."""
    if not actor.may(CHANGE):
        return
    due = Contact.objects.visible_to(actor, CHANGE).filter(
        retain_until__range=(today, today + SOON), hold=""
    )
    told = due.aggregate(count=Count("pk"), first=Min("retain_until"))
    if told["count"]:
        url = f"{reverse('personal:list')}?state=soon"
        text = _("核对快到保存期限的联系人，还要用的延期")
        yield Waiting(text, url, told["first"], told["count"])
