"""Finds communities and facilities by name, pinyin, its first letters, or what one looks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from lifecircle.govern.publications.models import PublicFeature
from lifecircle.publish.handbook.traditional import in_traditional
from lifecircle.terms.codes import code_sets
from lifecircle.terms.taxonomy import categories

MOST = 60
COLLECTIONS = ("communities", "facilities")
EVERYDAY = Path(__file__).with_name("everyday.yaml")
OF_KIND, OF_WORDS = 3, 4
LETTERS = 4


@dataclass(frozen=True, slots=True)
class Named:
    """A thing by its name; ``community`` is the id of where it lies."""

    collection: str
    own_id: str
    name: str
    community: str
    keys: tuple[str, ...]
    kinds: frozenset[str] = frozenset()

    def rank(self, wanted: str, kinds: frozenset[str]) -> int | None:
        """Say how well it fits a name or the categories meant, less is better; None where not."""
        name, *sounds = self.keys
        if name.startswith(wanted):
            return 0
        if wanted in name:
            return 1
        if any(one.startswith(wanted) for one in sounds):
            return 2
        return OF_KIND if self.kinds & kinds else None


@lru_cache(maxsize=2)
def names(publication: int) -> tuple[Named, ...]:
    """Return the names of a publication, communities first; kept, since it never changes."""
    rows = PublicFeature.objects.filter(publication=publication, collection__in=COLLECTIONS)
    told = rows.order_by("collection", "pk").values_list(
        "collection", "own_id", "name", "community", "properties__pinyin", "properties__categories"
    )
    alike: dict[frozenset[str], frozenset[str]] = {}
    return tuple(
        Named(
            collection, own_id, name, community, (folded(name), *_sounds(sounds or "")),
            alike.setdefault(own := frozenset(kinds or ()), own),
        )
        for collection, own_id, name, community, sounds, kinds in told.iterator()
    )  # fmt: skip


def found(publication: int, words: str) -> list[Named]:
    """Return what fits the words, communities first, best first, at most `MOST`.

    Of several words each may stand for a part of the name, for the community or for the category.
    """
    wanted = folded(words)
    if not wanted:
        return []
    every, kinds = names(publication), meant(wanted)
    fits = [
        (COLLECTIONS.index(one.collection), rank, at)
        for at, one in enumerate(every)
        if (rank := one.rank(wanted, kinds)) is not None
    ]
    parts = [folded(one) for one in words.split()]
    if not fits and len(parts) > 1:
        fits = [(0, OF_WORDS, at) for at in _of_all(every, parts)]
    return [every[at] for _collection, _rank, at in sorted(fits)[:MOST]]


def _of_all(every: tuple[Named, ...], parts: list[str]) -> Iterator[int]:
    """Yield where things stand that every word fits, be it by the community they lie in."""
    asked = [(one, meant(one)) for one in parts]
    homes = {one.own_id: one for one in every if one.collection == COLLECTIONS[0]}
    for at, one in enumerate(every):
        home = homes.get(one.community)
        if all(
            one.rank(*each) is not None or (home is not None and home.rank(*each) is not None)
            for each in asked
        ):
            yield at


@lru_cache(maxsize=1024)
def meant(wanted: str) -> frozenset[str]:
    """Return the categories that words stand for: what they or their functions are called.

    A character alone, or a few letters, which begin many a pinyin, stand for none.
    """
    if len(wanted) < (LETTERS if wanted.isascii() else 2):
        return frozenset()
    return frozenset(
        code for code, called in _called().items() if any(wanted in one for one in called)
    )


@cache
def _called() -> Mapping[str, tuple[str, ...]]:
    """Return, folded, what each category and its functions are called, also every day."""
    everyday: dict[str, list[str]] = yaml.safe_load(EVERYDAY.read_text(encoding="utf-8"))
    functions = code_sets()["function"]
    told: dict[str, tuple[str, ...]] = {}
    for code, one in categories().items():
        own: list[Any] = [one.zh, one.en, *one.names]
        for function in one.functions:
            same = functions[function]
            own += [same.zh, same.en, *same.names, *everyday.get(function, ())]
        own += [in_traditional(name) for name in own]
        told[code] = tuple(dict.fromkeys(map(folded, own)))
    return told


def folded(text: str) -> str:
    """Return what is compared: no spaces, small letters."""
    return "".join(text.split()).lower()[:60]


def _sounds(pinyin: str) -> tuple[str, ...]:
    parts = pinyin.split()
    return ("".join(parts), "".join(part[0] for part in parts)) if parts else ()
