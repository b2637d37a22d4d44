"""What a return changes against the record, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from lifecircle.govern.surveys.asking import SAME, is_standing
from lifecircle.govern.surveys.filled import Filled
from lifecircle.govern.surveys.values import shown


@dataclass(frozen=True)
class Difference:
    """An answer beside what is on file, in words."""

    section: str
    row: str
    question: str
    before: str
    after: str
    new: bool


def differences(filled: Filled) -> list[Difference]:
    """Return the answers that say something other than the record, in the order of the form."""
    found = []
    for section in filled.form.sections:
        for row in filled.rows(section):
            for question in section.questions:
                value = filled.value(question.code, row.key)
                before = row.on_file.get(question.code)
                if value is None or value == before or (value == SAME and is_standing(question)):
                    continue
                texts = (shown(question, before), shown(question, value))
                named = (section.label, row.label, question.label)
                found.append(Difference(*named, *texts, new=row.is_new))
    return found
