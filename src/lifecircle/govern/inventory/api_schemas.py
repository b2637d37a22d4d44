"""What the API takes and tells of each kind of records, made of its fields with their units."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from django.db import models
from ninja import Schema
from pydantic import Field, create_model

from lifecircle.govern.days import Day
from lifecircle.govern.inventory.kinds import filled, label
from lifecircle.govern.inventory.tables import fields_of
from lifecircle.govern.records.models import Version

MOST_LETTERS = 500
Text = Annotated[str, Field(max_length=MOST_LETTERS)]
Reason = Annotated[str, Field(max_length=200)]


PLAIN: Mapping[type[models.Field[Any, Any]], Any] = {
    models.JSONField: list[Text],
    models.DateField: Day,
    models.FloatField: float,
    models.BigIntegerField: Annotated[int, Field(ge=0, le=2**63 - 1)],
    models.IntegerField: Annotated[int, Field(ge=0, le=2**31 - 1)],
}
"""What fields of a type take."""


class Use(Schema, extra="forbid"):
    """For what a room is used in which hours: the code of a function."""

    hours: Text
    function: Text


class _New(Schema, extra="forbid"):
    effective_on: Day = Field(description="自何日起属实，不晚于今天")
    reason: Reason = Field("", description="事由")


class _NewRecord(_New):
    number: Annotated[str, Field(max_length=64)] = Field("", description="编号，空的由平台编")
    area: str = Field(description="所属区划：12位代码，或者平台里的编号")


class _Changed(_New):
    version: int = Field(description="看到的是哪一版")
    removed: bool = Field(False, description="注销；已注销的再写一次就恢复")


class _ChangedRecord(_Changed):
    area: str | None = Field(None, description="归到别的区划")


class Row(Schema):
    """A record as it holds, or held on a day; the area is empty where it was one not to be seen."""

    record: int
    number: str
    version: int
    area: str
    area_name: str
    since: Day
    removed: bool
    data: dict[str, Any]


class Rows(Schema):
    """A page of records; `next` is what to give as `after` for the next, None at the end."""

    items: list[Row]
    next: int | None


class PartRow(Schema):
    """A part of a record as it holds, or held on a day."""

    record: int
    version: int
    since: Day
    removed: bool
    data: dict[str, Any]


def _type_of(field: models.Field[Any, Any]) -> Any:
    """Return what a field takes; None is unknown."""
    if field.name == "uses":
        return list[Use] | None
    for kind, taken in PLAIN.items():
        if isinstance(field, kind):
            return taken | None
    if isinstance(field, models.DecimalField):
        exact = Field(ge=0, max_digits=field.max_digits, decimal_places=field.decimal_places)
        return Annotated[Decimal, exact] | None
    most = min(field.max_length or MOST_LETTERS, MOST_LETTERS)
    return Annotated[str, Field(max_length=most)] | None


def _with_fields(name: str, base: type[Schema], model: type[Version]) -> Any:
    wanted = set(filled(model))
    told: dict[str, Any] = {
        field.name: (_type_of(field), Field(None, description=label(model, field.name)))
        for field in fields_of(model)
        if field.name in wanted
    }
    about = "What is not named stays as it is or is unknown."
    return create_model(name, __base__=base, __doc__=about, **told)


def to_add(model: type[Version], *, is_part: bool = False) -> Any:
    """Return the schema that adds one of a kind."""
    return _with_fields(f"{model.__name__}Add", _New if is_part else _NewRecord, model)


def to_change(model: type[Version], *, is_part: bool = False) -> Any:
    """Return the schema that changes one of a kind."""
    return _with_fields(f"{model.__name__}Change", _Changed if is_part else _ChangedRecord, model)


def values_of(model: type[Version], given: Schema) -> Mapping[str, Any]:
    """Return the fields that were named; null is unknown."""
    said = given.model_dump(include=set(filled(model)), exclude_unset=True)
    default = {field.name: field.get_default for field in fields_of(model)}
    return {name: default[name]() if value is None else value for name, value in said.items()}
