"""Removes staged rows that are no longer of use, and files that must not or need not be kept.

What was written is told by the records themselves, and taking it back needs no more. What was
rejected or lost stays until `kept_until`, as do batches that nobody confirmed, and the files of
those that nothing came of. Counts, root hash and the file of what was written stay. A file with
numbers of identity goes as soon as it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from lifecircle.govern.actor import system
from lifecircle.govern.files.services import erase
from lifecircle.govern.identity import IDENTITY
from lifecircle.govern.imports.models import Batch, BatchState, Row, RowQuerySet, What
from lifecircle.govern.jobs.handlers import Step, Steps

KEPT = timedelta(days=90)
AT_ONCE = 1000
STILL_ASKED = (What.REJECTED, What.CONFLICT)
RUNNING = (BatchState.CHECKING, BatchState.COMMITTING)
UNDECIDED = (BatchState.CHECKED, BatchState.FAILED)
IN_VAIN = (BatchState.DISCARDED, BatchState.STOPPED)
TOO_OLD = gettext_noop("导入没有生效，保留期已过")
HAS_NUMBERS = gettext_noop("文件里有本平台不收集的身份证件信息")


def kept_until(batch: Batch) -> date:
    """Return the day on which what is left of the rows of a batch is removed."""
    return timezone.localdate(batch.created_at) + KEPT


def clear_written(batch: Batch, done: int, rest: float) -> Steps:
    """Remove the rows of a batch that its commit has dealt with."""
    rows = Row.objects.filter(batch=batch).exclude(what__in=STILL_ASKED)
    yield from _cleared(rows, ["cleared", 0, done], done, rest)


def clear_old(done: int, rest: float) -> Steps:
    """Discard batches that nobody confirmed in time, and remove all rows kept long enough."""
    old = Batch.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(state__in=RUNNING)
    abandoned = old.filter(state__in=UNDECIDED)
    if abandoned.exists():
        keys = list(abandoned.values_list("pk", flat=True))
        yield Step(partial(_discard, keys), ["old", 0, done], done, done)
    rows = Row.objects.filter(batch__in=old.values("pk"))
    yield from _cleared(rows, ["old", 1, done], done, rest)
    in_vain = old.filter(state__in=IN_VAIN, file__erased_at__isnull=True, file__isnull=False)
    for batch in in_vain.select_related("file", "area").order_by("pk"):
        yield Step(partial(_erase, batch, TOO_OLD), ["old", 2, batch.pk], done, done, rest=rest)


def with_numbers(batch: Batch, told: Iterable[Mapping[str, Any]]) -> bool:
    """Say whether the file of a batch holds numbers of identity, by what was told of it."""
    rows = Row.objects.filter(batch=batch, what=What.REJECTED).values_list("told", flat=True)
    every = (one for own in rows.iterator(chunk_size=1000) for one in own)
    return any(one.get("code") == IDENTITY for one in (*told, *every))


def erase_numbers(batch: Batch) -> None:
    """Delete the file of a batch that holds numbers of identity."""
    _erase(batch, HAS_NUMBERS)


def _erase(batch: Batch, reason: str) -> None:
    """Delete the file of a batch, unless another that still needs it came by the same bytes."""
    assert batch.file is not None
    others = Batch.objects.filter(file=batch.file).exclude(pk=batch.pk)
    needed = others.filter(state=BatchState.CHECKING)
    if reason == TOO_OLD:
        needed = others.exclude(state__in=IN_VAIN)
    if not needed.exists():
        erase(system("lifecircle imports", "job"), batch.file, batch.area, reason)


def _cleared(rows: RowQuerySet, cursor: list[object], done: int, rest: float) -> Steps:
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        yield Step(partial(_remove, keys), cursor, done, done, rest=rest)


def _discard(keys: list[int]) -> None:
    Batch.objects.filter(pk__in=keys, state__in=UNDECIDED).update(state=BatchState.DISCARDED)


def _remove(keys: list[int]) -> None:
    Row.objects.filter(pk__in=keys).delete()
