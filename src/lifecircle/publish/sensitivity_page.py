"""Lists on one page what turns, by assumption and by area."""

from __future__ import annotations

import html
from collections.abc import Iterator
from itertools import groupby

from lifecircle.assess.findings import Finding
from lifecircle.assess.sensitivity import Sensitivity, Trial, Turned
from lifecircle.place.tables import City
from lifecircle.policy.models import Rule
from lifecircle.publish.audit import html_table
from lifecircle.publish.plain_page import plain_page
from lifecircle.publish.sentences import figure, per_of
from lifecircle.publish.trials import Places, assumption_zh, summary_zh, total_zh, touched_zh
from lifecircle.terms.figures import percent_text
from lifecircle.terms.words import word

_HOW = (
    "<p>"
    "一次只改一个假设，其余不变，重新评估。"
    "列出的结论在这个假设下会变；"
    "没有列出的，在这里试过的假设下都不变。"
    "改后的结论不替代今天的结论。"
    "</p>"
)
_HEADERS_ZH = (
    "对象",
    "规则",
    "今天",
    "改后",
    "要求",
    "今天的数",
    "改后的数",
    "最远的一处要走几分钟",
    "未达标涉及人数",
    "说明",
)


def sensitivity_page(city: City, found: list[Sensitivity]) -> str:
    """Return the list as one page without scripts: by assumption, then by area."""
    places = Places(city)
    trials = [(one, trial) for one in found for trial in one.trials]
    several = len([one for one in found if one.trials]) > 1
    sections = [
        _section(f"t{at}", city, places, one, trial, several=several)
        for at, (one, trial) in enumerate(trials)
        if trial.turned
    ]
    turn, judged = sum(len(one.times) for one in found), sum(one.judged for one in found)
    body = (
        f'<p class="verdict">{html.escape(total_zh(turn, judged))}</p>{_HOW}'
        f"{_summary(city, trials, several=several)}{''.join(sections)}"
    )
    title = f"{city.title} 换一种假设，哪些结论会变"
    return plain_page(title, body, simulated=city.simulated)


def _summary(city: City, trials: list[tuple[Sensitivity, Trial]], *, several: bool) -> str:
    rows = []
    for at, (one, trial) in enumerate(trials):
        title = (f"{one.pack.header.title.zh}，" if several else "") + assumption_zh(
            trial.assumption
        )
        link = f'<a href="#t{at}">{html.escape(title)}</a>' if trial.turned else html.escape(title)
        said = html.escape(summary_zh(trial))
        rows.append(f"<tr><th scope='row'>{link}</th><td>{said}</td>"
                    f"<td>{html.escape(touched_zh(trial, city))}</td></tr>")  # fmt: skip
    return f"<table class='summary'>{''.join(rows)}</table>" if rows else ""


def _section(
    anchor: str, city: City, places: Places, found: Sensitivity, trial: Trial, *, several: bool
) -> str:
    """Return one assumption's turns: between met and not met, then those with not assessed."""
    pack = f"（{found.pack.header.title.zh}）" if several else ""
    parts = [f'<h2 id="{anchor}">{html.escape(assumption_zh(trial.assumption) + pack)}</h2>']
    note = touched_zh(trial, city)
    parts.append(f"<p>{html.escape(summary_zh(trial) + ('；' + note if note else ''))}。</p>")
    for settled in (True, False):
        turned = [one for one in trial.turned if one.settled == settled]
        if turned and not settled:
            parts.append("<h3 class='open'>与“未评估”之间</h3>")
        for area, group in _by_area(places, turned):
            rows = [_cells(places, found, one) for one in group]
            classes = [one.then.verdict.replace(" ", "-") for one in group]
            parts.append(f"<h3>{html.escape(area)}（{len(rows)}条）</h3>")
            table = html_table(_HEADERS_ZH, rows, classes)
            parts.append(f'<div class="turns">{table}</div>')
    return f"<section>{''.join(parts)}</section>"


def _by_area(places: Places, turned: list[Turned]) -> Iterator[tuple[str, list[Turned]]]:
    """Group turns by the area of the county level, the city's own first."""

    def area(one: Turned) -> tuple[int, str]:
        place = places.of(one.today)
        whole = one.today.subject_level == "city"
        return place.rank, "全市" if whole else place.county or "没有登记区县"

    def order(one: Turned) -> tuple[tuple[int, str], str, str]:
        return area(one), one.today.subject_level, one.today.subject

    for (_, name), group in groupby(sorted(turned, key=order), key=area):
        yield name, list(group)


def _cells(places: Places, found: Sensitivity, turned: Turned) -> tuple[str, ...]:
    today, then = turned.today, turned.then
    rule = found.pack.rule(today.rule)
    times = found.times[today.key]
    notes = [f"{times}种假设下会变"] if times > 1 else []
    notes += [_BASIS_ZH[today.people_basis]] if today.people_basis in _BASIS_ZH else []
    notes += ["已豁免"] if today.waiver else []
    township = places.of(today).township if today.subject_level == "community" else ""
    reading = "" if today.reading == "walk" else f"（{word('reading', today.reading)}）"
    return (
        f"{township} {places.name(today)}".strip(),
        rule.title.zh + reading,
        word("verdict", today.verdict),
        word("verdict", then.verdict),
        f"{_SIGNS.get(rule.require.comparator, '')}{_figure(rule, today.required, today.unit)}",
        _found(rule, today),
        _found(rule, then),
        _longest(rule, today, then),
        f"{_people(today)}→{_people(then)}",
        "，".join(notes),
    )


_SIGNS = {">=": "≥", ">": "＞", "<=": "≤", "<": "＜", "=": "＝"}
_BASIS_ZH = {"raster": "人口为栅格估计", "building": "人口按住宅推算", "centre": "人口从中心评估"}


def _figure(rule: Rule, text: str, unit: str) -> str:
    return figure(text, unit, per_of(rule))


def _found(rule: Rule, finding: Finding) -> str:
    """Say the figure; a number that all must reach goes with the share of people who do."""
    said = _figure(rule, finding.observed, finding.unit)
    served = finding.unit == "count" and finding.share
    return f"{said}（{percent_text(finding.share)}的人）" if served else said


def _longest(rule: Rule, today: Finding, then: Finding) -> str:
    """Say how long the longest way takes today and then, beside what the rule allows."""
    if rule.minutes is None:
        return ""
    times = (one.time_min or "一小时内到不了" for one in (today, then))
    return f"{'→'.join(times)}（限{rule.minutes:g}）"


def _people(finding: Finding) -> str:
    return "未知" if finding.people_affected is None else f"{finding.people_affected:,}"
