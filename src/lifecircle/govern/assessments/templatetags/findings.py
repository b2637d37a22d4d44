"""Words of findings in the reader's language, and their colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from lifecircle.assess.profiles import WALKERS
from lifecircle.govern.assessments.forms import COMPARATORS
from lifecircle.govern.assessments.models import Deciding
from lifecircle.govern.assessments.packs import printed_rule_of
from lifecircle.govern.assessments.wording import said

register = template.Library()
FIELDS: Mapping[str, Any] = {
    "require": _("要求"), "due": _("期限"), "strength": _("力度"), "scope": _("对谁"),
    "measure": _("量什么"),
}  # fmt: skip
TONES: Mapping[str, str] = {"met": "good", "not met": "bad", "not assessed": "wait"}


@register.filter
def word(code: str, kind: str) -> str:
    """Return what a person reads for a code."""
    return said(kind, code)


@register.filter
def walker(profile: str) -> str:
    """Return who walks."""
    return WALKERS.get(profile, profile)


@register.filter
def rule_title(decided: Deciding) -> str:
    """Return what the rule is called about which something was decided."""
    found = printed_rule_of(decided.pack, decided.rule, decided.on)
    return found[1].title.zh if found else f"{decided.pack} {decided.rule}"


@register.filter
def changed_to(change: Mapping[str, Any]) -> list[str]:
    """Return in words what an interpretation changes a rule to, a field an entry."""
    return [f"{FIELDS.get(name, name)}：{_value(name, value)}" for name, value in change.items()]


def _value(name: str, value: Any) -> str:
    if name == "strength":
        return said(name, str(value))
    if name != "require":
        return str(value)
    compared = dict(COMPARATORS).get(value.get("comparator", ""), "")
    figures = [str(value[key]) for key in ("value", "low", "high") if value.get(key) is not None]
    return f"{compared}{'、'.join(figures)}"


@register.filter
def tone(verdict: str) -> str:
    """Return the class of the badge of a verdict."""
    return TONES.get(verdict, "")
