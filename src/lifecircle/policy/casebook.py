"""Cases: tests of a pack in a planner's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from lifecircle.policy.parts import Identifier, Part, Waiver
from lifecircle.policy.planning import PlanField, Way
from lifecircle.terms.words import DueState, Verdict


@dataclass(frozen=True)
class CaseResult:
    """A case by name, what was expected and what the pack decided, both in words."""

    name: str
    about: str
    expected: str
    decided: str

    @property
    def passed(self) -> bool:
        """Say whether the decision is the one expected."""
        return self.expected == self.decided

    def __str__(self) -> str:
        if self.passed:
            return f"通过  {self.name}（{self.decided}）"
        return f"不符  {self.name}：应为{self.expected}，得到{self.decided}（{self.about}）"


class Observed(Part):
    """What was measured in a case: a value, or what is known for sure at least and at most."""

    value: Decimal | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None


class Expected(Part):
    """What a planner expects of a rule."""

    verdict: Verdict
    due: DueState | None = None
    waived: bool = False


class Case(Part):
    """A rule, the subject's attributes, what was measured, and the verdict expected."""

    name: Annotated[str, Field(min_length=1)]
    rule: Identifier
    area: dict[str, str] = {}
    as_of: date | None = None
    observed: Observed = Observed()
    waiver: Waiver | None = None
    expect: Expected


class ExpectedStep(Part):
    """What a planner expects of a step."""

    allowed: bool
    to: str = ""
    missing: tuple[str, ...] = ()
    overdue: bool = False


class StepCase(Part):
    """A workflow's state, who wants to do what with which papers, and whether it may be done."""

    name: Annotated[str, Field(min_length=1)]
    workflow: Identifier
    state: str
    do: Identifier
    by: str
    evidence: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    begun: date | None = None
    as_of: date | None = None
    expect: ExpectedStep


class BarCase(Part):
    """Marks given in earlier years, and which still hold in a year."""

    name: Annotated[str, Field(min_length=1)]
    workflow: Identifier
    marks: tuple[tuple[str, int], ...]
    year: int
    expect: tuple[str, ...]


class ExpectedAppraisal(Part):
    """What a planner expects of an appraisal."""

    total: Decimal | None = None
    open_items: tuple[str, ...] = ()
    vetoed_by: tuple[str, ...] = ()


class AppraisalCase(Part):
    """Scores and fallen vetoes, and what comes of them."""

    name: Annotated[str, Field(min_length=1)]
    scores: dict[str, Decimal] = {}
    points: dict[str, Decimal] = {}
    fallen: tuple[str, ...] = ()
    expect: ExpectedAppraisal


class SizeCase(Part):
    """A new facility for so many households, and the square metres to plan; None: none is printed.

    What is planned is told by ``size``, or by the ``mode`` of building that has a size in a
    community with the attributes ``area``.
    """

    name: Annotated[str, Field(min_length=1)]
    size: Identifier = ""
    mode: str = ""
    area: dict[str, str] = {}
    households: Annotated[int, Field(ge=0)]
    expect_m2: Decimal | None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.size) == bool(self.mode):
            raise ValueError("size 和 mode 必须只写一个")
        if self.size and self.area:
            raise ValueError("写 size 时不写 area")
        return self


class OrderCase(Part):
    """Rules that a community does not meet, and in which order their gaps are filled."""

    name: Annotated[str, Field(min_length=1)]
    rules: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    expect: tuple[tuple[Identifier, ...], ...]


class NamedWay(Way):
    """A way to fill a gap, with the name that a case calls it by."""

    name: Annotated[str, Field(min_length=1)]


class WaysCase(Part):
    """All ways there are to fill one gap, and those that the policy leaves open."""

    name: Annotated[str, Field(min_length=1)]
    ways: Annotated[tuple[NamedWay, ...], Field(min_length=1)]
    expect: tuple[str, ...]


class ClaimCase(Part):
    """What became of a permit, and which remedies are tried in which order."""

    name: Annotated[str, Field(min_length=1)]
    state: str
    expect: tuple[str, ...]


class PlanCase(Part):
    """What the plan of a community says, and what it lacks."""

    name: Annotated[str, Field(min_length=1)]
    says: tuple[PlanField, ...]
    expect_missing: tuple[PlanField, ...]


class CasesFile(Part):
    """The content of one file under ``cases/``."""

    cases: tuple[Case, ...] = ()
    steps: tuple[StepCase, ...] = ()
    bars: tuple[BarCase, ...] = ()
    appraisals: tuple[AppraisalCase, ...] = ()
    sizes: tuple[SizeCase, ...] = ()
    orders: tuple[OrderCase, ...] = ()
    ways: tuple[WaysCase, ...] = ()
    claims: tuple[ClaimCase, ...] = ()
    plans: tuple[PlanCase, ...] = ()
