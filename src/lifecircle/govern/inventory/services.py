"""Changes of the inventory, by a page or the API: checked, then put on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import date
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.inventory.access import CHANGE
from lifecircle.govern.inventory.tables import has_area
from lifecircle.govern.records.models import FRAME, Record, Version
from lifecircle.govern.records.services import put
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.widgets import not_ahead

OWN_ID = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters of numbers that the platform gives: none that one takes for another."""


def new_id(prefix: str = "P") -> str:
    """Return a number for a record that the office gave none."""
    return f"{prefix}-{get_random_string(10, OWN_ID)}"


def check(model: type[Version], record: Record, values: Mapping[str, Any]) -> None:
    """Raise ValidationError where values break a field or a constraint, before they are written."""
    version = model(record=record, **values)
    version.clean_fields(exclude=FRAME)
    version.validate_constraints(exclude=FRAME)


@contextmanager
def checked(model: type[Version], record: Record, values: Mapping[str, Any]) -> Iterator[None]:
    """Raise ValidationError where values break a field, or a constraint when they are written.

    The database checks its constraints as it writes: to ask for each of them before would cost a
    query each, and nearly all are kept. `put` undoes what it wrote before one that was not. The
    area needs no question of its own whether it is there: it was read from there.
    """
    version = model(record=record, **values)
    version.clean_fields(exclude=FRAME | {"area"})
    try:
        yield
    except IntegrityError:
        version.validate_constraints(exclude=FRAME)
        raise


def add(
    actor: Actor,
    model: type[Version],
    values: Mapping[str, Any],
    *,
    area: Area,
    on: date,
    reason: str = "",
    own_id: str = "",
    parent: Record | None = None,
) -> Version:
    """Add a record and return its first version.

    Raises Refused without the right or where the number is taken, ValidationError for bad values
    and a day to come.
    """
    not_ahead(on)
    own_id = own_id or new_id()
    data = {**values, "area": area} if has_area(model) else dict(values)
    record = Record(kind=model.kind(), own_id=own_id, area=area, parent=parent)
    try:
        with checked(model, record, data):
            return put(
                actor, model, own_id, area, data, permission=CHANGE, effective_on=on,
                parent=parent, reason=reason, is_new=True, is_clean=True,
            )  # fmt: skip
    except IntegrityError as error:
        if Record.objects.filter(kind=model.kind(), own_id=own_id).exists():
            raise Conflict(
                _("编号 %(id)s 已经用过") % {"id": own_id}, remedy=_("换一个编号")
            ) from error
        raise


def change(
    actor: Actor,
    now: Version,
    values: Mapping[str, Any],
    *,
    on: date,
    seen: int,
    reason: str = "",
    area: Area | None = None,
    removed: bool = False,
) -> Version:
    """Put what changed of a version on record and return the new one; the rest stays.

    ``seen`` is the version that the writer had before the eyes. Raises Refused, Conflict as `put`
    does, ValidationError for bad values
    and a day to come.
    """
    not_ahead(on)
    model = type(now)
    record = now.record
    where = area or record.area
    names = (name for name in model.data_fields() if name != "area")
    data = {name: getattr(now, name) for name in names} | dict(values)
    if has_area(model):
        data["area"] = where
    if now.pk != seen:
        raise Conflict(_("别人刚刚改过这条档案"), remedy=_("重新打开，看过新内容再改"))
    with nullcontext() if removed else checked(model, record, data):
        return put(
            actor, model, record.own_id, where, data, permission=CHANGE, effective_on=on,
            seen=seen, reason=reason, removed=removed, is_clean=not removed,
        )  # fmt: skip


class BadValues(Refused):
    """What was sent cannot be kept: 422."""

    status = 422


def told(error: ValidationError) -> BadValues:
    """Return bad values as a refusal that names them all, each with its field."""
    if hasattr(error, "error_dict"):
        said = [
            text if name == NON_FIELD_ERRORS else f"{name}：{text}"
            for name, texts in error.message_dict.items()
            for text in texts
        ]
    else:
        said = list(error.messages)
    return BadValues(
        "；".join(dict.fromkeys(text.rstrip("。") for text in said)), remedy=_("改正后再提交")
    )
