"""The jobs of imports: check a file, commit a batch, stage the undoing of one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop

from lifecircle.govern.accounts.actors import actor_behind
from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.files.services import sweep
from lifecircle.govern.imports.access import RUN
from lifecircle.govern.imports.clearing import (
    clear_old,
    clear_written,
    erase_numbers,
    with_numbers,
)
from lifecircle.govern.imports.committing import (
    analyse,
    counts_of,
    put_away,
    root_of,
    to_write,
)
from lifecircle.govern.imports.comparing import Comparison
from lifecircle.govern.imports.models import Batch, BatchState, Row, What
from lifecircle.govern.imports.office import datum_taken
from lifecircle.govern.imports.outlines.comparing import staged
from lifecircle.govern.imports.reading import faults_of, not_collected, read_file
from lifecircle.govern.imports.targets import OUTLINES, Target, targets
from lifecircle.govern.imports.ways import Way, way_of
from lifecircle.govern.jobs.handlers import Pace, Step, Steps, Task, handler
from lifecircle.govern.jobs.sentences import kept
from lifecircle.govern.records.bulk import insert
from lifecircle.govern.records.models import Version
from lifecircle.terms.errors import InputError

REST = 0.3 if connection.vendor == "sqlite" else 0.0
"""Between two steps others come to write for so large a part of the time that a step took.

