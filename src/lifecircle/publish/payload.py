"""Gathers what the page shows, as plain values that JSON can carry."""

from __future__ import annotations

from typing import Any

from lifecircle.assess.findings import Assessment, Finding, RollUp
from lifecircle.place.tables import City
from lifecircle.policy.measures import RulesMet
from lifecircle.policy.models import Pack, Rule
from lifecircle.publish.map_layers import MapLayers
from lifecircle.publish.sentences import (
    Sentences,
    marks_zh,
    share_apart,
    unheard,
    why_they_differ,
)
from lifecircle.publish.walkers import Beside, beside_of, beside_zh, walkers_told
from lifecircle.terms.figures import percent_text, share_text
from lifecircle.terms.words import kinds, word, words

WIDER = ("township", "county", "city")
THINGS = ("estate", "facility", "project", "organisation")


def page_payload(layers: MapLayers, assessment: Assessment, sentences: Sentences) -> dict[str, Any]:
    """Return the content of the page for one assessment."""
    return {
        **judgement_payload(layers.city, assessment, sentences),
        "communities": layers.communities,
        "facilities": layers.facilities,
        "streets": layers.streets,
        "circles": layers.circles(assessment.pack),
    }


def judgement_payload(city: City, assessment: Assessment, sentences: Sentences) -> dict[str, Any]:
    """Return what one assessment says, without the layers of a map."""
    pack = assessment.pack
    silent = set(assessment.without_data)
    rules = [r for r in pack.rules if r.subject == "community" and r.id not in silent]
    order = {rule.id: at for at, rule in enumerate(rules)}
    row_of = {own_id: row for row, own_id in enumerate(city.communities.id)}
    readings: dict[str, set[str]] = {}
    for row in assessment.rollup:
        readings.setdefault(row.rule, set()).add(row.reading)
    beside = beside_of(assessment)
    told = [f for f in assessment.findings if f.rule not in silent]
    communities = [f for f in told if f.subject_level == "community"]
    return {
        "title": f"{city.title} 15分钟生活圈评估",
        "pack": {"id": pack.id, "title_zh": pack.header.title.zh, "title_en": pack.header.title.en},
        "date": assessment.as_of.isoformat(),
        "marks": ["模拟数据"] if city.simulated else [],
        "notices": [*city.notices, *walkers_told(assessment), *unheard(assessment)],
        "attributions": list(city.attributions),
        "words": {kind: words(kind) for kind in kinds()},
        "rules": [_rule(pack, rule, sorted(readings[rule.id])) for rule in rules],
        "opening": next((order[r.id] for r in rules if isinstance(r.measure, RulesMet)), 0),
        "findings": [_finding(row_of, order, sentences, f, beside) for f in communities],
        "city": _city_rows(order, assessment),
        "areas": _area_rows(order, assessment),
        "differences": _difference_rows(row_of, order, sentences, assessment),
        "wider": [_wider(sentences, f) for f in told if f.subject_level in WIDER],
        "things": [
            _counted(sentences, row)
            for row in assessment.rollup
            if row.rule not in silent and row.subject_level in THINGS
        ],
        "silent": [_silent(pack.rule(rule)) for rule in assessment.without_data],
    }


def _rule(pack: Pack, rule: Rule, readings: list[str]) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title_zh": rule.title.zh,
        "title_en": rule.title.en,
        "group": rule.group.zh,
        "quote": rule.clause.quote,
        "where": rule.clause.where,
        "minutes": rule.minutes,
        "mark": rule.mark,
        "readings": list(pack.inferred_of(rule)),
        "strength": rule.strength,
        "source": rule.source,
        "rests_on": marks_zh(pack, rule),
        "due": rule.due.isoformat() if rule.due else None,
        "readings_kept": readings,
    }


def _finding(
    row_of: dict[str, int],
    order: dict[str, int],
    sentences: Sentences,
    finding: Finding,
    beside: Beside,
) -> list[Any]:
    walked = finding.reading == "walk"
    others = beside.get((finding.subject, finding.rule), ()) if walked else ()
    return [
        row_of[finding.subject],
        order[finding.rule],
        finding.reading,
        finding.verdict,
        sentences.figure(finding, finding.observed),
        sentences.required(finding),
        "",
        finding.people_affected,
        sentences.evidence(finding) + "".join(sentences.by_age(finding)) + beside_zh(others),
        finding.confidence,
        list(finding.reasons),
        finding.due,
    ]


