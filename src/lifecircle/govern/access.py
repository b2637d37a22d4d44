"""What each route asks of who calls it. Every app lists its routes in its own ``access`` module.

The middleware `lifecircle.govern.site.gate` holds every request against the list before a view
runs; a route that no list names is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

PUBLIC, SIGNED_IN = "public", "signed in"
"""Asked instead of a permission: nothing, or an account without a permission of its own."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Asks:
    """What a route asks: ``read`` for safe methods, ``write`` for the others; None refuses those.

    ``enrolling`` routes are open to staff who have no second factor yet.
    """

    read: str | None
    write: str | None = None
    enrolling: bool = False

    def of(self, method: str) -> str | None:
        """Return what a method asks."""
        return self.read if method in SAFE_METHODS else self.write


def routes() -> Mapping[str, Asks]:
    """Return what each route asks, by its full name, out of all installed apps."""
    gathered: dict[str, Asks] = {}
    for app in apps.get_app_configs():
        name = f"{app.name}.access"
        if app.name.startswith("lifecircle.govern.") and find_spec(name):
            gathered.update(import_module(name).ROUTES)
    return gathered
