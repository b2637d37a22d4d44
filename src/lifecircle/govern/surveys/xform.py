"""A round's questions as an ODK XForm, and the answers of what a device filled in of it.

Everything is one form: a community is chosen, then the sections of the day. Rows that every
community has are groups, others repeats in which a record on file is chosen out of a list that
comes beside the form. pyxform writes the XForm (https://xlsform.org); it is imported late.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree as ET

from django.utils import translation
from django.utils.translation import gettext_noop as _

from lifecircle.govern.surveys.asking import CHANGED, STANDING
from lifecircle.govern.surveys.filled import Key
from lifecircle.govern.surveys.questions import NEW, YES, Form, Question, Section
from lifecircle.terms.codes import code_sets
from lifecircle.terms.taxonomy import categories

COMMUNITY, SECTIONS, COMMUNITIES = "community", "sections", "communities.csv"
RECORD, KEY, ABOUT = "record", "key", "on_file"
ROOT = "lifecircle"
LANGUAGES: Mapping[str, str] = {"zh-hans": "中文 (zh)", "en": "English (en)"}
LONGER_SIDE_PIXELS = 2048
NO_NUMBERS = "(.*[^0-9])?([1-9][0-9]{16}[0-9Xx]|1[3-9][0-9]{9}|0[1-9][0-9]{9,10})([^0-9].*)?"
"""Numbers of identity and of telephones, as far as a regular expression tells them."""

NO_IDENTITY = "(.*[^0-9])?[1-9][0-9]{16}[0-9Xx]([^0-9].*)?"
TYPES: Mapping[str, str] = {
    "integer": "integer", "decimal": "decimal", "text": "text", "day": "date",
    "point": "geopoint", "photo": "image",
}  # fmt: skip
LEAVING_BLANK = _("没有看过的空着，不要猜")
Row = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """An XForm as bytes, and its version: a hash of all that is in it."""

    content: bytes
    version: str

    @property
    def md5(self) -> str:
        """Return the hash by which a device knows whether it has this form."""
        return md5(self.content)


@dataclass(frozen=True)
class Sent:
    """What a filled form says: the return it is of, answers by question and row, photos by name."""

    back: str
    answers: Mapping[Key, Any] = field(default_factory=dict)
    photos: Mapping[str, list[Key]] = field(default_factory=dict)


def md5(content: bytes) -> str:
    """Return a hash as OpenRosa lists write it; it guards nothing."""
    return f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"


def form_id(round_pk: int) -> str:
    """Return by which id devices know the form of a round."""
    return f"lifecircle-{round_pk}"


def round_of(sent_id: str) -> int | None:
    """Return the round of an id, None where it is no id of ours."""
    found = re.fullmatch(r"lifecircle-([0-9]{1,9})", sent_id)
    return int(found[1]) if found else None


@lru_cache(maxsize=8)
def write(round_pk: int, title: str, form: Form) -> Written:
    """Return the form of a round; the same gives the same bytes. It takes a second, once."""
    from pyxform.xls2xform import convert  # noqa: PLC0415 - slow, and few processes need it

    book = workbook(round_pk, title, form)
    done = convert(book, form_name=ROOT, default_language=LANGUAGES["zh-hans"])
    return Written(done.xform.encode(), book["settings"][0]["version"])


def workbook(round_pk: int, title: str, form: Form) -> dict[str, list[Row]]:
    """Return the form as the sheets of an XLSForm."""
    names = [one.code for one in form.sections]
    survey: list[Row] = [
        {"type": f"select_one_from_file {COMMUNITIES}", "name": COMMUNITY, "required": "yes",
         **_said("label", _("哪个社区")), "appearance": "minimal autocomplete"},
        {"type": f"select_multiple {SECTIONS}", "name": SECTIONS, "required": "yes",
         **_said("label", _("今天填哪些")), **_said("hint", LEAVING_BLANK)},
    ]  # fmt: skip
    choices = [
        {"list_name": SECTIONS, "name": code, **_said("label", form.section(code).zh)}
        for code in names
    ]
    for section in form.sections:
        survey += _section(section)
        choices += _choices(section)
    settings: Row = {
        "form_id": form_id(round_pk), "form_title": title, "client_editable": "yes",
        "instance_name": f"concat(jr:choice-name(${{{COMMUNITY}}}, '${{{COMMUNITY}}}'), ' ', "
                         "substr(string(today()), 0, 10))",
    }  # fmt: skip
    made = json.dumps([survey, choices, settings], ensure_ascii=False, sort_keys=True)
    settings["version"] = hashlib.sha256(made.encode()).hexdigest()[:12]
    headers = {header: None for row in survey for header in row}
    return {
        "survey": survey, "survey_header": [headers], "choices": choices, "settings": [settings],
    }  # fmt: skip


def _section(section: Section) -> Iterator[Row]:
    relevant = f"selected(${{{SECTIONS}}}, '{section.code}')"
    about = _said("label", section.about)
    yield {"type": "begin group", "name": section.code, "relevant": relevant,
           **_said("label", section.zh)}  # fmt: skip
    yield {"type": "note", "name": f"{section.code}_about", **about}
    if section.repeats:
        yield from _repeat(section)
    else:
        for name, zh in _groups(section):
            yield {"type": "begin group", "name": name, "appearance": "field-list",
                   **_said("label", zh)}  # fmt: skip
            yield from _questions(section)
            yield {"type": "end group"}
    yield {"type": "end group"}


def _groups(section: Section) -> list[tuple[str, str]]:
    """Return the groups of a section that has the same rows everywhere, with their labels."""
    if not section.rows:
        return [(f"{section.code}_once", section.zh)]
    return [(f"{section.code}_{row.key}", row.zh) for row in section.rows]


def _repeat(section: Section) -> Iterator[Row]:
    yield {"type": "begin repeat", "name": f"{section.code}_rows", **_said("label", section.zh)}
    yield {"type": "calculate", "name": f"{section.code}_{KEY}", "calculation": "once(uuid())"}
    if section.of:
        record, file = f"{section.code}_{RECORD}", f"{section.code}.csv"
        yield {"type": f"select_one_from_file {file}", "name": record, "required": "yes",
               "choice_filter": f"{COMMUNITY}=${{{COMMUNITY}}}", **_said("label", _("哪一处")),
               "appearance": "minimal autocomplete"}  # fmt: skip
        told = (
            f"instance('{section.code}')/root/item[name=current()/../{record}"
            f" and {COMMUNITY}=${{{COMMUNITY}}}]/told"
        )
        name = f"{section.code}_{ABOUT}"
        yield {"type": "calculate", "name": name, "calculation": told}
        shown = {f"label::{one}": f"${{{name}}}" for one in LANGUAGES.values()}
        yield {"type": "note", "name": f"{name}_note", **shown, "relevant": f"${{{name}}} != ''"}
    yield from _questions(section)
    yield {"type": "end repeat"}


def _questions(section: Section) -> Iterator[Row]:
    """Yield the questions of a row; what the first answers already is not asked further."""
    first = section.questions[0]
    for question in section.questions:
        row = _question(question)
        if question is not first and first.kind == "yes_no":
            row["relevant"] = f"../{first.code} = '{YES}'"
        if section.of and first.code.endswith(STANDING):
            new = f"../{section.code}_{RECORD} = '{NEW}'"
            if question is first:
                row["relevant"] = f"not({new})"
            elif question.field:
                row["relevant"] = f"{new} or ../{first.code} = '{CHANGED}'"
        yield row


def _question(question: Question) -> Row:
    row: Row = {"name": question.code, **_label(question)}
    if question.hint:
        row |= _said("hint", question.hint)
    if question.kind in ("yes_no", "choice"):
        return {"type": f"select_one {question.code}", **row}
    if question.kind == "choices":
        return {"type": f"select_multiple {question.code}", "appearance": "minimal", **row}
    if question.kind == "photo":
        row["parameters"] = f"max-pixels={LONGER_SIDE_PIXELS}"
    limits, message = _limits(question)
    if limits:
        row |= {"constraint": limits, **_said("constraint_message", message)}
    return {"type": TYPES[question.kind], **row}


def _limits(question: Question) -> tuple[str, str]:
    """Return what a device holds an answer to, as `values.read` does later, and what it says."""
    if question.kind == "text":
        length = f"string-length(.) <= {question.longest}" if question.longest else "true()"
        numbers = NO_IDENTITY if question.public_number else NO_NUMBERS
        return f"{length} and not(regex(., '{numbers}'))", _("太长，或者有不收集的号码，请删去")
    parts = [f". >= {question.least}"] * bool(question.least)
    parts += [f". <= {question.most}"] * bool(question.most)
    if question.kind == "decimal":
        parts.append("abs(. * 100 - round(. * 100)) < 0.000001")
    if question.kind == "integer" or parts:
        return " and ".join(parts), _("数字不在范围里，或者小数超过两位")
    return "", ""


def _label(question: Question) -> Row:
    unit = question.unit
    return _spoken("label", lambda: question.zh, unit and (lambda: unit))


def _said(column: str, zh: str, en: str = "") -> Row:
    return _spoken(column, lambda: zh, en=en)


def _spoken(column: str, zh: Callable[[], str], unit: Any = "", en: str = "") -> Row:
    """Return a text in each language; what no catalogue knows stays Chinese."""
    spoken: Row = {}
    for code, name in LANGUAGES.items():
        with translation.override(code):
            text = en if en and code == "en" else translation.gettext(zh())
            of = f" ({translation.gettext(unit())})" if unit and code == "en" else ""
            of = f"（{unit()}）" if unit and code != "en" else of
            spoken[f"{column}::{name}"] = text + of
    return spoken


def _choices(section: Section) -> Iterator[Row]:
    english = {one.code: one.en for one in categories().values()}
    for question in section.questions:
        if question.kind not in ("yes_no", "choice", "choices"):
            continue
        for one in question.choices:
            en = english.get(one.code, "") if question.kind == "choices" else _english(one.zh)
            yield {"list_name": question.code, "name": one.code, **_said("label", one.zh, en)}


@lru_cache(maxsize=1)
def _words() -> Mapping[str, str]:
    return {one.zh: one.en for codes in code_sets().values() for one in codes.values()}


def _english(zh: str) -> str:
    return _words().get(zh, "")


def read(form: Form, root: ET.Element) -> Sent:
    """Return what a filled form says; blanks say nothing, whoever surveyed only a part.

    Of two repeats about one record the later answer holds.
    """
    top = {_name(one): one for one in root}
    answers: dict[Key, Any] = {}
    photos: dict[str, list[Key]] = {}
    for section in form.sections:
        for key, row in _rows(section, top.get(section.code)):
            for question in section.questions:
                given = _text(row, question.code)
                if not given:
                    continue
                if question.kind == "photo":
                    photos.setdefault(given, []).append((question.code, key))
                else:
                    answers[question.code, key] = _given(question, given)
    return Sent(_text(root, COMMUNITY), answers, photos)


def _rows(section: Section, group: ET.Element | None) -> Iterator[tuple[str, ET.Element]]:
    """Yield the rows that were filled in, by key."""
    children = list(group) if group is not None else []
    if not section.repeats:
        by_name = {_name(one): one for one in children}
        keys = [row.key for row in section.rows] or [""]
        for (name, _zh), key in zip(_groups(section), keys, strict=True):
            if name in by_name:
                yield key, by_name[name]
        return
    for number, one in enumerate(children):
        if _name(one) == f"{section.code}_rows":
            record = _text(one, f"{section.code}_{RECORD}") if section.of else NEW
            own = _text(one, f"{section.code}_{KEY}") or str(number)
            if record:
                yield (f"{NEW}{own}" if record == NEW else record), one


def _given(question: Question, text: str) -> Any:
    if question.kind == "point":
        lat, lon, *_accuracy = [*text.split(), "", ""]
        return f"{lon} {lat}"
    if question.kind == "choices":
        return text.split()
    return text


def _text(element: ET.Element, name: str) -> str:
    found = next((one for one in element if _name(one) == name), None)
    return (found.text or "").strip() if found is not None else ""


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def instance_id(root: ET.Element) -> str:
    """Return the id that a device gave what it sends, "" without one."""
    meta = next((one for one in root if _name(one) == "meta"), None)
    return _text(meta, "instanceID") if meta is not None else ""
