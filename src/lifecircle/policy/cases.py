"""Runs the cases of a pack: each states facts in a planner's words and the verdict expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lifecircle.policy.decide import UNBOUNDED, applies, due_state, verdict
from lifecircle.policy.models import Case, Pack
from lifecircle.terms.words import DueState, Verdict, word


@dataclass(frozen=True)
class CaseResult:
    """A case with what the pack decided."""

    case: Case
    verdict: Verdict
    due: DueState

    @property
    def passed(self) -> bool:
        """Say whether the decision is the one expected."""
        wanted = self.case.expect
        return self.verdict == wanted.verdict and wanted.due in (None, self.due)

    def __str__(self) -> str:
        said = f"{word('verdict', self.verdict)}、{word('due', self.due)}"
        if self.passed:
            return f"通过  {self.case.name}({said})"
        wanted = word("verdict", self.case.expect.verdict)
        if self.case.expect.due:
            wanted += f"、{word('due', self.case.expect.due)}"
        return f"不符  {self.case.name}：应为{wanted}，得到{said}（规则 {self.case.rule}）"


def run_cases(pack: Pack) -> list[CaseResult]:
    """Decide every case of ``pack``; a case without a date is decided on the day it is due."""
    return [_decide(pack, case) for case in pack.cases]


def _decide(pack: Pack, case: Case) -> CaseResult:
    rule = pack.rule(case.rule)
    on = case.as_of or rule.due or date.max
    if not applies(rule, {"kind": case.area.kind, "size": case.area.size}):
        found: Verdict = "not applicable"
    else:
        seen = case.observed
        low = _exact(seen.value if seen.value is not None else seen.at_least, Fraction(0))
        high = _exact(seen.value if seen.value is not None else seen.at_most, UNBOUNDED)
        found = verdict(rule, low, high)
    return CaseResult(case, found, due_state(rule, on, found))


def _exact(value: Decimal | None, otherwise: Fraction) -> Fraction:
    return otherwise if value is None else Fraction(value)
