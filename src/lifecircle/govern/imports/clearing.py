"""Removes staged rows that are no longer of use; file, counts and root hash of a batch stay.

What was written is told by the records themselves, and taking it back needs no more. What was
rejected or lost stays until `kept_until`, as do batches that nobody confirmed.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from django.utils import timezone

from lifecircle.govern.imports.models import Batch, BatchState, Row, RowQuerySet, What
from lifecircle.govern.jobs.handlers import Step, Steps

KEPT = timedelta(days=90)
AT_ONCE = 1000
STILL_ASKED = (What.REJECTED, What.CONFLICT)
RUNNING = (BatchState.CHECKING, BatchState.COMMITTING)
UNDECIDED = (BatchState.CHECKED, BatchState.FAILED)


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


def _cleared(rows: RowQuerySet, cursor: list[object], done: int, rest: float) -> Steps:
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        yield Step(partial(_remove, keys), cursor, done, done, rest=rest)


def _discard(keys: list[int]) -> None:
    Batch.objects.filter(pk__in=keys, state__in=UNDECIDED).update(state=BatchState.DISCARDED)


def _remove(keys: list[int]) -> None:
    Row.objects.filter(pk__in=keys).delete()
