"""Gathers what charts show from assessments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.ground import Ground
from lifecircle.assess.measured import knowledge
from lifecircle.assess.profiles import walkers_of
from lifecircle.assess.subjects import Levels
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
from lifecircle.publish.headlines import OWN, own_readings, own_rows
from lifecircle.terms.words import Reading, word

NOWHERE_ZH = "（未写区县）"
MOST_BANDS = 3


def marks_of(pack: Pack, rule: Rule) -> tuple[str, ...]:
    """Return the marks of what a rule or a part of it rests on."""
    return ("unverified",) * pack.is_unverified(rule) + ("inferred",) * pack.is_inferred(rule)


def matrix_of(city: City, found: Assessment, reading: Reading | None = None) -> Matrix:
    """Return all communities by the rules on communities, as the policy reads them.

    With a ``reading`` in that one, or as recorded. Rules that no data speak to are left out; the
    page says which they are.
    """
    pack = found.pack
    silent = set(found.without_data)
    rules = [r for r in pack.rules if r.subject == "community" and r.id not in silent]
    wanted = ("record", reading) if reading else reversed(OWN)
    verdicts = {
        (f.subject, f.rule): _cell(f)
        for one in wanted  # the last stays: the reading asked for, or that of the policy
        for f in found.findings
        if f.subject_level == "community" and f.reading == one
    }
    areas = city.communities
    said = word("reading", reading) if reading else "政策本身的读法"
    return Matrix(
        f"各社区、各规则的结论（{said}）",
        tuple(name or own for own, name in zip(areas.id, areas.name, strict=True)),
        tuple(Ruled(rule.title.zh, marks_of(pack, rule)) for rule in rules),
        tuple(
            tuple(verdicts.get((own, rule.id), "not assessed") for rule in rules)
            for own in areas.id
        ),
        simulated=city.simulated,
    )


def _cell(finding: Finding) -> str:
    partial = finding.verdict == "not assessed" and "partial-list" in finding.reasons
    return "partial list" if partial else finding.verdict


def matrices_of(city: City, found: Assessment) -> list[Matrix]:
    """Return the matrix by units that answer at the county level, each readable on its own."""
    whole, levels = matrix_of(city, found), Levels(city)
    if not whole.rules:
        return []
    home = levels.of_community["managing"]
    parts = []
    for at, name in (*enumerate(levels.groups("managing")[1]), (-1, NOWHERE_ZH)):
        rows = np.flatnonzero(home == at).tolist()
        if rows:
            parts.append(whole.part(rows, f"{name}：{whole.title.removeprefix('各')}"))
    return parts


def units_of(city: City, found: Assessment, rule: Rule, reading: Reading | None = None) -> Bars:
    """Return the units that answer at the county level by how many subjects a rule finds how.

    In the policy's own reading unless told.
    """
    reading = reading or own_readings(found)[rule.id]
    rows = [
        row
        for row in found.rollup_by_area
        if (row.tree, row.rule, row.reading) == ("managing", rule.id, reading)
    ]
    marks = marks_of(found.pack, rule)
    bars = [
        Bar(
            row.area_name or NOWHERE_ZH,
            (row.met, row.not_met, row.partial_list, row.not_assessed - row.partial_list),
            marks,
        )
        for row in rows
    ]
    title = f"{rule.title.zh}（{word('reading', reading)}）"
    return verdicts_compared(title, "个", bars, simulated=city.simulated)


def change_of(city: City, met_before: Mapping[str, int], after: Assessment) -> Bars | None:
    """Return how many subjects met each rule before and after, of the rules where that changed.

    ``met_before`` counts by rule, in the policy's own reading; a rule that is not in it is not
    compared. None where nothing changed.
    """
    bars = [
        Bar(
            after.pack.rule(row.rule).title.zh,
            (met_before[row.rule], row.met),
            marks_of(after.pack, after.pack.rule(row.rule)),
        )
        for row in own_rows(after).values()
        if met_before.get(row.rule, row.met) != row.met
    ]
    title = "达标的对象个数，以前和以后（只列有变化的规则）"
    return before_and_after(title, "个", bars, simulated=city.simulated) if bars else None


def met_by_rule(found: Assessment) -> dict[str, int]:
    """Return how many subjects meet each rule, in the policy's own reading."""
    return {own: row.met for own, row in own_rows(found).items()}


def met_before(after: Assessment, turned: Iterable[tuple[Finding, Finding]]) -> dict[str, int]:
    """Return how many met each rule before the findings that ``turned`` were what they are now."""
    own, met = own_readings(after), met_by_rule(after)
    for before, now in turned:
        if now.reading == own.get(now.rule) and now.rule in met:
            met[now.rule] += (before.verdict == "met") - (now.verdict == "met")
    return met


def walked(ground: Ground, pack: Pack) -> list[Bars]:
    """Return people by minutes for each thing that a rule of a pack asks to be walked to.

    One that nobody surveyed is left out.
    """
    charts: dict[tuple[str, ...], Bars] = {}
    for rule in pack.rules:
        if not isinstance(rule.measure, WalkMeasure) or not rule.minutes:
            continue
        own = tuple(sorted(pack.categories_of(rule.measure)))
        if own not in charts and knowledge(ground.city, own) != ("not-surveyed",):
            charts[own] = minutes_of(ground, pack, rule, bands_of(pack, rule.minutes))
    return list(charts.values())


def bands_of(pack: Pack, own: float) -> tuple[float, ...]:
    """Return the minutes that the rules of a pack ask for, of more than three those around one."""
    walks = (rule for rule in pack.rules if isinstance(rule.measure, WalkMeasure))
    every = sorted({rule.minutes for rule in walks if rule.minutes})
    first = max(0, min(every.index(own) - 1, len(every) - MOST_BANDS))
    return tuple(every[first : first + MOST_BANDS])


def minutes_of(ground: Ground, pack: Pack, rule: Rule, minutes: Sequence[float]) -> Bars:
    """Return the residents of each unit by their walk to the nearest of what a rule asks for.

    Unknown where residents of any origin are. Numbers of an office's own page, not for the public.
    """
    assert isinstance(rule.measure, WalkMeasure)
    city, homes = ground.city, ground.city.origins
    categories = pack.categories_of(rule.measure)
    lane = ground.walks(*walkers_of(pack)).lane(categories, 1)
    partial = ("incomplete",) * bool(knowledge(city, categories))
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
        bars.append(Bar(name, tuple(counts), marks_of(pack, rule) + partial))
    title = f"到最近一处要走多久：{rule.title.zh}"
    return people_by_minutes(title, minutes, bars, simulated=city.simulated)
