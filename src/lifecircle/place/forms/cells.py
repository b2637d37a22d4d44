"""Understands what people write in one cell: numbers with units, dates as text, coordinates.

Each reader returns what it understood as `Said`; it never raises, so that all cells of a table
are told of at once.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from lifecircle.place.coordinates.pairs import degrees_of_text

LARGEST_COUNT = 50_000_000
LONGEST_NUMBER = 1e15
"""Excel keeps fifteen digits of a number."""
# fmt: off
UNKNOWN = frozenset({
    "-", "--", "—", "——", "―", "－", "/", "\\", "?", "不详", "不清楚", "未知", "待查", "待定",
    "待统计", "未统计", "暂无数据", "n/a", "na", "nan", "none", "null",
})
"""Words that say nobody knows; the cell counts as empty, never as nothing there."""
NOTHING = frozenset({"无", "没有", "暂无"})
_COUNTED = frozenset({
    "", "人", "户", "个", "处", "张", "床", "座", "间", "位", "口", "名", "家", "栋", "次", "项",
    "件", "人次", "床位", "个床位", "张床位", "个托位", "托位", "个月",
})
# fmt: on
_NUMBER = re.compile(
    r"(?P<about>约|大约|近|≈|~)?(?P<number>[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d*\.?\d+(?:e[+-]?\d+)?)"
    r"(?P<scale>[千万]?)(?P<unit>(?:[^\d.,+-][^.,]*?)??)(?P<more>左右|上下|余|多)?"
)
_SCALES = {"": 1, "千": 1_000, "万": 10_000}
UNITS_M2 = {
    "": 1.0,
    "m2": 1.0,
    "m^2": 1.0,
    "平": 1.0,
    "平米": 1.0,
    "平方": 1.0,
    "平方米": 1.0,
    "亩": 10_000 / 15,
    "公顷": 10_000.0,
    "ha": 10_000.0,
    "万平方米": 10_000.0,
    "万m2": 10_000.0,
    "平方公里": 1_000_000.0,
    "km2": 1_000_000.0,
}
_LENGTHS_M = {
    "": 1.0,
    "m": 1.0,
    "米": 1.0,
    "km": 1000.0,
    "公里": 1000.0,
    "千米": 1000.0,
    "里": 500.0,
}
LARGEST_YUAN = 10**12
_YEARS = range(1990, 2101)
_YEAR = re.compile(r"(\d{4})(年|年度)?")


def _money(per: tuple[str, ...]) -> dict[str, float]:
    """Return what the units of money are in yuan, each alone and ``per`` something."""
    scales = {"": 1.0, "元": 1.0, "千元": 1e3, "万元": 1e4, "百万元": 1e6, "亿元": 1e8, "亿": 1e8}
    return {f"{unit}{tail}": scale for unit, scale in scales.items() for tail in ("", *per)}


UNITS_YUAN = _money(())
UNITS_YUAN_PER_M2 = _money(("/m2", "/平方米", "/平米", "/平", "每平方米", "每平米"))
UNITS_YUAN_PER_YEAR = _money(("/年", "每年"))
_DATE = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?(?:[ t]\d{1,2}:\d{2}.*)?")
_DAY_NOUGHT = date(1899, 12, 30)
"""Excel counts days from here."""


@dataclass(frozen=True)
class Said:
    """What a cell says: a value or nothing; what it ought to be; whether only roughly.

    ``has_unit`` says that the cell names its unit, so that the header's does not hold for it.
    """

    value: Any = None
    expected: str = ""
    about: bool = False
    has_unit: bool = False

    def in_unit(self, factor: float) -> Said:
        """Return it in our unit; ``factor`` is that of the header's, for cells without one."""
        if factor == 1.0 or self.value is None or self.has_unit:
            return self
        return Said(self.value * factor, about=self.about)


EMPTY = Said()


_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
"""Controls, marks of format and halves of a pair: a rare character that Python's tables do not know
yet (Cn), or an office's own (Co), is a character."""


def text_of(cell: Any) -> str:
    """Return a cell as text without control characters; a whole number loses its point."""
    if isinstance(cell, str):
        if cell.isprintable():
            return cell.strip()
        return "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in cell).strip()
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else str(cell).upper()
    try:
        number = float(cell)
    except (TypeError, ValueError, OverflowError):
        return text_of(str(cell))
    whole = number.is_integer() and abs(number) < LONGEST_NUMBER
    return "" if math.isnan(number) else str(int(number)) if whole else str(cell)


def folded(cell: Any) -> str:
    """Return a cell as text in half-width letters and figures, small, without spaces."""
    return _folded(text_of(cell))


