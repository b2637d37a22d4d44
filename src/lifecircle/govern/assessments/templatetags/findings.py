"""Words of findings and rules in the reader's language, and their colours."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from lifecircle.govern.assessments.wording import (
    changed_said,
    figure_said,
    marks_said,
    rule_called,
    rule_reads,
    rule_title,
    said,
)
from lifecircle.govern.inventory.choices import called

register = template.Library()
register.simple_tag(rule_called)
register.simple_tag(rule_title)
register.simple_tag(rule_reads)
register.filter("figure", figure_said)
register.filter("marks", marks_said)
register.filter("changed", changed_said)
TONES: Mapping[str, str] = {"met": "good", "not met": "bad", "not assessed": "wait"}


@register.filter("called")
def of_set(code: str, set_name: str) -> str:
    """Return what a code of a set, or a category of facilities, is called."""
    return called(set_name, code)


@register.filter
def word(code: str, kind: str) -> str:
    """Return what a person reads for a code."""
    return said(kind, code)


@register.filter
def tone(verdict: str) -> str:
    """Return the class of the badge of a verdict."""
    return TONES.get(verdict, "")
