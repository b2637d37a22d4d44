"""A round as a workbook: it goes out with what is known, and comes back to be entered.

A sheet for each section, a row for each row of each community, under a hidden key. A hidden sheet
says of which returns it is and what the newest answer was when it went out: what differs from that
is what somebody filled in, and what another answered since is not overwritten.
"""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from lifecircle.govern.surveys.filled import Filled, Key, Row, is_row, latest
from lifecircle.govern.surveys.models import Answer, Return, Round
from lifecircle.govern.surveys.questions import NEW, Form, Question, Section
from lifecircle.govern.surveys.values import APART, BadValueError, read, shown
from lifecircle.place.formats.marking import Mark
from lifecircle.place.formats.sheets import Sheet, read_sheets
from lifecircle.place.forms.cells import text_of
from lifecircle.place.layers import letters
from lifecircle.terms.errors import Fault, Spot

OWN, LISTS, NOTES = "标识", "选项", "填写说明"
KEY, COMMUNITY, WHICH = "编号（不要改）", "社区", "哪一处"
BEFORE = (KEY, COMMUNITY, WHICH)
SPARE_ROWS = 20
"""Blank rows below what is known, in sections to which a community may add."""

MOST_RETURNS = 200
ADVICE = (
    "黄格不能改，白格填写。没有去看过的空着，不要写0或者“没有”：空着是没有摸底，没有是看过确实没有。",
    "有下拉的从下拉里选。几项写在一格里的，用顿号隔开。",
    "记录里没有的，写在表下面的空行里，一处一行；几个社区的表要选社区。",
    "不写个人的姓名、电话、证件号码。照片在网页上或手机上传。",
    "填好后在平台上传。有错的格会标红退回，改好再传；同一份传几次，只算一次。",
)
WIDTHS: Mapping[str, int] = {"text": 26, "choices": 26, "point": 20, "choice": 16, "yes_no": 10}


