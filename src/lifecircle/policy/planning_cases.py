"""Runs the cases on planning: whose need first, which site, which claim, is a plan complete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lifecircle.policy.casebook import CaseResult, ClaimCase, OrderCase, PlanCase, WaysCase
from lifecircle.policy.models import Pack
from lifecircle.policy.planning_order import class_of, held_back, remedies_for
from lifecircle.policy.planning_reading import code_zh, fields_zh


def order_case(pack: Pack, case: OrderCase) -> CaseResult:
    """Decide in which order gaps are filled; those of one class stand together."""
    classes: dict[int, list[str]] = {}
    for rule in case.rules:
        classes.setdefault(class_of(pack.planning, rule), []).append(rule)
    found = [classes[place] for place in sorted(classes)]
    return CaseResult(case.name, "先后", _order_said(pack, case.expect), _order_said(pack, found))


def _order_said(pack: Pack, classes: Iterable[Iterable[str]]) -> str:
    titles = (sorted(pack.rule(name).title.zh for name in one) for one in classes)
    return "→".join("、".join(one) for one in titles)


def ways_case(pack: Pack, case: WaysCase) -> CaseResult:
    """Decide which ways to fill one gap stay open."""
    held = held_back(pack.planning, case.ways)
    left = [way.name for way, by in zip(case.ways, held, strict=True) if by is None]
    return CaseResult(case.name, "选址先后", _said(sorted(case.expect)), _said(sorted(left)))


def claim_case(pack: Pack, case: ClaimCase) -> CaseResult:
    """Decide which remedies are tried for a permit that was not kept, and in which order."""
    wanted, found = (
        _said([code_zh("claim_remedy", code) for code in codes])
        for codes in (case.expect, remedies_for(pack.planning, case.state))
    )
    return CaseResult(case.name, code_zh("permit_state", case.state), wanted, found)


def plan_case(pack: Pack, case: PlanCase) -> CaseResult:
    """Decide what the plan of a community lacks."""
    asked = pack.planning.community_plan
    found = asked.missing(case.says) if asked else ()
    wanted = sorted(case.expect_missing)
    return CaseResult(case.name, "社区方案", fields_zh(wanted), fields_zh(sorted(found)))


def _said(names: Sequence[str]) -> str:
    return "、".join(names) or "无"
