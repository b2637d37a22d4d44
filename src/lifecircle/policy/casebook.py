"""Cases: tests of a pack in a planner's words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from lifecircle.policy.parts import Identifier, Part, Waiver
from lifecircle.terms.words import DueState, Verdict


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
    """A new facility for so many households, and the square metres to plan."""

    name: Annotated[str, Field(min_length=1)]
    size: Identifier
    households: Annotated[int, Field(ge=0)]
    expect_m2: Decimal


class CasesFile(Part):
    """The content of one file under ``cases/``."""

    cases: tuple[Case, ...] = ()
    steps: tuple[StepCase, ...] = ()
    bars: tuple[BarCase, ...] = ()
    appraisals: tuple[AppraisalCase, ...] = ()
    sizes: tuple[SizeCase, ...] = ()
