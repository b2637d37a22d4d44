"""The lists beside a form: the communities of a person, and the records of each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import override

from lifecircle.govern.surveys.models import Return
from lifecircle.govern.surveys.questions import NEW, Form, Question, Section
from lifecircle.govern.surveys.values import shown
from lifecircle.govern.surveys.xform import COMMUNITIES, COMMUNITY

NEW_LABEL = "＋ 记录里没有的，新增一处 New"


def names(form: Form) -> list[str]:
    """Return the names of the lists of a form."""
    return [COMMUNITIES, *(f"{one.code}.csv" for one in form.sections if one.of)]


def written(name: str, form: Form, backs: Iterable[Return]) -> bytes:
    """Return a list of returns, in Chinese; the same while the returns are.

    Raises KeyError where the form has no list of this name.
    """
    with override("zh-hans"):
        if name == COMMUNITIES:
            return _written(("name", "label"), _communities(list(backs)))
        section = form.section(name.removesuffix(".csv"))
        if not section.of:
            raise KeyError(name)
        teller = _Teller(section)
        rows = (row for back in backs for row in _records(section, back, teller))
        return _written(("name", "label", COMMUNITY, "told"), rows)


def _communities(backs: list[Return]) -> list[tuple[str, ...]]:
    """Return the communities; one of several of a name is told by its code."""
    called = [back.area.name for back in backs]
    return [
        (str(back.pk), name if called.count(name) == 1 else f"{name} {back.area.code}".strip())
        for back, name in zip(backs, called, strict=True)
    ]


class _Teller:
    """Says in words what is on file of a record; words that come again are kept."""

    def __init__(self, section: Section) -> None:
        self.asked = [(one, one.label) for one in section.questions if one.field]
        self.kept: dict[str, str] = {}

    def __call__(self, values: Mapping[str, Any]) -> str:
        return "；".join(
            self._said(question, label, values[question.code])
            for question, label in self.asked
            if question.code in values
        )

    def _said(self, question: Question, label: str, value: Any) -> str:
        if not question.choices:
            return f"{label} {shown(question, value)}"
        key = f"{question.code} {value}"
        if key not in self.kept:
            self.kept[key] = f"{label} {shown(question, value)}"
        return self.kept[key]


def _records(section: Section, back: Return, told: _Teller) -> Iterator[tuple[str, ...]]:
    community = str(back.pk)
    for key, one in sorted(back.on_file.get(section.code, {}).items()):
        yield key, one["label"], community, told(one["values"])
    if section.may_add:
        yield NEW, NEW_LABEL, community, ""


def _written(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()
