from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.policy.decide import UNBOUNDED, applies, due_state, holds, verdict
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.parts import Requirement

FIGURES = st.fractions(min_value=0, max_value=100)


def with_(rule: Rule, **changes: object) -> Rule:
    return Rule.model_validate({**rule.model_dump(), **changes})


@pytest.fixture
def clinic(pack: Pack) -> Rule:
    return pack.rule("one-clinic")


@pytest.mark.parametrize(
    ("comparator", "below", "equal", "above"),
    [
        (">=", False, True, True),
        (">", False, False, True),
        ("<=", True, True, False),
        ("<", True, False, False),
        ("=", False, True, False),
    ],
)
def test_comparators_are_read_as_written(
    comparator: object, below: bool, equal: bool, above: bool
) -> None:
    require = Requirement.model_validate({"comparator": comparator, "value": 85})
    seen = [holds(require, Fraction(v)) for v in (84, 85, 86)]
    assert seen == [below, equal, above]


def test_a_partial_list_can_meet_but_not_fail(clinic: Rule) -> None:
    assert verdict(clinic, Fraction(1), UNBOUNDED) == "met"
    assert verdict(clinic, Fraction(0), UNBOUNDED) == "not assessed"
    assert verdict(clinic, Fraction(0), Fraction(0)) == "not met"


def test_what_is_not_verbatim_fails_nobody(clinic: Rule) -> None:
    rule = with_(clinic, source="press")
    assert verdict(rule, Fraction(0), Fraction(0)) == "not assessed"
    assert verdict(rule, Fraction(1), Fraction(1)) == "met"


def test_an_attribute_nobody_recorded_does_not_exclude(clinic: Rule) -> None:
    assert applies(clinic, {"kind": "community"})
    assert applies(clinic, {"kind": ""})
    assert applies(clinic, {})
    assert not applies(clinic, {"kind": "village"})


def test_due_states(clinic: Rule) -> None:
    due = clinic.due
    assert due == date(2021, 12, 31)
    assert due_state(clinic, due, "not met") == "not yet due"
    assert due_state(clinic, date(2022, 1, 1), "not met") == "overdue"
    assert due_state(clinic, date(2022, 1, 1), "met") == "due"
    assert due_state(clinic, date(2022, 1, 1), "not assessed") == "due"
    assert due_state(with_(clinic, due=None), due, "not met") == "no date"


@given(FIGURES, FIGURES, FIGURES, st.sampled_from([">=", ">", "<=", "<", "="]))
def test_a_verdict_holds_for_every_possible_figure(
    one: Fraction, other: Fraction, between: Fraction, comparator: str
) -> None:
    low, high = sorted((one, other))
    rule = _rule(comparator)
    found = verdict(rule, low, high)
    figure = low + (high - low) * between / 100
    if found == "met":
        assert holds(rule.require, figure)
    if found == "not met":
        assert not holds(rule.require, figure)
    if low == high:
        assert found in ("met", "not met")


def _rule(comparator: str) -> Rule:
    return Rule.model_validate(
        {
            "id": "r",
            "title": {"zh": "规则", "en": "rule"},
            "group": {"zh": "组", "en": "group"},
            "clause": {"quote": "条文", "where": "一"},
            "subject": "community",
            "measure": {"name": "count_within", "categories": ("clinic",), "minutes": 15},
            "require": {"comparator": comparator, "value": 50},
            "strength": "hard",
            "source": "verbatim",
        }
    )
