"""The lists beside a form: the communities of a person, and the records of each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import override

from lifecircle.govern.surveys.models import Return
from lifecircle.govern.surveys.questions import NEW, Form, Section
from lifecircle.govern.surveys.values import shown
from lifecircle.govern.surveys.xform import COMMUNITIES, COMMUNITY

NEW_LABEL = "＋ 记录里没有的，新增一处 New"


def names(form: Form) -> list[str]:
    """Return the names of the lists of a form."""
    return [COMMUNITIES, *(f"{one.code}.csv" for one in form.sections if one.of)]


def lists(form: Form, backs: Iterable[Return]) -> Mapping[str, bytes]:
    """Return the lists of returns by name, in Chinese; the same while the returns are."""
    held = list(backs)
    with override("zh-hans"):
        return _lists(form, held)


def _lists(form: Form, held: list[Return]) -> dict[str, bytes]:
    own = {COMMUNITIES: _written(("name", "label"), _communities(held))}
    for section in form.sections:
        if section.of:
            rows = [row for back in held for row in _records(section, back)]
            header = ("name", "label", COMMUNITY, "told")
            own[f"{section.code}.csv"] = _written(header, rows)
    return own


def _communities(backs: list[Return]) -> list[tuple[str, ...]]:
    """Return the communities; one of several of a name is told by its code."""
    called = [back.area.name for back in backs]
    return [
        (str(back.pk), name if called.count(name) == 1 else f"{name} {back.area.code}".strip())
        for back, name in zip(backs, called, strict=True)
    ]


def _records(section: Section, back: Return) -> list[tuple[str, ...]]:
    community = str(back.pk)
    rows = [
        (key, one["label"], community, _told(section, one["values"]))
        for key, one in sorted(back.on_file.get(section.code, {}).items())
    ]
    return [*rows, *([(NEW, NEW_LABEL, community, "")] if section.may_add else [])]


def _told(section: Section, values: Mapping[str, Any]) -> str:
    """Return in words what is on file of a record."""
    known = [one for one in section.questions if one.code in values]
    return "；".join(f"{one.label} {shown(one, values[one.code])}" for one in known)


def _written(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()
