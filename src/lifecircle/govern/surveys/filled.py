"""A return as it stands: its rows, its answers of now beside what is on file, how complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from lifecircle.govern.surveys.asking import EXISTS, FACILITIES, FUNCTIONS, GONE, OPERATING
from lifecircle.govern.surveys.models import Answer, Return
from lifecircle.govern.surveys.on_file import label_said
from lifecircle.govern.surveys.questions import (
    LONGEST_KEY,
    NEW,
    NO,
    YES,
    Form,
    Question,
    Section,
)
from lifecircle.govern.wording import listed

NOT_THERE = frozenset({"planned", "building", "closed", "diverted"})
"""States of a facility on file that no community means by “there is one”."""

Key = tuple[str, str]
"""A question's code and a row's key."""


@dataclass(frozen=True)
class Row:
    """A row of a section: its key and label, what is on file of it by question."""

    key: str
    label: str
    on_file: Mapping[str, Any]
    seen: int | None = None

    @property
    def is_new(self) -> bool:
        """Say whether the community added it."""
        return self.key.startswith(NEW)


@dataclass(frozen=True)
class Filled:
    """A return with its answers that hold now."""

    back: Return
    form: Form
    answers: Mapping[Key, Answer]

    @classmethod
    def of(cls, back: Return, form: Form | None = None) -> Filled:
        """Read a return as it stands."""
        rows = Answer.objects.filter(back=back, closed_at__isnull=True)
        return cls(back, form or back.round.asks, {(one.question, one.row): one for one in rows})

    @classmethod
    def many(cls, backs: Sequence[Return], form: Form) -> Iterator[Filled]:
        """Read returns of one round as they stand: one question for all of their answers."""
        answers: dict[int, dict[Key, Answer]] = {back.pk: {} for back in backs}
        for one in Answer.objects.filter(back__in=answers, closed_at__isnull=True):
            answers[one.back_id][one.question, one.row] = one
        return (cls(back, form, answers[back.pk]) for back in backs)

    def value(self, question: str, row: str = "") -> Any:
        """Return the answer, None where there is none."""
        held = self.answers.get((question, row))
        return None if held is None else held.value

    def rows(self, section: Section) -> list[Row]:
        """Return the rows of a section: fixed, on file, then what was added, in that order."""
        rows = [Row(one.key, one.label, {}) for one in section.rows]
        if not section.rows and not section.repeats:
            rows = [Row("", "", {})]
        held = self.back.on_file.get(section.code, {})
        rows += [
            Row(key, label_said(section, one["label"]), one["values"], one["seen"])
            for key, one in held.items()
        ]
        return rows + [Row(key, self._called(section, key), {}) for key in self._added(section)]

    def _added(self, section: Section) -> list[str]:
        codes = {one.code for one in section.questions}
        keys = (
            (answer.pk, key)
            for (code, key), answer in self.answers.items()
            if code in codes and key.startswith(NEW) and answer.value is not None
        )
        return list(dict.fromkeys(key for _pk, key in sorted(keys)))

    def _called(self, section: Section, key: str) -> str:
        texts = (self.value(one.code, key) for one in section.questions if one.kind == "text")
        return next((str(text)[:30] for text in texts if text), _("新增"))

    @cached_property
    def counts(self) -> tuple[int, int]:
        """Return how many answers are asked for and how many of these are there."""
        asked = list(self.wanted())
        return len(asked), sum(self.value(*key) is not None for key in asked)

    def wanted(self) -> Iterator[Key]:
        """Yield what counts for completeness: required questions of fixed rows and of records."""
        for section in self.form.sections:
            held = self.back.on_file.get(section.code, {})
            keys = [*(row.key for row in section.rows), *held]
            for question in section.required:
                yield from ((question.code, key) for key in keys)

    def blanks(self) -> list[tuple[Section, Question, Row]]:
        """Return what counts and is not answered."""
        return [
            (section, question, row)
            for section in self.form.sections
            for question in section.required
            for row in self.rows(section)
            if not row.is_new and self.value(question.code, row.key) is None
        ]

    def contradictions(self) -> list[str]:
        """Return in words where answers speak against each other: it cannot be handed in so."""
        there = self.facilities_listed()
        said = []
        for row in self.form.section(FUNCTIONS).rows:
            if self.value(EXISTS, row.key) != NO:
                continue
            if there.get(row.key):
                told = {"kind": row.label, "names": listed(there[row.key][:3])}
                said.append(_("“%(kind)s”答了没有，可是还登记着%(names)s") % told)
            if self.value(OPERATING, row.key) is not None:
                said.append(_("“%(kind)s”答了没有，又答了建成或运营") % {"kind": row.label})
        return said

    def unlisted(self) -> list[str]:
        """Return the kinds of which there is one, though none is listed: no census of these."""
        found = self.facilities_listed()
        rows = self.form.section(FUNCTIONS).rows
        there = [row for row in rows if self.value(EXISTS, row.key) == YES]
        return [row.label for row in there if not found.get(row.key)]

    def facilities_listed(self) -> dict[str, list[str]]:
        """Return the facilities that remain by category: on file and not gone, or added.

        What stopped serving people or never did is no facility that there is.
        """
        found: dict[str, list[str]] = {}
        for row in self.rows(self.form.section(FACILITIES)):
            standing = self.value("facility_standing", row.key)
            status = self.now("facility_status", row)
            if standing == GONE or status in NOT_THERE:
                continue
            for code in self.now("facility_categories", row) or ():
                found.setdefault(code, []).append(self.now("facility_name", row) or row.label)
        return found

    def now(self, question: str, row: Row) -> Any:
        """Return what holds of a row: the answer, else what is on file."""
        held = self.answers.get((question, row.key))
        return held.value if held and held.value is not None else row.on_file.get(question)


def is_row(back: Return, section: Section, key: str) -> bool:
    """Say whether a section of a return has a row, or lets one be added under this key."""
    if key in {row.key for row in section.rows} or key in back.on_file.get(section.code, {}):
        return True
    if section.may_add and key.startswith(NEW) and len(NEW) < len(key) <= LONGEST_KEY:
        return key.isprintable()
    return key == "" and not section.rows and not section.repeats


def latest(answers: Iterable[Answer]) -> int:
    """Return the id of the newest answer, 0 without any: what a page shows that it has seen."""
    return max((one.pk for one in answers), default=0)