def _city_rows(order: dict[str, int], assessment: Assessment) -> list[list[Any]]:
    """Return the roll-up; its sentence counts the communities, and the people where known."""
    return [
        [
            order[row.rule],
            row.reading,
            "",
            row.met,
            row.not_met,
            row.not_assessed,
            row.not_applicable,
            _rollup_sentence(row),
        ]
        for row in assessment.rollup
        if row.rule in order
    ]


def _area_rows(order: dict[str, int], assessment: Assessment) -> list[list[Any]]:
    """Return the roll-up to the areas of each tree, the nameless last of its level."""
    rows = [row for row in assessment.rollup_by_area if row.rule in order]
    kinds_there = dict.fromkeys((row.tree, row.area_level) for row in rows)
    place = {kind: at for at, kind in enumerate(kinds_there)}
    rows.sort(key=lambda row: (place[row.tree, row.area_level], not row.area))
    return [
        [
            order[row.rule],
            row.reading,
            word("tree", row.tree),
            word("level", row.area_level) if row.tree == "administrative" else "",
            row.area_name or "不属于任何一个",
            row.met,
            row.not_met,
            row.not_assessed,
            row.not_applicable,
            _rollup_sentence(row),
        ]
        for row in rows
    ]


def _difference_rows(
    row_of: dict[str, int], order: dict[str, int], sentences: Sentences, assessment: Assessment
) -> list[list[Any]]:
    """Return where circle and walk differ for anybody, by community and rule."""
    return [
        [
            row_of[one.community],
            order[one.rule],
            _heads(one.people_circle_only, one.share_circle_only),
            _heads(one.people_walk_only, one.share_walk_only),
            share_apart(one),
            why_they_differ(one),
            sentences.between(one),
        ]
        for one in assessment.differences
        if one.rule in order and share_apart(one)
    ]


def _heads(count: int | None, share: str) -> int | str | None:
    """Return how many people are apart, a word where nobody counted them, None where none is."""
    if share in ("", "0"):
        return None
    return "未知" if count is None else count


def _wider(sentences: Sentences, finding: Finding) -> list[Any]:
    """Return a finding on a township, a county or the city as a row of its table."""
    return [
        word("level", finding.subject_level),
        sentences.name(finding.subject_level, finding.subject),
        sentences.title(finding.rule),
        finding.reading,
        finding.verdict,
        sentences.figure(finding, finding.observed),
        sentences.required(finding),
        finding.people_affected,
        sentences.evidence(finding),
        finding.confidence,
        list(finding.reasons),
        finding.due,
        finding.people_estimated,
    ]


def _counted(sentences: Sentences, row: RollUp) -> list[Any]:
    """Return how many estates, facilities or projects meet a rule."""
    level, title = word("level", row.subject_level), sentences.title(row.rule)
    counts = [row.met, row.not_met, row.not_assessed, row.not_applicable]
    return [level, title, row.reading, *counts, _rollup_sentence(row)]


def _silent(rule: Rule) -> list[str]:
    return [word("level", rule.subject), rule.title.zh, rule.clause.where]


def _rollup_sentence(row: RollUp) -> str:
    share = percent_text(share_text(row.met, row.denominator))
    what = word("level", row.subject_level)
    said = f"{row.denominator}个{what}中{row.met}个达标（{share}）"
    if row.not_assessed:
        said += f"，{row.not_assessed}个未评估"
    if row.partial_list:
        said += f"（其中{row.partial_list}个因名录不完整）"
    if row.not_met and row.people_affected is not None:
        count = f"{row.people_affected:,}"
        said += f"，未达标涉及{f'约{count}人（估计）' if row.people_estimated else f'{count}人'}"
    if row.waived:
        said += f"，未达标中{row.waived}个已豁免"
    if row.unverified:
        said += "，数字待核，不判未达标"
    return said + "。"
