"""What is published now, as pages and the interface ask for it: looked up every few seconds."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from django.db.models import QuerySet

from lifecircle.govern.publications.models import Publication, PublicFeature

FRESH_S = 5.0
"""After so long the database is asked again; with what browsers keep it stays below a minute."""

Kind, State = Publication.Kind, Publication.State


@dataclass(frozen=True, eq=False)
class Live:
    """All that ever was public, newest first; ``stamp`` changes with each step of any of it."""

    stamp: str
    every: tuple[Publication, ...]

    @property
    def shown(self) -> list[Publication]:
        """Return what is live."""
        return [one for one in self.every if one.state == State.PUBLISHED]

    @property
    def run(self) -> Publication | None:
        """Return the results that the pages are of."""
        return next((one for one in self.shown if one.kind == Kind.RUN), None)

    def by_number(self, number: int) -> Publication | None:
        """Return what was public once."""
        return next((one for one in self.every if one.pk == number), None)


class _Kept:
    at = -FRESH_S
    live = Live("", ())


def live() -> Live:
    """Return what is published, at most some seconds old."""
    now = time.monotonic()
    if now - _Kept.at >= FRESH_S:
        _Kept.live, _Kept.at = _asked(), now
    return _Kept.live


def features(collection: str) -> QuerySet[PublicFeature]:
    """Return the communities or facilities of the live results; none where there are none."""
    return PublicFeature.objects.filter(publication=live().run, collection=collection)


def forget() -> None:
    """Ask the database next time."""
    _Kept.at = -FRESH_S


def _asked() -> Live:
    found = Publication.objects.filter(published_at__isnull=False).select_related(
        "area", "corrects"
    )
    every = tuple(found.order_by("-published_at", "-pk"))
    text = ",".join(f"{one.pk}.{one.version}" for one in every)
    return Live(hashlib.sha256(text.encode()).hexdigest()[:16], every)
