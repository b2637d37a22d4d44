"""What changed between two versions of a need list."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from lifecircle.govern.needs.models import NeedItem, NeedList

NAMES = ("ask", "priority", "people", "asked_by", "to_verify", "kept", "reason", "note")


@dataclass(frozen=True)
class Change:
    """An item that is new, gone or different; ``fields`` are (label, before, after)."""

    kind: str
    item: NeedItem
    fields: tuple[tuple[str, str, str], ...] = ()


def changes(before: NeedList, after: NeedList) -> list[Change]:
    """Return what changed, in the order of the later version; what is gone comes last."""
    old = {one.key: one for one in before.items.select_related("area").ranked()}
    found: list[Change] = []
    for item in after.items.select_related("area").ranked():
        was = old.pop(item.key, None)
        if was is None:
            found.append(Change("added", item))
        elif fields := tuple(_fields(was, item)):
            found.append(Change("changed", item, fields))
    return [*found, *(Change("gone", one) for one in old.values())]


def _fields(was: NeedItem, now: NeedItem) -> list[tuple[str, str, str]]:
    return [
        (_label(name), told(was, name), told(now, name))
        for name in NAMES
        if getattr(was, name) != getattr(now, name)
    ]


def told(item: NeedItem, name: str) -> str:
    """Return a field in words; unknown is 不明."""
    value = getattr(item, name)
    if name in ("ask", "priority"):
        return str(getattr(item, f"get_{name}_display")())
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return _("不明") if value is None else str(value)


def _label(name: str) -> str:
    labels = {one.name: str(one.verbose_name) for one in NeedItem._meta.fields}
    return labels[name]
