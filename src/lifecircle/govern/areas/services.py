"""Changes of areas: founded, renamed, moved, merged, split. Each keeps what was."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level, Tree
from lifecircle.govern.areas.models import Area, Placement
from lifecircle.govern.audit.services import append


@transaction.atomic
def found(
    actor: Actor,
    name: str,
    level: Level,
    parent: Area | None,
    *,
    on: date,
    code: str = "",
    managed_by: Area | None = None,
) -> Area:
    """Found an area below ``parent``; ``managed_by`` is who answers for it where that is another.

    Raises Refused where the actor may not.
    """
    above = managed_by or parent
    actor.require("area.change", above.path if above else "")
    area = Area.objects.create(code=code, name=name, level=level, path="", began_on=on)
    area.path = f"{above.path if above else ''}{area.pk}."
    area.save(update_fields=["path"])
    for tree, over in ((Tree.ADMINISTRATIVE, parent), (Tree.MANAGING, above)):
        Placement.objects.create(area=area, tree=tree, parent=over, from_on=on)
    after = {"name": name, "level": str(level), "code": code, "on": on.isoformat()}
    append(actor, "area.found", "area", area.pk, area_path=area.path, after=after)
    return area
