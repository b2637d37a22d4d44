"""Finds communities and facilities by name, pinyin or the first letters of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lifecircle.govern.publications.models import PublicFeature

MOST = 60
COLLECTIONS = ("communities", "facilities")


@dataclass(frozen=True, slots=True)
class Named:
    """A thing by its name; ``community`` is the id of where it lies."""

    collection: str
    own_id: str
    name: str
    community: str
    keys: tuple[str, ...]

    def rank(self, wanted: str) -> int | None:
        """Say how well it fits, less is better; None where it does not."""
        name, *sounds = self.keys
        if name.startswith(wanted):
            return 0
        if wanted in name:
            return 1
        return 2 if any(one.startswith(wanted) for one in sounds) else None


@lru_cache(maxsize=2)
def names(publication: int) -> tuple[Named, ...]:
    """Return the names of a publication, communities first; kept, since it never changes."""
    rows = PublicFeature.objects.filter(publication=publication, collection__in=COLLECTIONS)
    told = rows.order_by("collection", "pk").values_list(
        "collection", "own_id", "name", "community", "properties__pinyin"
    )
    return tuple(
        Named(collection, own_id, name, community, (folded(name), *_sounds(sounds or "")))
        for collection, own_id, name, community, sounds in told.iterator()
    )


def found(publication: int, words: str) -> list[Named]:
    """Return what fits the words, communities first, best first, at most `MOST`."""
    wanted = folded(words)
    if not wanted:
        return []
    fits = [
        (COLLECTIONS.index(one.collection), rank, at)
        for at, one in enumerate(names(publication))
        if (rank := one.rank(wanted)) is not None
    ]
    every = names(publication)
    return [every[at] for _collection, _rank, at in sorted(fits)[:MOST]]


def folded(text: str) -> str:
    """Return what is compared: no spaces, small letters."""
    return "".join(text.split()).lower()[:60]


def _sounds(pinyin: str) -> tuple[str, ...]:
    parts = pinyin.split()
    return ("".join(parts), "".join(part[0] for part in parts)) if parts else ()
