"""Reads the columns of a layer by what they mean, gathering every fault and every doubt."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any

from lifecircle.place.forms.cells import (
    EMPTY,
    UNITS_M2,
    UNITS_YUAN,
    UNITS_YUAN_PER_M2,
    UNITS_YUAN_PER_YEAR,
    Said,
    area_m2_of,
    count_of,
    date_of,
    is_unknown,
    metres_of,
    number_of,
    text_of,
    year_of,
    yuan_of,
    yuan_per_m2_of,
    yuan_per_year_of,
)
from lifecircle.place.forms.forms import LONLAT, Column, bare, forms
from lifecircle.place.forms.hours import hours_of
from lifecircle.place.layers import VectorLayer
from lifecircle.terms.codes import choices_zh, code_of, suggestions_in
from lifecircle.terms.errors import Fault

Headers = Mapping[str, Mapping[str, str]]
"""By form, the office's own header and the column it means."""

_READERS: dict[str, Callable[[Any], Said]] = {
    "count": count_of,
    "area": area_m2_of,
    "metres": metres_of,
    "number": number_of,
    "date": date_of,
    "hours": hours_of,
    "year": year_of,
    "yuan": yuan_of,
    "yuan_per_m2": yuan_per_m2_of,
    "yuan_per_year": yuan_per_year_of,
}
_UNITS: dict[str, Mapping[str, float]] = {
    "area": UNITS_M2,
    "yuan": UNITS_YUAN,
    "yuan_per_m2": UNITS_YUAN_PER_M2,
    "yuan_per_year": UNITS_YUAN_PER_YEAR,
}
"""Units that a header may name beside our own, by the kind of the column."""

_ERROR_CELL = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!)")
SEVERAL = re.compile(r"[;；、,，/|+＋&]\s*|\n")
"""What stands between several values of one cell."""

LOST_DIGITS = re.compile(r"\d(\.\d+)?e\+?\d+", re.IGNORECASE)
"""An id that Excel wrote as a power of ten."""

NOT_MEANT = frozenset({"序号", "no", "no.", "行号", "fid", "objectid"})
MOST_NAMED = 8