SQLite has one writer at a time; PostgreSQL locks only the rows themselves.
"""


_pace = partial(Pace, rows=250, aim_s=0.06, most=500, least=250)


def batch_of(task: Task) -> Batch:
    """Return the batch that a job is about."""
    found = Batch.objects.select_related("area", "file", "change", "undoes__change")
    return found.get(pk=task.payload["batch"])


def actor_for(batch: Batch) -> Actor:
    """Return who ordered a batch, with the rights of now: each step asks anew."""
    return actor_behind(batch.actor, batch.user_id, batch.channel)


@handler("imports.check")
def check(task: Task) -> Steps:
    """Read a file, compare it, stage the difference."""
    batch = batch_of(task)
    if batch.state != BatchState.CHECKING:
        return
    try:
        if batch.form == OUTLINES:
            yield from _outlines(task, batch)
        else:
            yield from _records(task, batch)
    except InputError as error:
        told = not_collected(batch)
        faults = [*faults_of(error), *told]
        failed = partial(_known, batch, BatchState.FAILED, erased=bool(told), faults=faults)
        yield Step(failed, ["failed"])
        task.said = str(error)


def _outlines(task: Task, batch: Batch) -> Steps:
    """Stage the difference of a file of outlines; all are held against each other first."""
    with datum_taken(taken=bool(batch.datum_by)):
        rows, of = staged(batch, actor_for(batch))
    pace, after = _pace(), (task.cursor or ["rows", 0])[1]
    while some := [row for row in rows if row.number > after][: pace.rows]:
        after = some[-1].number
        pace.took((yield Step(partial(_stage, some), ["rows", after], after, of, rest=REST)))
    yield from _checked(task, batch, of, [])


def _records(task: Task, batch: Batch) -> Steps:
    """Stage the difference of a file of records."""
    with datum_taken(taken=bool(batch.datum_by)):
        read = read_file(batch)
    entries, pace = read.entries, _pace()
    comparison = Comparison(batch, actor_for(batch), entries)
    if batch.area.level == Level.CITY:
        # what lies in no community serves the city all the same, as where a folder is loaded
        comparison.places.by_word[""] = batch.area
    phase, at = task.cursor or ("rows", 0)
    while phase == "rows" and at < len(entries):
        comparison.actor = actor_for(batch)
        rows = comparison.rows(entries[at : at + pace.rows])
        at = min(at + pace.rows, len(entries))
        pace.took((yield Step(partial(_stage, rows), ["rows", at], at, len(entries), rest=REST)))
    if batch.complete:
        kept = {(entry.target.form, entry.read.own_id) for entry in entries if entry.read}
        yield from _missing(batch, kept, at if phase == "missing" else 0, len(entries))
    yield from _checked(task, batch, len(entries), read.told)


def _checked(task: Task, batch: Batch, of: int, told: list[dict[str, Any]]) -> Steps:
    counts = counts_of(batch, of)
    erased = with_numbers(batch, told)
    ended = partial(_known, batch, BatchState.CHECKED, erased=erased, counts=counts, faults=told)
    yield Step(ended, ["checked", 0], of, of)
    task.said = said_of(counts)


def _known(batch: Batch, state: BatchState, *, erased: bool, **told: object) -> None:
    """Show what a batch would do; a file that holds numbers of identity goes in the same step."""
    _ended(batch, state, **told)
    if erased:
        erase_numbers(batch)


@handler("imports.clear", daily=gettext_noop("清理过期的导入"))
def clear(task: Task) -> Steps:
    """Clear what is left of imports that is past its time."""
    yield Step(sweep, ["swept"])
    yield from clear_old(0, REST)
    task.said = gettext_noop("已清理。")


def _missing(batch: Batch, kept: set[tuple[str, str]], after: int, of: int) -> Steps:
    """Stage what is on record in the area of a batch and not in its file."""
    pace = _pace()
    for target in targets().values():
        if not any(form == target.form for form, _ in kept):
            continue
        while True:
            found = (
                target.model.versions.current()
                .filter(record__area__path__startswith=batch.area.path, removed=False)
                .filter(record_id__gt=after)
                .select_related("record")
                .order_by("record_id")[: pace.rows * 5]
            )
            versions = list(found)
            if not versions:
                break
            after = versions[-1].record_id
            rows = [_gone(batch, target, one) for one in versions]
            lacking = [row for row in rows if (target.form, row.own_id) not in kept]
            step = Step(partial(_stage, lacking), ["missing", after], of, of, rest=REST)
            pace.took((yield step))
        after = 0


def _gone(batch: Batch, target: Target, version: Version) -> Row:
    return Row(
        batch=batch, form=target.form, number=0, own_id=version.record.own_id,
        name=str(version)[:100], what=What.MISSING, area_id=version.record.area_id,
        record_id=version.record_id, seen=version.pk,
    )  # fmt: skip


def _stage(rows: list[Row]) -> None:
    insert(rows)


def _ended(batch: Batch, state: BatchState, **told: object) -> None:
    Batch.objects.filter(pk=batch.pk).update(state=state, **told)


@handler("imports.undo")
def undo(task: Task) -> Steps:
    """Stage what would take a batch back."""
    batch, pace = batch_of(task), _pace()
    after = (task.cursor or [0])[0]
    while batch.state == BatchState.CHECKING:
        rows, after = way_of(batch).undoing(batch, after, pace.rows)
        if not rows:
            break
        pace.took((yield Step(partial(_stage, rows), [after], rest=REST)))
    counts = counts_of(batch, 0)
    yield Step(partial(_ended, batch, BatchState.CHECKED, counts=counts), ["checked"])
    task.said = said_of(counts)


@handler("imports.commit", ends_itself=True)
def commit(task: Task) -> Steps:
    """Write a batch and show it; asked to stop before it shows, take everything back."""
    batch, pace = batch_of(task), _pace()
    if batch.state == BatchState.DONE:
        yield from _tidied(batch, task.job.of)  # shown before the worker was killed
        task.said = said_of(batch.counts)
    if batch.state != BatchState.COMMITTING:
        return
    way = way_of(batch)
    phase, at, done = task.cursor or ("rows", 0, 0)
    of = to_write(batch).count()
    while phase == "rows" and not _why_not(task, batch):
        rows = list(to_write(batch).filter(pk__gt=at)[: pace.rows])
        if not rows:
            break
        rows, effect = way.writing(batch, actor_for(batch), rows)
        at, done = rows[-1].pk, done + len(rows)
        pace.took((yield Step(effect, ["rows", at, done], done, of, rest=REST)))
    if phase == "rows" and (overtaken := way.overtaken(batch)):
        yield Step(overtaken, ["rows", at, done], done, of, rest=REST)
    sealed, counts = root_of(batch), counts_of(batch, 0)
    if phase == "back" or _why_not(task, batch):
        said = _why_not(task, batch) or STOPPED
        yield from _back(batch, way, pace, done)
        task.stop_asked, task.said = True, said
        return
    counts[What.UNCHANGED] = batch.counts.get(What.UNCHANGED, 0)
    shown = partial(way.show, batch, actor_for(batch), sealed, counts)
    yield Step(shown, ["shown", 0, 0], of, of)
    yield from _tidied(batch, of)
    # shown already: it is too late to stop
    task.stop_asked, task.said = False, said_of(counts)


def _why_not(task: Task, batch: Batch) -> str:
    """Return why nothing of a batch may be written any more: as asked, or the right is gone."""
    if task.stop_asked:
        return STOPPED
    return "" if actor_for(batch).may(RUN, batch.area.path) else NO_LONGER


def _tidied(batch: Batch, of: int) -> Steps:
    yield Step(partial(analyse, way_of(batch).tables), ["analysed", 0, 0], of, of)
    yield from clear_written(batch, of, REST)


def _back(batch: Batch, way: Way, pace: Pace, done: int) -> Steps:
    while (found := way.taking_back(batch, pace.rows)) is not None:
        many, effect = found
        done = max(done - many, 0)
        pace.took((yield Step(effect, ["back", 0, done], done, done, rest=REST)))
    yield Step(partial(put_away, batch, actor_for(batch)), ["back", -1, 0])


NUMBERED = {
    What.ADDED: gettext_noop("新增%(count)s行。"),
    What.CHANGED: gettext_noop("修改%(count)s行。"),
    What.MISSING: gettext_noop("表里没有的%(count)s行。"),
    What.REJECTED: gettext_noop("退回%(count)s行。"),
    What.CONFLICT: gettext_noop("冲突%(count)s行。"),
    What.UNCHANGED: gettext_noop("没有变化%(count)s行。"),
}
NOTHING = gettext_noop("没有变化。")
STOPPED = gettext_noop("已停止，写了一半的都已退回，什么也没有改。")
NO_LONGER = gettext_noop("提交人的导入权限已经收回，写了一半的都已退回，什么也没有改。")


def said_of(counts: Mapping[str, int]) -> str:
    """Say the difference, as a job keeps it."""
    parts = [(text, {"count": counts[what]}) for what, text in NUMBERED.items() if counts.get(what)]
    return kept(*parts) if parts else NOTHING
