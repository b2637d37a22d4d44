"""Finds columns by the headers offices use and reads their values, gathering every fault."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

import numpy as np

from lifecircle.place.layers import VectorLayer
from lifecircle.terms.errors import Fault

HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("id", "code", "编号", "编码", "代码", "社区编号", "社区代码", "小区编号", "设施编号"),
    "name": ("name", "名称", "社区名称", "小区名称", "设施名称"),
    "kind": ("kind", "类型"),
    "size": ("size", "规模"),
    "township": ("township", "街道", "镇街"),
    "county": ("county", "区县"),
    "circle_radius_m": ("circle_radius_m", "圆半径（米）", "圆半径（米）"),
    "residents": ("residents", "population", "常住人口", "常住人口（人）", "人口", "人数"),
    "older": ("older", "老年人", "老年人口", "60岁以上"),
    "children": ("children", "儿童", "儿童数"),
    "category": ("category", "类别", "设施类别"),
    "estate": ("estate", "小区编号", "所属小区"),
}

LARGEST_COUNT = 50_000_000


class Columns:
    """The columns of one layer, read by meaning; ``faults`` gathers what is wrong with them."""

    def __init__(self, layer: VectorLayer, named: dict[str, str] | None = None) -> None:
        """Take ``named`` headers for meanings where the office said so."""
        self._layer = layer
        self._by_folded = {name.strip().lower(): name for name in layer.columns}
        self._named = {meaning: header for meaning, header in (named or {}).items() if header}
        self.faults: list[Fault] = []
        for meaning, header in self._named.items():
            if header not in layer.columns:
                remedy = f"从这些列里选：{self.headers}"
                self.fault(f"没有 {header} 这一列（用作 {meaning}）", "", remedy)

    def fault(self, reason: str, place: str, remedy: str) -> None:
        """Remember one thing wrong with the layer."""
        self.faults.append(Fault(reason, str(self._layer.path), place, remedy))

    @property
    def file(self) -> str:
        """Return the path of the layer."""
        return str(self._layer.path)

    def place(self, row: int) -> str:
        """Say where row ``row``, counted from 1, stands in the file."""
        return self._layer.places[row - 1]

    @property
    def headers(self) -> str:
        """Return the headers there are, for a message."""
        return "、".join(self._layer.columns) or "没有任何列"

    def header(self, meaning: str) -> str | None:
        """Return the header that holds ``meaning``, if there is one."""
        if meaning in self._named:
            header = self._named[meaning]
            return header if header in self._layer.columns else None
        for known in HEADERS[meaning]:
            if known in self._by_folded:
                return self._by_folded[known]
        return None

    def texts(self, meaning: str) -> list[str]:
        """Return a column as trimmed texts, empty where there is no value or no such column."""
        header = self.header(meaning)
        if header is None:
            return [""] * len(self._layer)
        return [_text(value) for value in self._layer.columns[header]]

    def ids(self, what: str) -> list[str]:
        """Return the ids, each present and different from all others."""
        header = self.header("id")
        if header is None:
            remedy = f"加上 id 列，或指明用哪一列（现有：{self.headers}）"
            if "id" not in self._named:
                self.fault(f"没有{what}编号的列", "", remedy)
            return [str(row) for row in range(len(self._layer))]
        ids = self.texts("id")
        seen: dict[str, int] = {}
        for row, value in enumerate(ids, start=1):
            if not value:
                self.fault(f"{what}没有编号", self.place(row), f"在 {header} 列补上")
            elif value in seen:
                reason = f"编号 {value} 与{self.place(seen[value])}重复"
                self.fault(reason, self.place(row), "改成不同的编号")
            seen.setdefault(value, row)
        return ids

    def counts(self, meaning: str) -> list[int | None]:
        """Return whole numbers from 0, None where the cell is empty or there is no such column."""
        header = self.header(meaning)
        if header is None:
            return [None] * len(self._layer)
        return [
            self._count(header, row, value)
            for row, value in enumerate(self._layer.columns[header], start=1)
        ]

    def _count(self, header: str, row: int, value: Any) -> int | None:
        text = _text(value)
        if not text:
            return None
        try:
            number = float(text)
            count = round(number) if math.isfinite(number) else -1
        except ValueError:
            number, count = -1.0, -1
        if count < 0 or count > LARGEST_COUNT or number != count:
            self.fault(f"{header} 应为不小于0的整数，写的是 {text}", self.place(row), "改正")
            return None
        return count


def _text(value: Any) -> str:
    """Return a cell as text; a whole number that GDAL read as a float loses its point."""
    if value is None or (isinstance(value, float | np.floating) and math.isnan(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return "".join(" " if unicodedata.category(c)[0] == "C" else c for c in str(value)).strip()
