"""The small parts that rules, workflows and appraisals share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lifecircle.terms.words import Mark, Source

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
RecordName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Comparator = Literal[">=", ">", "<=", "<", "=", "between", "none"]


class Part(BaseModel):
    """A part of a pack: unknown fields are refused, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(Part):
    """A title in both languages."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Clause(Part):
    """The verbatim words of the policy and where they stand."""

    quote: Annotated[str, Field(min_length=1)]
    where: Annotated[str, Field(min_length=1)]


class InferredReading(Part):
    """Something the text does not print and the pack had to decide; an office may change it."""

    of: Annotated[str, Field(min_length=1)]
    says: Annotated[str, Field(min_length=1)]


class Sourced(Part):
    """What every statement of a pack carries: its clause, its ledger rows, how sure it is."""

    clause: Clause
    ledger: tuple[str, ...] = ()
    source: Source
    inferred: tuple[InferredReading, ...] = ()

    @property
    def mark(self) -> Mark:
        """Say whether anything in the statement was inferred."""
        return "inferred" if self.inferred else "printed"


class Requirement(Part):
    """What the measured figure is held against: a comparator with a value, or a range.

    ``between`` takes ``low`` and ``high``, both of which are within. ``none`` takes nothing: the
    policy names what is to be looked at and no threshold, so the figure is shown and judges nobody.
    """

    comparator: Comparator
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.comparator == "between":
            if self.low is None or self.high is None or self.value is not None:
                raise ValueError("between 要写 low 和 high，不写 value")
            if self.low > self.high:
                raise ValueError("low 不能大于 high")
        elif self.comparator == "none":
            if (self.value, self.low, self.high) != (None, None, None):
                raise ValueError("none 不写 value、low、high")
        elif self.value is None or self.low is not None or self.high is not None:
            raise ValueError("除 between、none 外要写 value，不写 low、high")
        return self

    @cached_property
    def bounds(self) -> tuple[Fraction, ...]:
        """Return the exact value, or both ends of the range."""
        ends = (self.value, self.low, self.high)
        return tuple(Fraction(end) for end in ends if end is not None)

    @property
    def text(self) -> str:
        """Return the requirement as people write it, such as ``>=30`` or ``40-50``."""
        if self.comparator == "between":
            return f"{self.low}-{self.high}"
        if self.comparator == "none":
            return ""
        return f"{self.comparator}{self.value}"


class Waiver(Part):
    """A soft rule excused for one subject by a named person, with a reason and a date."""

    by: Annotated[str, Field(min_length=1)]
    on: date = Field(alias="as_of")
    reason: Annotated[str, Field(min_length=1)]
