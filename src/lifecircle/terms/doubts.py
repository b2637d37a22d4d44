"""What the audit may doubt: stable names, the words for them, and how far each weakens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from lifecircle.terms.shipped import read_shipped


@dataclass(frozen=True)
class Doubted:
    """A kind of doubt; ``weakens`` is the confidence it leaves, or empty where it leaves it."""

    words: tuple[str, str, str]
    weakens: str


@cache
def doubted() -> Mapping[str, Doubted]:
    """Return every kind of doubt by its name."""
    return {
        code: Doubted((row["zh"], row["hant"], row["en"]), row["weakens"])
        for code, row in read_shipped("doubts.yaml").items()
    }
