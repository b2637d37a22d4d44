"""The form of a round as a community will see it, before there is any return of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from lifecircle.govern.surveys.asking import form_of
from lifecircle.govern.surveys.filled import Filled, Row
from lifecircle.govern.surveys.forms import SectionForm
from lifecircle.govern.surveys.models import Return, Round
from lifecircle.govern.surveys.on_file import OnFile
from lifecircle.govern.surveys.opening import pack_of
from lifecircle.govern.surveys.parts import Part, parts_of
from lifecircle.govern.surveys.questions import NEW, Form, Section

Groups = list[tuple[str, list[forms.BoundField]]]


@dataclass(frozen=True)
class Previewed:
    """A section with its parts, or with a row of each kind that it has; each with its fields."""

    section: Section
    shown: list[tuple[Part | None, Groups]]


def previewed(round_: Round) -> list[Previewed]:
    """Return all that a round asks, blank; of a draft, what it would ask if it opened now.

    Raises Refused where the pack of a draft cannot be read.
    """
    form = round_.asks if round_.form else form_of(pack_of(round_.pack))
    back = Return(round=round_, area=round_.area, on_file=_example(form))
    filled = Filled(back, form, {})
    return [Previewed(section, list(_shown(filled, section))) for section in form.sections]


def _example(form: Form) -> OnFile:
    """Return one record on file for each section that asks about records."""
    one: dict[str, Any] = {"label": _("台账里的一处"), "values": {}, "seen": None}
    return {section.code: {"1": one} for section in form.sections if section.of}


def _shown(filled: Filled, section: Section) -> Iterator[tuple[Part | None, Groups]]:
    rows = filled.rows(section)
    if not section.repeats:
        for part in parts_of(section):
            yield part, _groups(filled, section, part.of_these(rows), part.number)
        return
    if section.may_add:
        rows.append(Row(f"{NEW}1", _("新增"), {}))
    for number, row in enumerate(rows):
        yield None, _groups(filled, section, [row], number)


def _groups(filled: Filled, section: Section, rows: list[Row], number: int) -> Groups:
    asked = SectionForm(filled, section, rows, prefix=f"{section.code}-{number}")
    labels = {row.key: row.label for row in rows}
    return [(labels[key], fields) for key, fields in asked.groups]
