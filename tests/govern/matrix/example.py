"""One way to call a route."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Make = Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Example:
    """One way to call a route for a place.

    ``kwargs`` fill the path and ``body`` the form or the JSON of a write. ``reach`` is ``area``
    where they name something of the place, which then only people of the place may reach; ``all``
    where everybody with the permission may, ``nobody`` where only the one person may whose it is.
    ``own`` are statuses that the route answers for reasons other than rights. ``queries`` are
    filters of a list; ``{word}`` and ``{area}`` stand for those of a stranger. ``varies`` says that
    no two answers are alike; ``tells`` are areas whose names the page may say.
    """

    kwargs: Make | None = None
    body: Make | None = None
    reach: str = "area"
    own: frozenset[int] = frozenset()
    queries: tuple[str, ...] = ()
    varies: bool = False
    tells: tuple[str, ...] = ()

    @property
    def aims(self) -> bool:
        """Say whether the call names something of a place."""
        return self.reach != "all" and bool(self.kwargs or self.body)
