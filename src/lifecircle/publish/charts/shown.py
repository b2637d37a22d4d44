"""Charts on pages: each with its caption and the table of its numbers."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from lifecircle.assess.findings import Assessment
from lifecircle.place.tables import City
from lifecircle.publish.audit import html_table
from lifecircle.publish.charts.bars import Bars
from lifecircle.publish.charts.gathered import matrices_of, units_of
from lifecircle.publish.charts.matrix import Matrix
from lifecircle.publish.headlines import headlines

UNFOLDED = 1
"""So many charts of a kind are open at first, the others folded."""

_READING = (
    "图里的颜色、纹样和文字说的是同一件事，黑白打印也分得开；每张图下面有同样数字的表。"
    "各项规则分别画，不合并计分。"
)
_MATRIX = "一行一个社区，一列一条规则，列号的意思在图下。格子大小不代表轻重。"
_WALKED = "居民从住处沿路走到最近一处的时间。人口和设施不全的，图上有标记；人口未知的单位整条标明。"


def figure(chart: Bars | Matrix, prefix: str, *, folded: bool = True) -> str:
    """Return a chart with its caption and its table; ``prefix`` is that of no other on the page."""
    fold = "" if folded else " open"
    title = html.escape(chart.title)
    region = f'role="region" aria-label="{title}（可滚动）" tabindex="0"'
    return (
        f'<figure class="charted"><figcaption>{title}</figcaption>'
        f'<div class="drawn" {region}>{chart.svg(prefix)}</div>'
        f"<details{fold}><summary>数字表</summary>{_table(chart, title)}</details></figure>"
    )


def _table(chart: Bars | Matrix, title: str) -> str:
    region = f'role="region" aria-label="{title}的表（可滚动）" tabindex="0"'
    return f'<div class="wide tall" {region}>{html_table(*chart.table())}</div>'


def _folded(charts: Iterable[Bars | Matrix], prefix: str) -> str:
    """Return charts one below the other, the first open."""
    return "".join(
        f'<details class="chart-of"{" open" if at < UNFOLDED else ""}>'
        f"<summary>{html.escape(one.title)}</summary>{figure(one, f'{prefix}{at}')}</details>"
        for at, one in enumerate(charts)
    )


def assessed(city: City, found: Assessment, walked: Sequence[Bars]) -> str:
    """Return the charts of an assessment as a section of its page."""
    rules = headlines(found)
    units = "".join(figure(units_of(city, found, r), f"unit{at}") for at, r in enumerate(rules))
    parts = (
        (
            "各单位比较",
            "社区个数，开发区与区县并列。",
            units and f'<div class="charts">{units}</div>',
        ),
        ("居民走多久", _WALKED, _folded(walked, "walk")),
        ("社区与规则", _MATRIX, _folded(matrices_of(city, found), "matrix")),
    )
    body = "".join(
        f'<h3>{title}</h3><p class="hint">{told}</p>{drawn}'
        for title, told, drawn in parts
        if drawn
    )
    if not body:
        return ""
    return (
        '<section id="charts" aria-labelledby="charts-heading"><h2 id="charts-heading">图表</h2>'
        f'<p class="hint">{_READING}</p>{body}</section>'
    )
