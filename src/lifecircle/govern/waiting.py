"""What waits for a person, and by when: every app tells its own in its ``waiting`` module.

    def waiting(actor: Actor, today: date) -> Iterable[Waiting]: ...

It asks the database little (one query, counted there), begins with what the actor may see, and
yields nothing for what the actor cannot settle: the home lists work, not news.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from lifecircle.govern.actor import Actor


@dataclass(frozen=True)
class Waiting:
    """Something to do: words that begin with a verb, the page where it is done, until when.

    ``count`` is of how many things; ``due`` is the last day on which it is in time.
    """

    text: str
    url: str = ""
    due: date | None = None
    count: int = 1


def waiting_for(actor: Actor, today: date) -> list[Waiting]:
    """Return what waits for an actor out of all apps: what is due first comes first."""
    found = [one for module in _modules() for one in module.waiting(actor, today)]
    return sorted(found, key=lambda one: (one.due or date.max, one.text))


@lru_cache(maxsize=1)
def _modules() -> Sequence[Any]:
    apps_ = (
        app.name for app in apps.get_app_configs() if app.name.startswith("lifecircle.govern.")
    )
    names = (f"{name}.waiting" for name in apps_)
    return [import_module(name) for name in names if find_spec(name)]
