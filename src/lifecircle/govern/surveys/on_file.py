"""The records of communities as a round shows them: what was on file when it was opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from lifecircle.govern.areas.models import Area
from lifecircle.govern.inventory.models import Facility, Permit, Space
from lifecircle.govern.records.models import Version
from lifecircle.govern.surveys.questions import Form, Question, Section
from lifecircle.govern.wording import worded
from lifecircle.terms.taxonomy import Category, categories

MODELS: Mapping[str, type[Version]] = {"facilities": Facility, "spaces": Space, "permits": Permit}
"""The kind of record that a section asks about, by its ``of``."""

OnFile = dict[str, dict[str, dict[str, Any]]]


def on_file(form: Form, areas: Iterable[Area]) -> Mapping[int, OnFile]:
    """Return the records of each area by section and number: label, values, the version shown."""
    wanted = [area.pk for area in areas]
    found: dict[int, OnFile] = {
        pk: {section.code: {} for section in form.sections if section.of} for pk in wanted
    }
    for section in form.sections:
        if not section.of:
            continue
        rows = MODELS[section.of].versions.current().filter(removed=False, record__area__in=wanted)
        for version in rows.select_related("record").order_by("record_id").iterator():
            found[version.record.area_id][section.code][version.record.own_id] = {
                "label": _label(version),
                "seen": version.pk,
                "values": values_of(section, version),
            }
    return found


def values_of(section: Section, version: Version) -> dict[str, Any]:
    """Return what a version says, by question; what it does not say is left out."""
    said = {one.code: value_of(one, version) for one in section.questions if one.field}
    return {code: value for code, value in said.items() if value not in (None, "", [])}


def value_of(question: Question, version: Any) -> Any:
    """Return what a version answers to a question, as `values.read` would."""
    if question.field == "point":
        return None if version.lon is None else [version.lon, version.lat]
    value = getattr(version, question.field)
    if value is None:
        return None
    if question.kind == "decimal":
        return f"{value.normalize():f}"
    return value.isoformat() if question.kind == "day" else value


def _label(version: Any) -> str:
    """Return what a person knows the record by."""
    if isinstance(version, Permit):
        known = categories().get(version.category)
        parts = (version.estate, known.zh if known else version.category)
        return " ".join(part for part in parts if part) or version.record.own_id
    return str(version)


def label_said(section: Section, label: str) -> str:
    """Return a label in the reader's language: that of a permit ends in a category, in Chinese."""
    estate, _space, kind = label.rpartition(" ")
    known = _by_name().get(kind) if section.of == "permits" else None
    return f"{estate} {worded(known)}".strip() if known else label


@cache
def _by_name() -> Mapping[str, Category]:
    return {one.zh: one for one in categories().values()}


def by_path(areas: Iterable[Area]) -> Mapping[str, list[Area]]:
    """Return areas by the path of the area above them."""
    found: dict[str, list[Area]] = defaultdict(list)
    for area in areas:
        found[above(area.path)].append(area)
    return found


def above(path: str) -> str:
    """Return the path of the area above."""
    return path[: path.rstrip(".").rfind(".") + 1]
