"""Prints the figures of an assessment, one row a rule."""

from __future__ import annotations

import click

from lifecircle.assess.findings import Assessment, RollUp
from lifecircle.cli.showing import table
from lifecircle.policy.measures import RulesMet
from lifecircle.publish.sentences import figure, marks_zh, per_of, unheard
from lifecircle.terms.words import Reading, word


def summary(assessment: Assessment) -> None:
    """Print how many subjects meet each rule, one row a rule, its readings side by side.

    Rules that no data speak to are only counted.
    """
    pack = assessment.pack
    by_key = {(row.rule, row.reading): row for row in assessment.rollup}
    present = {reading for rule, reading in by_key if rule not in assessment.without_data}
    readings = [one for one in _READINGS if one in present] or ["walk"]
    rows = []
    for rule in pack.rules:
        found = [by_key.get((rule.id, reading)) for reading in readings]
        if any(found) and rule.id not in assessment.without_data:
            first = next((row for row in found if row and row.reading != "circle"), None)
            people = "—"
            if first and rule.subject in LIVED_IN:
                people = _people(first)
            level = word("level", rule.subject)
            marks = marks_zh(pack, rule)
            called = rule.title.zh + (f"（{marks}）" if marks else "")
            rows.append([called, level, *(_counts(row) for row in found), people])
    verdicts = "/".join(word("verdict", v) for v in ("met", "not met", "not assessed"))
    title = f"{pack.header.title.zh}\n{assessment.as_of}，个数：{verdicts}"
    headers = [
        "规则",
        "对象",
        *(word("reading", reading) for reading in readings),
        "未达标涉及人数",
    ]
    if rows:
        table(title, headers, rows, texts=2)
    else:
        click.echo(title)
    click.echo()
    for sentence in unheard(assessment):
        click.echo(sentence)
    _by_managing_unit(assessment)
    _of_city(assessment)


def _by_managing_unit(assessment: Assessment) -> None:
    """Print the rules made of others by managing unit, where there are several of these."""
    whole = [r for r in assessment.pack.rules if isinstance(r.measure, RulesMet)]
    rows = {
        (row.area_name, row.rule): row
        for row in reversed(assessment.rollup_by_area)
        if row.tree == "managing" and row.reading != "circle"
    }
    units = sorted({unit for unit, _ in rows if unit})
    shown = [r for r in whole if any((unit, r.id) in rows for unit in units)]
    if len(units) > 1 and shown:
        cells = [[unit, *(_counts(rows.get((unit, r.id))) for r in shown)] for unit in units]
        click.echo()
        table("按管理单位（开发区与区县并列）", ["管理单位", *(r.title.zh for r in shown)], cells)
    if assessment.rollup_by_area:
        click.echo("各镇街、区县、管理单位和片区的汇总在 rollup_areas.csv。")
    if assessment.differences:
        click.echo("圆与步行差在哪里、差多少人、为什么，在 circle_against_walk.csv。")


LIVED_IN = ("community", "township", "county", "estate")
_READINGS: tuple[Reading, ...] = ("walk", "circle", "record")


def _of_city(assessment: Assessment) -> None:
    """Print what is said of the city itself."""
    pack = assessment.pack
    for finding in assessment.findings:
        if finding.subject_level != "city" or finding.rule in assessment.without_data:
            continue
        rule = pack.rule(finding.rule)
        said = [word("verdict", finding.verdict)]
        if finding.observed:
            known = "已知" if finding.verdict == "not assessed" else ""
            said.append(known + figure(finding.observed, finding.unit, per_of(rule)))
        said.append(word("due", finding.due))
        reading = word("reading", finding.reading)
        click.echo(f"{rule.title.zh}（{reading}）：{'，'.join(said)}")


def _counts(row: RollUp | None) -> str:
    return "" if row is None else f"{row.met}/{row.not_met}/{row.not_assessed}"


def _people(row: RollUp) -> str:
    if not row.not_met:
        return "—"
    if row.people_affected is None:
        return "未知"
    count = f"{row.people_affected:,}"
    return f"约{count}（估计）" if row.people_estimated else count
