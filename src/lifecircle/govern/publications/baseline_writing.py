"""Writes a baseline for everybody: tables by community, function and category, and a page.

What was not surveyed is 未摸底, never 没有. No number of persons is in it.
"""

from __future__ import annotations

import html
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings

from lifecircle.govern.areas.models import Area
from lifecircle.govern.publications.subjects import Feature, terms_of
from lifecircle.govern.surveys.asking import EXISTS, FUNCTIONS, OPERATING
from lifecircle.govern.surveys.baseline import counted_in, states_in
from lifecircle.govern.surveys.filled import Filled
from lifecircle.govern.surveys.models import Return, Round
from lifecircle.govern.surveys.questions import NO, NOT_KNOWN, YES
from lifecircle.place.sources import CitySources, read_sources
from lifecircle.publish.audit import html_table
from lifecircle.publish.plain_page import plain_page
from lifecircle.publish.tables import disarmed, write_csv
from lifecircle.terms.codes import code_sets
from lifecircle.terms.taxonomy import categories

COLLECTION, PART = "baseline", "baseline"
UNKNOWN = "not_surveyed"
EXISTS_ZH = {YES: "有", NO: "没有", NOT_KNOWN: "不清楚"}
_MADE = datetime(2020, 1, 1)  # noqa: DTZ001 - a fixed day, so that equal content gives equal bytes
PLACE_HEADERS = ("模拟", "区划代码", "区县", "乡镇级", "社区")
CATEGORY_HEADERS = ("设施类别", "服务功能", "有没有", "建成或运营", "建筑面积合计（平方米）",
                    "处数", "查全")  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A community: state by function, and a row by category; none where it was not surveyed."""

    area: Area
    states: Mapping[str, str]
    rows: Sequence[tuple[str, ...]] = ()


@dataclass
class Written:
    """What is known of the communities of a round."""

    round: Round
    sources: CitySources
    lines: dict[int, Line]
    above: dict[int, Area]
    _categories: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, round_: Round) -> Written:
        """Begin with every community as one that was not surveyed."""
        backs = Return.objects.filter(round=round_).select_related("area").defer("on_file")
        areas = sorted((back.area for back in backs), key=own_id_of)
        ids = {pk for area in areas for pk in area.above}
        lines = {area.pk: Line(area, _states({})) for area in areas}
        words = {one: code.zh for one, code in code_sets()["function"].items()}
        named = {
            code: (one.zh, "、".join(words[function] for function in one.functions))
            for code, one in categories().items()
        }
        return cls(round_, read_sources(settings.CITY), lines, Area.objects.in_bulk(ids), named)

    def add(self, filled: Filled) -> None:
        """Add what a community returned."""
        area, listed = filled.back.area, filled.facilities_listed()
        counted = frozenset(counted_in(filled))
        rows = [
            (
                *self._categories.get(row.key, (row.label, "")),
                EXISTS_ZH.get(filled.value(EXISTS, row.key), _state(UNKNOWN)),
                _state(state) if (state := filled.value(OPERATING, row.key)) else "",
                filled.value("function_m2", row.key) or "",
                str(len(listed.get(row.key, ()))),
                "是" if row.key in counted else "否",
            )
            for row in filled.form.section(FUNCTIONS).rows
        ]
        self.lines[area.pk] = Line(area, _states(states_in(filled)), rows)

    @property
    def simulated(self) -> bool:
        """Say whether the city is none that there is."""
        return self.sources.simulated

    @property
    def surveyed(self) -> int:
        """Return how many communities were surveyed."""
        return sum(bool(one.rows) for one in self.lines.values())

    @property
    def headline(self) -> str:
        """Say in a sentence what the baseline is of."""
        day, many = self.round.as_on.isoformat(), len(self.lines)
        left = many - self.surveyed
        rest = f"，其余{left}个未摸底" if left else ""
        return f"底数日期{day}：{many}个社区，已摸底{self.surveyed}个{rest}"

    def named_above(self, area: Area, level: str) -> str:
        """Return the name of the area of a level that a community lies in, "" where none is."""
        found = (self.above.get(pk) for pk in area.above)
        return next((one.name for one in found if one and one.level == level), "")

    def places(self, lines: Iterable[Line]) -> Iterator[tuple[str, ...]]:
        """Yield what every table begins with."""
        for one in lines:
            names = (self.named_above(one.area, level) for level in ("county", "township"))
            yield ("模拟数据" if self.simulated else "", one.area.code, *names, one.area.name)

    def features(self) -> Iterator[Feature]:
        """Yield every community with the states of its functions; its shape is in the results."""
        terms = terms_of(self.sources.public, simulated=self.simulated)
        for one in self.lines.values():
            states = {
                **one.states,
                **{f"{name}_zh": _state(code) for name, code in one.states.items()},
            }
            told = {
                "county": self.named_above(one.area, "county"),
                "township": self.named_above(one.area, "township"),
                "surveyed": bool(one.rows),
                **states,
                "as_of": self.round.as_on.isoformat(),
                "simulated": self.simulated,
                "source": terms["office"],
                "licence": terms["licence"],
            }
            yield Feature(COLLECTION, own_id_of(one.area), one.area.name, one.area.code, None, told)

    def about(self) -> dict[str, Any]:
        """Return what holds of all of it, for the manifest."""
        return {
            "as_of": self.round.as_on.isoformat(),
            "city": self.round.area.name,
            "simulated": self.simulated,
            "headline": self.headline,
            **terms_of(self.sources.public, simulated=self.simulated),
        }


def own_id_of(area: Area) -> str:
    """Return what the public knows a community by."""
    return area.code or str(area.pk)


def write_part(folder: Path, written: Written) -> None:
    """Write the tables and the page of a baseline into a folder."""
    tables = {"服务功能": _by_function(written), "设施类别": _by_category(written)}
    for name, rows in zip(("functions.csv", "categories.csv"), tables.values(), strict=True):
        columns = zip(*rows, strict=True)
        write_csv(folder / name, {str(one[0]): one[1:] for one in columns})
    _write_book(folder / "baseline.xlsx", written.round.title, tables)
    page = plain_page(written.round.title, _page(written), simulated=written.simulated)
    (folder / "index.html").write_text(page, encoding="utf-8")


Table = list[tuple[str, ...]]
"""Texts: the headers, then the rows."""


def _by_function(written: Written) -> Table:
    names = [one.zh for one in code_sets()["function"].values()]
    lines = list(written.lines.values())
    rows = [
        (*place, *map(_state, one.states.values()))
        for one, place in zip(lines, written.places(lines), strict=True)
    ]
    return [(*PLACE_HEADERS, *names), *rows]


def _by_category(written: Written) -> Table:
    lines = list(written.lines.values())
    rows = [
        (*place, *row)
        for one, place in zip(lines, written.places(lines), strict=True)
        for row in one.rows
    ]
    return [(*PLACE_HEADERS, *CATEGORY_HEADERS), *rows]


def _write_book(path: Path, title: str, tables: Mapping[str, Table]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": title, "created": _MADE})
        bold = book.add_format({"bold": True})
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, len(PLACE_HEADERS))
            sheet.autofilter(0, 0, max(len(rows) - 1, 1), len(rows[0]) - 1)
            for number, row in enumerate(rows):
                for at, cell in enumerate(row):
                    sheet.write_string(number, at, disarmed(cell), None if number else bold)


def _page(written: Written) -> str:
    """Return the page: how many communities have what, then each, by township."""
    functions = code_sets()["function"]
    states = ("operating", "built", "absent", UNKNOWN)
    counts = {
        code: Counter(one.states[code] for one in written.lines.values()) for code in functions
    }
    rows = [
        (one.zh, *(str(counts[code][state]) for state in states))
        for code, one in functions.items()
    ]  # fmt: skip
    whole = html_table(("服务功能（社区个数）", *map(_state, states)), rows)
    by_township: defaultdict[str, list[Line]] = defaultdict(list)
    for line in written.lines.values():
        names = (written.named_above(line.area, level) for level in ("county", "township"))
        by_township["".join(names)].append(line)
    headers = ("社区", *(one.zh for one in functions.values()))
    each = "".join(
        f"<details><summary>{html.escape(name)}（{len(own)}个社区）</summary>"
        + html_table(headers, [(one.area.name, *map(_state, one.states.values())) for one in own])
        + "</details>"
        for name, own in by_township.items()
    )
    return (
        f'<p class="verdict">{html.escape(written.headline)}。</p>'
        "<p>“未摸底”是没有问到或者说不清楚，不等于没有。各类设施的处数和面积见表格。</p>"
        f"{whole}<h2>各社区</h2>{each}"
    )


def _states(known: Mapping[str, str]) -> dict[str, str]:
    return {code: known.get(code, UNKNOWN) for code in code_sets()["function"]}


def _state(code: str) -> str:
    return code_sets()["survey_state"][code].zh
