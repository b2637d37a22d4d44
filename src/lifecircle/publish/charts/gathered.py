"""Gathers what charts show from assessments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lifecircle.assess.findings import Assessment, RollUp
from lifecircle.assess.ground import Ground
from lifecircle.assess.profiles import walkers_of
from lifecircle.place.tables import City
from lifecircle.policy.measures import WalkMeasure
from lifecircle.policy.models import Pack, Rule
from lifecircle.publish.charts.bars import (
    Bar,
    Bars,
    before_and_after,
    people_by_minutes,
    verdicts_compared,
)
from lifecircle.publish.charts.matrix import Matrix, Ruled
from lifecircle.terms.words import Reading, word

NOWHERE_ZH = "（未写区县）"


def marks_of(pack: Pack, rule: Rule) -> tuple[str, ...]:
    """Return the marks of what a rule or a part of it rests on."""
    return ("unverified",) * pack.is_unverified(rule) + ("inferred",) * pack.is_inferred(rule)


def matrix_of(city: City, found: Assessment, reading: Reading) -> Matrix:
    """Return all communities by the rules on communities, in a reading or as recorded.

    Rules that no data speak to are left out; the page says which they are.
    """
    pack = found.pack
    silent = set(found.without_data)
    rules = [r for r in pack.rules if r.subject == "community" and r.id not in silent]
    verdicts = {
        (f.subject, f.rule): f.verdict
        for wanted in ("record", reading)  # the reading asked for comes last and stays
        for f in found.findings
        if f.subject_level == "community" and f.reading == wanted
    }
    areas = city.communities
    return Matrix(
        f"各社区、各规则的结论（{word('reading', reading)}）",
        tuple(name or own for own, name in zip(areas.id, areas.name, strict=True)),
        tuple(Ruled(rule.title.zh, marks_of(pack, rule)) for rule in rules),
        tuple(
            tuple(verdicts.get((own, rule.id), "not assessed") for rule in rules)
            for own in areas.id
        ),
        simulated=city.simulated,
    )


def units_of(city: City, found: Assessment, rule: Rule, reading: Reading) -> Bars:
    """Return the units that answer at the county level by how many subjects a rule finds how."""
    rows = [
        row
        for row in found.rollup_by_area
        if (row.tree, row.rule, row.reading) == ("managing", rule.id, reading)
    ]
    marks = marks_of(found.pack, rule)
    bars = [
        Bar(row.area_name or NOWHERE_ZH, (row.met, row.not_met, row.not_assessed), marks)
        for row in rows
    ]
    return verdicts_compared(rule.title.zh, "个", bars, simulated=city.simulated)


def change_of(city: City, before: Assessment, after: Assessment, reading: Reading) -> Bars:
    """Return how many subjects met each rule before and after, of the rules that both have."""
    earlier = _by_rule(before.rollup, reading)
    bars = [
        Bar(
            after.pack.rule(row.rule).title.zh,
            (earlier[row.rule].met, row.met),
            marks_of(after.pack, after.pack.rule(row.rule)),
        )
        for row in _by_rule(after.rollup, reading).values()
        if row.rule in earlier
    ]
    title = f"达标的对象（{word('reading', reading)}）"
    return before_and_after(title, "个", bars, simulated=city.simulated)


def minutes_of(ground: Ground, pack: Pack, rule: Rule, minutes: tuple[int, int, int]) -> Bars:
    """Return the residents of each unit by their walk to the nearest of what a rule asks for.

    Unknown where residents of any origin are. Numbers of an office's own page, not for the public.
    """
    assert isinstance(rule.measure, WalkMeasure)
    city, homes = ground.city, ground.city.origins
    lane = ground.walks(*walkers_of(pack)).lane(pack.categories_of(rule.measure), 1)
    band = np.searchsorted(np.array(minutes) * 60.0, lane.time_s, side="left")
    unit = ground.levels.of_community["managing"][homes.community]
    bars = []
    for at, name in (*enumerate(ground.levels.groups("managing")[1]), (-1, NOWHERE_ZH)):
        inside = unit == at
        if not inside.any():
            continue
        unknown = bool((homes.residents[inside] < 0).any())
        counts = [
            None if unknown else int(homes.residents[inside & (band == step)].sum())
            for step in range(len(minutes) + 1)
        ]
        bars.append(Bar(name, tuple(counts), marks_of(pack, rule)))
    title = f"到最近一处要走多久：{rule.title.zh}"
    return people_by_minutes(title, minutes, bars, simulated=city.simulated)


def _by_rule(rows: Sequence[RollUp], reading: Reading) -> dict[str, RollUp]:
    return {row.rule: row for row in rows if row.reading == reading}
