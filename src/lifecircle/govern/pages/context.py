"""What the frame of every page shows."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest

from lifecircle.govern.accounts.actors import NOBODY
from lifecircle.govern.menus import entrances


def frame(request: HttpRequest) -> Mapping[str, object]:
    """Return the actor, the menu and whether this is the demo."""
    actor = getattr(request, "actor", NOBODY)
    menu = [entrance for entrance in entrances() if actor.may(entrance.permission)]
    return {"actor": actor, "menu": menu, "demo": settings.DEMO}
