"""Runs the cases of a pack: each states facts in a planner's words and what must follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lifecircle.policy.appraisal import appraise
from lifecircle.policy.casebook import (
    AppraisalCase,
    BarCase,
    Case,
    CaseResult,
    SizeCase,
    StepCase,
)
from lifecircle.policy.decide import (
    UNBOUNDED,
    applies,
    due_state,
    excused,
    planning_size_m2,
    verdict,
)
from lifecircle.policy.models import Pack
from lifecircle.policy.planning_cases import claim_case, order_case, plan_case, ways_case
from lifecircle.policy.planning_order import size_for
from lifecircle.policy.planning_reading import code_zh
from lifecircle.policy.workflow import barred_by, decide_step, is_overdue
from lifecircle.terms.figures import decimal_text
from lifecircle.terms.words import Verdict, word


def run_cases(pack: Pack) -> list[CaseResult]:
    """Decide every case of ``pack``; a case without a date is decided on the day it is due."""
    book = pack.cases
    runs: list[tuple[Callable[[Pack, Any], CaseResult], Sequence[Any]]] = [
        (_rule_case, book.cases),
        (_step_case, book.steps),
        (_bar_case, book.bars),
        (_appraisal_case, book.appraisals),
        (_size_case, book.sizes),
        (order_case, book.orders),
        (ways_case, book.ways),
        (claim_case, book.claims),
        (plan_case, book.plans),
    ]
    return [run(pack, case) for run, cases in runs for case in cases]


def _rule_case(pack: Pack, case: Case) -> CaseResult:
    rule = pack.rule(case.rule, case.as_of)
    on = case.as_of or rule.due or date.max
    if applies(rule, case.area):
        seen = case.observed
        low = _exact(seen.value if seen.value is not None else seen.at_least, Fraction(0))
        high = _exact(seen.value if seen.value is not None else seen.at_most, UNBOUNDED)
        found = verdict(rule, low, high)
    else:
        found = "not applicable"
    wanted = case.expect
    due = due_state(rule, on, found)
    return CaseResult(
        case.name,
        f"规则 {rule.id}",
        _said(wanted.verdict, word("due", wanted.due or due), waived=wanted.waived),
        _said(found, word("due", due), waived=excused(rule, found, case.waiver)),
    )


def _said(found: Verdict, due: str, *, waived: bool) -> str:
    return "、".join([word("verdict", found), due] + (["已豁免"] if waived else []))


def _exact(value: Decimal | None, otherwise: Fraction) -> Fraction:
    return otherwise if value is None else Fraction(value)


def _step_case(pack: Pack, case: StepCase) -> CaseResult:
    workflow = pack.workflow(case.workflow)
    found = decide_step(workflow, case.state, case.do, case.by, case.evidence, case.signed)
    late = False
    if case.begun is not None and case.as_of is not None:
        late = is_overdue(workflow, case.do, case.begun, case.as_of)
    wanted = case.expect
    to = wanted.to or (found.to if wanted.allowed else case.state)
    return CaseResult(
        case.name,
        f"步骤 {case.workflow}.{case.do}",
        _step_said(to, wanted.missing, allowed=wanted.allowed, late=wanted.overdue),
        _step_said(found.to, found.missing, allowed=found.allowed, late=late),
    )


def _step_said(to: str, missing: tuple[str, ...], *, allowed: bool, late: bool) -> str:
    said = f"可以，到 {to}" if allowed else f"不可以，缺 {'、'.join(missing)}"
    return said + ("，已逾期" if late else "")


def _bar_case(pack: Pack, case: BarCase) -> CaseResult:
    found = barred_by(pack.workflow(case.workflow), case.marks, case.year)
    return CaseResult(case.name, f"流程 {case.workflow}", _listed(case.expect), _listed(found))


def _listed(names: Sequence[str]) -> str:
    return "、".join(sorted(names)) or "无"


def _appraisal_case(pack: Pack, case: AppraisalCase) -> CaseResult:
    found = appraise(pack.appraisal, case.scores, case.fallen, case.points)
    wanted = case.expect
    return CaseResult(
        case.name,
        "考核",
        _result_said(wanted.total, wanted.open_items, wanted.vetoed_by),
        _result_said(found.total, found.open_items, found.vetoed_by),
    )


def _result_said(total: Decimal | None, open_: Sequence[str], vetoed: Sequence[str]) -> str:
    shown = "无总分" if total is None else f"总分{decimal_text(Fraction(total), 4)}"
    return f"{shown}，未评{_listed(open_)}，否决{_listed(vetoed)}"


def _size_case(pack: Pack, case: SizeCase) -> CaseResult:
    size_id = case.size
    if case.mode:
        size = size_for(pack, case.mode, case.area)
        size_id = size.id if size else ""
    found = planning_size_m2(pack, size_id, case.households) if size_id else None
    wanted = None if case.expect_m2 is None else Fraction(case.expect_m2)
    about = f"规模 {case.size or code_zh('build_mode', case.mode)}"
    return CaseResult(case.name, about, _size_said(wanted), _size_said(found))


def _size_said(size_m2: Fraction | None) -> str:
    return "没有印" if size_m2 is None else f"{decimal_text(size_m2, 4)}平方米"
