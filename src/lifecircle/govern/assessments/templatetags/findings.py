"""Words of findings in the reader's language, and their colours."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from lifecircle.govern.assessments.wording import said

register = template.Library()
TONES: Mapping[str, str] = {"met": "good", "not met": "bad", "not assessed": "wait"}


@register.filter
def word(code: str, kind: str) -> str:
    """Return what a person reads for a code."""
    return said(kind, code)


@register.filter
def tone(verdict: str) -> str:
    """Return the class of the badge of a verdict."""
    return TONES.get(verdict, "")
