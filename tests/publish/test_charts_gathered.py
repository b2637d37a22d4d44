"""Charts of the example city hold what its findings say."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.place.tables import City
from lifecircle.publish.audit import html_table
from lifecircle.publish.charts.bars import Bars
from lifecircle.publish.charts.gathered import (
    bands_of,
    change_of,
    matrices_of,
    matrix_of,
    met_before,
    met_by_rule,
    minutes_of,
    units_of,
    walked,
)
from lifecircle.publish.charts.matrix import Matrix
from lifecircle.publish.charts.shown import assessed
from lifecircle.publish.headlines import OWN, headlines, own_readings
from lifecircle.walk.network import Network
from tests.conftest import DAY

RULE = "five-minutes-finance"


def test_the_matrix_holds_every_verdict(example_city: City, example: Assessment) -> None:
    chart = matrix_of(example_city, example, "walk")
    titles = [rule.title for rule in chart.rules]
    rule = example.pack.rule(RULE)
    column = titles.index(rule.title.zh)
    drawn = Counter(row[column] for row in chart.verdicts)
    own = [f for f in example.findings if f.rule == RULE and f.reading == "walk"]
    partial = Counter("partial-list" in f.reasons for f in own if f.verdict == "not assessed")
    kinds: Counter[str] = Counter(f.verdict for f in own if f.verdict != "not assessed")
    kinds += Counter({"partial list": partial[True], "not assessed": partial[False]})
    assert drawn == kinds
    assert len(chart.verdicts) == len(example_city.communities)
    assert ("inferred" in chart.rules[column].marks) == example.pack.is_inferred(rule)
    assert chart.simulated


def test_units_add_up_to_the_city(example_city: City, example: Assessment) -> None:
    chart = units_of(example_city, example, example.pack.rule(RULE), "walk")
    (city,) = [r for r in example.rollup if r.rule == RULE and r.reading == "walk"]
    sums = [sum(bar.counts[at] or 0 for bar in chart.bars) for at in range(4)]
    assert sums[:2] == [city.met, city.not_met]
    assert sums[2:] == [city.partial_list, city.not_assessed - city.partial_list]


def test_people_by_minutes_agree_with_the_verdicts(
    example_city: City, example_network: Network, example: Assessment
) -> None:
    """Of a rule of five minutes, all beyond the first band are those affected."""
    ground = Ground(example_city, example_network, DAY)
    chart = minutes_of(ground, example.pack, example.pack.rule(RULE), (5, 10, 15))
    beyond = sum(sum(count or 0 for count in bar.counts[1:]) for bar in chart.bars)
    own = [f for f in example.findings if f.rule == RULE and f.reading == "walk"]
    assert beyond == sum(f.people_affected or 0 for f in own)
    everyone = sum(sum(count or 0 for count in bar.counts) for bar in chart.bars)
    assert everyone == int(example_city.origins.residents.sum())
    unknown = replace(example_city.origins, residents=example_city.origins.residents * 0 - 1)
    ground = Ground(replace(example_city, origins=unknown), example_network, DAY)
    chart = minutes_of(ground, example.pack, example.pack.rule(RULE), (5, 10, 15))
    assert {count for bar in chart.bars for count in bar.counts} == {None}


def test_before_and_after_count_what_is_met(example_city: City, example: Assessment) -> None:
    met = met_by_rule(example)
    assert change_of(example_city, met, example) is None
    (city,) = [r for r in example.rollup if r.rule == RULE and r.reading == "walk"]
    chart = change_of(example_city, {RULE: city.met - 1, "gone": 4}, example)
    assert chart is not None
    title = example.pack.rule(RULE).title.zh
    assert [(bar.name, bar.counts) for bar in chart.bars] == [(title, (city.met - 1, city.met))]


def test_what_turned_is_taken_back(example: Assessment) -> None:
    """One walk of the rule was not met before, another was met; circles do not count here."""
    walks = [f for f in example.findings if f.rule == RULE and f.reading == "walk"]
    met = next(f for f in walks if f.verdict == "met")
    short = next(f for f in walks if f.verdict == "not met")
    now = met_by_rule(example)
    gained, lost = (replace(met, verdict="not met"), met), (replace(short, verdict="met"), short)
    assert met_before(example, [gained])[RULE] == now[RULE] - 1
    assert met_before(example, [gained, lost]) == now
    aside = replace(met, reading="record")
    assert met_before(example, [(replace(aside, verdict="not met"), aside)]) == now


def test_own_readings_are_the_circle_where_there_is_one(example: Assessment) -> None:
    own = own_readings(example)
    for rule in example.pack.rules:
        there = {f.reading for f in example.findings if f.rule == rule.id}
        if there:
            wanted = "circle" if example.pack.has_circle(rule) else min(there, key=OWN.index)
            assert own[rule.id] == wanted


def test_bands_are_the_minutes_of_the_pack(example: Assessment) -> None:
    assert bands_of(example.pack, 15.0) == (5.0, 10.0, 15.0)


def test_the_section_of_the_page_has_every_chart_with_its_table(
    example_city: City, example_network: Network, example: Assessment
) -> None:
    ground = Ground(example_city, example_network, DAY)
    minutes = walked(ground, example.pack)
    markup = assessed(example_city, example, minutes)
    assert markup == assessed(example_city, example, minutes)
    parts = matrices_of(example_city, example)
    charts: list[Bars | Matrix]
    charts = [*(units_of(example_city, example, r) for r in headlines(example)), *minutes, *parts]
    assert sum(len(part.communities) for part in parts) == len(example_city.communities)
    assert markup.count("<svg") == markup.count("<table>") == len(charts)
    ids = re.findall(r' id="([^"]+)"', markup)
    assert len(set(ids)) == len(ids)
    for chart in charts:
        headers, rows = chart.table()
        assert all(len(row) == len(headers) for row in rows)
        assert html_table(headers, rows) in markup
