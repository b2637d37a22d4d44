"""Workflows as data, and the pure answers: may this role move this state with this evidence."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from lifecircle.policy.parts import Identifier, Part, Sourced, Text


class State(Part):
    """A state of the matter; ``done`` says that it counts as finished for the policy."""

    zh: str
    en: str
    done: bool = False
    end: bool = False


class Deadline(Part):
    """By when a step must be taken: so long after the state began, or by a day of a year.

    ``day`` is month and day such as 06-30, in the year of the beginning plus ``years``.
    """

    days: Annotated[int, Field(ge=0)] = 0
    months: Annotated[int, Field(ge=0)] = 0
    years: Annotated[int, Field(ge=0)] = 0
    day: Annotated[str, Field(pattern=r"^(\d\d-\d\d)?$")] = ""

    def after(self, begun: date) -> date:
        """Return the last day for a state that began on ``begun``."""
        month = begun.month - 1 + self.months
        year, month = begun.year + self.years + month // 12, month % 12 + 1
        if self.day:
            month, day = (int(part) for part in self.day.split("-"))
            return date(year, month, day)
        last = calendar.monthrange(year, month)[1]
        return date(year, month, min(begun.day, last)) + timedelta(days=self.days)


class Step(Sourced):
    """A step from one of some states to another.

    One of the roles ``by`` takes it; all of ``signed_by`` must have signed; all of ``needs`` must
    be on file.
    """

    id: Identifier
    title: Text
    from_: Annotated[tuple[str, ...], Field(alias="from", min_length=1)]
    to: str
    by: Annotated[tuple[str, ...], Field(min_length=1)]
    signed_by: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    within: Deadline | None = None


class Bar(Sourced):
    """A mark that keeps its bearer out for ``years`` after the year it was given."""

    id: Identifier
    title: Text
    years: Annotated[int, Field(ge=1)]


class Workflow(Part):
    """The life of a project, a facility or a directory entry under a policy."""

    id: Identifier
    title: Text
    subject: Literal["project", "facility", "directory", "application"]
    roles: dict[str, Text]
    evidence: dict[str, Text] = {}
    states: Annotated[dict[str, State], Field(min_length=2)]
    start: str
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    bars: tuple[Bar, ...] = ()

    def step(self, step_id: str) -> Step:
        """Return the step with this id; KeyError when there is none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def faults(self) -> Iterator[str]:
        """Tell what does not fit together: unknown names, states out of reach or without a way."""
        if self.start not in self.states:
            yield f"start 写的 {self.start} 不在 states 里"
        for step in self.steps:
            named = {
                "states": (*step.from_, step.to),
                "roles": (*step.by, *step.signed_by),
                "evidence": step.needs,
            }
            for part, names in named.items():
                for name in names:
                    if name not in getattr(self, part):
                        yield f"步骤 {step.id}：{part} 里没有 {name}"
        reached = {self.start, *(step.to for step in self.steps)}
        left = {name for step in self.steps for name in step.from_}
        for name, state in self.states.items():
            if name not in reached:
                yield f"没有步骤能到达状态 {name}"
            if not state.end and name not in left:
                yield f"状态 {name} 没有下一步，也没有写 end: true"


@dataclass(frozen=True)
class Decision:
    """Whether a step may be taken, where it leads, and everything that is missing."""

    allowed: bool
    to: str
    missing: tuple[str, ...]


def decide_step(
    workflow: Workflow,
    state: str,
    step_id: str,
    role: str,
    evidence: Collection[str] = (),
    signed: Collection[str] = (),
) -> Decision:
    """Say whether ``role`` may take the step from ``state`` with this evidence and signatures.

    ``missing`` names state, role, evidence and signatures that stand in the way, in that order.
    """
    step = workflow.step(step_id)
    missing = []
    if state not in step.from_:
        missing.append(f"state:{'|'.join(step.from_)}")
    if role not in step.by:
        missing.append(f"role:{'|'.join(step.by)}")
    missing += [f"evidence:{item}" for item in step.needs if item not in evidence]
    missing += [f"signature:{who}" for who in step.signed_by if who not in signed]
    return Decision(not missing, state if missing else step.to, tuple(missing))


def open_steps(workflow: Workflow, state: str, role: str) -> tuple[str, ...]:
    """Return the steps that ``role`` could take from ``state``, evidence aside."""
    return tuple(s.id for s in workflow.steps if state in s.from_ and role in s.by)


def is_overdue(workflow: Workflow, step_id: str, begun: date, today: date) -> bool:
    """Say whether the step's deadline has passed for a state that began on ``begun``."""
    within = workflow.step(step_id).within
    return within is not None and today > within.after(begun)


def barred_by(workflow: Workflow, marks: Collection[tuple[str, int]], year: int) -> tuple[str, ...]:
    """Return the bars that hold in ``year`` for someone who got ``marks`` (bar id, year given)."""
    years = {bar.id: bar.years for bar in workflow.bars}
    return tuple(
        sorted({name for name, given in marks if given < year <= given + years.get(name, 0)})
    )