class Columns:
    """The columns of one layer, read by meaning; ``faults`` stop the run, ``doubts`` do not."""

    def __init__(
        self,
        layer: VectorLayer,
        form: str,
        headers: Headers | None = None,
        named: Mapping[str, str] | None = None,
    ) -> None:
        """Take the office's ``headers`` file, and ``named`` headers for single meanings."""
        self.layer = layer
        self.form = forms()[form]
        self.faults: list[Fault] = list(layer.faults)
        self.doubts: list[Fault] = list(layer.doubts)
        self._factor: dict[str, float] = {}
        self._header = self._found(dict((headers or {}).get(form, {})))
        self._tell_unread()
        for meaning, header in (named or {}).items():
            if header and header not in layer.columns:
                remedy = f"从这些列里选：{self.headers}"
                self.fault(f"没有 {header} 这一列（用作 {meaning}）", 0, remedy, code="no-column")
                self._header[meaning] = ""
            elif header:
                self._header[meaning] = header

    def _found(self, own: Mapping[str, str]) -> dict[str, str]:
        """Say which header holds which column; the more usual header wins."""
        best: dict[str, tuple[int, str]] = {}
        meant = {bare(theirs): ours for theirs, ours in own.items()}
        for header in self.layer.columns:
            name = bare(header)
            code = meant.get(name) or self.form.column_of(header)
            factor = 1.0
            if code is None:
                code, factor = self._by_unit(name)
            if code is None:
                continue
            known = self.form.columns[code].headers
            rank = -1 if name in meant else known.index(name) if name in known else len(known)
            if code not in best or rank < best[code][0]:
                best[code] = (rank, header)
                self._factor[code] = factor
        return {code: header for code, (_, header) in best.items()}

    def _by_unit(self, name: str) -> tuple[str | None, float]:
        """Return the column that a header with another unit means, and what the unit is in ours."""
        found = re.fullmatch(r"(.+?)\((.+)\)", name)
        code = self.form.column_of(found[1]) if found else None
        units = _UNITS.get(self.form.columns[code].kind, {}) if code else {}
        if found is None or found[2] not in units:
            return None, 1.0
        return code, units[found[2]]

    def _tell_unread(self) -> None:
        """Tell of the columns of a table that nobody reads, with what they may have meant."""
        if not self.layer.rows:
            return
        read = {*self._header.values()}
        unread = [
            header
            for header in self.layer.columns
            if header not in read
            and bare(header) not in NOT_MEANT
            and self.form.column_of(header) not in ("lon", "lat")
            and bare(header) not in LONLAT
        ]
        if not unread:
            return
        shown = {column.zh.partition("（")[0]: column.zh for column in self.form.columns.values()}
        guesses = {
            header: shown[close[0]]
            for header in unread
            if (close := difflib.get_close_matches(header, shown, n=1, cutoff=0.5))
        }
        like = "；".join(f"“{header}”像是“{guess}”" for header, guess in guesses.items())
        reason = f"没有读这些列：{'、'.join(unread[:MOST_NAMED])}"
        reason += f"等{len(unread)}列" if len(unread) > MOST_NAMED else ""
        self.doubt(
            "unread-columns",
            reason + (f"（{like}）" if like else ""),
            0,
            "用得上的改成样表的列名，或写进列名对照",
        )

    def fault(
        self, reason: str, row: int, remedy: str, meaning: str = "", code: str = "bad-cell"
    ) -> None:
        """Remember one thing wrong with row ``row``, counted from 1; 0 is the whole layer."""
        self.faults.append(self._fault(reason, row, remedy, meaning, code))

    def doubt(self, code: str, reason: str, row: int, remedy: str, meaning: str = "") -> None:
        """Remember one thing that is taken as it is but weakens what rests on it."""
        self.doubts.append(self._fault(reason, row, remedy, meaning, code))

    def _fault(self, reason: str, row: int, remedy: str, meaning: str, code: str) -> Fault:
        spot = self.layer.spot(row, self._header.get(meaning, ""))
        sheet = f"“{spot.sheet}”表" if spot.sheet else ""
        place = sheet + (self.layer.places[row - 1] if row else "")
        return Fault(reason, self.file, place, remedy, code, spot)

    @property
    def file(self) -> str:
        """Return the path of the layer."""
        return str(self.layer.path)

    @property
    def headers(self) -> str:
        """Return the headers there are, for a message."""
        return "、".join(self.layer.columns) or "没有任何列"

    def has(self, meaning: str) -> bool:
        """Say whether a column with this meaning is there."""
        return bool(self._header.get(meaning))

    def header(self, meaning: str) -> str:
        """Return the header of the file that holds a column, or the form's own."""
        return self._header.get(meaning) or self.form.columns[meaning].zh

    def require(self, meaning: str, why: str) -> bool:
        """Say whether a column is there; remember its absence as a fault."""
        if not self.has(meaning) and meaning not in self._header:
            zh = self.form.columns[meaning].zh
            remedy = f"加上 {meaning} 列（{zh}），或用 headers 指明是哪一列（现有：{self.headers}）"
            self.fault(f"没有{why}的列", 0, remedy, code="no-column")
        return self.has(meaning)

    def cells(self, meaning: str) -> list[Any]:
        """Return a column as it was read, None where there is no such column."""
        if not self.has(meaning):
            return [None] * len(self.layer)
        return list(self.layer.columns[self._header[meaning]])

    def texts(self, meaning: str) -> list[str]:
        """Return a column as trimmed texts, empty where there is no value or no such column."""
        if not self.has(meaning):
            return [""] * len(self.layer)
        texts = [text_of(cell) for cell in self.cells(meaning)]
        for row, text in enumerate(texts, start=1):
            if text.startswith("#") and _ERROR_CELL.fullmatch(text):
                self.fault(f"公式算错，写的是 {text}", row, "改正公式或填上值", meaning)
        return texts

    def refs(self, meaning: str, known: Mapping[str, str]) -> list[str]:
        """Return ids that a column refers to; ``known`` has the id of each name that only one has.

        An id that Excel turned into a power of ten is a fault: its last digits are gone.
        """
        refs = []
        for row, text in enumerate(self.texts(meaning), start=1):
            if LOST_DIGITS.fullmatch(text):
                reason = f"编号 {text} 被改成了科学计数，末几位已经丢了"
                remedy = "把这一列设成文本格式，重新粘贴"
                self.fault(reason, row, remedy, meaning, "lost-digits")
            refs.append(known.get(text, text))
        return refs

    def ids(self, what: str) -> list[str]:
        """Return the ids, each present and different from all others."""
        if not self.require("id", f"{what}编号"):
            return [str(row) for row in range(len(self.layer))]
        ids = self.texts("id")
        seen: dict[str, int] = {}
        for row, value in enumerate(ids, start=1):
            if not value:
                self.fault(f"{what}没有编号", row, f"在 {self._header['id']} 列补上", "id", "no-id")
            elif value in seen:
                reason = f"编号 {value} 与{self.layer.places[seen[value] - 1]}重复"
                self.fault(reason, row, "改成不同的编号", "id", "duplicate-id")
            seen.setdefault(value, row)
        return ids

    def values(self, meaning: str) -> list[Any]:
        """Return numbers or dates as the form says, None where nobody knows."""
        if not self.has(meaning):
            return [None] * len(self.layer)
        column = self.form.columns[meaning]
        read = _READERS[column.kind]
        factor = self._factor.get(meaning, 1.0)
        if factor != 1.0:
            return [
                self._said(read(cell).in_unit(factor), row, cell, meaning)
                for row, cell in enumerate(self.cells(meaning), start=1)
            ]
        return [
            cell if type(cell) is int and cell >= 0 and column.kind == "count" and cell < 10**7
            else self._said(read(cell), row, cell, meaning)
            for row, cell in enumerate(self.cells(meaning), start=1)
        ]  # fmt: skip

    def _said(self, said: Said, row: int, cell: Any, meaning: str) -> Any:
        if said is EMPTY:
            return None
        if said.expected:
            reason = f"“{self._header[meaning]}”应为{said.expected}，写的是“{text_of(cell)}”"
            self.fault(reason, row, f"改成{said.expected.partition('；')[0]}", meaning)
        elif said.about:
            reason = f"“{self._header[meaning]}”写的是“{text_of(cell)}”，按{said.value:g}算"
            self.doubt("approximate-value", reason, row, "查实后写准确的数", meaning)
        return said.value

    def words(self, meaning: str) -> list[str]:
        """Return codes of the column's code set, empty where nothing is said."""
        if not self.has(meaning):
            return [""] * len(self.layer)
        column = self.form.columns[meaning]
        return [
            self._word(column, cell, row) for row, cell in enumerate(self.cells(meaning), start=1)
        ]

    def _word(self, column: Column, cell: Any, row: int) -> str:
        if is_unknown(cell):
            return ""
        text = text_of(cell)
        code = code_of(column.choices, text)
        if code is None:
            known = "、".join(choices_zh(column.choices))
            reason = f"“{self._header[column.code]}”不认识“{text}”"
            close = "、".join(suggestions_in(column.choices, text))
            like = f"（像是 {close}）" if close else ""
            self.fault(reason, row, f"从 {known} 里选{like}", column.code, "unknown-word")
        return code or ""

    def word_lists(self, meaning: str) -> list[tuple[str, ...]]:
        """Return the codes of each cell, which may hold several."""
        if not self.has(meaning):
            return [()] * len(self.layer)
        column = self.form.columns[meaning]
        return [
            tuple(
                sorted(
                    {self._word(column, part, row) for part in SEVERAL.split(text_of(cell))} - {""}
                )
            )
            for row, cell in enumerate(self.cells(meaning), start=1)
        ]
