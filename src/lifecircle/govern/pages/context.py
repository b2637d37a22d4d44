"""What the frame of every page shows."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from lifecircle.govern.accounts.actors import NOBODY
from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.menus import entrances

LOOK_COOKIE = "look"
LOOKS = ("large", "contrast")
"""How somebody likes pages to look; the cookie holds these words and nothing else."""


@dataclass(frozen=True)
class Link:
    """An entrance of the menu on one page; ``here`` is its aria-current there."""

    text: str
    url: str
    here: str


OWN = ("accounts:me", "account_change_password", "mfa_index")
"""The pages of one's own account; the first is what the head of the page leads to."""


def frame(request: HttpRequest) -> Mapping[str, object]:
    """Return what `base.html` needs on every page."""
    actor: Actor = getattr(request, "actor", NOBODY)
    return {
        "actor": actor,
        "city": SimpleLazyObject(city_name),
        "menu": SimpleLazyObject(lambda: menu(actor, request.path)),
        "own": SimpleLazyObject(lambda: own(actor, request.path)),
        "look": " ".join(looks(request)),
        "languages": settings.LANGUAGES,
        "demo": settings.DEMO,
    }


def menu(actor: Actor, path: str) -> list[Link]:
    """Return the entrances that are open to an actor, as they stand on the page of a path."""
    open_to = [entrance for entrance in entrances() if actor.may(entrance.permission)]
    links = [(str(entrance.text), _url(entrance.route)) for entrance in open_to]
    if own(actor, path).here:
        return [Link(text, url, "") for text, url in links]
    here = max((url for _, url in links if path.startswith(url)), key=len, default=None)
    said = "page" if path == here else "true"
    return [Link(text, url, said if url == here else "") for text, url in links]


def own(actor: Actor, path: str) -> Link:
    """Return the link to one's own account, as it stands on the page of a path."""
    urls = [_url(name) for name in OWN]
    inside = any(path.startswith(url) for url in urls)
    return Link(actor.name, urls[0], "page" if path == urls[0] else "true" if inside else "")


@cache
def _url(route: str) -> str:
    """Return where a route stands; those of the frame never move, and every page has twenty."""
    return reverse(route)


def looks(request: HttpRequest) -> list[str]:
    """Return the chosen words of `LOOKS`."""
    chosen = request.COOKIES.get(LOOK_COOKIE, "").split(".")
    return [word for word in LOOKS if word in chosen]


def city_name() -> str:
    """Return the name of the city that the platform is of, empty before there is one.

    Every page says it and it hardly ever changes: a process asks for it once a minute.
    """
    return _city_name(int(time.monotonic()) // 60)


@lru_cache(maxsize=1)
def _city_name(_minute: int) -> str:
    cities = Area.objects.standing().filter(level=Level.CITY).order_by("path")
    return cities.values_list("name", flat=True).first() or ""
