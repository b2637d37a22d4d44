"""Recognises a word however an office spells it."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

CLOSE_ENOUGH = 0.5
"""The part of the characters that two spellings share before one is offered for the other."""


@lru_cache(2**13)
def folded(text: str) -> str:
    """Return ``text`` in one spelling: NFKC, lower case, only its letters and digits.

    Spaces, brackets, hyphens and other marks go; what stands in brackets stays.
    """
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


class Spellings:
    """Every spelling of the words of one set, each leading to one code."""

    def __init__(self, words: Iterable[tuple[str, Iterable[str]]]) -> None:
        """Take ``(code, spellings)`` rows; the first spelling of a code is offered to people.

        Raises ValueError when one spelling leads to two codes: that is a bug in the set.
        """
        self._codes: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        for code, spellings in words:
            for spelling in (*spellings, code):
                self._shown.setdefault(code, spelling)
                if self._codes.setdefault(folded(spelling), code) != code:
                    other = self._codes[folded(spelling)]
                    raise ValueError(f"{spelling} leads to both {other} and {code}")

    def code_of(self, text: str) -> str | None:
        """Return the code that ``text`` stands for, or None."""
        return self._codes.get(folded(text))

    def close_to(self, text: str, most: int = 3) -> tuple[str, ...]:
        """Return what people may have meant by ``text``, best first, at most ``most``.

        Codes are offered for what is written in Latin letters, otherwise the names to show.
        A spelling inside the text, or the text inside a spelling, comes before one that only
        shares characters with it.
        """
        wanted = folded(text)
        if not wanted:
            return ()
        inside = sorted(
            (k for k in self._codes if len(k) > 1 and (k in wanted or wanted in k)),
            key=lambda known: (abs(len(known) - len(wanted)), known),
        )
        alike = difflib.get_close_matches(wanted, self._codes, n=2 * most, cutoff=CLOSE_ENOUGH)
        codes = dict.fromkeys(self._codes[known] for known in (*inside, *alike))
        likely = list(codes)[:most]
        return tuple(likely if wanted.isascii() else (self._shown[code] for code in likely))
