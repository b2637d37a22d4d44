"""Writes a register (台账) as an Excel workbook: frozen headers, filters, formats, meanings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from math import ceil
from pathlib import Path
from typing import Any

import xlsxwriter

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.publish.each_pack import of_each_pack
from lifecircle.publish.folder import Kind, whole_folder
from lifecircle.publish.registers.actions import Plan
from lifecircle.publish.registers.sheets import (
    Amount,
    Column,
    Sheet,
    finding_sheet,
    gap_sheet,
    space_sheet,
)
from lifecircle.publish.results import MANIFEST, sha256_of, write_json
from lifecircle.publish.runs import run_hash, run_of
from lifecircle.publish.sentences import Sentences
from lifecircle.publish.tables import disarmed
from lifecircle.terms.progress import Progress, silent
from lifecircle.terms.words import word

REGISTER = "台账.xlsx"
REGISTERS = Kind(frozenset({REGISTER, MANIFEST}), MANIFEST, '"lifecircle_registers"')
NOTES, RUN = "说明", "清单"
MOST_ROWS = 1_048_575
MOST_CHARACTERS = 32_000
_MADE = datetime(2020, 1, 1)  # noqa: DTZ001 - a fixed day, so that equal content gives equal bytes
_WIDTHS = {
    "text": 16,
    "word": 9,
    "name": 26,
    "long": 48,
    "whole": 10,
    "figure": 11,
    "date": 12,
    "verdict": 9,
}
_LINE_PT, _MOST_PT = 16.5, 405
_NOTES_WIDE = 80
_WIDE, _LAST_NARROW = 2.2, 0x2E7F
_SHARES = frozenset({"share", "areas", "spread", "rate"})


def write_registers(
    out: Path,
    ground: Ground,
    assessments: Sequence[Assessment],
    plan: Plan | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write the register of each pack, of several into a folder each; return the manifest.

    A ``plan`` goes into the register of its pack. All or nothing; equal input gives equal bytes.
    """

    def write_pack(below: Path, found: Assessment) -> dict[str, Any]:
        progress(f"写台账 {found.pack.id}")
        own = plan if plan is not None and plan.pack == found.pack.id else None
        run = write_register(below / REGISTER, ground, found, own)
        files = {REGISTER: sha256_of(below / REGISTER)}
        hashed = run_hash(run)
        manifest = {"lifecircle_registers": 1, "run": run, "run_sha256": hashed, "files": files}
        write_json(below / MANIFEST, manifest)
        return manifest

    with whole_folder(out, REGISTERS) as folder:
        return of_each_pack(folder, assessments, write_pack, "lifecircle_registers")


def write_register(
    path: Path, ground: Ground, found: Assessment, plan: Plan | None = None
) -> dict[str, Any]:
    """Write one register; return what its run was made of."""
    said = Sentences(ground.city, found.pack)
    sheets = [finding_sheet(ground, found, said), gap_sheet(ground, found, said)]
    sheets += [space_sheet(ground.city)] if ground.city.spaces else []
    sheets += [plan.sheet] if plan else []
    run = run_of(ground, found) | {"plan_run_sha256": plan.run_sha256 if plan else ""}
    with xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        title = f"{ground.city.title}台账（{found.pack.header.title.zh}）"
        book.set_properties({"title": title, "created": _MADE})
        formats = _formats(book)
        _notes(book, formats, title, sheets, _told(ground, found))
        for sheet in sheets:
            for name, rows in _pieces(sheet):
                _write(book, formats, name, sheet, rows)
        _manifest(book, run)
    return run


def _told(ground: Ground, found: Assessment) -> list[str]:
    """Say what a reader must know before any sheet."""
    told = ["全部是模拟数据，不反映任何真实地方。"] if ground.city.simulated else []
    told.append(
        f"政策包 {found.pack.id} {found.pack.header.version}，评估日期{found.as_of.isoformat()}。"
    )
    told.append("只有政策原文载明的要求才会判为未达标；待核、推定另列。未评估不等于达标。")
    told.append("以等号、加号、减号、@开头的文字前面加了一个撇号，免得被当作公式。")
    return [*told, *ground.city.notices]


