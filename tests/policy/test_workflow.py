"""Workflows: a third city's own, and deadlines, signatures, bars."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.policy.documents import read_document
from lifecircle.policy.models import WorkflowFile
from lifecircle.policy.workflow import (
    Deadline,
    Workflow,
    barred_by,
    decide_step,
    is_overdue,
    open_steps,
)
from lifecircle.terms.errors import InputError

# A city nobody has written a line of code for:
#
#   idea --propose(clerk; sketch)--> proposed --agree(mayor; signed by two)--> agreed (done, end)
#                                        \--refuse(mayor)--> refused (end)
THIRD_CITY = """
workflows:
  - id: kiosk
    title: {zh: 售货亭, en: Kiosk}
    subject: project
    roles:
      clerk: {zh: 办事员, en: clerk}
      mayor: {zh: 镇长, en: mayor}
      fire: {zh: 消防, en: fire brigade}
      health: {zh: 卫生, en: health office}
    evidence:
      sketch: {zh: 草图, en: sketch}
    states:
      idea: {zh: 设想, en: idea}
      proposed: {zh: 已提出, en: proposed}
      agreed: {zh: 已同意, en: agreed, done: true, end: true}
      refused: {zh: 未同意, en: refused, end: true}
    start: idea
    steps:
      - id: propose
        title: {zh: 提出, en: propose}
        from: [idea]
        to: proposed
        by: [clerk]
        needs: [sketch]
        within: {months: 1}
        clause: {quote: 办事员提出, where: 一}
        source: verbatim
      - id: agree
        title: {zh: 同意, en: agree}
        from: [proposed]
        to: agreed
        by: [mayor]
        signed_by: [fire, health]
        within: {day: 06-30, years: 1}
        clause: {quote: 镇长同意, where: 二}
        source: verbatim
      - id: refuse
        title: {zh: 不同意, en: refuse}
        from: [proposed]
        to: refused
        by: [mayor]
        clause: {quote: 镇长不同意, where: 二}
        source: verbatim
    bars:
      - id: late
        title: {zh: 拖延, en: late}
        years: 1
        clause: {quote: 次年不予受理, where: 三}
        source: verbatim
"""


@pytest.fixture
def kiosk(tmp_path: Path) -> Workflow:
    file = tmp_path / "workflow.yaml"
    file.write_text(THIRD_CITY, encoding="utf-8")
    (workflow,) = read_document(file, WorkflowFile).workflows
    assert list(workflow.faults()) == []
    return workflow


def test_a_foreign_workflow_runs_unchanged(kiosk: Workflow) -> None:
    state = kiosk.start
    for step, role, evidence, signed in (
        ("propose", "clerk", ["sketch"], []),
        ("agree", "mayor", [], ["fire", "health"]),
    ):
        decision = decide_step(kiosk, state, step, role, evidence, signed)
        assert decision.allowed
        state = decision.to
    assert kiosk.states[state].done


def test_everything_missing_is_named_and_the_state_stays(kiosk: Workflow) -> None:
    decision = decide_step(kiosk, "idea", "agree", "clerk", signed=["fire"])
    assert decision.allowed is False
    assert decision.to == "idea"
    assert decision.missing == ("state:proposed", "role:mayor", "signature:health")
    assert decide_step(kiosk, "idea", "propose", "clerk").missing == ("evidence:sketch",)


def test_what_a_role_can_do_now(kiosk: Workflow) -> None:
    assert open_steps(kiosk, "proposed", "mayor") == ("agree", "refuse")
    assert open_steps(kiosk, "proposed", "clerk") == ()
    assert open_steps(kiosk, "agreed", "mayor") == ()


@pytest.mark.parametrize(
    ("deadline", "begun", "last"),
    [
        ({"days": 20}, date(2024, 2, 20), date(2024, 3, 11)),
        ({"months": 1}, date(2024, 1, 31), date(2024, 2, 29)),
        ({"years": 1}, date(2024, 2, 29), date(2025, 2, 28)),
        ({"months": 14}, date(2023, 11, 5), date(2025, 1, 5)),
        ({"day": "06-30", "years": 1}, date(2021, 9, 1), date(2022, 6, 30)),
    ],
)
def test_deadlines(deadline: dict[str, object], begun: date, last: date) -> None:
    assert Deadline.model_validate(deadline).after(begun) == last


def test_overdue_is_the_day_after(kiosk: Workflow) -> None:
    begun = date(2021, 9, 1)
    assert not is_overdue(kiosk, "agree", begun, date(2022, 6, 30))
    assert is_overdue(kiosk, "agree", begun, date(2022, 7, 1))
    assert not is_overdue(kiosk, "refuse", begun, date(2099, 1, 1))


def test_a_bar_holds_for_its_years_only(kiosk: Workflow) -> None:
    assert barred_by(kiosk, [("late", 2021)], 2021) == ()
    assert barred_by(kiosk, [("late", 2021)], 2022) == ("late",)
    assert barred_by(kiosk, [("late", 2021)], 2023) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("start: idea", "start: dream", "start 写的 dream"),
        ("to: refused", "to: forgotten", "states 里没有 forgotten"),
        ("by: [clerk]", "by: [ghost]", "roles 里没有 ghost"),
        ("needs: [sketch]", "needs: [stamp]", "evidence 里没有 stamp"),
        ("refused: {zh: 未同意, en: refused, end: true}", "refused: {zh: 未同意, en: refused}",
         "状态 refused 没有下一步"),
        ("from: [proposed]\n        to: refused", "from: [idea]\n        to: proposed",
         "没有步骤能到达状态 refused"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "workflow.yaml"
    assert old in THIRD_CITY
    file.write_text(THIRD_CITY.replace(old, new, 1), encoding="utf-8")
    (workflow,) = read_document(file, WorkflowFile).workflows
    assert any(said in fault for fault in workflow.faults())


def test_a_step_without_a_role_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(THIRD_CITY.replace("by: [clerk]", "by: []"), encoding="utf-8")
    with pytest.raises(InputError, match="至少要有 1 项"):
        read_document(file, WorkflowFile)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 40), st.integers(0, 400))
def test_a_deadline_never_comes_before_its_beginning(begun: date, months: int, days: int) -> None:
    last = Deadline(months=months, days=days).after(begun)
    assert last >= begun
    assert Deadline(months=months + 1, days=days).after(begun) >= last
