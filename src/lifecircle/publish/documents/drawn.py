"""Sections of documents that are drawn first of all: change, people by minutes, the matrix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lifecircle.publish.charts.bars import Bars
from lifecircle.publish.charts.gathered import change_of, matrices_of
from lifecircle.publish.charts.matrix import VERDICTS, Matrix
from lifecircle.publish.charts.patterns import LOOKS
from lifecircle.publish.documents.figures import Block, Figures, paragraph, table
from lifecircle.publish.documents.material import Material

MOST_WALKED, MOST_ROWS, MOST_COLUMNS = 6, 22, 20
"""So many things walked to; so many communities and rules of a matrix are read on one page."""

_STEPS = ("第一档", "第二档", "第三档")
_CELLS = {"met": "达标", "not met": "未达标", "partial list": "名录不完整",
          "not assessed": "未评估", "not applicable": "不适用"}  # fmt: skip


def before_and_after(material: Material, figures: Figures) -> Iterator[Block]:
    """Draw how many met each rule in the earlier result and meet it now, where that changed."""
    if material.met_before is None:
        return
    chart = change_of(material.ground.city, material.met_before, material.assessment)
    if chart is None:
        return
    yield from figures.picture(chart)
    rows = [
        figures.row(
            {"规则": _marked(bar.name, bar.marks), "以前": f"{bar.counts[0]}",
             "以后": f"{bar.counts[1]}"},
            f"“{bar.name}”达标的对象个数，上一期和本期",
            source="rollup.csv",
        )
        for bar in chart.bars
    ]  # fmt: skip
    yield from table("前后表", "达标的对象个数，上一期和本期", rows)


def _marked(name: str, marks: Sequence[str]) -> str:
    return name + "".join(f"（{LOOKS[mark].zh}）" for mark in marks)


def minutes(material: Material, figures: Figures) -> Iterator[Block]:
    """Draw how long people walk, for the things that most of them walk longest to."""
    charts = material.walked
    if not charts:
        yield paragraph("这项政策没有按步行时间判的规则。")
        return
    more = f"，只列最远的{MOST_WALKED}类" if len(charts) > MOST_WALKED else ""
    yield paragraph(
        f"居民从住处沿路走到最近一处的时间，按管理单位统计{more}。人口未知的单位写明未知。"
    )
    for chart in charts[:MOST_WALKED]:
        yield from figures.picture(chart)
        yield from _steps(figures, chart)


def _steps(figures: Figures, chart: Bars) -> Iterator[Block]:
    """Write the numbers of a chart of people by minutes."""
    named = dict(zip(_STEPS, (zh for _, zh in chart.kinds[:-1]), strict=False))
    says = "，".join(f"{step}是{zh}" for step, zh in named.items())
    rows = []
    for bar in chart.bars:
        said = ["未知" if count is None else f"{count:,}" for count in bar.counts]
        steps = dict.fromkeys(_STEPS, "—") | dict(zip(named, said[:-1], strict=True))
        cells = {"单位": _marked(bar.name, bar.marks), **steps, "更远": said[-1]}
        rows.append(figures.row(cells, f"{bar.name}的居民：{chart.title}", source="步行时间"))
    yield from table("步行表", f"{chart.title}（人，{says}）", rows)


def matrix(material: Material, figures: Figures) -> Iterator[Block]:
    """Draw the verdicts of communities by rule, unit by unit, each readable on a page."""
    parts = matrices_of(material.ground.city, material.assessment)
    columns = _columns(parts)
    if not columns:
        yield paragraph("各社区各规则没有未达标和未评估的，不画图。")
        return
    names = "；".join(
        f"{at}　{parts[0].rules[own].title}" for at, own in enumerate(columns, start=1)
    )
    yield paragraph(
        f"只画有社区未达标或未评估的规则，最多{MOST_COLUMNS}条，全部结论见附送的台账.xlsx。"
        f"表中是规则的序号：{names}。"
    )
    for part in parts:
        count = len(part.communities)
        pages = -(-count // MOST_ROWS)
        for page in range(pages):
            rows = range(count * page // pages, count * (page + 1) // pages)
            again = "（续）" if page else ""
            chart = _of_columns(part.part(rows, f"{part.title}{again}"), columns)
            yield from figures.picture(chart)
            yield from table("矩阵表", f"{chart.title}：规则的序号", _numbers(figures, chart))


def _columns(parts: Sequence[Matrix]) -> list[int]:
    """Return the rules that most communities do not meet or are not assessed by, in their order."""
    rows = [row for part in parts for row in part.verdicts]
    if not rows:
        return []
    open_ = [
        (sum(row[at] == "not met" for row in rows), sum(row[at] in _NOT_ASSESSED for row in rows))
        for at in range(len(rows[0]))
    ]
    worst = sorted((at for at, some in enumerate(open_) if any(some)), key=lambda at: open_[at])
    return sorted(worst[-MOST_COLUMNS:])


_NOT_ASSESSED = frozenset({"partial list", "not assessed"})


def _of_columns(chart: Matrix, columns: Sequence[int]) -> Matrix:
    return replace(
        chart,
        rules=tuple(chart.rules[at] for at in columns),
        verdicts=tuple(tuple(row[at] for at in columns) for row in chart.verdicts),
    )


def _numbers(figures: Figures, chart: Matrix) -> list[dict[str, str]]:
    rows = []
    for name, verdicts in zip(chart.communities, chart.verdicts, strict=True):
        cells = {"社区": name}
        for kind in VERDICTS:
            own = [f"{at}" for at, one in enumerate(verdicts, start=1) if one == kind]
            cells[_CELLS[kind]] = "全部" if len(own) == len(verdicts) else "、".join(own) or "—"
        rows.append(figures.row(cells, f"{name}各规则的结论", source="findings.csv"))
    return rows
