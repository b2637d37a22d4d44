"""What the answers of a return change in the inventory, record by record, and what cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lifecircle.govern.inventory.services import check, told
from lifecircle.govern.inventory.tables import has_area
from lifecircle.govern.records.models import Record, Version
from lifecircle.govern.surveys.asking import GONE, STANDING
from lifecircle.govern.surveys.filled import Filled, Row
from lifecircle.govern.surveys.on_file import MODELS, value_of
from lifecircle.govern.surveys.questions import Question, Section
from lifecircle.govern.wording import listed

NEEDED = {
    "facilities": ("facility_name", "facility_categories"),
    "spaces": ("space_name", "space_kind"),
}
"""What a row that is added must say, by section."""

STANDING_OF = {"facilities": f"facility_{STANDING}", "spaces": f"space_{STANDING}"}
"""The question whether a record on file is still there, by section."""


@dataclass(frozen=True)
class Write:
    """What becomes of one record: fields that were answered, or that it is gone; its photos.

    ``own_id`` is empty of one that was added.
    """

    section: Section
    row: Row
    model: type[Version]
    own_id: str
    values: Mapping[str, Any]
    removed: bool
    photos: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Say whether there is anything to put on record."""
        return bool(self.values) or self.removed

    def over(self, now: Version | None, area: Any) -> dict[str, Any]:
        """Return the whole record: what was answered over what it says now."""
        data = {} if now is None else {name: getattr(now, name) for name in now.data_fields()}
        data |= {} if self.removed else self.values
        if has_area(self.model) and now is None:
            data["area"] = area
        return data

    def overtaken(self, now: Version) -> bool:
        """Say whether a field that was answered was changed on record since it was shown."""
        if now.pk == self.row.seen or self.removed:
            return now.pk != self.row.seen and self.removed
        answered = [one for one in self.section.questions if set(_fields(one)) & set(self.values)]
        return any(value_of(one, now) != self.row.on_file.get(one.code) for one in answered)


def writes_of(filled: Filled) -> Iterator[Write]:
    """Yield what the answers change, a record at a time, in the order of the form."""
    for section in filled.form.sections:
        if not section.of:
            continue
        for row in filled.rows(section):
            write = _write(filled, section, row)
            if write.changes or write.photos:
                yield write


def _write(filled: Filled, section: Section, row: Row) -> Write:
    values: dict[str, Any] = {}
    for question in section.questions:
        value = filled.value(question.code, row.key)
        if question.field and value is not None:
            values |= _as_fields(question, value)
    standing = STANDING_OF.get(section.of, "")
    gone = filled.value(standing, row.key) == GONE and not row.is_new
    photos = [filled.value(one.code, row.key) for one in section.questions if one.kind == "photo"]
    return Write(
        section=section,
        row=row,
        model=MODELS[section.of],
        own_id="" if row.is_new else row.key,
        values={} if gone else values,
        removed=gone,
        photos=tuple(one for one in photos if one),
    )


def _fields(question: Question) -> tuple[str, ...]:
    return ("lon", "lat", "shape") if question.field == "point" else (question.field,)


def _as_fields(question: Question, value: Any) -> dict[str, Any]:
    """Return an answer as the fields of a record hold it; a new point takes a drawn shape away."""
    if question.field == "point":
        return {"lon": value[0], "lat": value[1], "shape": ""}
    if question.kind == "decimal":
        return {question.field: Decimal(value)}
    if question.kind == "day":
        return {question.field: date.fromisoformat(value)}
    return {question.field: value}


def current(writes: Sequence[Write]) -> dict[tuple[str, str], Version]:
    """Return the records as they are now, by section and number: one question for each kind."""
    found: dict[tuple[str, str], Version] = {}
    for code, model in MODELS.items():
        ids = [one.own_id for one in writes if one.section.of == code and one.own_id]
        if ids:
            rows = model.versions.current().filter(record__own_id__in=ids, removed=False)
            for version in rows.filter(record__kind=model.kind()).select_related("record__area"):
                found[code, version.record.own_id] = version
    return found


def faults(filled: Filled) -> list[str]:
    """Return in words what could not be put on record."""
    writes = [one for one in writes_of(filled) if one.changes and not one.removed]
    now = current(writes)
    said = []
    for one in writes:
        lacking = [
            filled.form.question(code).label
            for code in NEEDED.get(one.section.code, ())
            if one.row.is_new and filled.value(code, one.row.key) is None
        ]
        if lacking:
            names = {"row": one.row.label, "names": listed(lacking)}
            said.append(_("“%(row)s”没有写%(names)s") % names)
            continue
        version = now.get((one.section.of, one.own_id))
        record = version.record if version else Record(kind=one.model.kind(), own_id="P-NEW")
        try:
            check(one.model, record, one.over(version, filled.back.area))
        except ValidationError as error:
            said.append(f"“{one.row.label}”：{told(error).reason}")
    return said
