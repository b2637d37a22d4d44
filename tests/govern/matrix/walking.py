"""All routes of the platform, as Django resolves them, and the methods that each answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from lifecircle.govern.access import Asks, routes
from lifecircle.govern.api.root import api

PAGES = ("GET", "POST")


@dataclass(frozen=True)
class Route:
    """A route with its full name, the methods to try, and what it asks."""

    name: str
    methods: tuple[str, ...]
    asks: Asks | None


def walked() -> list[Route]:
    """Return the routes; of several names of one path the first, which is what the gate sees."""
    listed, operations = routes(), _operations()
    first: dict[str, str] = {}
    for name, path in _names(get_resolver().url_patterns, "", ""):
        first.setdefault(path, name)
    return [
        Route(name, operations.get(path, PAGES), listed.get(name)) for path, name in first.items()
    ]


def overshadowed() -> list[tuple[str, str]]:
    """Return names of routes that the gate never sees, each with the name that it sees instead."""
    first: dict[str, str] = {}
    return [
        (name, first[path])
        for name, path in _names(get_resolver().url_patterns, "", "")
        if first.setdefault(path, name) != name
    ]


def unread_operations() -> list[str]:
    """Return paths of the API whose methods were not found; none, unless ninja changed."""
    walked_paths = {path for _, path in _names(get_resolver().url_patterns, "", "")}
    return sorted(set(_operations()) - walked_paths)


def _names(
    patterns: list[URLPattern | URLResolver], space: str, path: str
) -> Iterator[tuple[str, str]]:
    for one in patterns:
        here = path + str(one.pattern)
        if isinstance(one, URLResolver):
            below = f"{space}{one.namespace}:" if one.namespace else space
            yield from _names(one.url_patterns, below, here)
        else:
            yield f"{space}{one.name or ''}", here


def _operations() -> dict[str, tuple[str, ...]]:
    """Return the methods of each path of the API."""
    methods: dict[str, tuple[str, ...]] = {}
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            route = re.sub("/+", "/", f"api/{prefix}/{path}")
            route = route.replace("{", "<").replace("}", ">")
            tried = [method for operation in view.operations for method in operation.methods]
            methods[route] = tuple(dict.fromkeys(tried))
    return methods
