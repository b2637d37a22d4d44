"""Telephone numbers and names: their plain form, and how they are shown to who may not see them."""

from __future__ import annotations

import re
import unicodedata

LEAST, MOST = 5, 20
"""Digits that a telephone number may have."""

NOT_DIGITS = re.compile(r"[^0-9]")
LOOKS_LIKE = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|0[1-9][0-9]{9,10})(?![0-9])")
ALLOWED = re.compile(r"[0-9+()\-‐–—转分机,，. ]*")


def plain_telephone(said: str) -> str:
    """Return the digits of a telephone number, without the country; empty where it is none."""
    text = unicodedata.normalize("NFKC", said).strip()
    if not ALLOWED.fullmatch(text):
        return ""
    digits = NOT_DIGITS.sub("", text)
    for prefix in ("0086", "86"):
        if digits.startswith(f"{prefix}1") and len(digits) == len(prefix) + 11:
            digits = digits.removeprefix(prefix)
    return digits if LEAST <= len(digits) <= MOST else ""


def masked_telephone(digits: str) -> str:
    """Return 138****1234; of short numbers the last two digits alone."""
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if digits else ""


def masked_name(name: str) -> str:
    """Return 王**: the first character alone, never how long the name is."""
    return f"{name[:1]}**" if name else ""


def carries_telephone(text: str) -> bool:
    """Say whether a text holds what looks like a telephone number: a mobile or a line."""
    plain = re.sub(r"(?<=[0-9])[ \-]{1,2}(?=[0-9])", "", unicodedata.normalize("NFKC", text))
    return bool(LOOKS_LIKE.search(plain))
