"""The links of the menu: every app lists its own in its ``menu`` module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.utils.functional import Promise


@dataclass(frozen=True)
class Entrance:
    """A link of the menu: its text, its route, the permission that shows it.

    The menu follows the ``turn``: what is on record, then the work of a year as it comes, then the
    means of it, and last what only those who keep the platform look after.
    """

    text: str | Promise
    route: str
    permission: str
    turn: int = 0


@lru_cache(maxsize=1)
def entrances() -> Sequence[Entrance]:
    """Return the links of all apps, in their turn."""
    found: list[Entrance] = []
    for app in apps.get_app_configs():
        name = f"{app.name}.menu"
        if app.name.startswith("lifecircle.govern.") and find_spec(name):
            found += import_module(name).MENU
    return sorted(found, key=lambda one: one.turn)
