"""Tells the explanation of a verdict in the reader's language.

Labels, figures and code words are translated. What `publish.why` says in sentences of its own, of
ways, rows and homes, and what the policy says, stays Chinese and is marked so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lifecircle.govern.assessments.wording import changed_said, figure_said, known, reads, said
from lifecircle.govern.wording import in_chinese, worded
from lifecircle.policy.models import Pack, Rule
from lifecircle.publish.why import Account
from lifecircle.terms.words import words

LABELS = (
    POLICY := gettext_noop("政策"), gettext_noop("条文"), RULE := gettext_noop("规则"),
    MARKS := gettext_noop("标记"), gettext_noop("推定"), DUE := gettext_noop("期限"),
    CHANGED := gettext_noop("改动"), gettext_noop("适用"), VERDICT := gettext_noop("结论"),
    ASKED := gettext_noop("要求"), FOUND := gettext_noop("实测"), SHORT := gettext_noop("差额"),
    gettext_noop("涉及"), gettext_noop("哪里"), gettext_noop("大门"), gettext_noop("怎么走"),
    gettext_noop("路程"), gettext_noop("各年龄"), gettext_noop("依据"), gettext_noop("出处"),
    DOUBTED := gettext_noop("存疑"), gettext_noop("疑点"), gettext_noop("怎样会变"),
)  # fmt: skip
"""What `publish.why` calls its lines."""


@dataclass(frozen=True)
class Told:
    """An account as a page shows it: labelled lines; the rule's own has no title."""

    title: str
    lines: list[tuple[str, str]]


def told(account: Account, pack: Pack, rule: Rule) -> Told:
    """Return an account of a rule, or of one of its readings, in the reader's language."""
    facts = account.facts
    if "reading" in facts:
        names = {name: said(name, facts[name]) for name in ("reading", "verdict", "confidence")}
        title = _("%(reading)s读法：%(verdict)s") % names
        verdict = _("%(verdict)s，可信度%(confidence)s") % names
        if rule.due:
            due = said("due", facts["due"])
            verdict = _("%(verdict)s，%(due)s，可信度%(confidence)s") % {**names, "due": due}
        own: Mapping[str, Callable[[str], str]] = {
            VERDICT: lambda _text: verdict, ASKED: figure_said, FOUND: figure_said,
            SHORT: figure_said, DOUBTED: _reason,
        }  # fmt: skip
    else:
        title = ""
        own = _of_rule(pack, rule, facts["as_of"])
    shown = [(_(label), own.get(label, in_chinese)(text)) for label, text in account.lines]
    return Told(title, shown)


def _of_rule(pack: Pack, rule: Rule, as_of: str) -> Mapping[str, Callable[[str], str]]:
    policy = {"title": worded(pack.header.title), "pack": pack.id, "version": pack.header.version}
    marks = [said("strength", rule.strength), said("source", rule.source)]
    marks += [said("nature", rule.nature)] if rule.nature != "unstated" else []
    marks.append(said("mark", rule.mark))
    return {
        POLICY: lambda _text: _("%(title)s（%(pack)s %(version)s）") % policy,
        RULE: lambda _text: f"{rule.id}  {reads(pack, rule)}",
        MARKS: lambda _text: _("，").join(marks),
        DUE: lambda _text: _("%(due)s（评估日期%(as_of)s）") % {"due": rule.due, "as_of": as_of},
        CHANGED: changed_said,
    }


def _reason(text: str) -> str:
    code = next((code for code, zh in words("reason").items() if zh == text), "")
    return known("reason").get(code) or in_chinese(text)