def _formats(book: Any) -> dict[str, Any]:
    top = {"valign": "top"}
    looks = {
        "header": {"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, **top},
        "title": {"bold": True, "font_size": 14},
        "text": {"text_wrap": True, **top},
        "name": {"text_wrap": True, **top},
        "long": {"text_wrap": True, **top},
        "whole": {"num_format": "#,##0", **top},
        "figure": top,
        "share": {"num_format": "0.00%", **top},
        "date": {"num_format": "yyyy-mm-dd", **top},
        # verdicts are told apart in black and white too
        word("verdict", "not met"): {"bold": True, "border": 2, **top},
        word("verdict", "not assessed"): {"pattern": 18, "italic": True, **top},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _notes(
    book: Any, formats: Mapping[str, Any], title: str, sheets: Sequence[Sheet], told: Sequence[str]
) -> None:
    """Write the sheet that explains every column of every other."""
    page = book.add_worksheet(NOTES)
    page.set_column(0, 1, 16)
    page.set_column(2, 2, _NOTES_WIDE, formats["long"])
    _printed(page)
    page.write_string(0, 0, title, formats["title"])
    at = 2
    for line in told:
        page.write_string(at, 2, _text(line), formats["long"])
        _heighten(page, at, _lines(line, _NOTES_WIDE))
        at += 1
    at += 1
    page.write_row(at, 0, ("工作表", "列", "意思"), formats["header"])
    for sheet in sheets:
        at += 1
        page.write_row(at, 0, (sheet.zh, "", sheet.says), formats["text"])
        for column in sheet.columns:
            at += 1
            page.write_row(at, 1, (_text(column.zh), column.says), formats["text"])


def _pieces(sheet: Sheet) -> Iterator[tuple[str, range]]:
    """Yield the names and rows of the sheets that hold a long one."""
    for number, start in enumerate(range(0, max(1, len(sheet)), MOST_ROWS), start=1):
        name = sheet.zh if number == 1 else f"{sheet.zh}{number}"
        yield name, range(start, min(len(sheet), start + MOST_ROWS))


def _write(book: Any, formats: Mapping[str, Any], name: str, sheet: Sheet, rows: range) -> None:
    page = book.add_worksheet(name)
    page.freeze_panes(1, 2)
    _printed(page, across=2)
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, _WIDTHS[column.kind])
        page.write_string(0, at, _text(column.zh), formats["header"])
        if column.says:
            page.write_comment(0, at, column.says, {"x_scale": 1.6, "author": ""})
        _cells(page, formats, at, column, rows)
    for number, lines in enumerate(_lines_of(sheet, rows)):
        _heighten(page, number, lines)
    page.autofilter(0, 0, max(1, len(rows)), len(sheet.columns) - 1)


def _lines_of(sheet: Sheet, rows: range) -> list[int]:
    """Return how many lines the header and each row need for their longest texts."""
    most = [1] * (len(rows) + 1)
    for column in sheet.columns:
        wide = _WIDTHS[column.kind]
        texts = [column.zh, *(column.values[row] for row in rows)]
        known = {one: _lines(one, wide) for one in set(texts) if isinstance(one, str)}
        most = [max(was, known.get(one, 1)) for was, one in zip(most, texts, strict=True)]
    return most


def _lines(text: str, wide: int) -> int:
    """Return how many lines of so many digits' width a text takes, ideographs being two wide."""
    return sum(
        max(1, ceil(sum(_WIDE if ord(sign) > _LAST_NARROW else 1 for sign in line) / wide))
        for line in _text(text).split("\n")
    )


def _heighten(page: Any, row: int, lines: int) -> None:
    """Make a row as high as its lines: LibreOffice and WPS print it as high as the file says."""
    if lines > 1:
        page.set_row(row, min(lines * _LINE_PT, _MOST_PT))


def _cells(page: Any, formats: Mapping[str, Any], at: int, column: Column, rows: range) -> None:
    looks = formats.get(column.kind, formats["text"])
    for number, row in enumerate(rows, start=1):
        value = column.values[row]
        if isinstance(value, Amount):
            _amount(page, formats, number, at, value)
        elif value is None or value == "":
            continue
        elif isinstance(value, date):
            page.write_datetime(number, at, value, looks)
        elif isinstance(value, str):
            own = formats.get(value, looks) if column.kind == "verdict" else looks
            page.write_string(number, at, _text(value), own)
        else:
            page.write_number(number, at, value, looks)


def _amount(page: Any, formats: Mapping[str, Any], row: int, at: int, value: Amount) -> None:
    """Write a figure as a number, a share as a percentage; a range or ``>60`` stays text."""
    try:
        number = float(value.text)
    except ValueError:
        if value.text:
            page.write_string(row, at, _text(value.text), formats["figure"])
        return
    page.write_number(row, at, number, formats["share" if value.unit in _SHARES else "figure"])


def _text(text: str) -> str:
    """Return a text that no spreadsheet runs and every one holds."""
    short = text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}……（后略）"
    said: str = disarmed(short)
    return said


def _printed(page: Any, across: int = 1) -> None:
    """Print on A3, so many pages across, the headers and the names on each."""
    page.set_landscape()
    page.set_paper(8)
    page.fit_to_pages(across, 0)
    page.repeat_rows(0)
    if across > 1:
        page.repeat_columns(0, 1)


def _manifest(book: Any, run: Mapping[str, Any]) -> None:
    """Write what the run was made of into a hidden sheet, one key a row."""
    page = book.add_worksheet(RUN)
    page.write_row(0, 0, ("run_sha256", run_hash(run)))
    for at, (key, value) in enumerate(sorted(run.items()), start=1):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        page.write_string(at, 0, key)
        page.write_string(at, 1, _text(text))
    page.hide()
