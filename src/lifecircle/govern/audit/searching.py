"""Narrows the entries that one may see by what was asked, and pages through very many of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import Any, cast

from django.apps import apps
from django.core.paginator import Paginator
from django.utils import timezone

from lifecircle.govern.actor import Actor, under
from lifecircle.govern.audit.models import VIEW, Entry, EntryQuerySet
from lifecircle.govern.audit.words import VERBS, models

ROWS = 50
MOST_COUNTED = 10_000
"""So many entries are counted and paged through; older ones are found by filters."""

MOST_AREAS = 20


class Pages(Paginator):  # type: ignore[type-arg]
    """Pages over entries; ``more`` says that there are more than were counted."""

    @cached_property
    def _counted(self) -> int:
        entries = cast("EntryQuerySet", self.object_list)
        return entries.order_by().values("pk")[: MOST_COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        """Return how many entries there are, at most `MOST_COUNTED`."""
        return min(self._counted, MOST_COUNTED)

    @property
    def more(self) -> bool:
        """Say whether there are more."""
        return self._counted > MOST_COUNTED


def narrowed(actor: Actor, said: Mapping[str, Any]) -> EntryQuerySet:
    """Return the entries that an actor may see and asked for, the newest first.

    ``said`` may hold who, kind, act, subject, area (a name or code) and the days since and until.
    """
    entries = Entry.objects.visible_to(actor)
    if who := said.get("who"):
        entries = entries.filter(actor=who.strip())
    if kind := said.get("kind"):
        entries = entries.filter(kind=kind)
    if act := said.get("act"):
        entries = entries.filter(action__in=_actions(act, said.get("kind") or ""))
    if subject := said.get("subject"):
        entries = entries.filter(subject=subject.strip())
    if area := said.get("area"):
        entries = entries.filter(under(_paths(actor, area.strip()), "area_path"))
    if since := said.get("since"):
        entries = entries.filter(at__gte=_begin(since))
    if until := said.get("until"):
        entries = entries.filter(at__lt=_begin(until + timedelta(days=1)))
    return entries.order_by("-number")


def _actions(verb: str, kind: str) -> list[str]:
    """Return the whole actions that a verb may stand in: the index knows only those."""
    spaces = {*models(), "inventory", "import", "token", "job", "file", "calendar"}
    wanted = [space for space in sorted(spaces) if not kind or space == kind]
    return [f"{space}.{verb}" for space in wanted] if verb in VERBS else []


def _paths(actor: Actor, said: str) -> list[str]:
    """Return the paths of the areas so called that the actor may read the audit of.

    The areas stand above the audit in the order of apps, so they are asked for by name.
    """
    visible = apps.get_model("areas", "Area").objects.visible_to(actor, VIEW)
    found = visible.filter(code=said) if said.isdigit() else visible.filter(name__icontains=said)
    return list(found.values_list("path", flat=True)[:MOST_AREAS])


def _begin(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)
