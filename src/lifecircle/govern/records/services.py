"""Writes versions: the one way in which records change, by a page, the API or a batch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.services import append
from lifecircle.govern.identity import refuse_number
from lifecircle.govern.records.models import FRAME, Change, Record, Version
from lifecircle.govern.refused import Conflict, Refused

AT_ONCE = 500
MASKED = "•••"
"""Stands in the audit for the value of a personal field."""


def begin(
    actor: Actor, effective_on: date, reason: str = "", state: Change.State = Change.State.DONE
) -> Change:
    """Return a new change by an actor."""
    return Change.objects.create(
        state=state,
        actor=actor.name,
        user_id=actor.user_id,
        channel=actor.channel,
        effective_on=effective_on,
        reason=reason,
    )


@transaction.atomic
def put(
    actor: Actor,
    model: type[Version],
    own_id: str,
    area: Area,
    values: Mapping[str, Any],
    *,
    permission: str,
    effective_on: date,
    parent: Record | None = None,
    seen: int | None = None,
    reason: str = "",
    removed: bool = False,
    change: Change | None = None,
    is_new: bool = False,
    is_clean: bool = False,
) -> Version:
    """Record a state of a thing from a day on and return its version; the same again is nothing.

    ``seen`` is the version that the writer had before the eyes; ``change`` the act that it is part
    of, where one act changes several records on the same day. ``is_new`` says that there is no such
    record yet, ``is_clean`` that the fields were checked. Raises Refused without the right
    here or there, Conflict where somebody else wrote since, or where later is already known,
    IntegrityError where the new is there and what the database does not take.
    """
    kind = model.kind()
    actor.require(permission, area.path)
    refuse_number(own_id)
    if is_new:
        record = Record.objects.create(kind=kind, own_id=own_id, area=area, parent=parent)
    else:
        record, is_new = Record.objects.select_for_update().get_or_create(
            kind=kind, own_id=own_id, defaults={"area": area, "parent": parent}
        )
    now = None if is_new else _written(actor, permission, model, record)
    _check_order(now, seen, effective_on)
    after = model(record=record, removed=removed, **values)
    if not is_clean:
        _check_values(after)
    if now and now.data() == after.data() and now.removed == removed and record.area == area:
        return now
    change = change or begin(actor, effective_on, reason)
    if now:
        closed = model.versions.filter(pk=now.pk, until__isnull=True)
        closed.update(until=change, until_on=effective_on)
    after.since, after.since_on = change, effective_on
    after.save(force_insert=True)
    if record.area_id != area.pk:
        Record.objects.filter(pk=record.pk).update(area=area)
        record.parts.update(area=area)
    before, changed = difference(now, after)
    action = f"{kind}.{'remove' if removed else 'change' if now else 'add'}"
    append(
        actor, action, kind, own_id,
        area_path=area.path, before=before, after=changed, reason=reason,
    )  # fmt: skip
    return after


def _written(actor: Actor, permission: str, model: type[Version], record: Record) -> Version | None:
    """Return the open version of a record, where an actor may change it."""
    actor.require(permission, record.area.path)
    found: Version | None = model.versions.filter(record=record, until__isnull=True).first()
    return found


def inherit(source: Area, target: Area) -> None:
    """Let the records of an area lie in the one that it became part of."""
    Record.objects.filter(area=source).update(area=target)


def places_in(area: Area) -> dict[int, tuple[float, float]]:
    """Return longitude and latitude of the records that lie in an area; of parts, of the whole."""
    found: dict[int, tuple[float, float]] = {}
    for model in Version.__subclasses__():
        if any(field.name == "lon" for field in model._meta.fields):
            rows = model.versions.current().filter(record__area=area, record__parent=None)
            placed = rows.filter(lon__isnull=False, lat__isnull=False)
            found |= {pk: (x, y) for pk, x, y in placed.values_list("record", "lon", "lat")}
    parts = Record.objects.filter(area=area, parent__isnull=False).values_list("pk", "parent")
    return found | {part: found[whole] for part, whole in parts if whole in found}


def assign_some(records: Collection[int], target: Area) -> None:
    """Let some records lie in another area."""
    keys = list(records)
    for at in range(0, len(keys), AT_ONCE):
        Record.objects.filter(pk__in=keys[at : at + AT_ONCE]).update(area=target)


def lie_in(area: Area) -> int:
    """Return how many records lie in an area."""
    return Record.objects.filter(area=area).count()


def difference(now: Version | None, after: Version) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields that differ, before and after, personal ones masked."""
    old = now.data() if now else {}
    new = after.data()
    names = [name for name in new if old.get(name) != new[name]]
    return (
        {name: _shown(after, name, old[name]) for name in names if name in old},
        {name: _shown(after, name, new[name]) for name in names},
    )


def _shown(version: Version, name: str, value: Any) -> Any:
    return MASKED if name in version.PERSONAL and value else value


def _check_values(after: Version) -> None:
    """Raise Refused with every field whose value cannot be."""
    try:
        after.clean_fields(exclude=FRAME)
    except ValidationError as error:
        said = [
            f"{after._meta.get_field(name).verbose_name}：{text}"  # type: ignore[union-attr]
            for name, texts in error.message_dict.items()
            for text in texts
        ]
        raise Refused("；".join(said).replace("。", ""), remedy=_("改正后再提交")) from error


def _check_order(now: Version | None, seen: int | None, effective_on: date) -> None:
    if now is None:
        return
    if seen is not None and now.pk != seen:
        raise Conflict(_("别人刚刚改过这条档案"), remedy=_("重新打开，看过新内容再改"))
    if now.since.state == Change.State.COMMITTING:
        raise Conflict(_("一批导入正在写入这条档案"), remedy=_("稍后再改"))
    if effective_on < now.since_on:
        raise Refused(
            _("这条档案自%(day)s起已有更新的内容") % {"day": now.since_on},
            remedy=_("把日期写成%(day)s或以后") % {"day": now.since_on},
        )