@dataclass
class Read:
    """A workbook that came back: answers by return, what was seen there, and what is wrong."""

    seen: dict[int, int] = field(default_factory=dict)
    answers: dict[int, dict[Key, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    wrong: set[int] = field(default_factory=set)

    @property
    def marks(self) -> list[Mark]:
        """Return what is marked in the copy that goes back."""
        return [Mark(fault, error=True) for fault in self.faults]


def asked(section: Section) -> list[Question]:
    """Return the questions of a section that a cell can answer."""
    return [one for one in section.questions if one.kind != "photo"]


def header(question: Question) -> str:
    """Return the header of a question, the same in every language."""
    return question.zh + (f"（{question.unit}）" if question.unit else "")


def write(round_: Round, backs: Iterable[Return]) -> bytes:
    """Return the workbook of returns of a round, in Chinese."""
    held = [Filled.of(back, round_.asks) for back in backs]
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with override("zh-hans"), xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": round_.title, "created": datetime(2020, 1, 1)})  # noqa: DTZ001
        _Writer(book, round_, held).write()
    return out.getvalue()


class _Writer:
    """Writes the sheets of a workbook."""

    def __init__(self, book: Any, round_: Round, held: list[Filled]) -> None:
        self.book, self.round, self.held = book, round_, held
        self.names = _names([one.back for one in held])
        self.lists: list[tuple[str, list[str]]] = []
        border = {"border": 1, "border_color": "#C5CDD3", "valign": "top"}
        self.head = book.add_format({**border, "bold": True, "bg_color": "#DCE6F1",
                                     "text_wrap": True})  # fmt: skip
        self.shut = book.add_format({**border, "bg_color": "#FFF3DC", "text_wrap": True})
        self.open = book.add_format({**border, "locked": False, "num_format": "@"})
        self.number = book.add_format({**border, "locked": False})
        self.day = book.add_format({**border, "locked": False, "num_format": "yyyy-mm-dd"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})

    def write(self) -> None:
        """Write all."""
        self._notes()
        form = self.round.asks
        for section in form.sections:
            self._section(section)
        own = self.book.add_worksheet(OWN)
        seen = {str(one.back.pk): latest(one.answers.values()) for one in self.held}
        told = {"round": self.round.pk, "form": form.sha256, "seen": seen, "id": uuid.uuid4().hex}
        for at, (name, value) in enumerate(told.items()):
            own.write_row(at, 0, (name, value if isinstance(value, str) else json.dumps(value)))
        own.very_hidden()
        self._lists()

    def _notes(self) -> None:
        sheet = self.book.add_worksheet(NOTES)
        sheet.set_column(0, 0, 100)
        sheet.write(0, 0, self.round.title, self.book.add_format({"bold": True, "font_size": 14}))
        due = f"底数日期{self.round.as_on}，请在{self.round.due_on}前报送。"
        for at, text in enumerate((due, *ADVICE), start=2):
            sheet.write(at, 0, text, self.wrap)
        for at, section in enumerate(self.round.asks.sections, start=len(ADVICE) + 4):
            sheet.write(at, 0, f"{section.zh}：{section.about}", self.wrap)

    def _section(self, section: Section) -> None:
        sheet = self.book.add_worksheet(section.zh)
        rows = [(one, row) for one in self.held for row in one.rows(section)]
        spare = SPARE_ROWS if section.may_add else 0
        last = len(rows) + spare
        self._headers(sheet, section, last)
        for at, (filled, row) in enumerate(rows, start=1):
            self._row(sheet, section, at, filled, row)
        for at in range(len(rows) + 1, last + 1):
            self._spare(sheet, section, at)
        sheet.freeze_panes(1, 3)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})

    def _headers(self, sheet: Any, section: Section, last: int) -> None:
        sheet.write_row(0, 0, BEFORE, self.head)
        sheet.set_column(0, 0, 12, None, {"hidden": True})
        sheet.set_column(1, 2, 22)
        for at, question in enumerate(asked(section), start=len(BEFORE)):
            sheet.set_column(at, at, WIDTHS.get(question.kind, 13))
            sheet.write(0, at, header(question) + ("*" if question.required else ""), self.head)
            if question.hint:
                sheet.write_comment(0, at, question.hint, {"x_scale": 1.6, "author": ""})
            if last and (rule := self._rule(question)):
                sheet.data_validation(1, at, last, at, rule)

    def _rule(self, question: Question) -> dict[str, Any] | None:
        """Return how a cell helps to fill it in."""
        stop = {"ignore_blank": True, "error_title": "请改正"}
        if question.choices:
            source = self._source(question.code, [one.zh for one in question.choices])
            rule = {**stop, "validate": "list", "source": source}
            if question.kind == "choices":
                return rule | {"error_type": "information", "input_message": "几项用顿号隔开"}
            return rule | {"error_message": "从列表里选。"}
        if question.kind in ("integer", "decimal") and question.most:
            return {**stop, "validate": question.kind, "criteria": "between",
                    "minimum": float(question.least or 0), "maximum": float(question.most),
                    "error_message": "写数字，不带单位。"}  # fmt: skip
        if question.kind == "text" and question.longest:
            return {**stop, "validate": "length", "criteria": "<=", "value": question.longest,
                    "error_message": f"不能超过{question.longest}个字。"}  # fmt: skip
        return None

    def _source(self, name: str, words: list[str]) -> str:
        known = [one for one, _words in self.lists]
        if name not in known:
            self.lists.append((name, words))
            known.append(name)
        column = letters(known.index(name) + 1)
        return f"={LISTS}!${column}$2:${column}${len(words) + 1}"

    def _row(self, sheet: Any, section: Section, at: int, filled: Filled, row: Row) -> None:
        key = f"{filled.back.pk}:{row.key}"
        sheet.write_string(at, 0, key, self.shut)
        sheet.write_string(at, 1, self.names[filled.back.pk], self.shut)
        sheet.write_string(at, 2, row.label, self.shut)
        for column, question in enumerate(asked(section), start=len(BEFORE)):
            self._cell(sheet, at, column, question, filled.now(question.code, row))

    def _spare(self, sheet: Any, section: Section, at: int) -> None:
        only = self.held[0].back.pk if len(self.held) == 1 else 0
        sheet.write_string(at, 0, f"{only or ''}:{NEW}{uuid.uuid4().hex}", self.shut)
        sheet.write_string(at, 1, self.names.get(only, ""), self.shut if only else self.open)
        if not only:
            source = self._source(COMMUNITY, list(self.names.values()))
            sheet.data_validation(at, 1, at, 1, {"validate": "list", "source": source})
        sheet.write_string(at, 2, "（新增）", self.shut)
        for column, question in enumerate(asked(section), start=len(BEFORE)):
            self._cell(sheet, at, column, question, None)

    def _cell(self, sheet: Any, at: int, column: int, question: Question, value: Any) -> None:
        if question.kind in ("integer", "decimal"):
            if value is None:
                sheet.write_blank(at, column, None, self.number)
            else:
                sheet.write_number(at, column, float(value), self.number)
        elif question.kind == "day":
            if value is None:
                sheet.write_blank(at, column, None, self.day)
            else:
                day = datetime.fromisoformat(value)
                sheet.write_datetime(at, column, day, self.day)
        else:
            sheet.write_string(at, column, shown(question, value), self.open)

    def _lists(self) -> None:
        sheet = self.book.add_worksheet(LISTS)
        sheet.hide()
        for at, (name, words) in enumerate(self.lists):
            sheet.write_column(0, at, (name, *words))


