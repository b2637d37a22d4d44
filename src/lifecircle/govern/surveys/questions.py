"""What a round asks: a form of sections of questions. Page, workbook and ODK form read this list.

A form is made once, out of the pack (`asking`), frozen in its round as JSON, and read back here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

from django.utils.translation import gettext

from lifecircle.govern.audit.chain import canonical
from lifecircle.govern.wording import worded

Kind = Literal["yes_no", "integer", "decimal", "text", "choice", "choices", "day", "point", "photo"]
Source = Literal["", "facilities", "spaces", "permits"]

YES, NO, NOT_KNOWN = "yes", "no", "not_known"
"""The answers of a question of kind yes_no. A blank means that nobody surveyed it."""

LONGEST_KEY = 100
NEW = "new-"
"""Begins the keys of rows that a community adds; those of rows on record are their numbers."""


class Labelled:
    """What has a Chinese name, and an English one where it is a term."""

    zh: str
    en: str

    @property
    def label(self) -> str:
        """Return its name in the reader's language: of a term its own, of the rest the text."""
        return worded(self) if self.en else gettext(self.zh)


@dataclass(frozen=True)
class Choice(Labelled):
    """A code that may be chosen."""

    code: str
    zh: str
    en: str = ""


@dataclass(frozen=True)
class Question:
    """One question; ``code`` is unique in the whole form and fit to name a field anywhere.

    ``least`` and ``most`` are decimal texts, both included, empty without a bound; ``longest`` is
    of texts, in characters. ``field`` is the field of the record that it corrects, if any.
    ``public_number`` says that a telephone number for everybody may stand in its text.
    """

    code: str
    zh: str
    kind: Kind
    hint: str = ""
    unit: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    least: str = ""
    most: str = ""
    longest: int = 0
    field: str = ""
    public_number: bool = False

    @property
    def label(self) -> str:
        """Return what is asked in the reader's language, with its unit."""
        if not self.unit:
            return gettext(self.zh)
        named = {"label": gettext(self.zh), "unit": gettext(self.unit)}
        return gettext("%(label)s（%(unit)s）") % named

    @property
    def help(self) -> str:
        """Return the hint in the reader's language."""
        return gettext(self.hint) if self.hint else ""

    def name_of(self, code: str) -> str:
        """Return the name of a code that may be chosen, or the code."""
        return next((one.label for one in self.choices if one.code == code), code)


@dataclass(frozen=True)
class Heading(Labelled):
    """Under which words a pack asks for something; ``place`` is theirs in the pack."""

    zh: str = ""
    en: str = ""
    place: int = 0


@dataclass(frozen=True)
class FixedRow(Labelled):
    """A row that every community is asked about, such as a category of facilities."""

    key: str
    zh: str
    en: str = ""
    heading: Heading = Heading()


@dataclass(frozen=True)
class Section:
    """Questions that are asked together, on one page, in one sheet.

    With ``rows`` they are asked once for each of these, the same in every community. With ``of``
    they are asked for each record on file of the community. ``may_add`` lets it add rows. A section
    with none of the three is asked once, under the row key "".
    """

    code: str
    zh: str
    about: str
    questions: tuple[Question, ...]
    rows: tuple[FixedRow, ...] = ()
    of: Source = ""
    may_add: bool = False

    @property
    def label(self) -> str:
        """Return its title in the reader's language."""
        return gettext(self.zh)

    @property
    def told(self) -> str:
        """Return what it is about in the reader's language."""
        return gettext(self.about)

    @property
    def repeats(self) -> bool:
        """Say whether its rows differ from community to community."""
        return bool(self.of) or self.may_add

    @property
    def required(self) -> tuple[Question, ...]:
        """Return the questions that count for completeness."""
        return tuple(one for one in self.questions if one.required)


@dataclass(frozen=True)
class Form:
    """All that a round asks, made out of a pack."""

    pack: str
    pack_version: str
    pack_sha256: str
    title: str
    sections: tuple[Section, ...]

    def plain(self) -> dict[str, Any]:
        """Return the form as JSON keeps it.

        A row without a heading is told as before there were any: a form keeps its hash for good.
        """
        told = asdict(self)
        for row in (row for section in told["sections"] for row in section["rows"]):
            if not row["heading"]["zh"]:
                del row["heading"]
        return told

    @property
    def sha256(self) -> str:
        """Return the hash of the form: equal forms ask the same."""
        return hashlib.sha256(canonical(self.plain()).encode()).hexdigest()

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> Form:
        """Return the form that `plain` told."""
        return cls(**{**plain, "sections": tuple(_section(one) for one in plain["sections"])})

    def section(self, code: str) -> Section:
        """Return a section; raises KeyError where there is none."""
        return next_or_key_error((one for one in self.sections if one.code == code), code)

    def question(self, code: str) -> Question:
        """Return a question; raises KeyError where there is none."""
        return self._asked[code][1]

    def section_of(self, question: str) -> Section:
        """Return the section of a question; raises KeyError where there is none."""
        return self._asked[question][0]

    @cached_property
    def _asked(self) -> Mapping[str, tuple[Section, Question]]:
        return {one.code: (section, one) for section in self.sections for one in section.questions}


def next_or_key_error(found: Iterator[Section], code: str) -> Section:
    """Return the first; raises KeyError where there is none."""
    for one in found:
        return one
    raise KeyError(code)


def _section(plain: Mapping[str, Any]) -> Section:
    rows = tuple(_row(one) for one in plain["rows"])
    questions = tuple(_question(one) for one in plain["questions"])
    return Section(**{**plain, "rows": rows, "questions": questions})


def _row(plain: Mapping[str, Any]) -> FixedRow:
    return FixedRow(**{**plain, "heading": Heading(**plain.get("heading", {}))})


def _question(plain: Mapping[str, Any]) -> Question:
    return Question(**{**plain, "choices": tuple(Choice(**one) for one in plain["choices"])})
