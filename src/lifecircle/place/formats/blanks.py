"""Writes workbooks to be filled in, and filled ones: the same sheets that the readers read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from lifecircle.place.forms.forms import Column, Form, forms
from lifecircle.place.layers import letters
from lifecircle.terms.codes import choices_zh, code_sets
from lifecircle.terms.taxonomy import categories

NOTES, EXAMPLES, CHOICES = "填写说明", "填写示例", "选项"
PREPARED_ROWS = 2000
"""Rows below the headers that have drop-down lists and formats."""

_MADE = datetime(2020, 1, 1)  # noqa: DTZ001 - a fixed day, so that equal content gives equal bytes
_WIDTHS = {
    "text": 22,
    "id": 18,
    "ref": 18,
    "category": 20,
    "categories": 20,
    "choices": 20,
    "choice": 16,
}
_ADVICE = (
    "每张表的第一行是列名，请不要改动；下面每行写一处。带 * 的列必须填。",
    "不知道就留空，不要写0，也不要写“无”：空着是没摸底，0是摸过底确实没有。",
    "编号一列已设成文本。粘贴时用“选择性粘贴—数值”，不要让12位编号变成科学计数。",
    "经纬度写度数，例如 108.9541、34.2658。高德、腾讯是 GCJ-02，百度是 BD-09，请告诉汇总的人。",
    "不要填个人的姓名、电话、身份证号。",
    "可以删去不用的工作表；不要合并单元格。合计行会自动跳过。",
)
Rows = Mapping[str, Iterable[Mapping[str, Any]]]


def write_workbook(path: Path, filled: Rows | None = None, title: str = "") -> None:
    """Write one sheet for each form, empty or with the rows of ``filled`` by form.

    A row holds values by column: code words and categories as codes, days as dates. Equal
    content gives equal bytes.
    """
    with xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"title": title or "社区服务设施资料表", "created": _MADE})
        styles = _styles(book)
        _advice(book, styles, title)
        lists = _Lists(book)
        for form in forms().values():
            _sheet(book, styles, lists, form, list((filled or {}).get(form.code, ())))
        _examples(book, styles)
        lists.write()


def shown(column: Column, value: Any) -> Any:
    """Return what a cell of a column holds for a value of ours."""
    if value is None or value == "":
        return None
    if column.kind == "choice":
        return code_sets()[column.choices][value].zh
    if column.kind == "choices":
        return "、".join(code_sets()[column.choices][code].zh for code in value) or None
    if column.kind == "category":
        return categories()[value].zh
    if column.kind == "categories":
        return "、".join(categories()[code].zh for code in value)
    return value


def _styles(book: Any) -> dict[str, Any]:
    return {
        "header": book.add_format(
            {"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "top"}
        ),
        "text": book.add_format({"num_format": "@"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _advice(book: Any, styles: Mapping[str, Any], title: str) -> None:
    sheet = book.add_worksheet(NOTES)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    _printed_whole(sheet)
    sheet.write(0, 0, title or "社区服务设施资料表", styles["title"])
    for row, advice in enumerate(_ADVICE, start=2):
        sheet.write(row, 0, row - 1)
        sheet.write(row, 1, advice, styles["wrap"])
    at = len(_ADVICE) + 3
    for form in forms().values():
        sheet.write(at, 0, form.zh, styles["header"])
        sheet.write(at, 1, form.about, styles["wrap"])
        at += 1
        for column in form.columns.values():
            if column.note:
                sheet.write(at, 0, column.zh)
                sheet.write(at, 1, column.note, styles["wrap"])
                at += 1
        at += 1


class _Lists:
    """The hidden sheet of choices that the drop-down lists point at."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._places: dict[str, str] = {}
        self._lists: list[tuple[str, tuple[str, ...]]] = []

    def source(self, name: str, choices: tuple[str, ...]) -> str:
        """Return the formula of the cells that hold a list, adding it where it is new."""
        if name not in self._places:
            column = letters(len(self._lists) + 1)
            self._lists.append((name, choices))
            self._places[name] = f"={CHOICES}!${column}$2:${column}${len(choices) + 1}"
        return self._places[name]

    def write(self) -> None:
        """Write the sheet, once every list is known."""
        sheet = self._book.add_worksheet(CHOICES)
        sheet.hide()
        for at, (name, choices) in enumerate(self._lists):
            sheet.write_column(0, at, (name, *choices))


def _sheet(
    book: Any,
    styles: Mapping[str, Any],
    lists: _Lists,
    form: Form,
    rows: list[Mapping[str, Any]],
) -> None:
    sheet = book.add_worksheet(form.zh)
    sheet.freeze_panes(1, 1)
    _printed_whole(sheet)
    last = max(PREPARED_ROWS, len(rows))
    for at, column in enumerate(form.columns.values()):
        style = {"id": "text", "ref": "text", "date": "date"}.get(column.kind)
        sheet.set_column(at, at, _WIDTHS.get(column.kind, 13), styles.get(style or ""))
        sheet.write(0, at, column.zh + ("*" if column.required else ""), styles["header"])
        if column.note:
            sheet.write_comment(0, at, column.note, {"x_scale": 1.6, "author": ""})
        _drop_down(sheet, lists, column, at, last)
    for number, row in enumerate(rows, start=1):
        _write_row(sheet, styles, form, number, row)
    sheet.autofilter(0, 0, last, len(form.columns) - 1)


def _printed_whole(sheet: Any) -> None:
    """Let every column fit one page of paper, with the headers on each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_row(
    sheet: Any, styles: Mapping[str, Any], form: Form, number: int, row: Mapping[str, Any]
) -> None:
    for at, column in enumerate(form.columns.values()):
        value = shown(column, row.get(column.code))
        if value is None:
            continue
        if isinstance(value, date):
            sheet.write_datetime(number, at, value, styles["date"])
        elif isinstance(value, str):
            sheet.write_string(number, at, value)
        else:
            sheet.write_number(number, at, value)


def _drop_down(sheet: Any, lists: _Lists, column: Column, at: int, last: int) -> None:
    """Offer the choices; where a cell may hold several, a word outside the list only warns."""
    if column.choices:
        source = lists.source(column.choices, choices_zh(column.choices))
    elif column.kind in ("category", "categories"):
        source = lists.source("设施类别", tuple(category.zh for category in categories().values()))
    else:
        return
    rule: dict[str, Any] = {"validate": "list", "source": source, "ignore_blank": True}
    if column.kind in ("choices", "categories"):
        rule |= {"error_type": "information", "input_message": "几项用顿号隔开"}
    elif column.kind == "category":
        rule |= {"error_type": "information", "error_message": "不在列表里的，须是认得的叫法。"}
    else:
        rule |= {"error_title": "请从列表里选", "error_message": "不在列表里的写法程序不认识。"}
    sheet.data_validation(1, at, last, at, rule)


def _examples(book: Any, styles: Mapping[str, Any]) -> None:
    """Write the examples of all forms into one sheet, which no reader takes for data."""
    sheet = book.add_worksheet(EXAMPLES)
    _printed_whole(sheet)
    sheet.set_column(0, max(len(form.columns) for form in forms().values()), 16)
    at = 0
    for form in forms().values():
        columns = list(form.columns.values())
        sheet.write(at, 0, f"“{form.zh}”怎么填", styles["title"])
        sheet.write_row(at + 1, 0, [column.zh for column in columns], styles["header"])
        for line in range(2):
            sheet.write_row(at + 2 + line, 0, [column.example[line] for column in columns])
        at += 5
