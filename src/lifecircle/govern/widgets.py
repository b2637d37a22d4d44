"""Fields of forms as browsers want them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _


class DayInput(forms.DateInput):
    """A day. Browsers read ISO dates only; those of the language would leave the field empty."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def not_ahead(day: date) -> None:
    """Raise ValidationError for a day to come: what is written holds at once, for everybody.

    A year mistyped would else close what it changed to every other change until that year.
    """
    if day > timezone.localdate():
        raise ValidationError(_("写入后马上生效，日期不能晚于今天"))


class SinceDay(forms.DateField):
    """A day from which something is true, today or before."""

    widget = DayInput

    def validate(self, value: date | None) -> None:
        """Hold the day against today."""
        super().validate(value)
        if value is not None:
            not_ahead(value)


class ManyWords(forms.Select):
    """A list of many words: written in one go, since Django renders a template for each option."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: Mapping[str, Any] | None = None,
        renderer: Any = None,  # noqa: ARG002 - Django's call
    ) -> SafeString:
        """Return the list with what is chosen."""
        options = _options(tuple((str(key), str(text)) for key, text in self.choices))
        for one in self.format_value(value):
            first = f'<option value="{escape(one)}"'
            chosen = options.replace(f"{first}>", f"{first} selected>", 1)
            options = mark_safe(chosen)  # noqa: S308 - made of escaped words
        own = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(own), options)


@lru_cache(maxsize=256)
def _options(words: tuple[tuple[str, str], ...]) -> SafeString:
    """Return a list of words with none chosen: it is the same on every page of a language."""
    return format_html_join("\n", '<option value="{}">{}</option>', words)
