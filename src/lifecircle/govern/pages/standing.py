"""Who somebody is here: the roles that are in force today, and over which area."""

from __future__ import annotations

from dataclasses import dataclass

from lifecircle.govern.accounts.models import Role
from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area


@dataclass(frozen=True)
class Standing:
    """A role over an area, by their names."""

    role: str
    area: str


def standing(actor: Actor) -> list[Standing]:
    """Return the roles of an actor with their areas."""
    held = sorted({(holding.path, holding.role) for holding in actor.holdings})
    paths, codes = {path for path, _ in held}, {code for _, code in held}
    areas = dict(Area.objects.filter(path__in=paths).values_list("path", "name"))
    roles = {one.code: one.called for one in Role.objects.filter(code__in=codes)}
    return [Standing(roles.get(code, code), areas.get(path, "")) for path, code in held]
