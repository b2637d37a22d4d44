"""The tables an office fills in: their columns, headers and how each cell is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lifecircle.place.forms.cells import folded
from lifecircle.terms.shipped import read_shipped

CellKind = Literal[
    "id", "ref", "text", "count", "area", "metres", "number", "lon", "lat", "date", "hours",
    "choice", "choices", "category", "categories", "year", "yuan", "yuan_per_m2", "yuan_per_year",
]  # fmt: skip
_BESIDE = re.compile(r"^[\d一二三四五六七八九十]+[.、．)）-]*|\([^)]*\)$|\d+$")
_KIND = re.compile(r"(信息|情况|基本情况|汇总|清单|台账|登记|统计|明细)*表?$")
ASIDE_SHEETS = frozenset({"填写说明", "填写示例", "选项", "问题清单"})
"""Sheets that we write beside the forms."""

LONLAT = ("坐标", "经纬度", "location", "lonlat", "高德坐标", "经纬度坐标")
"""Headers of a single column that holds both coordinates, longitude first."""


@dataclass(frozen=True)
class Column:
    """One column of a form; ``headers`` are folded, the usual ones first."""

    code: str
    zh: str
    kind: CellKind
    required: bool
    choices: str
    note: str
    example: tuple[Any, ...]
    headers: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """One table to fill in, a sheet of a workbook."""

    code: str
    zh: str
    about: str
    sheets: tuple[str, ...]
    columns: Mapping[str, Column]

    def column_of(self, header: str) -> str | None:
        """Return the code of the column that a header means, if any."""
        return self._by_header.get(bare(header))

    @property
    def _by_header(self) -> Mapping[str, str]:
        return _headers(self.code)


@cache
def forms() -> Mapping[str, Form]:
    """Return every form by its code, in the order of the file."""
    return {code: _form(code, row) for code, row in read_shipped("forms.yaml", __package__).items()}


def form_of_sheet(name: str) -> str | None:
    """Return the code of the form that the name of a sheet means, if any.

    Numbers before it, brackets behind it and words such as 表 or 信息 do not matter.
    """
    own = bare(name)
    plain = _BESIDE.sub("", own)
    return _sheets().get(own) or _sheets().get(plain) or _sheets().get(_KIND.sub("", plain))


def bare(header: str) -> str:
    """Return a header folded, without marks of being required and without line breaks."""
    return folded(header).strip("*:").replace("(必填)", "")


@cache
def _sheets() -> Mapping[str, str]:
    return {bare(name): form.code for form in forms().values() for name in form.sheets}


@cache
def _headers(code: str) -> Mapping[str, str]:
    """Return every header of a form; where two columns share one, the first has it."""
    found: dict[str, str] = {}
    columns = forms()[code].columns.values()
    for place in range(max(len(column.headers) for column in columns)):
        for column in columns:
            if place < len(column.headers):
                found.setdefault(column.headers[place], column.code)
    return found


def _form(code: str, row: Mapping[str, Any]) -> Form:
    return Form(
        code=code,
        zh=row["zh"],
        about=row["about"],
        sheets=(row["zh"], code, *row["also"]),
        columns={name: _column(name, column) for name, column in row["columns"].items()},
    )


def _column(code: str, row: Mapping[str, Any]) -> Column:
    return Column(
        code=code,
        zh=row["zh"],
        kind=row["kind"],
        required=row.get("required", False),
        choices=row.get("choices", ""),
        note=row["note"],
        example=tuple(row["example"]),
        headers=tuple(bare(name) for name in (code, row["zh"], *row.get("also", ()))),
    )
