"""What the routes of the audit ask, and who sees which entries."""

from __future__ import annotations

from django.db.models import QuerySet

from lifecircle.govern.access import Asks
from lifecircle.govern.actor import Actor
from lifecircle.govern.audit.models import Entry

ROUTES: dict[str, Asks] = {}


def visible_to(actor: Actor) -> QuerySet[Entry]:
    """Return the entries of the areas where the actor may read the audit."""
    return Entry.objects.filter(actor.scope("audit.view", "area_path"))
