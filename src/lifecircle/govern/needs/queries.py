"""Which lists and items pages, files and the API show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.needs.models import NeedItem, NeedItemQuerySet, NeedList, NeedListQuerySet

MOST_VERSIONS = 50


def lists(actor: Actor, **wanted: str) -> NeedListQuerySet:
    """Return the lists that an actor sees, the newest first; by ``state`` and ``area``."""
    rows = NeedList.objects.visible_to(actor).select_related("area", "run", "round")
    if state := wanted.get("state"):
        rows = rows.filter(state=state)
    if area := wanted.get("area"):
        rows = rows.filter(Q(area__code=area) | Q(area__name__icontains=area))
    return rows.defer("run__manifest", "round__form", "round__exceptions")


def list_seen(actor: Actor, number: int, *, made: bool = False) -> NeedList:
    """Return a list that an actor sees; another, or one that is still being made, is a 404."""
    found = lists(actor).filter(pk=number).select_related("job").first()
    if found is None or (made and found.state == NeedList.State.MAKING):
        raise unseen()
    return found


def item_seen(actor: Actor, number: int, key: int) -> NeedItem:
    """Return an item of a list that an actor sees; another is a 404."""
    rows = NeedItem.objects.visible_to(actor).filter(needs=number, pk=key)
    found = rows.select_related("needs__area", "area").first()
    if found is None or found.needs.state == NeedList.State.MAKING:
        raise unseen()
    return found


def items(actor: Actor, needs: NeedList, wanted: Mapping[str, Any]) -> NeedItemQuerySet:
    """Return items of a list, the most urgent first; none while it is being made."""
    rows = NeedItem.objects.visible_to(actor).filter(needs=needs)
    if needs.state == NeedList.State.MAKING:
        return rows.none()
    exact = {name: wanted[name] for name in ("function", "priority") if wanted.get(name)}
    rows = rows.filter(**exact)
    if wanted.get("kept"):
        rows = rows.filter(kept=wanted["kept"] == "yes")
    if wanted.get("verify"):
        rows = rows.filter(to_verify=True)
    if area := wanted.get("area"):
        rows = rows.filter(Q(area__code=area) | Q(area__name__icontains=area))
    return rows.select_related("area").ranked()


def counted(needs: NeedList) -> dict[str, int]:
    """Return how many items a list has, struck ones and those to verify apart."""
    told = NeedItem.objects.filter(needs=needs).aggregate(
        listed=Count("pk", filter=Q(kept=True)),
        struck=Count("pk", filter=Q(kept=False)),
        first=Count("pk", filter=Q(kept=True, priority=NeedItem.Priority.FIRST)),
        verify=Count("pk", filter=Q(kept=True, to_verify=True)),
        hand=Count("pk", filter=Q(kept=True, by_hand=True)),
    )
    return dict(told)


def other_versions(actor: Actor, needs: NeedList) -> list[NeedList]:
    """Return the other versions of a list's area, the newest first."""
    rows = lists(actor).filter(area=needs.area).exclude(pk=needs.pk)
    return list(rows.exclude(state=NeedList.State.MAKING)[:MOST_VERSIONS])
