"""Which rows lie where somebody may look, without a join where that is everywhere."""

from __future__ import annotations

from django.db.models import Q

from lifecircle.govern.actor import Actor, outside
from lifecircle.govern.areas.models import Area


def where(actor: Actor, permission: str, path: str) -> Q:
    """Return the condition that a row lies where a permission is held; ``path`` names its field.

    It is empty, which no join needs, for who holds the permission over every area: of a million
    rows the join takes most of the time.
    """
    return Q() if over_all(actor, permission) else actor.scope(permission, path)


def over_all(actor: Actor, permission: str) -> bool:
    """Say whether a permission is held over every area there is; asked once for an actor."""
    if not actor.may(permission):
        return False
    if permission not in actor.over_all:
        elsewhere = Area.objects.filter(outside(actor.paths(permission))).exists()
        actor.over_all[permission] = not elsewhere
    return actor.over_all[permission]
