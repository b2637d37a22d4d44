from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.terms.figures import decimal_text, percent_text, share_text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(1, 3), 4, "0.3333"),
        (Fraction(1, 2), 0, "0"),
        (Fraction(3, 2), 0, "2"),
        (2.5, 1, "2.5"),
        (100, 0, "100"),
        (1200.0, 1, "1200"),
        (Fraction(-1, 1000), 2, "0"),
    ],
)
def test_decimal_text_rounds_half_to_even_without_trailing_zeros(
    value: Fraction | float, places: int, text: str
) -> None:
    assert decimal_text(value, places) == text


def test_a_share_never_hides_the_last_resident() -> None:
    assert share_text(99_999, 100_000) == "0.9999"
    assert share_text(1, 100_000) == "0.0001"
    assert share_text(0, 7) == "0"
    assert share_text(7, 7) == "1"
    assert share_text(0, 0) == ""


def test_percent_text() -> None:
    assert percent_text("0.9312") == "93.12%"
    assert percent_text("1") == "100%"
    assert percent_text("") == "—"


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_share_reads_one_only_when_it_is_one(part: int, whole: int) -> None:
    part = min(part, whole)
    text = share_text(part, whole)
    assert (text == "1") == (part == whole)
    assert (text == "0") == (part == 0)
    assert abs(Fraction(text) - Fraction(part, whole)) <= Fraction(1, 10_000)
