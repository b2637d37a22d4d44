"""What a policy pack is made of, typed. Nothing here knows geography or files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from lifecircle.policy.appraisal import Appraisal
from lifecircle.policy.casebook import CasesFile
from lifecircle.policy.measures import (
    Conditions,
    FacilityMeasure,
    Measure,
    WalkMeasure,
    parts_of,
)
from lifecircle.policy.parts import (
    Clause,
    Identifier,
    InferredReading,
    Part,
    RecordName,
    Requirement,
    Sourced,
    Text,
)
from lifecircle.policy.planning import PlanningRules
from lifecircle.policy.workflow import Workflow
from lifecircle.terms.words import Source, Strength

Subject = Literal[
    "community", "township", "county", "city", "facility", "estate", "project", "organisation"
]
NotModelledReason = Literal[
    "no testable condition",
    "number or attachment absent",
    "repeats another row",
    "module not yet built",
]


class Rule(Sourced):
    """One testable requirement of a policy.

    It is in force from ``from`` to ``to``, both within. A changed rule keeps its id; its earlier
    version ends where it begins. ``advice`` is what a figure below, above or within what is asked
    suggests for the community itself.
    """

    id: Identifier
    title: Text
    group: Text
    subject: Subject
    scope: Conditions = {}
    measure: Measure
    require: Requirement
    strength: Strength
    nature: Literal["binding", "expected", "unstated"] = "unstated"
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    due: date | None = None
    changed: str = ""
    advice: Mapping[Literal["below", "above", "met"], Literal["merge", "split", "convert"]] = {}

    @property
    def minutes(self) -> float | None:
        """Return the walking minutes the rule speaks of, if any."""
        return self.measure.minutes if isinstance(self.measure, WalkMeasure) else None

    def in_force(self, on: date) -> bool:
        """Say whether the rule is in force on a day."""
        return (self.from_ is None or self.from_ <= on) and (self.to is None or on <= self.to)


class Kind(Part):
    """A kind of service named by the policy, and the categories that provide it."""

    zh: str
    en: str
    categories: Annotated[tuple[str, ...], Field(min_length=1)]
    inferred: str


class Record(Part):
    """Something an office counts or notes down, which a measure reads."""

    zh: str
    en: str


class Walking(Part):
    """The pace by which the policy turns minutes into metres."""

    profile: Literal["adult"]
    speed_m_per_min: Annotated[float, Field(gt=0, le=200)]
    clause: Clause
    ledger: tuple[str, ...] = ()
    inferred: str = ""


class Circle(Part):
    """The policy's own geometry: a circle around the geometric centre, for these minutes only.

    A community of a class in ``widened_for`` may have a larger radius on record.
    """

    radius_m: Annotated[float, Field(gt=0)]
    minutes: tuple[float, ...]
    widened_for: tuple[str, ...] = ()
    clause: Clause
    ledger: tuple[str, ...] = ()


class PlanningSize(Part):
    """The size to plan a new facility with: the larger of a ratio and a minimum.

    ``ratio`` names a rule of m2 per hundred households, ``minimum`` one of m2 per facility.
    """

    id: Identifier
    title: Text
    ratio: Identifier
    minimum: Identifier
    ledger: tuple[str, ...] = ()
    inferred: tuple[InferredReading, ...] = ()


class Document(Part):
    """A document that this policy builds on or carries."""

    title: str
    held: bool


class Level(Part):
    """A level that a community reaches by meeting a rule and those of all levels before it."""

    id: Identifier
    title: Text
    rule: Identifier


class Ladder(Part):
    """The levels of communities, lowest first; ``below`` names those that do not reach one."""

    below: Text
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    clause: Clause


class GapKind(Part):
    """A kind of gap the policy names; a community has it where it does not meet the rule."""

    id: Identifier
    title: Text
    rule: Identifier


class PackFile(Part):
    """The content of ``pack.yaml``."""

    id: Identifier
    title: Text
    issuer: str
    issued: str
    applies_to: str
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    parent: str = ""
    ledger_prefix: str = ""
    parents: tuple[Document, ...] = ()
    attachments: tuple[Document, ...] = ()
    walking: Walking | None = None
    circle: Circle | None = None
    ladder: Ladder | None = None
    gap_kinds: tuple[GapKind, ...] = ()
    kinds: dict[Identifier, Kind] = {}
    records: dict[RecordName, Record] = {}
    planning_sizes: tuple[PlanningSize, ...] = ()


class RulesFile(Part):
    """The content of one file under ``rules/``: rules, and the records they read."""

    records: dict[RecordName, Record] = {}
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]


class WorkflowFile(Part):
    """The content of ``workflow.yaml``."""

    workflows: Annotated[tuple[Workflow, ...], Field(min_length=1)]


class NotModelled(Part):
    """A ledger row that nothing models, with a reason from a closed list.

    ``names`` is the repeated row or the module that is not yet built.
    """

    ledger: str
    reason: NotModelledReason
    names: str = ""
    note: str = ""


class NotModelledFile(Part):
    """The content of ``not_modelled.yaml``."""

    rows: tuple[NotModelled, ...]


class Change(Part):
    """One change of a rule of the parent pack from a day on, and who decided it."""

    rule: Identifier
    from_: date = Field(alias="from")
    by: Annotated[str, Field(min_length=1)]
    why: Annotated[str, Field(min_length=1)]
    require: Requirement | None = None
    strength: Strength | None = None
    scope: Conditions | None = None
    due: date | None = None
    measure: Measure | None = None
    source: Source | None = None
    clause: Clause | None = None
    withdraw: bool = False


class ChangesFile(Part):
    """The content of ``changes.yaml``."""

    changes: Annotated[tuple[Change, ...], Field(min_length=1)]


class Pack(Part):
    """A whole pack: header, rules, workflows, appraisal, what is not modelled, cases, hash."""

    header: PackFile
    rules: tuple[Rule, ...]
    workflows: tuple[Workflow, ...] = ()
    appraisal: Appraisal = Appraisal()
    planning: PlanningRules = PlanningRules()
    not_modelled: tuple[NotModelled, ...] = ()
    cases: CasesFile = CasesFile()
    sha256: str

    @property
    def id(self) -> str:
        """Return the pack's id."""
        return self.header.id

    def rule(self, rule_id: str, on: date | None = None) -> Rule:
        """Return the rule with this id, the version in force ``on`` a day, else the first.

        Raises KeyError when there is none.
        """
        for rule in self.rules:
            if rule.id == rule_id and (on is None or rule.in_force(on)):
                return rule
        raise KeyError(rule_id)

    def with_parts(self, rule: Rule) -> tuple[Rule, ...]:
        """Return a rule and all rules that it is made of, directly or through others."""
        below = (one for name in parts_of(rule.measure) for one in self.with_parts(self.rule(name)))
        return tuple({one.id: one for one in (rule, *below)}.values())

    def is_unverified(self, rule: Rule) -> bool:
        """Say whether a verdict of ``rule`` rests on a figure that is not verbatim."""
        return any(one.source != "verbatim" for one in self.with_parts(rule))

    def is_inferred(self, rule: Rule) -> bool:
        """Say whether a verdict of ``rule`` rests on any reading that is not printed."""
        return any(self.inferred_of(one) for one in self.with_parts(rule))

    def workflow(self, workflow_id: str) -> Workflow:
        """Return the workflow with this id; KeyError when there is none."""
        for workflow in self.workflows:
            if workflow.id == workflow_id:
                return workflow
        raise KeyError(workflow_id)

    def in_force(self, on: date) -> tuple[Rule, ...]:
        """Return the rules in force on a day."""
        return tuple(rule for rule in self.rules if rule.in_force(on))

    def on(self, day: date) -> Pack:
        """Return the pack with only the rules in force on a day."""
        return self.model_copy(update={"rules": self.in_force(day)})

    def categories_of(self, measure: FacilityMeasure) -> tuple[str, ...]:
        """Return the categories that a measure counts, with its kind spelled out."""
        if measure.kind:
            return self.header.kinds[measure.kind].categories
        return measure.categories

    def has_circle(self, rule: Rule) -> bool:
        """Say whether the policy's own geometry gives a reading of this rule."""
        return self.header.circle is not None and rule.minutes in self.header.circle.minutes

    def kinds(self) -> list[tuple[str, Kind]]:
        """Return the kinds of service by code."""
        return sorted(self.header.kinds.items())

    def statements(self) -> list[tuple[str, Sourced]]:
        """Return everything that carries a clause: rules, workflows, appraisal, planning."""
        found: list[tuple[str, Sourced]] = [(rule.id, rule) for rule in self.rules]
        for workflow in self.workflows:
            found += [(f"{workflow.id}.{step.id}", step) for step in workflow.steps]
            found += [(f"{workflow.id}.{bar.id}", bar) for bar in workflow.bars]
        found += [(cycle.id, cycle) for cycle in self.appraisal.cycles]
        found += [(item.id, item) for item in self.appraisal.items]
        found += [(veto.id, veto) for veto in self.appraisal.vetoes]
        found += [(f"planning.{said.id}", said) for said in self.planning.statements()]
        return found

    def inferred_readings(self) -> list[tuple[str, str, str]]:
        """List every inferred reading as (where, of what, what it says)."""
        found = []
        if self.header.walking and self.header.walking.inferred:
            found.append(("walking", "speed_m_per_min", self.header.walking.inferred))
        found += [(f"kinds.{code}", "categories", k.inferred) for code, k in self.kinds()]
        found += [
            (s.id, item.of, item.says) for s in self.header.planning_sizes for item in s.inferred
        ]
        for name, said in self.statements():
            found += [(name, item.of, item.says) for item in said.inferred]
        return found

    def inferred_of(self, rule: Rule) -> tuple[str, ...]:
        """Return all that is inferred in a verdict of ``rule``, its pack's readings included."""
        said = [item.says for item in rule.inferred]
        if isinstance(rule.measure, FacilityMeasure) and rule.measure.kind:
            said.append(self.header.kinds[rule.measure.kind].inferred)
        walking = self.header.walking
        if rule.minutes is not None and walking is not None and walking.inferred:
            said.append(walking.inferred)
        return tuple(said)
