from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.policy.appraisal import Appraisal, appraise, rank

CLAUSE = {"quote": "考核", "where": "一"}
STATEMENT = {"clause": CLAUSE, "source": "verbatim"}


@pytest.fixture
def rules() -> Appraisal:
    return Appraisal.model_validate(
        {
            "items": [
                {"id": "building", "title": {"zh": "建设", "en": "b"}, "points": 60, **STATEMENT},
                {"id": "running", "title": {"zh": "运营", "en": "r"}, **STATEMENT},
            ],
            "vetoes": [{"id": "fire", "title": {"zh": "失火", "en": "f"}, **STATEMENT}],
        }
    )


def test_points_add_up_when_every_item_is_scored(rules: Appraisal) -> None:
    done = appraise(rules, {"building": Decimal(50), "running": Decimal("35.5")})
    assert done.total == Decimal("85.5")
    assert done.open_items == ()


def test_open_items_leave_the_total_open(rules: Appraisal) -> None:
    done = appraise(rules, {"building": Decimal(50)})
    assert done.total is None
    assert done.open_items == ("running",)


def test_one_veto_undoes_everything(rules: Appraisal) -> None:
    done = appraise(rules, {"building": Decimal(60), "running": Decimal(40)}, ["fire"])
    assert done.total is None
    assert done.vetoed_by == ("fire",)


@pytest.mark.parametrize(
    ("scores", "fallen", "said"),
    [
        ({"building": 61}, [], "不在0到60之间"),
        ({"building": -1}, [], "不在0到60之间"),
        ({"parking": 1}, [], "没有考核项 parking"),
        ({}, ["flood"], "没有否决项 flood"),
    ],
)
def test_bad_scores_are_told(
    rules: Appraisal, scores: dict[str, int], fallen: list[str], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        appraise(rules, {name: Decimal(score) for name, score in scores.items()}, fallen)


def test_the_office_sets_points_the_policy_left_open(rules: Appraisal) -> None:
    scores = {"building": Decimal(60), "running": Decimal(41)}
    assert appraise(rules, scores).total == Decimal(101)
    with pytest.raises(ValueError, match="不在0到40之间"):
        appraise(rules, scores, points={"running": Decimal(40)})


def test_equal_totals_share_a_rank_and_open_ones_have_none() -> None:
    totals = {"a": Decimal(90), "b": Decimal(95), "c": Decimal(90), "d": None, "e": Decimal(80)}
    assert rank(totals) == {"a": 2, "b": 1, "c": 2, "d": None, "e": 4}


@given(st.dictionaries(st.text(max_size=3), st.none() | st.decimals(0, 100, places=1), max_size=9))
def test_a_better_total_never_ranks_behind(totals: dict[str, Decimal | None]) -> None:
    ranks = rank(totals)
    for one, own in totals.items():
        for other, theirs in totals.items():
            if own is not None and theirs is not None and own > theirs:
                assert (ranks[one] or 0) < (ranks[other] or 0)
