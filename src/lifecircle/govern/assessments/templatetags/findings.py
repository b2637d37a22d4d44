"""Words of findings and rules in the reader's language, and their colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lifecircle.assess.profiles import WALKERS
from lifecircle.govern.assessments.forms import COMPARATORS
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
from lifecircle.govern.wording import listed

register = template.Library()
register.simple_tag(rule_called)
register.simple_tag(rule_title)
register.simple_tag(rule_reads)
register.filter("figure", figure_said)
register.filter("marks", marks_said)
register.filter("changed", changed_said)
FIELDS: Mapping[str, Any] = {
    "require": _("要求"), "due": _("期限"), "strength": _("力度"), "scope": _("对谁"),
    "measure": _("量什么"),
}  # fmt: skip
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
def walker(profile: str) -> str:
    """Return who walks."""
    return gettext(WALKERS[profile]) if profile in WALKERS else profile


@register.filter
def changed_to(change: Mapping[str, Any]) -> list[str]:
    """Return in words what an interpretation changes a rule to, a field an entry.

    Whom it concerns and what it measures are told by the sentence of the rule.
    """
    return [
        str(FIELDS.get(name, name)) + gettext("：") + _value(name, value)
        if name in ("require", "due", "strength")
        else str(FIELDS.get(name, name))
        for name, value in change.items()
    ]


def _value(name: str, value: Any) -> str:
    if name == "strength":
        return said(name, str(value))
    if name != "require":
        return str(value)
    compared = dict(COMPARATORS).get(value.get("comparator", ""), "")
    figures = [str(value[key]) for key in ("value", "low", "high") if value.get(key) is not None]
    if not figures:
        return str(compared)
    told = {"compared": compared, "figures": listed(figures)}
    return gettext("%(compared)s%(figures)s") % told


@register.filter
def tone(verdict: str) -> str:
    """Return the class of the badge of a verdict."""
    return TONES.get(verdict, "")
