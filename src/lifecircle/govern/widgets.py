"""Fields of forms as browsers want them."""

from __future__ import annotations

from django import forms


class DayInput(forms.DateInput):
    """A day. Browsers read ISO dates only; those of the language would leave the field empty."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
