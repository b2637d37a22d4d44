"""Turns a book into Traditional characters as OpenCC's dictionaries say, with their quotes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import opencc  # type: ignore[import-untyped]

_QUOTES = str.maketrans("“”‘’", "「」『』")
_DRAWN = frozenset({"svg", "kind"})


def in_traditional(content: Any) -> Any:
    """Return nested dicts and lists with every text turned, drawings left as they are."""
    if isinstance(content, str):
        return _turned(content)
    if isinstance(content, dict):
        return {
            key: value if key in _DRAWN else in_traditional(value) for key, value in content.items()
        }
    if isinstance(content, list):
        return [in_traditional(value) for value in content]
    return content


@lru_cache(maxsize=1)
def _converter() -> Any:
    return opencc.OpenCC("s2tw")


# a server turns the names of a whole city
@lru_cache(maxsize=65_536)
def _turned(text: str) -> str:
    return str(_converter().convert(text)).translate(_QUOTES)