@lru_cache(2**13)
def _folded(text: str) -> str:
    """Return a text so; the cells of a register say the same words again and again."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def is_unknown(cell: Any) -> bool:
    """Say whether a cell is empty or says that nobody knows."""
    text = text_of(cell)
    return not text or text in UNKNOWN or folded(text) in UNKNOWN


def count_of(cell: Any) -> Said:
    """Read a whole number from 0, such as 1,200 or 350户."""
    said = _number(cell, dict.fromkeys(_COUNTED, 1.0), "不小于0的整数")
    if said.value is None:
        return said
    if said.value != round(said.value) or said.value > LARGEST_COUNT:
        return Said(expected="不小于0的整数")
    return Said(round(said.value), about=said.about)


def area_m2_of(cell: Any) -> Said:
    """Read an area in square metres, such as 约350平 or 1.2公顷."""
    return _number(cell, UNITS_M2, "面积（平方米）")


def metres_of(cell: Any) -> Said:
    """Read a length in metres."""
    return _number(cell, _LENGTHS_M, "长度（米）")


def yuan_of(cell: Any) -> Said:
    """Read money in yuan, such as 1,200 or 35万元."""
    return _yuan(cell, UNITS_YUAN, "不小于0的金额（元）")


def yuan_per_m2_of(cell: Any) -> Said:
    """Read money in yuan per square metre, such as 1800元/㎡."""
    return _yuan(cell, UNITS_YUAN_PER_M2, "每平方米不小于0的金额（元）")


def yuan_per_year_of(cell: Any) -> Said:
    """Read money in yuan per year, such as 3.6万元/年."""
    return _yuan(cell, UNITS_YUAN_PER_YEAR, "一年不小于0的金额（元）")


def _yuan(cell: Any, units: dict[str, float], expected: str) -> Said:
    text = folded(cell)
    sign = text.startswith(("¥", "人民币"))
    said = _number(text.removeprefix("人民币").lstrip("¥") if sign else cell, units, expected)
    if said.value is not None and said.value > LARGEST_YUAN:
        return Said(expected=f"不超过一万亿元、{expected}")
    return said


def year_of(cell: Any) -> Said:
    """Read a year, such as 2026 or 2026年度."""
    if is_unknown(cell):
        return EMPTY
    found = _YEAR.fullmatch(folded(cell))
    if found is None or int(found[1]) not in _YEARS:
        return Said(expected="四位数的年份，如 2026")
    return Said(int(found[1]))


def number_of(cell: Any) -> Said:
    """Read any number; per cent is a number of hundredths."""
    return _number(cell, {"": 1.0, "%": 0.01}, "数字", signed=True)


def _number(cell: Any, units: dict[str, float], expected: str, *, signed: bool = False) -> Said:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        value, about, has_unit = float(cell), False, False
        if math.isnan(value):
            return EMPTY
    else:
        text = folded(cell)
        if not text or text in UNKNOWN:
            return EMPTY
        if text in NOTHING:
            return Said(expected=f"{expected}；没有就写0，不知道就留空")
        found = _NUMBER.fullmatch(text)
        if found is None or found["unit"] not in units:
            return Said(expected=expected)
        about = bool(found["about"] or found["more"])
        has_unit = bool(found["unit"] or found["scale"])
        factor = _SCALES[found["scale"]] * units[found["unit"]]
        value = float(found["number"].replace(",", "")) * factor
    if not math.isfinite(value) or (value < 0 and not signed):
        return Said(expected=expected)
    return Said(value, about=about, has_unit=has_unit)


def date_of(cell: Any) -> Said:
    """Read a day, as a date or as text such as 2026年6月30日 or 20260630."""
    if isinstance(cell, datetime):
        return Said(cell.date())
    if isinstance(cell, date):
        return Said(cell)
    if is_unknown(cell):
        return EMPTY
    text = unicodedata.normalize("NFKC", text_of(cell)).lower()
    if re.fullmatch(r"[2-6]\d{4}", text):
        return Said(_DAY_NOUGHT + timedelta(days=int(text)))
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    found = _DATE.fullmatch(text)
    try:
        return Said(date(*(int(part) for part in found.groups()))) if found else _NO_DATE
    except ValueError:
        return _NO_DATE


_NO_DATE = Said(expected="日期，如 2026-06-30")


def degrees_of(cell: Any, most: float) -> Said:
    """Read degrees between -``most`` and ``most``, also as 108°56′30″E."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        value = float(cell)
    else:
        if is_unknown(cell):
            return EMPTY
        value = _degrees(text_of(cell))
    if math.isfinite(value) and abs(value) <= most:
        return Said(value)
    return Said(expected=f"-{most:.0f}到{most:.0f}之间的度数")


def _degrees(text: str) -> float:
    try:
        return float(folded(text).rstrip("°度"))
    except ValueError:
        value = degrees_of_text(text)
        return math.nan if value is None else value


def pair_of(cell: Any) -> tuple[str, str]:
    """Take apart a cell that holds both coordinates, such as 108.94,34.26 of an Amap export."""
    parts = re.split(r"[,;、|]|\s+", unicodedata.normalize("NFKC", text_of(cell)).strip("()[]"))
    parts = [part for part in parts if part]
    return (parts[0], parts[1]) if len(parts) == 2 else (text_of(cell), "")
