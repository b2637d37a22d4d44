from __future__ import annotations

from pathlib import Path

import pytest

from lifecircle.policy.cases import run_cases
from lifecircle.policy.measures import CountWithin, RulesMet, ShareOfPeopleWithin
from lifecircle.policy.models import Pack

TEXT = "xian-2020-15-minute-circle.txt"


def test_every_case_of_the_pack_passes(pack: Pack) -> None:
    results = run_cases(pack)
    assert len(results) == 28
    assert [str(result) for result in results if not result.passed] == []


def test_every_quote_stands_in_the_policy(pack: Pack, policies: Path) -> None:
    text = (policies / TEXT).read_text(encoding="utf-8")
    clauses = [rule.clause for rule in pack.rules]
    assert pack.header.walking is not None
    clauses.append(pack.header.walking.clause)
    assert pack.header.circle is not None
    clauses.append(pack.header.circle.clause)
    assert pack.header.ladder is not None
    clauses.append(pack.header.ladder.clause)
    assert [clause.quote for clause in clauses if clause.quote not in text] == []


def test_the_twelve_ones_are_twelve_and_soft(pack: Pack) -> None:
    liveable = pack.rule("liveable").measure
    assert isinstance(liveable, RulesMet)
    assert len(liveable.rules) == 12
    for rule_id in liveable.rules:
        rule = pack.rule(rule_id)
        assert isinstance(rule.measure, CountWithin)
        assert rule.strength == "soft"
        assert rule.minutes == 15
        assert rule.source == "verbatim"


@pytest.mark.parametrize(
    ("minutes", "kinds"),
    [
        (5, {"shopping", "leisure", "finance"}),
        (10, {"dining", "reading", "government", "lodging"}),
        (
            15,
            {
                "medical",
                "elder-care",
                "education",
                "transport",
                "tourism",
                "fitness",
                "entertainment",
            },
        ),
    ],
)
def test_the_lists_by_minutes_are_those_of_the_text(
    pack: Pack, minutes: int, kinds: set[str]
) -> None:
    listed = {
        rule.measure.kind
        for rule in pack.rules
        if isinstance(rule.measure, ShareOfPeopleWithin) and rule.minutes == minutes
    }
    assert listed == kinds


def test_the_circle_is_for_fifteen_minutes_only(pack: Pack) -> None:
    circle = pack.header.circle
    assert circle is not None
    assert circle.radius_m == 1200
    for rule in pack.rules:
        assert pack.has_circle(rule) == (rule.minutes == 15)


def test_the_pace_follows_from_the_text(pack: Pack) -> None:
    circle = pack.header.circle
    assert circle is not None
    assert pack.header.walking is not None
    assert pack.header.walking.speed_m_per_min * 15 == circle.radius_m


def test_whatever_is_inferred_is_listed(pack: Pack) -> None:
    listed = pack.inferred_readings()
    inferred_rules = {rule.id for rule in pack.rules if rule.mark == "inferred"}
    assert inferred_rules <= {where for where, _, _ in listed}
    assert pack.rule("liveable-all").mark == "printed"
