"""Each kind of bad input gives one clear sentence, and all come at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lifecircle.plan.model.budgeted import solve
from lifecircle.plan.model.checking import check
from lifecircle.plan.model.greedy import greedy
from lifecircle.plan.model.problem import Demands, EquityFloors, Options, Problem, least_gain
from lifecircle.terms.errors import InputError
from tests.plan.model.problems import actions_of, ints

GOOD = Problem(
    Demands(ints([40, 30]), ints([0, 1]), ints([0, 1]), ints([0, 0])),
    Options(ints([0, 1]), np.array([90.0, np.inf]), ints([[0], [5]])),
    actions_of([0, 1], [50.0, 50.0], [[20], [20]], [{0: 40}, {0: 5, 1: 30}]),
    ints([100]),
    ints([[0, 1]]),
    EquityFloors(ints([0]), ints([-1]), ints([3])),
)


def changed(part: str, **columns: Any) -> Problem:
    return replace(GOOD, **{part: replace(getattr(GOOD, part), **columns)})


def test_good_input_passes() -> None:
    check(GOOD)


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (replace(GOOD, budget_yuan=ints([0])), "预算：预算为空；请按年度填写预算。"),
        (replace(GOOD, budget_yuan=ints([-1])), "预算第1行：金额是负数；请改为零或正数。"),
        (
            changed("actions", cost_yuan=ints([[20], [-1]])),
            "行动第2行：造价是负数；请改为零或正数。",
        ),
        (
            changed("options", cost_yuan=ints([[-1], [5]])),
            "用房方式第1行：造价是负数；请改为零或正数。",
        ),
        (
            changed("actions", option=ints([0, 2])),
            "行动第2行：指向未知的用房方式；请改为用房方式表中已有的编号。",
        ),
        (
            changed("actions", demand=ints([0, 0, 7])),
            "服务范围第3行：指向未知的需求；请改为需求表中已有的编号。",
        ),
        (
            replace(GOOD, exclusions=ints([[0, 9]])),
            "互斥第1行：指向未知的行动；请改为行动表中已有的编号。",
        ),
        (
            replace(GOOD, exclusions=ints([[1, 1]])),
            "互斥第1行：行动与自己互斥；请改为两个不同的行动。",
        ),
        (
            changed("actions", people=ints([41, 5, 30])),
            "服务范围第1行：服务的人数多于需求的人数；请核对人数。",
        ),
        (
            changed("actions", demand=ints([0, 1, 1])),
            "服务范围：同一行动对同一需求写了两次；请合并重复的行。",
        ),
        (
            changed("actions", first=ints([0, 2, 2])),
            "行动：服务范围的起止位置不连续；请按行动的顺序排列服务范围。",
        ),
        (
            changed("actions", floor_m2=np.array([np.nan, 1.0])),
            "行动第1行：建筑面积未知；请补充数值后再规划。",
        ),
        (
            changed("actions", floor_m2=np.array([np.inf, 1.0])),
            "行动第1行：建筑面积不是有限的数；请填写平方米数。",
        ),
        (
            changed("actions", decided=np.array([True, False]), barred=np.array([True, False])),
            "行动第1行：同时标为已定和不做；请只保留其中一个。",
        ),
        (changed("floors", unit=ints([8])), "公平底线第1行：底线所在的区县没有需求；请核对区县。"),
        (changed("floors", group=ints([8])), "公平底线第1行：底线所指的人群没有需求；请核对人群。"),
        (
            changed("demands", unit=ints([0])),
            "需求：unit的形状是(1,)，应为(2,)；请让每一列的行数和年度数一致。",
        ),
    ],
)
def test_a_fault_is_one_sentence(problem: Problem, sentence: str) -> None:
    for search in (solve, greedy):
        with pytest.raises(InputError) as caught:
            search(problem)
        assert str(caught.value) == sentence


def test_all_faults_come_at_once() -> None:
    with pytest.raises(InputError) as caught:
        check(replace(changed("actions", cost_yuan=ints([[-1], [-1]])), exclusions=ints([[0, 9]])))
    assert len(caught.value.faults) == 3


def test_a_share_becomes_people() -> None:
    people, served = ints([1000, 1000, 10]), ints([700, 900, 0])
    assert list(least_gain(0.85, people, served)) == [150, 0, 9]
