"""All questions of a return on one page, for a telephone that keeps what is entered."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms

from lifecircle.govern.surveys.filled import Filled, Row
from lifecircle.govern.surveys.forms import AnswerField
from lifecircle.govern.surveys.questions import NEW, Section

COPIED = "__row__"
"""Stands for the key of a row that the page makes out of its template."""


@dataclass(frozen=True)
class Card:
    """A row with its fields."""

    row: Row
    fields: list[forms.BoundField]


@dataclass(frozen=True)
class Part:
    """A section with its rows, and one more that is copied where rows may be added."""

    section: Section
    cards: list[Card]
    blank: Card | None


class DeviceForm(forms.Form):
    """The questions of a return; each field knows its question and row."""

    def __init__(self, filled: Filled) -> None:
        super().__init__()
        self.parts = [self._part(filled, section) for section in filled.form.sections]

    def _part(self, filled: Filled, section: Section) -> Part:
        rows = filled.rows(section)
        cards = [
            Card(row, self._fields(filled, section, row, f"{section.code}-{at}"))
            for at, row in enumerate(rows)
        ]
        if not section.may_add:
            return Part(section, cards, None)
        row = Row(f"{NEW}{COPIED}", "", {})
        fields = self._fields(filled, section, row, f"{section.code}-{COPIED}")
        return Part(section, cards, Card(row, fields))

    def _fields(
        self, filled: Filled, section: Section, row: Row, prefix: str
    ) -> list[forms.BoundField]:
        made = []
        for question in section.questions:
            name = f"{prefix}-{question.code}"
            value = filled.value(question.code, row.key)
            asked = AnswerField(question, value, row.on_file.get(question.code))
            asked.widget.attrs |= {"data-question": question.code, "data-row": row.key}
            self.fields[name] = asked
            made.append(self[name])
        return made
