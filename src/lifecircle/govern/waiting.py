"""What waits for a person, and by when: every app tells its own in its ``waiting`` module.

    def waiting(actor: Actor, today: date) -> Iterable[Waiting]: ...

It asks the database little (one query, counted there), begins with what the actor may see, and
yields nothing for what the actor cannot settle: the home lists work, not news.

A platform that was just founded has more to do than a list says: its ``beginning`` modules tell
what there is and what is missing, step by step, until that of the module marked ``LAST`` is done.

    def beginning(actor: Actor) -> Iterable[Step]: ...
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


@dataclass(frozen=True)
class Step:
    """A step of the beginning: what it brings in, whether that is there, the page where it is done.

    Steps follow the ``turn``. ``url`` is empty for who may not do it, ``says`` tells what for, and
    what to do where no page does it.
    """

    turn: int
    text: str
    done: bool
    url: str = ""
    says: str = ""


def steps_for(actor: Actor) -> list[Step]:
    """Return the steps of the beginning in their turn; none once the last is done.

    Who has no part in the last one is shown none: the others need not know.
    """
    last, *others = sorted(_modules("beginning"), key=lambda one: not hasattr(one, "LAST"))
    found: list[Step] = list(last.beginning(actor))
    if not found or found[0].done:
        return []
    found += [one for module in others for one in module.beginning(actor)]
    return sorted(found, key=lambda one: one.turn)


def waiting_for(actor: Actor, today: date) -> list[Waiting]:
    """Return what waits for an actor out of all apps: what is due first comes first."""
    found = [one for module in _modules("waiting") for one in module.waiting(actor, today)]
    return sorted(found, key=lambda one: (one.due or date.max, one.text))


@lru_cache(maxsize=2)
def _modules(drawer: str) -> Sequence[Any]:
    apps_ = (
        app.name for app in apps.get_app_configs() if app.name.startswith("lifecircle.govern.")
    )
    names = (f"{name}.{drawer}" for name in apps_)
    return [import_module(name) for name in names if find_spec(name)]