def _names(backs: Sequence[Return]) -> dict[int, str]:
    """Return the communities by return; those of one name are told apart by their codes."""
    called = [back.area.name for back in backs]
    return {
        back.pk: name if called.count(name) == 1 else f"{name} {back.area.code or back.pk}"
        for back, name in zip(backs, called, strict=True)
    }


def read_back(path: Path, round_: Round, backs: QuerySet[Return]) -> Read:
    """Read a workbook of a round that came back; ``backs`` are the returns one may fill in.

    Raises InputError where it is no workbook. What is wrong in a cell is a fault with its place;
    a return with a fault is in ``wrong``.
    """
    sheets = {sheet.name: sheet for sheet in read_sheets(path)}
    got = Read()
    own = _own(sheets.get(OWN))
    if own is None or own.get("round") != round_.pk or own.get("form") != round_.form_sha256:
        reason = _("不是这一轮从平台下载的表，或者“标识”表被删了")
        got.faults.append(Fault(reason, remedy=_("重新下载，把内容抄进去"), code="survey.foreign"))
        return got
    wanted = {int(pk): int(seen) for pk, seen in own["seen"].items()}
    held = {one.pk: one for one in backs.filter(pk__in=wanted).select_related("area", "round")}
    got.seen = {pk: seen for pk, seen in wanted.items() if pk in held}
    if len(got.seen) < len(wanted):
        reason = _("表里有%(count)s个社区不在您的授权范围内") % {
            "count": len(wanted) - len(got.seen)
        }
        got.faults.append(Fault(reason, remedy=_("重新下载您自己的表"), code="survey.foreign"))
    _Reader(got, round_.asks, held).read(sheets)
    return got


def _own(sheet: Sheet | None) -> dict[str, Any] | None:
    if sheet is None:
        return None
    told = {str(row[0]): str(row[1]) for row in sheet.rows if len(row) > 1}
    try:
        seen = {str(int(pk)): int(at) for pk, at in json.loads(told["seen"]).items()}
        return {"round": int(float(told["round"])), "form": told["form"], "seen": seen}
    except (KeyError, ValueError, AttributeError, TypeError):
        return None


