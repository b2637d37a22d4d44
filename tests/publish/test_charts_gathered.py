"""Charts of the example city hold what its findings say."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.place.tables import City
from lifecircle.publish.charts.gathered import change_of, matrix_of, minutes_of, units_of
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
    assert drawn == Counter(f.verdict for f in own)
    assert len(chart.verdicts) == len(example_city.communities)
    assert ("inferred" in chart.rules[column].marks) == example.pack.is_inferred(rule)
    assert chart.simulated


def test_units_add_up_to_the_city(example_city: City, example: Assessment) -> None:
    chart = units_of(example_city, example, example.pack.rule(RULE), "walk")
    (city,) = [r for r in example.rollup if r.rule == RULE and r.reading == "walk"]
    sums = [sum(bar.counts[at] or 0 for bar in chart.bars) for at in range(3)]
    assert sums == [city.met, city.not_met, city.not_assessed]


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
    rows = tuple(replace(r, met=r.met + 1) if r.rule == RULE else r for r in example.rollup)
    chart = change_of(example_city, example, replace(example, rollup=rows), "walk")
    title = example.pack.rule(RULE).title.zh
    (city,) = [r for r in example.rollup if r.rule == RULE and r.reading == "walk"]
    changed = {bar.name: bar.counts for bar in chart.bars if bar.counts[0] != bar.counts[1]}
    assert changed == {title: (city.met, city.met + 1)}
