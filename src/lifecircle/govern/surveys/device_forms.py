"""All questions of a return on one page, for a telephone that keeps what is entered."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms

from lifecircle.govern.surveys.filled import Filled, Row
from lifecircle.govern.surveys.forms import AnswerField
from lifecircle.govern.surveys.parts import Part, parts_of
from lifecircle.govern.surveys.questions import NEW, Section

COPIED = "__row__"
"""Stands for the key of a row that the page makes out of its template."""

Fields = list[forms.BoundField]
Card = tuple[str, Fields]
"""A row by what it is called, with its fields."""


@dataclass(frozen=True)
class Shown:
    """A section with its rows, part by part, and one more that is copied where rows are added."""

    section: Section
    lots: list[tuple[Part, list[Card]]]
    blank: Fields | None


class DeviceForm(forms.Form):
    """The questions of a return; each field knows its question and row."""

    def __init__(self, filled: Filled) -> None:
        super().__init__()
        self.parts = [self._shown(filled, section) for section in filled.form.sections]

    def _shown(self, filled: Filled, section: Section) -> Shown:
        rows = filled.rows(section)
        cards = {
            row.key: (row.label, self._fields(filled, section, row, f"{section.code}-{at}"))
            for at, row in enumerate(rows)
        }
        lots = [
            (part, [cards[row.key] for row in part.of_these(rows)]) for part in parts_of(section)
        ]
        if not section.may_add:
            return Shown(section, lots, None)
        row = Row(f"{NEW}{COPIED}", "", {})
        blank = self._fields(filled, section, row, f"{section.code}-{COPIED}")
        return Shown(section, lots, blank)

    def _fields(self, filled: Filled, section: Section, row: Row, prefix: str) -> Fields:
        made = []
        for question in section.questions:
            name = f"{prefix}-{question.code}"
            value = filled.value(question.code, row.key)
            asked = AnswerField(question, value, row.on_file.get(question.code))
            asked.widget.attrs |= {"data-question": question.code, "data-row": row.key}
            self.fields[name] = asked
            made.append(self[name])
        return made
