"""What waits about facilities: handovers that are late, and what nobody verified yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.inventory.access import CHANGE, VIEW
from lifecircle.govern.inventory.models import Facility, Permit
from lifecircle.govern.inventory.queries import doubtful, late_remedies, seen_by
from lifecircle.govern.waiting import Waiting


def waiting(actor: Actor, today: date) -> Iterator[Waiting]:
    """Yield the promises of permits not kept in time, and facilities with facts not known."""
    if not (actor.may(CHANGE) and actor.may(VIEW)):
        return
    late = late_remedies(today).filter(
        record__parent__in=seen_by(actor, Permit, permission=CHANGE).values("record")
    )
    told = late.aggregate(count=Count("record__parent", distinct=True), first=Min("due_on"))
    if told["count"]:
        url = f"{reverse('inventory:list', args=('permits',))}?state=late"
        text = _("催办过了期限还没有收回、置换或补建的配建设施")
        yield Waiting(text, url, told["first"], told["count"])
    many = seen_by(actor, Facility, permission=CHANGE).filter(doubtful()).count()
    if many:
        url = f"{reverse('inventory:list', args=('facilities',))}?status=doubtful"
        yield Waiting(_("核实状态、位置或服务功能还不清楚的设施"), url, count=many)
