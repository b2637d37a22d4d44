"""Which form tells which kind of record, and which column is which field."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db.models import Field

from lifecircle.govern.inventory.models import Estate, Facility, Gate, Permit, Space
from lifecircle.govern.records.models import Version
from lifecircle.place.forms.forms import Form, forms

MODELS: Mapping[str, type[Version]] = {
    "facilities": Facility,
    "estates": Estate,
    "gates": Gate,
    "spaces": Space,
    "permits": Permit,
}
"""The kind of record that a row of a form is."""

IDENTITY = {"facilities": "id", "estates": "id", "spaces": "id", "permits": "id"}
"""The column of its number; a gate has none, it is a part of its estate."""

FIELDS = {
    ("facilities", "category"): "categories",
    ("spaces", "kind"): "kind_of_space",
}
"""Fields that are called otherwise than their columns."""

NO_FIELD = frozenset({"typecode"})
"""Columns that only help to read another."""


def field_of(form: str, column: str) -> str:
    """Return the field of a column; empty of the number, the area and what the record is of."""
    if column in NO_FIELD or column == IDENTITY.get(form):
        return ""
    if column == "community" or (form, column) == ("gates", "estate"):
        return ""
    return FIELDS.get((form, column), column)


def form_of(model: type[Version]) -> Form:
    """Return the form that tells a kind."""
    code = next(code for code, kind in MODELS.items() if kind is model)
    return forms()[code]


def fields_of(model: type[Version]) -> list[Field[Any, Any]]:
    """Return the fields of a kind."""
    return list(model._meta.fields)


def has_area(model: type[Version]) -> bool:
    """Say whether the versions of a kind say where they lie; parts lie where the whole does."""
    return any(field.name == "area" for field in fields_of(model))


@cache
def _columns(form: str) -> tuple[tuple[str, str, bool], ...]:
    """Return the columns that have a field, with it, and whether it is an area (m²)."""
    named = ((column, field_of(form, column.code)) for column in forms()[form].columns.values())
    return tuple((one.code, name, one.kind == "area") for one, name in named if name)


def row_of(form: str, version: Any) -> dict[str, Any]:
    """Return a version as a row of its form: codes, numbers and dates by column."""
    row = {column: getattr(version, name) for column, name, _ in _columns(form)}
    for column, _, is_area in _columns(form):
        if is_area and row[column] is not None:
            row[column] = float(row[column])
    if form == "gates":
        row["estate"] = version.record.parent.own_id
        return row
    area = version.area
    row[IDENTITY[form]] = version.record.own_id
    row["community"] = (area.code or area.name) if area.level == "community" else ""
    return row
