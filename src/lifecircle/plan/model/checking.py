"""What is wrong with a planning problem, one sentence each, all at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lifecircle.plan.model.problem import EVERY_GROUP, UNLIMITED, Problem
from lifecircle.plan.model.solving import Array
from lifecircle.terms.errors import Fault, raise_all


def check(problem: Problem) -> None:
    """Raise one InputError with every fault of ``problem``; places count from 1."""
    shapes = list(_shapes(problem))
    raise_all(shapes)
    raise_all([*_numbers(problem), *_amounts(problem), *_wishes(problem)])


def _shapes(problem: Problem) -> Iterator[Fault]:
    d, o, a, f = problem.demands, problem.options, problem.actions, problem.floors
    years = len(problem.budget_yuan)
    if years == 0 or not (np.asarray(problem.budget_yuan) != 0).any():
        yield Fault("预算为空", place="预算", remedy="按年度填写预算")
    columns: dict[str, list[tuple[str, Array, tuple[int, ...]]]] = {
        "需求": [(n, getattr(d, n), d.people.shape) for n in ("priority", "unit", "group")],
        "用房方式": [
            ("floor_m2", o.floor_m2, o.site.shape),
            ("cost_yuan", o.cost_yuan, (len(o.site), years)),
        ],
        "行动": [
            *(
                (n, getattr(a, n), a.option.shape)
                for n in ("floor_m2", "capacity_people", "decided", "barred")
            ),
            ("cost_yuan", a.cost_yuan, (len(a.option), years)),
            ("first", a.first, (len(a.option) + 1,)),
            ("people", a.people, a.demand.shape),
        ],
        "互斥": [("exclusions", problem.exclusions, (len(problem.exclusions), 2))],
        "公平底线": [(n, getattr(f, n), f.unit.shape) for n in ("group", "least_people")],
    }
    for place, rows in columns.items():
        for name, values, shape in rows:
            if values.shape != shape:
                yield Fault(
                    f"{name}的形状是{values.shape}，应为{shape}",
                    place=place,
                    remedy="让每一列的行数和年度数一致",
                )
    if not len(d.people):
        yield Fault("没有需要服务的需求", place="需求", remedy="先评估，再规划")
    if not len(a.option):
        yield Fault("没有可选的行动", place="行动", remedy="补充候选空间和建设方式")


def _numbers(problem: Problem) -> Iterator[Fault]:
    """Look for numbers that name nothing."""
    o, a = problem.options, problem.actions
    yield from _unknown("行动", "用房方式", a.option, len(o.site))
    yield from _unknown("互斥", "行动", problem.exclusions, len(a.option))
    yield from _unknown("服务范围", "需求", a.demand, len(problem.demands.people))
    steps = np.diff(a.first)
    if a.first[0] != 0 or a.first[-1] != len(a.demand) or bool((steps < 0).any()):
        yield Fault("服务范围的起止位置不连续", place="行动", remedy="按行动的顺序排列服务范围")
    elif len(a.demand):
        owner = np.repeat(np.arange(len(steps)), steps)
        pair = owner * (int(np.abs(a.demand).max()) + 1) + a.demand
        if len(np.unique(pair)) < len(pair):
            yield Fault("同一行动对同一需求写了两次", place="服务范围", remedy="合并重复的行")


def _unknown(place: str, what: str, numbers: Array, count: int) -> Iterator[Fault]:
    wrong = (numbers < 0) | (numbers >= count)
    for row in np.flatnonzero(wrong.any(axis=1) if wrong.ndim == 2 else wrong):
        yield Fault(
            f"指向未知的{what}", place=f"{place}第{row + 1}行", remedy=f"改为{what}表中已有的编号"
        )


def _amounts(problem: Problem) -> Iterator[Fault]:
    """Look for amounts that cannot be."""
    d, o, a = problem.demands, problem.options, problem.actions
    capacity = np.where(a.capacity_people == UNLIMITED, 0, a.capacity_people)
    for place, what, values in (
        ("需求", "人数", d.people),
        ("需求", "优先级", d.priority),
        ("用房方式", "建筑面积", o.floor_m2),
        ("用房方式", "造价", o.cost_yuan),
        ("行动", "建筑面积", a.floor_m2),
        ("行动", "造价", a.cost_yuan),
        ("行动", "服务能力", capacity),
        ("服务范围", "人数", a.people),
        ("预算", "金额", problem.budget_yuan),
        ("公平底线", "人数", problem.floors.least_people),
    ):
        flat = values if values.ndim == 2 else values[:, None]
        for row in np.flatnonzero((flat < 0).any(axis=1)):
            yield Fault(f"{what}是负数", place=f"{place}第{row + 1}行", remedy="改为零或正数")
        for row in np.flatnonzero(np.isnan(flat.astype(np.float64)).any(axis=1)):
            yield Fault(f"{what}未知", place=f"{place}第{row + 1}行", remedy="补充数值后再规划")
    for row in np.flatnonzero(~np.isfinite(a.floor_m2) & ~np.isnan(a.floor_m2)):
        yield Fault("建筑面积不是有限的数", place=f"行动第{row + 1}行", remedy="填写平方米数")
    known = (a.demand >= 0) & (a.demand < len(d.people))
    over = np.flatnonzero(known)[a.people[known] > d.people[a.demand[known]]]
    for row in over:
        yield Fault("服务的人数多于需求的人数", place=f"服务范围第{row + 1}行", remedy="核对人数")


def _wishes(problem: Problem) -> Iterator[Fault]:
    """Look for wishes that contradict themselves in one row."""
    a, f, d = problem.actions, problem.floors, problem.demands
    for row in np.flatnonzero(a.decided & a.barred):
        yield Fault("同时标为已定和不做", place=f"行动第{row + 1}行", remedy="只保留其中一个")
    for row in np.flatnonzero(problem.exclusions[:, 0] == problem.exclusions[:, 1]):
        yield Fault("行动与自己互斥", place=f"互斥第{row + 1}行", remedy="改为两个不同的行动")
    for row in np.flatnonzero(~np.isin(f.unit, d.unit) & (f.least_people > 0)):
        yield Fault("底线所在的区县没有需求", place=f"公平底线第{row + 1}行", remedy="核对区县")
    known = np.isin(f.group, d.group) | (f.group == EVERY_GROUP)
    for row in np.flatnonzero(~known & (f.least_people > 0)):
        yield Fault("底线所指的人群没有需求", place=f"公平底线第{row + 1}行", remedy="核对人群")
