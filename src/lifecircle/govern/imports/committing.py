"""Writes a batch in short steps that nobody sees until the last; takes one back likewise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Model, OuterRef, Subquery
from django.utils.translation import gettext_noop as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.chain import canonical, root
from lifecircle.govern.audit.services import append
from lifecircle.govern.imports.models import Batch, BatchState, Row, What
from lifecircle.govern.imports.reading import told_of
from lifecircle.govern.imports.targets import Target, targets
from lifecircle.govern.records.bulk import insert
from lifecircle.govern.records.models import Change, Record, Version
from lifecircle.terms.errors import Fault

FIRST_ELSE = Fault(_("核对以后别人又改过这条档案"), remedy=_("重新导入，看过新内容再确认"))
NO_WHOLE = Fault(_("它所属的小区没有登记"), remedy=_("先登记小区，再重新导入"))
NO_RIGHT = Fault(_("写入时您对这里已经没有授权"), remedy=_("找有授权的人办理"))


@dataclass
class _Sorted:
    """The rows of a step: what to enter, what to close, what somebody else was first with."""

    new: list[tuple[Row, Version]] = field(default_factory=list)
    over: list[tuple[Row, Version]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    lost: list[tuple[Row, Fault]] = field(default_factory=list)


def to_write(batch: Batch) -> Any:
    """Return the rows that a commit writes, in order."""
    what = [What.ADDED, What.CHANGED, *([What.MISSING] if batch.remove_missing else [])]
    return Row.objects.filter(batch=batch, what__in=what).order_by("pk")


def ready(target: Target, rows: Iterable[Row]) -> list[tuple[Row, Version | None]]:
    """Return rows with the versions that they say; it takes long, so no lock is held meanwhile."""
    found: list[tuple[Row, Version | None]] = []
    for row in rows:
        version = None
        if row.values is not None:
            version = target.model.of_data(row.values)
            version.removed = row.removed or row.what == What.MISSING
            target.derive(version)
        found.append((row, version))
    return found


def write(
    batch: Batch, actor: Actor, target: Target, rows: Sequence[tuple[Row, Version | None]]
) -> None:
    """Write the versions of some rows of one form; a row that is not as it was seen is told."""
    assert batch.change is not None
    kind = target.model.kind()
    own_ids = [row.own_id for row, _ in rows]
    locked = Record.objects.select_for_update(of=("self",)).filter(kind=kind, own_id__in=own_ids)
    records = {one.own_id: one for one in locked.order_by("pk")}
    found = target.model.versions.filter(
        record_id__in=[one.pk for one in records.values()], until__isnull=True
    )
    open_now: dict[int, Version] = {one.record_id: one for one in found}
    done = _sorted(_Rights(actor, target, rows, records), rows, records, open_now)
    closing = target.model.versions.filter(pk__in=done.closed, until__isnull=True)
    closing.update(until=batch.change, until_on=batch.effective_on)
    wholes = _wholes(batch, actor, done)
    insert([_record(kind, row, wholes) for row, _ in done.new])
    fresh = Record.objects.filter(kind=kind, own_id__in=[row.own_id for row, _ in done.new])
    keys = dict(fresh.values_list("own_id", "pk"))
    for row, version in done.new:
        version.record_id = keys[row.own_id]
    versions = [version for _, version in (*done.new, *done.over)]
    for version in versions:
        version.since_id, version.since_on = batch.change.pk, batch.effective_on
    insert(versions)
    for row, fault in done.lost:
        row.what, row.told = What.CONFLICT, [*row.told, told_of(fault, error=True)]
    Row.objects.bulk_update([row for row, _version in done.lost], ["what", "told"], batch_size=100)


def _record(kind: str, row: Row, wholes: Mapping[str, Record]) -> Record:
    assert row.area_id is not None, "a row that adds lies somewhere"
    return Record(kind=kind, own_id=row.own_id, area_id=row.area_id, parent=wholes.get(row.whole))


class _Rights:
    """Says whether rows may be written here and there; each area is looked up once."""

    def __init__(
        self,
        actor: Actor,
        target: Target,
        rows: Sequence[tuple[Row, Version | None]],
        records: Mapping[str, Record],
    ) -> None:
        areas = {one.area_id for one in records.values()}
        areas |= {row.area_id for row, _ in rows if row.area_id is not None}
        paths = Area.objects.filter(pk__in=areas).values_list("pk", "path")
        self.allowed = {pk for pk, path in paths if actor.may(target.permission, path)}

    def over(self, row: Row, record: Record | None) -> bool:
        """Say whether one may write where a row would lie and where its record lies."""
        areas = {row.area_id, record.area_id if record else None} - {None}
        return areas <= self.allowed


def _wholes(batch: Batch, actor: Actor, done: _Sorted) -> dict[str, Record]:
    """Return what new rows are parts of; a row whose whole is not on record here is lost."""
    wholes: dict[str, Record] = {}
    for words in {row.whole for row, _version in done.new if row.whole}:
        form, _space, own_id = words.partition(" ")
        target = targets()[form]
        found = Record.objects.filter(kind=target.model.kind(), own_id=own_id)
        for record in found.filter(area__path__startswith=batch.area.path).select_related("area"):
            if actor.may(target.permission, record.area.path):
                wholes[words] = record
    missed = [row for row, _version in done.new if row.whole and row.whole not in wholes]
    done.lost += [(row, NO_WHOLE) for row in missed]
    done.new = [(row, one) for row, one in done.new if not row.whole or row.whole in wholes]
    return wholes


def _sorted(
    rights: _Rights,
    rows: Iterable[tuple[Row, Version | None]],
    records: Mapping[str, Record],
    open_now: Mapping[int, Version],
) -> _Sorted:
    done = _Sorted()
    for row, version in rows:
        record = records.get(row.own_id)
        now = open_now.get(record.pk) if record else None
        if (now.pk if now else None) != row.seen or (record and not now):
            done.lost.append((row, FIRST_ELSE))
        elif not rights.over(row, record):
            done.lost.append((row, NO_RIGHT))
        elif record is None or now is None:
            assert version is not None, "a row that adds says what"
            done.new.append((row, version))
        else:
            after = version or _gone(row, now)
            after.record_id = record.pk
            done.over.append((row, after))
            done.closed.append(now.pk)
    return done


def _gone(row: Row, now: Version) -> Version:
    """Return a version that only removes: it says what stood before, and what follows from it."""
    gone = copy(now)
    gone.pk, gone.removed = None, row.removed or row.what == What.MISSING
    gone.until_id = gone.until_on = None
    return gone


def root_of(batch: Batch) -> str:
    """Return the hash that stands for what was written, row by row in order."""
    rows = to_write(batch).values_list("form", "own_id", "removed", "what", "values")
    return root(
        [
            canonical(
                {
                    "kind": form,
                    "id": own_id,
                    "removed": gone or what == What.MISSING,
                    "values": values,
                }
            )
            for form, own_id, gone, what, values in rows.iterator(chunk_size=1000)
        ]
    )


def counts_of(batch: Batch, read: int) -> dict[str, int]:
    """Return how many rows do what; those that were not staged are the same as before."""
    counts = {str(what): 0 for what in What}
    rows = Row.objects.filter(batch=batch).order_by().values_list("what")
    counts |= dict(rows.annotate(Count("pk")))
    staged = sum(counts.values()) - counts[What.MISSING]
    counts[What.UNCHANGED] += max(read - staged, 0)
    return counts


def show(batch: Batch, actor: Actor, root_hash: str, counts: dict[str, int]) -> None:
    """Make a batch visible, all of it in one transaction with its one entry of the audit."""
    assert batch.change is not None
    Change.objects.filter(pk=batch.change.pk, state=Change.State.COMMITTING).update(
        state=Change.State.DONE
    )
    moved = Row.objects.filter(batch=batch, what=What.CHANGED, moved=True)
    if moved.exists():
        where = moved.filter(record_id=OuterRef("pk")).values("area_id")[:1]
        records = Record.objects.filter(pk__in=moved.values("record_id"))
        records.update(area_id=Subquery(where))
        above = Record.objects.filter(pk=OuterRef("parent_id")).values("area_id")[:1]
        parts = Record.objects.filter(parent_id__in=moved.values("record_id"))
        parts.update(area_id=Subquery(above))
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.DONE, root=root_hash, counts=counts)
    after = {
        "root": root_hash,
        "counts": counts,
        "file": batch.file.sha256 if batch.file else "",
        "change": batch.change.pk,
    }
    append(
        actor, "import.undo" if batch.undoes_id else "import.commit", "import", batch.pk,
        area_path=batch.area.path, after=after, reason=batch.reason,
    )  # fmt: skip


def written(
    batch: Batch, targets: Iterable[Target], most: int
) -> tuple[Target, list[Version]] | None:
    """Return some versions that an unseen batch has written, None when there are no more."""
    for target in targets:
        found = target.model.versions.filter(since=batch.change).order_by("pk")[:most]
        versions = list(found)
        if versions:
            return target, versions
    return None


def take_back(batch: Batch, target: Target, versions: list[Version]) -> None:
    """Undo the writing of some versions that nobody saw yet."""
    records = [version.record_id for version in versions]
    target.model.versions.filter(pk__in=[version.pk for version in versions]).delete()
    before = target.model.versions.filter(record_id__in=records, until=batch.change)
    before.update(until=None, until_on=None)
    told = target.model.versions.filter(record_id__in=records).values("record_id")
    Record.objects.filter(pk__in=records).exclude(pk__in=told).delete()


def put_away(batch: Batch, actor: Actor) -> None:
    """End a batch that was taken back."""
    assert batch.change is not None
    Change.objects.filter(pk=batch.change.pk).update(state=Change.State.UNDONE)
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.STOPPED)
    append(actor, "import.stop", "import", batch.pk, area_path=batch.area.path)


def analyse(models: Iterable[type[Model]]) -> None:
    """Tell the database how its tables look now: a list is ten times slower without."""
    tables = [*(model._meta.db_table for model in models), Row._meta.db_table]
    with connection.cursor() as cursor:
        for statement in _analysing(tables):
            cursor.execute(statement)


def _analysing(tables: list[str]) -> Iterator[str]:
    if connection.vendor == "sqlite":
        # so many rows of each index are looked at: enough to choose by, and quick
        yield "PRAGMA analysis_limit = 1000"
    for table in tables:
        yield f"ANALYZE {connection.ops.quote_name(table)}"
