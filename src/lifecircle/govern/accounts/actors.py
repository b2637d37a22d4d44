"""Makes the actor out of an account: what its grants of today hold."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from lifecircle.govern.accounts.models import Grant, User
from lifecircle.govern.actor import Actor, Holding

NOBODY = Actor("访客")
"""Somebody who has not signed in."""


def actor_of(user: User, on: date, channel: str = "web") -> Actor:
    """Return the actor of an account on a day; a grant over an area that ended holds nothing."""
    grants = Grant.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=on),
        user=user,
        from_on__lte=on,
        area__ended_on__isnull=True,
    ).select_related("role", "area")
    holdings = tuple(
        Holding(grant.area.path, frozenset(grant.role.permissions), grant.role.code)
        for grant in grants
    )
    return Actor(user.get_full_name(), channel, user.pk, holdings if user.is_active else ())
