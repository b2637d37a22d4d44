"""What waits at the exit: proposals of others that somebody may decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.publications.access import APPROVE
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.waiting import Waiting


def waiting(actor: Actor, today: date) -> Iterator[Waiting]:
    """Yield the proposals that the actor may approve or refuse."""
    del today
    if not actor.may(APPROVE):
        return
    state = Publication.State.PROPOSED
    open_ones = Publication.objects.visible_to(actor, APPROVE).filter(state=state)
    many = open_ones.exclude(proposed_user_id=actor.user_id).count()
    if many:
        url = f"{reverse('publications:list')}?state={state}"
        yield Waiting(_("批准或退回提请发布的事项"), url, count=many)
