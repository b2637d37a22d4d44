"""What waits about people: grants that end soon, accounts without a second factor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.accounts.models import Grant, User
from lifecircle.govern.accounts.second_factor import without_factor
from lifecircle.govern.accounts.services import GRANT
from lifecircle.govern.actor import Actor
from lifecircle.govern.waiting import Waiting

SOON = timedelta(days=30)


def waiting(actor: Actor, today: date) -> Iterator[Waiting]:
    """Yield the grants that end within 30 days, and who has to set a second factor."""
    yield from _ending(actor, today)
    if actor.may(GRANT) and not settings.DEMO:
        yield from _unproved(actor, today)


def _ending(actor: Actor, today: date) -> Iterator[Waiting]:
    own = Q(user_id=actor.user_id)
    others = ~own & actor.scope(GRANT, "area__path")
    told = Grant.objects.ending(today, today + SOON).aggregate(
        own=Count("pk", filter=own),
        own_first=Min("to_on", filter=own),
        others=Count("pk", filter=others),
        others_first=Min("to_on", filter=others),
    )
    if told["own"]:
        text, url = _("请上级续期您自己快到期的授权"), reverse("accounts:me")
        yield Waiting(text, url, told["own_first"], told["own"])
    if told["others"]:
        text, url = _("续期或收回快到期的授权"), f"{reverse('accounts:users')}?state=ending"
        yield Waiting(text, url, told["others_first"], told["others"])


def _unproved(actor: Actor, today: date) -> Iterator[Waiting]:
    """Yield who holds a grant and has no second factor, until their password runs out."""
    held = Grant.objects.visible_to(actor, GRANT).in_force(today).exclude(user=actor.user_id)
    bare = User.objects.filter(without_factor(), is_active=True, pk__in=held.values("user"))
    told = bare.aggregate(count=Count("pk"), first=Min("one_time_until"))
    if told["count"]:
        url = f"{reverse('accounts:users')}?state=unproved"
        text = _("请还没有设第二重验证的人登录设置")
        yield Waiting(text, url, told["first"], told["count"])
