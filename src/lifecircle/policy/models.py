"""What a policy pack is made of, typed. Nothing here knows geography or files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lifecircle.policy.measures import Measure, ShareOfPeopleWithin, WalkMeasure
from lifecircle.terms.words import Mark, Source, Strength

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Comparator = Literal[">=", ">", "<=", "<", "="]
Scope = dict[Literal["kind", "size"], tuple[str, ...]]
NotModelledReason = Literal[
    "no testable condition",
    "number or attachment absent",
    "repeats another row",
    "module not yet built",
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Part):
    """A title in both languages."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Clause(_Part):
    """The verbatim words of the policy and where they stand."""

    quote: Annotated[str, Field(min_length=1)]
    where: Annotated[str, Field(min_length=1)]


class InferredReading(_Part):
    """Something the text does not print and the pack had to decide; an office may change it."""

    of: Annotated[str, Field(min_length=1)]
    says: Annotated[str, Field(min_length=1)]


class Requirement(_Part):
    """The comparator and the value that the measured figure is held against."""

    comparator: Comparator
    value: Decimal


class Rule(_Part):
    """One testable requirement of a policy."""

    id: Identifier
    title: Text
    group: Text
    clause: Clause
    subject: Literal["community", "city"]
    scope: Scope = {}
    measure: Measure
    require: Requirement
    strength: Strength
    nature: Literal["binding", "expected", "unstated"] = "unstated"
    due: date | None = None
    ledger: tuple[str, ...] = ()
    source: Source
    inferred: tuple[InferredReading, ...] = ()

    @property
    def mark(self) -> Mark:
        """Say whether anything in the rule was inferred."""
        return "inferred" if self.inferred else "printed"

    @property
    def minutes(self) -> float | None:
        """Return the walking minutes the rule speaks of, if any."""
        return self.measure.minutes if isinstance(self.measure, WalkMeasure) else None


class Kind(_Part):
    """A kind of service named by the policy, and the categories that provide it."""

    zh: str
    en: str
    categories: Annotated[tuple[str, ...], Field(min_length=1)]
    inferred: str


class Walking(_Part):
    """The pace by which the policy turns minutes into metres."""

    profile: Literal["adult"]
    speed_m_per_min: Annotated[float, Field(gt=0, le=200)]
    clause: Clause
    inferred: str = ""


class Circle(_Part):
    """The policy's own geometry: a circle around the geometric centre, for these minutes only.

    A community of a class in ``widened_for`` may have a larger radius on record.
    """

    radius_m: Annotated[float, Field(gt=0)]
    minutes: tuple[float, ...]
    widened_for: tuple[str, ...] = ()
    clause: Clause


class Parent(_Part):
    """A document that this policy builds on or carries."""

    title: str
    held: bool


class PackFile(_Part):
    """The content of ``pack.yaml``."""

    id: Identifier
    title: Text
    issuer: str
    issued: str
    applies_to: str
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    parents: tuple[Parent, ...] = ()
    attachments: tuple[Parent, ...] = ()
    walking: Walking
    circle: Circle | None = None
    kinds: dict[Identifier, Kind] = {}


class RulesFile(_Part):
    """The content of one file under ``rules/``."""

    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]


class NotModelled(_Part):
    """A ledger row that no rule models, with a reason from a closed list."""

    ledger: str
    reason: NotModelledReason
    note: str = ""


class NotModelledFile(_Part):
    """The content of ``not_modelled.yaml``."""

    rows: tuple[NotModelled, ...]


class Area(_Part):
    """What a rule's scope looks at in a case."""

    kind: str = "community"
    size: str = ""


class Observed(_Part):
    """What was measured in a case: a value, or what is known for sure at least and at most."""

    value: Decimal | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None


class Expected(_Part):
    """What a planner expects."""

    verdict: Literal["met", "not met", "not assessed", "not applicable"]
    due: Literal["no date", "not yet due", "due", "overdue"] | None = None


class Case(_Part):
    """A test of a rule in a planner's words."""

    name: Annotated[str, Field(min_length=1)]
    rule: Identifier
    area: Area = Area()
    as_of: date | None = None
    observed: Observed = Observed()
    expect: Expected


class CasesFile(_Part):
    """The content of one file under ``cases/``."""

    cases: Annotated[tuple[Case, ...], Field(min_length=1)]


class Pack(_Part):
    """A whole pack: header, rules, what is not modelled, cases, and the hash of its files."""

    header: PackFile
    rules: tuple[Rule, ...]
    not_modelled: tuple[NotModelled, ...]
    cases: tuple[Case, ...]
    sha256: str

    @property
    def id(self) -> str:
        """Return the pack's id."""
        return self.header.id

    def rule(self, rule_id: str) -> Rule:
        """Return the rule with this id; KeyError when there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def categories_of(self, measure: WalkMeasure) -> tuple[str, ...]:
        """Return the categories that a measure counts, with its kind spelled out."""
        if measure.kind:
            return self.header.kinds[measure.kind].categories
        return measure.categories

    def has_circle(self, rule: Rule) -> bool:
        """Say whether the policy's own geometry gives a reading of this rule."""
        return self.header.circle is not None and rule.minutes in self.header.circle.minutes

    def inferred_readings(self) -> list[tuple[str, str, str]]:
        """List every inferred reading as (where, of what, what it says)."""
        found = []
        if self.header.walking.inferred:
            found.append(("walking", "speed_m_per_min", self.header.walking.inferred))
        found += [(f"kinds.{code}", "categories", k.inferred) for code, k in self.kinds()]
        found += [(rule.id, item.of, item.says) for rule in self.rules for item in rule.inferred]
        return found

    def kinds(self) -> list[tuple[str, Kind]]:
        """Return the kinds of service by code."""
        return sorted(self.header.kinds.items())

    def inferred_of(self, rule: Rule) -> tuple[str, ...]:
        """Return all that is inferred in a verdict of ``rule``, its pack's readings included."""
        said = [item.says for item in rule.inferred]
        if isinstance(rule.measure, ShareOfPeopleWithin) and rule.measure.kind:
            said.append(self.header.kinds[rule.measure.kind].inferred)
        if rule.minutes is not None and self.header.walking.inferred:
            said.append(self.header.walking.inferred)
        return tuple(said)
