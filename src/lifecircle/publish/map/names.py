"""Names to search by: the pinyin of communities, estates and facilities."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

_OTHER = re.compile(r"[^a-z0-9]+")


@cache
def pinyin_of(name: str) -> str:
    """Return the syllables of a name, parted by spaces, tones left out; digits stay as they are.

    Sounds of characters with several are chosen by the words they stand in (pypinyin); rare
    readings of place names may be wrong.
    """
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its words fill 55 MB

    syllables = (_OTHER.sub("", part.lower()) for part in lazy_pinyin(name, errors=_letters))
    return " ".join(one for one in syllables if one)


def _letters(other: str) -> str:
    """Keep what is no Chinese character together, as it stands."""
    return other


def pinyin(names: Iterable[str]) -> list[str]:
    """Return the pinyin of each name, in their order."""
    return [pinyin_of(name) for name in names]
