"""Stages the rows that take a batch back: what stood before stands again."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from lifecircle.govern.imports.models import Batch, Row, What
from lifecircle.govern.imports.reading import told_of
from lifecircle.govern.imports.targets import Target, targets
from lifecircle.govern.records.models import Version
from lifecircle.terms.errors import Fault

CHANGED_SINCE = Fault(_("导入以后又改过"), remedy=_("逐条核对后单独改"))
_FAR = 10**12


def undoing_rows(batch: Batch, after: int, most: int) -> tuple[list[Row], int]:
    """Return some rows that take back what ``batch.undoes`` wrote, and how far they go.

    ``after`` is the number of the target times a large number plus the last version met.
    """
    assert batch.undoes is not None
    for place, target in enumerate(targets().values()):
        last = max(after - place * _FAR, 0)
        if last >= _FAR:
            continue
        found = target.model.versions.filter(since=batch.undoes.change, pk__gt=last)
        versions = list(found.select_related("record").order_by("pk")[:most])
        if versions:
            rows = _rows(batch, target, versions)
            return rows, place * _FAR + versions[-1].pk
    return [], after


def _rows(batch: Batch, target: Target, versions: list[Version]) -> list[Row]:
    assert batch.undoes is not None
    records = [version.record_id for version in versions]
    before = target.model.versions.filter(record_id__in=records, until=batch.undoes.change)
    stood = {version.record_id: version for version in before}
    return [_row(batch, target, one, stood.get(one.record_id)) for one in versions]


def _row(batch: Batch, target: Target, version: Version, stood: Version | None) -> Row:
    row = Row(
        batch=batch, form=target.form, number=0, own_id=version.record.own_id,
        name=str(stood or version)[:100], record_id=version.record_id, seen=version.pk,
        what=What.CHANGED, area_id=version.record.area_id,
    )  # fmt: skip
    if version.until_id is not None:
        row.what, row.told = What.CONFLICT, [told_of(CHANGED_SINCE, error=True)]
        return row
    data = version.data()
    if stood is None:
        row.removed, row.before = True, {}
        return row
    row.values, row.removed = stood.data(), stood.removed
    row.before = {name: data[name] for name in data if data[name] != row.values[name]}
    row.area_id = getattr(stood, "area_id", row.area_id)
    row.moved = row.area_id != version.record.area_id
    return row
