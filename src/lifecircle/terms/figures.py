"""Canonical text for numbers that are stored or hashed, so that every machine writes the same."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

MOST_PLACES = 16


@lru_cache(maxsize=2**16)  # a city repeats few figures often
def decimal_text(value: Fraction | float, places: int) -> str:
    """Return ``value`` with at most ``places`` decimals, rounded half to even, no trailing zeros.

    A float stands for its exact binary value. Raises ValueError for NaN and infinity.
    """
    units = round(Fraction(value) * 10**places)
    text = format(Decimal(units).scaleb(-places), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def share_text(part: int, whole: int) -> str:
    """Return ``part / whole`` to four decimals without ever rounding a shortfall up to 1.

    Returns an empty text when ``whole`` is 0: a share of nobody is not a number.
    """
    if whole == 0:
        return ""
    text = decimal_text(Fraction(part, whole), 4)
    if text == "1" and part < whole:
        return "0.9999"
    return "0.0001" if text == "0" and part > 0 else text


@lru_cache(maxsize=2**16)
def exact(value: float) -> Fraction:
    """Return the decimal number that a float was written as: 0.85 is 17/20."""
    return Fraction(repr(float(value)))


def text_beside(value: Fraction, bounds: Iterable[Fraction], places: int = 4) -> str:
    """Return ``value`` rounded, but never onto or over a bound that it is not on or over.

    29.99996 beside a bound of 30 is written 29.99996, not 30.
    """
    limits = tuple(bounds)
    text = decimal_text(value, places)
    while places < MOST_PLACES and any(
        _side(Fraction(text), limit) != _side(value, limit) for limit in limits
    ):
        places += 2
        text = decimal_text(value, places)
    return text


def _side(value: Fraction, limit: Fraction) -> int:
    return (value > limit) - (value < limit)


@lru_cache(maxsize=2**16)
def percent_text(share: str) -> str:
    """Return a share such as ``0.9312`` as people read it: ``93.12%``."""
    return f"{decimal_text(Fraction(share) * 100, 2)}%" if share else "—"
