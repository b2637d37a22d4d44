"""The kinds of records as pages and the API know them: what is listed, and what part of what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.inventory.choices import CATEGORY, FUNCTION, called
from lifecircle.govern.inventory.models import (
    Equipment,
    Estate,
    Facility,
    FacilityFunction,
    Gate,
    OffHours,
    Permit,
    Remedy,
    Room,
    Space,
    Tenure,
)
from lifecircle.govern.inventory.tables import fields_of
from lifecircle.govern.records.models import Version
from lifecircle.govern.wording import listed

NOT_FILLED = frozenset({"area", "shape"})
"""Fields that no form asks for by that name."""


@dataclass(frozen=True)
class Part:
    """A kind of parts; ``single`` is one to a whole, such as the tenure of a facility."""

    model: type[Version]
    title: str | Promise
    single: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of records with pages of its own; ``columns`` are listed, ``searched`` by words."""

    model: type[Version]
    title: str | Promise
    columns: tuple[str, ...]
    searched: tuple[str, ...]
    parts: Mapping[str, Part] = field(default_factory=dict)


KINDS: Mapping[str, Kind] = {
    "facilities": Kind(
        Facility,
        _("设施"),
        ("name", "categories", "area", "status", "floor_m2", "hours"),
        ("name", "address"),
        {
            "rooms": Part(Room, _("用房")),
            "functions": Part(FacilityFunction, _("服务功能")),
            "off-hours": Part(OffHours, _("八小时外开放计划")),
            "tenure": Part(Tenure, _("产权和移交"), single=True),
            "equipment": Part(Equipment, _("设备")),
        },
    ),
    "estates": Kind(
        Estate,
        _("小区"),
        ("name", "area", "stage", "households", "residents"),
        ("name",),
        {"gates": Part(Gate, _("大门"))},
    ),
    "permits": Kind(
        Permit,
        _("规划许可"),
        ("estate", "category", "area", "permitted_m2", "actual_m2", "actual"),
        ("estate",),
        {"remedies": Part(Remedy, _("追补"))},
    ),
    "spaces": Kind(
        Space,
        _("空间资源"),
        ("name", "kind_of_space", "area", "floor_m2", "site_m2", "condition", "available_on"),
        ("name", "owner"),
    ),
}

SETS: Mapping[str, str] = {
    "categories": CATEGORY,
    "category": CATEGORY,
    "functions": FUNCTION,
    "function": FUNCTION,
    "operating_mode": "operating_mode",
    "mode": "build_mode",
    "modes": "build_mode",
    "stage": "stage",
    "status": "facility_status",
    "kind_of_room": "room_kind",
    "state": "survey_state",
    "ownership": "ownership",
    "plan": "off_hours_plan",
    "kind_of_space": "space_kind",
    "safety": "safety_check",
    "open_to": "gate_users",
    "actual": "permit_state",
    "remedy": "claim_remedy",
}
"""The code set of each field that holds codes, whatever kind it is of."""


def set_of(model: type[Version], name: str) -> str:
    """Return the code set of a field, empty where it holds none."""
    if name == "condition":
        return "equipment_condition" if model is Equipment else "space_condition"
    if name == "owner":
        return "ownership" if model is Permit else ""
    return SETS.get(name, "")


def filled(model: type[Version]) -> list[str]:
    """Return the fields that a form fills in."""
    return [name for name in model.data_fields() if name not in NOT_FILLED]


def said(version: Version, name: str) -> str:
    """Return the value of a field in words."""
    return in_words(type(version), name, getattr(version, name))


def in_words(model: type[Version], name: str, value: Any) -> str:
    """Return a value as a person reads it; unknown is nothing."""
    if value is None or value in ("", []):
        return ""
    code_set = set_of(model, name)
    if name == "uses":
        uses = (f"{use['hours']} {called(FUNCTION, use['function'])}" for use in value)
        return _("；").join(uses)
    if isinstance(value, list):
        return listed(called(code_set, one) if code_set else one for one in value)
    if name == "shape":
        return str(_("已画范围"))
    return called(code_set, value) if code_set else str(value)


def label(model: type[Version], name: str) -> str:
    """Return what a person calls a field."""
    field_ = next(one for one in fields_of(model) if one.name == name)
    return str(field_.verbose_name)
