"""Makes the actor out of an account: what its grants of today hold."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_noop

from lifecircle.govern.accounts.models import ApiToken, Grant, User
from lifecircle.govern.actor import Actor, Holding, system

NOBODY = Actor(gettext_noop("访客"))
"""Somebody who has not signed in."""


def actor_of(user: User, on: date, channel: str = "web") -> Actor:
    """Return the actor of an account on a day; a grant over an area that ended holds nothing."""
    if not user.is_active:
        return Actor(user.get_full_name(), channel, user.pk)
    grants = Grant.objects.in_force(on).filter(user=user)
    held = grants.values_list("area__path", "role__permissions", "role__code")
    holdings = tuple(Holding(path, frozenset(may), role) for path, may, role in held)
    return Actor(user.get_full_name(), channel, user.pk, holdings)


def actor_behind(name: str, user_id: int | None, channel: str) -> Actor:
    """Return who ordered work, with what the account holds now; without an account, a command.

    An actor keeps what was held when it was made: work of several steps makes one for each.
    """
    if user_id is None:
        return system(name, channel)
    return actor_of(User.objects.get(pk=user_id), timezone.localdate(), channel)


def actor_of_token(token: ApiToken, on: date) -> Actor:
    """Return the actor of a token: what its owner holds today, narrowed to what it names."""
    owner = actor_of(token.user, on, "api")
    below = token.area.path if token.area else ""
    allowed = frozenset(token.permissions)
    if token.area and token.area.ended_on:
        return Actor(owner.name, "api", owner.user_id)
    holdings = tuple(
        Holding(max(held.path, below, key=len), held.permissions & allowed, held.role)
        for held in owner.holdings
        if held.path.startswith(below) or below.startswith(held.path)
    )
    return Actor(owner.name, "api", owner.user_id, holdings)
