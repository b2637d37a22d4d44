"""Says on one page who gains and who loses by edits: people, minutes, verdicts."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np

from lifecircle.assess.people import People
from lifecircle.assess.scenario import Count, Counts, Pair, Scenario, Tally
from lifecircle.place.edits.edited_city import Edited
from lifecircle.place.tables import City
from lifecircle.publish.audit import html_table
from lifecircle.publish.plain_page import plain_page
from lifecircle.publish.sentences import figure, per_of
from lifecircle.publish.trials import Places
from lifecircle.terms.figures import decimal_text, percent_text, share_text
from lifecircle.terms.words import word

_HOW = (
    "<p>"
    "只改下面这些，其余不变，把现状和改动之后各评估一次再比较。"
    "“变近”“变远”指走到最近一处的时间差了1秒以上；"
    "人·分钟是每人差的分钟数之和，只算前后都在一小时以内的。"
    "一处设施关了或路断了，一小时内走不到的人单独列，不折成分钟。"
    "</p>"
)
_GAINS_ZH = (
    "变近的人",
    "变远的人",
    "省下的人·分钟",
    "多走的人·分钟",
    "最多近几分钟",
    "最多远几分钟",
)
_KINDS_ZH = ("设施", *_GAINS_ZH, "新到一小时以内的人", "一小时内走不到了的人")
_AREAS_ZH = ("社区", "设施", *_GAINS_ZH, "说明")
_TURNS_ZH = ("对象", "规则", "今天", "改后", "要求", "今天的数", "改后的数", "走得到的人", "说明")
_MANY = 100.0
"""So many minutes and more are shown without decimals."""

_BASIS_ZH = {
    "raster": "人口为栅格估计",
    "building": "人口按住宅推算，不是人数",
    "centre": "没有人口资料，从中心评估",
}


def scenario_page(city: City, edited: Edited, found: Sequence[Scenario]) -> str:
    """Return the page without scripts: the edits, then for each pack who, where and which rules."""
    edits = [(own.edit.place, own.edit.action_zh, own.edit.name, own.says)
             for own in edited.effects]  # fmt: skip
    table = html_table(("位置", "操作", "名称", "改了什么"), edits)
    sections = "".join(_section(city, one, several=len(found) > 1) for one in found)
    title = f"{city.title} 改动方案：谁得谁失"
    return plain_page(title, f"{_HOW}{table}{sections}", simulated=city.simulated)


def headline(one: Scenario) -> str:
    """Say in a sentence how many gain and lose, and how many verdicts turn."""
    whole = one.anywhere_whole
    turned = sum(pair.turned for pair in one.pairs)
    said = (
        f"至少有一类设施变近的{_persons(whole.nearer, whole.share_nearer)}，"
        f"至少有一类变远的{_persons(whole.farther, whole.share_farther)}"
    )
    return f"{said}；{turned}条结论变了" if turned else f"{said}；没有结论变"


def _persons(counts: Counts, share: tuple[int, int]) -> str:
    """Say how many people, with older people and children; their share where nobody counted."""
    if counts[0] is None:
        return f"占{percent_text(share_text(*share)) if share[0] else '0%'}（人数未知）"
    ages = [
        f"{name}{count:,}人" if count is not None else f"{name}未知"
        for name, count in (("老人", counts[1]), ("儿童", counts[2]))
    ]
    return f"{counts[0]:,}人" + (f"（其中{'、'.join(ages)}）" if counts[0] else "")


def _section(city: City, one: Scenario, *, several: bool) -> str:
    title = f"<h2>{html.escape(one.pack.header.title.zh)}</h2>" if several else ""
    parts = [title, f'<p class="verdict">{html.escape(headline(one))}。</p>']
    parts += [f"<p>{html.escape(said)}</p>" for said in _notes(city, one)]
    kinds = [
        (own.title, *_figures(tally), _count(tally.reached), _count(tally.cut_off))
        for own, tally in zip(one.nearness, one.whole, strict=True)
        if tally.changes
    ]
    if kinds:
        parts.append("<h3>按设施</h3>" + html_table(_KINDS_ZH, kinds))
    turned = [pair for pair in one.pairs if pair.turned]
    if turned:
        rows = _turns(city, one, turned)
        classes = [pair.after.verdict.replace(" ", "-") for pair in turned]
        table = html_table(_TURNS_ZH, rows, classes)
        parts.append(f'<h3>变了的结论（{len(turned)}条）</h3><div class="turns">{table}</div>')
    areas = _areas(city, one)
    if areas:
        parts.append("<h3>按社区</h3>" + html_table(_AREAS_ZH, areas))
    return f"<section>{''.join(parts)}</section>"


def _notes(city: City, one: Scenario) -> list[str]:
    """Say what a reader must know of the figures."""
    basis = {own for own in People.by_community(city).basis() if own in _BASIS_ZH}
    said = [f"有社区{_BASIS_ZH[own]}。" for own in sorted(basis)]
    count = int(one.displaced.sum())
    if count:
        legs = one.leg_m[one.displaced]
        farthest = f"{np.max(legs):.0f}米" if np.isfinite(legs).all() else "没有路可接"
        said.append(
            f"{count}处门口的路封了，改接到最近的另一条路（直线最远{farthest}）："
            "直线可能穿过房子和围墙，实际更远；这样变近的不算变近，请核对这些门口。"
        )
    return said


def _figures(tally: Tally) -> tuple[str, ...]:
    return (
        people_zh(tally.nearer, tally.share_nearer),
        people_zh(tally.farther, tally.share_farther),
        _minutes(tally.saved),
        _minutes(tally.lost),
        _minutes(tally.most_saved),
        _minutes(tally.most_lost),
    )


def people_zh(counts: Counts, share: tuple[int, int]) -> str:
    """Say how many residents, their share where nobody counted, nothing of nobody."""
    if not share[0]:
        return ""
    if counts[0] is None:
        return f"{percent_text(share_text(*share))}（人数未知）"
    return f"{counts[0]:,}"


def _count(count: Count) -> str:
    return "未知" if count is None else f"{count:,}" if count else ""


def _minutes(tenths: Count) -> str:
    if tenths is None:
        return "未知"
    if not tenths:
        return ""
    minutes = tenths / 600
    return f"{minutes:,.0f}" if minutes >= _MANY else decimal_text(minutes, 1)


def _areas(city: City, one: Scenario) -> list[tuple[str, ...]]:
    """Return a row for each community and kind where anybody gains or loses, by community."""
    basis = People.by_community(city).basis()
    return [
        (
            f"{areas_township} {name}".strip(),
            own.title,
            *_figures(tallies[row]),
            _note(basis[row], tallies[row]),
        )
        for row, (areas_township, name) in enumerate(
            zip(city.communities.township, city.communities.name, strict=True)
        )
        for own, tallies in zip(one.nearness, one.by_community, strict=True)
        if tallies[row].changes
    ]


def _note(basis: str, tally: Tally) -> str:
    said = [_BASIS_ZH[basis]] if basis in _BASIS_ZH else []
    said += [f"{_count(tally.reached)}人一小时内走得到了"] if tally.reached else []
    said += [f"{_count(tally.cut_off)}人一小时内走不到了"] if tally.cut_off else []
    return "，".join(said)


def _turns(city: City, one: Scenario, turned: Sequence[Pair]) -> list[tuple[str, ...]]:
    places = Places(city)
    rows: list[tuple[str, ...]] = []
    for pair in turned:
        rule = one.pack.rule(pair.before.rule)
        per = per_of(rule)
        was, now, wanted = (
            figure(text, pair.before.unit, per)
            for text in (pair.before.observed, pair.after.observed, pair.before.required)
        )
        reading = word("reading", pair.before.reading)
        walker = "" if pair.before.profile == one.before.profile else "，别的步行者，只作参考"
        served = "→".join(_count(own[0]) or "0" for own in pair.served) if pair.served else ""
        basis = _BASIS_ZH.get(pair.before.people_basis, "")
        rows.append((
            places.name(pair.before), f"{rule.title.zh}（{reading}{walker}）",
            word("verdict", pair.before.verdict), word("verdict", pair.after.verdict),
            wanted, was, now, served, basis,
        ))  # fmt: skip
    return rows