class _Reader:
    """Reads the sheets of a workbook into answers and faults."""

    def __init__(self, got: Read, form: Form, held: Mapping[int, Return]) -> None:
        self.got, self.form, self.held = got, form, held
        self.by_name = {name: pk for pk, name in _names(list(held.values())).items()}
        self.before = {pk: _as_it_was(back, got.seen[pk]) for pk, back in held.items()}

    def read(self, sheets: Mapping[str, Sheet]) -> None:
        """Read the sheets of all sections; one that was deleted says nothing."""
        for section in self.form.sections:
            sheet = sheets.get(section.zh)
            if sheet is not None:
                self._section(section, sheet)

    def _section(self, section: Section, sheet: Sheet) -> None:
        headers = [text_of(cell).rstrip("*") for cell in sheet.rows[0]]
        wanted = {header(one): one for one in asked(section)}
        columns = {at: wanted[name] for at, name in enumerate(headers) if name in wanted}
        if len(columns) < len(wanted) or headers[: len(BEFORE)] != list(BEFORE):
            spot = Spot(sheet=sheet.name, row=1, cell="A1")
            self._tell(spot, _("列名改过，认不出来"), _("照下载时的列名改回去"))
            self.got.wrong.update(self.held)
            return
        taken: set[tuple[int, str]] = set()
        for number, cells in enumerate(sheet.rows[1:], start=2):
            self._row(section, sheet, number, cells, columns, taken)

    def _row(
        self, section: Section, sheet: Sheet, number: int, cells: list[Any],
        columns: Mapping[int, Question], taken: set[tuple[int, str]],
    ) -> None:  # fmt: skip
        given = {at: cells[at] for at in columns if at < len(cells) and text_of(cells[at])}
        head, _colon, key = text_of(cells[0]).partition(":")
        if not given and (not key or key.startswith(NEW)):
            back = self._return(head, "")
            if back is None or not self._was_there(back, key, columns):
                return
        spot = Spot(sheet=sheet.name, row=number, header=COMMUNITY, cell=f"B{number}")
        if not key:
            self._tell(spot, _("这一行没有编号"), _("写在表里预留的空行里，不要插入行"))
            return
        pk = self._return(head, text_of(cells[1]) if len(cells) > 1 else "")
        if pk is None:
            if not head:
                self._tell(spot, _("没有选社区"), _("从下拉里选社区"))
            return
        if (pk, key) in taken or not is_row(self.held[pk], section, key):
            self._tell(spot, _("这一行的编号重复，或者不是这一节的"), _("不要复制整行"), pk)
            return
        taken.add((pk, key))
        for at, question in columns.items():
            self._cell(pk, key, question, given.get(at), Spot(
                sheet=sheet.name, row=number, header=header(question),
                cell=f"{letters(at + 1)}{number}"))  # fmt: skip

    def _return(self, head: str, name: str) -> int | None:
        pk = int(head) if head.isascii() and head.isdecimal() else self.by_name.get(name)
        return pk if pk in self.held else None

    def _was_there(self, pk: int, key: str, columns: Mapping[int, Question]) -> bool:
        return any(self.before[pk].get((one.code, key)) is not None for one in columns.values())

    def _cell(self, pk: int, row: str, question: Question, cell: Any, spot: Spot) -> None:
        """Read a cell; what is as it was when the workbook went out says nothing."""
        key = (question.code, row)
        before = self.before[pk].get(key)
        with override("zh-hans"):  # as it was written; what is wrong is told to who reads it
            was = shown(question, before)
        if _plain(question, cell) == _plain(question, was):
            return
        try:
            value = read(question, _plain(question, cell))
        except BadValueError as error:
            self._tell(spot, str(error), _("改正这一格"), pk)
            return
        if value is None and before == self._on_file(pk, key):
            return  # a record's own value that was deleted: nothing says what holds instead
        self.got.answers.setdefault(pk, {})[key] = value

    def _on_file(self, pk: int, key: Key) -> Any:
        section = self.form.section_of(key[0]).code
        held = self.held[pk].on_file.get(section, {}).get(key[1])
        return held["values"].get(key[0]) if held else None

    def _tell(self, spot: Spot, reason: str, remedy: str, pk: int | None = None) -> None:
        self.got.faults.append(
            Fault(reason, place=spot.place, remedy=remedy, code="survey.cell", spot=spot)
        )
        if pk is not None:
            self.got.wrong.add(pk)
        else:
            self.got.wrong.update(self.held)


def _plain(question: Question, cell: Any) -> Any:
    """Return a cell as it is read: spreadsheets make numbers of texts, and times of days."""
    if question.kind in ("integer", "decimal") and isinstance(cell, int | float):
        return text_of(cell)
    if question.kind == "day" and hasattr(cell, "isoformat"):
        return cell.isoformat()[:10]
    if question.kind == "choices":
        return _codes(question, text_of(cell))
    return text_of(cell)


def _codes(question: Question, text: str) -> str:
    """Return names as codes: some names hold the mark that sets them apart."""
    for one in sorted(question.choices, key=lambda one: -len(one.zh)):
        text = text.replace(one.zh, f" {one.code} ")
    return " ".join(APART.split(text)).strip()


def _as_it_was(back: Return, seen: int) -> dict[Key, Any]:
    """Return what a workbook showed: the answers up to the newest then, else what is on file."""
    on_file = {
        (code, row): value
        for rows in back.on_file.values()
        for row, one in rows.items()
        for code, value in one["values"].items()
    }
    was = dict(on_file)
    for answer in Answer.objects.filter(back=back, pk__lte=seen).order_by("pk"):
        key = (answer.question, answer.row)
        was[key] = on_file.get(key) if answer.value is None else answer.value
    return was
