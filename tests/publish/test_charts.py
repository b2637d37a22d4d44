"""Charts: lengths are numbers, patterns have words, and a table says the same."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.publish.charts.bars import (
    MOST_SAID,
    Bar,
    Bars,
    before_and_after,
    people_by_minutes,
    units_compared,
    verdicts_compared,
)
from lifecircle.publish.charts.drawing import WIDTH, shortened, wide
from lifecircle.publish.charts.matrix import Matrix, Ruled
from lifecircle.publish.charts.patterns import LOOKS

SVG = "{http://www.w3.org/2000/svg}"
PATH = f"{SVG}path"
HOSTILE = '<script>alert("1")</script>&社区'

MATRIX = Matrix(
    "各社区、各规则的结论",
    ("春晖社区", HOSTILE),
    (Ruled("步行5分钟购物"), Ruled("用房面积", ("unverified", "inferred"))),
    (("met", "not met"), ("not assessed", "not applicable")),
    simulated=True,
)
UNITS = units_compared("缺的人", [("示例1区", 200, 50), (HOSTILE, 0, 0)], simulated=True)
MINUTES = people_by_minutes(
    "到食堂",
    (5, 10, 15),
    [Bar("一区", (10, 20, 30, 40)), Bar("二县", (None,) * 4)],
    simulated=False,
)
CHANGED = before_and_after(
    "达标的社区", "个", [Bar("购物", (7, 14), ("inferred",))], simulated=False
)
BY_VERDICT = verdicts_compared(
    "达标", "个", [Bar("一区", (1, 2, 0, 1), ("unverified",))], simulated=False
)
CHARTS: tuple[Matrix | Bars, ...] = (MATRIX, UNITS, MINUTES, CHANGED, BY_VERDICT)


def filled(svg: str, kind: str) -> list[float]:
    """Return how long the areas of a kind are, the box of the legend left out."""
    found = [
        float(rect.attrib["width"])
        for rect in ET.fromstring(svg).iter(f"{SVG}rect")
        if rect.attrib.get("fill") == f"url(#x-{kind.replace(' ', '-')})"
    ]
    return found[1:]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda one: type(one).__name__)
def test_a_chart_is_one_picture_with_title_description_and_its_own_patterns(
    chart: Matrix | Bars,
) -> None:
    svg = chart.svg("x")
    root = ET.fromstring(svg)
    ids = [one.attrib["id"] for one in root.iter() if "id" in one.attrib]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("x-") for one in ids)
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(ids)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"].split() == ["x-title", "x-desc"]
    title, told = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert told is not None
    assert title.text == chart.title
    assert told.text == chart.told()
    assert "<script" not in svg
    assert svg == chart.svg("x")
    texts = "".join(one.text or "" for one in root.iter(f"{SVG}text"))
    for kind, look in LOOKS.items():
        if f"x-{kind.replace(' ', '-')}" in ids and chart is not MINUTES:
            assert look.zh in texts, kind
    assert chart.simulated == ("模拟数据" in texts) == chart.told().startswith("模拟数据")


def test_lengths_are_worked_by_hand() -> None:
    """50 of 200 is a quarter of the width; 10 + 20 + 30 + 40 are a hundred; 7 is half of 14."""
    assert filled(UNITS.svg("x"), "served") == [WIDTH / 4]
    assert filled(UNITS.svg("x"), "left") == [WIDTH * 3 / 4]
    drawn = [
        filled(MINUTES.svg("x"), kind) for kind in ("within-1", "within-2", "within-3", "beyond")
    ]
    assert drawn == [[WIDTH * 0.1], [WIDTH * 0.2], [WIDTH * 0.3], [WIDTH * 0.4]]
    assert filled(MINUTES.svg("x"), "not assessed") == [WIDTH]  # unknown is not none
    assert filled(CHANGED.svg("x"), "before") == [WIDTH / 2]
    assert filled(CHANGED.svg("x"), "after") == [WIDTH]
    assert filled(BY_VERDICT.svg("x"), "not met") == [WIDTH / 2]
    cells = {
        path.attrib["fill"]: path.attrib["d"] for path in ET.fromstring(MATRIX.svg("x")).iter(PATH)
        if "fill" in path.attrib and path.attrib["fill"].startswith("url")
    }  # fmt: skip
    assert cells == {
        "url(#x-met)": "M128,66h22v22h-22z",
        "url(#x-not-met)": "M150,66h22v22h-22z",
        "url(#x-not-assessed)": "M128,88h22v22h-22z",
        "url(#x-not-applicable)": "M150,88h22v22h-22z",
    }


def test_the_words_say_what_is_drawn() -> None:
    assert UNITS.told() == (
        f"模拟数据。示例1区：新服务50人，仍缺150人。{HOSTILE}：新服务0人，仍缺0人。"
    )
    assert "二县：5分钟以内未知" in MINUTES.told()
    assert CHANGED.told() == "购物：以前7个，以后14个，推定。"
    assert "用房面积（待核）（推定）：未达标1个，不适用1个" in MATRIX.told()
    many = units_compared("x", [(f"{n}", 2, 1) for n in range(MOST_SAID + 3)])
    assert many.told().endswith("另有3行，见表。")


def test_tables_hold_the_same_numbers() -> None:
    assert UNITS.columns() == {
        "name": ["示例1区", HOSTILE],
        "served": [50, 0],
        "left": [150, 0],
        "marks": ["", ""],
        "simulated": ["模拟数据", "模拟数据"],
    }
    assert MINUTES.columns()["beyond"] == [40, None]
    table = MATRIX.columns()
    assert table["verdict"] == ["met", "not met", "not assessed", "not applicable"]
    assert table["verdict_zh"] == ["达标", "未达标", "未评估", "不适用"]
    assert table["marks"] == ["", "待核；推定"] * 2
    assert BY_VERDICT.columns()["marks"] == ["待核"]
    assert MATRIX.table() == (
        ["社区", "达标", "未达标", "未评估", "不适用"],
        [["春晖社区", "1", "2", "", ""], [HOSTILE, "", "", "1", "2"]],
    )
    assert BY_VERDICT.table() == (
        [
            "区县、开发区",
            "达标（个）",
            "未达标（个）",
            "未评估（名录不完整）（个）",
            "未评估（个）",
            "标记",
        ],
        [["一区", "1", "2", "0", "1", "待核"]],
    )
    assert MINUTES.table()[1][1] == ["二县", "未知", "未知", "未知", "未知"]


@given(
    st.lists(
        st.tuples(st.integers(1, 10**6), st.integers(0, 10**6)).map(lambda n: (n[0] + n[1], n[0])),
        min_size=1,
        max_size=5,
    )
)
def test_lengths_are_shares_of_the_table(rows: list[tuple[int, int]]) -> None:
    chart = units_compared("x", [(f"{at}", *row) for at, row in enumerate(rows)])
    drawn, table = filled(chart.svg("x"), "served"), chart.columns()
    for long, served, left in zip(drawn, table["served"], table["left"], strict=True):
        assert long == pytest.approx(WIDTH * served / (served + left), abs=0.006)


def _grey(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_what_stands_side_by_side_differs_in_black_and_white() -> None:
    """By its pattern, or where both have none by its grey."""
    together = (
        ("met", "not met", "partial list", "not assessed", "not applicable"),
        ("served", "left"),
        ("before", "after"),
        ("within-1", "within-2", "within-3", "beyond", "not assessed"),
        ("unverified", "inferred", "simulated", "not assessed"),
    )
    for kinds in together:
        for one, other in combinations(kinds, 2):
            first, second = LOOKS[one], LOOKS[other]
            apart = abs(_grey(first.fill) - _grey(second.fill))
            assert first.stroke != second.stroke or apart > 0.15, (one, other)
            assert first.zh != second.zh


def test_long_names_are_cut_and_marked() -> None:
    assert shortened("春晖社区", 60) == "春晖社区"
    assert shortened("春晖社区委员会", 60) == "春晖社…"
    assert wide(shortened("春晖社区委员会", 60)) <= 60


def test_text_is_read_on_a_telephone_and_no_page_is_widened(browser: Any, tmp_path: Path) -> None:
    """At 390 points the smallest text is 10 points high and lies inside the chart."""
    style = ".chart{display:block;width:100%;max-width:34em;height:auto}figure{margin:0}"
    body = "".join(f"<figure>{one.svg(f'c{at}')}</figure>" for at, one in enumerate(CHARTS))
    page_file = tmp_path / "charts.html"
    page_file.write_text(
        f'<!doctype html><meta charset="utf-8"><style>{style}</style><body>{body}', encoding="utf-8"
    )
    for wide_ in (390, 1280):
        page = browser.new_page(viewport={"width": wide_, "height": 800})
        page.goto(page_file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= wide_
        sizes = page.evaluate(
            """[...document.querySelectorAll("svg text")].map(one => {
                 const own = one.getBoundingClientRect();
                 const all = one.ownerSVGElement.getBoundingClientRect();
                 const scale = all.width / one.ownerSVGElement.viewBox.baseVal.width;
                 return [parseFloat(one.getAttribute("font-size")) * scale,
                         own.left - all.left, all.right - own.right]; })"""
        )
        assert min(size for size, *_ in sizes) >= 10
        assert min(min(rest) for _, *rest in sizes) >= -1
        page.close()
