"""Brings a file in, commits what it would change, throws it away or takes it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, get_args

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.services import append
from lifecircle.govern.files.services import keep, safe_name
from lifecircle.govern.identity import refuse_number
from lifecircle.govern.imports.access import RUN
from lifecircle.govern.imports.models import Batch, BatchState, Row, What
from lifecircle.govern.imports.reading import MAPS, MOST_BYTES, SUFFIXES
from lifecircle.govern.imports.targets import OUTLINES, targets
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.jobs.sentences import kept
from lifecircle.govern.jobs.services import enqueue, start_over
from lifecircle.govern.records.models import Change
from lifecircle.govern.records.services import begin
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.place.coordinates.datums import Datum
from lifecircle.place.coordinates.declarations import CONTRADICTED

CHECK = gettext_noop("检查 %(name)s")
WRITE = gettext_noop("写入 %(name)s")
TAKE_BACK = gettext_noop("撤回 %(name)s")


def bring_in(
    actor: Actor,
    pieces: Iterable[bytes],
    name: str,
    area: Area,
    effective_on: date,
    *,
    form: str = "",
    datum: str = "",
    code_column: str = "",
    complete: bool = False,
    reason: str = "",
) -> Batch:
    """Keep a file and hand it over to be checked; nothing changes yet.

    Raises Refused without the right over the area, and for what is no file to import.
    """
    actor.require(RUN, area.path)
    name = safe_name(name)
    refuse_number(name, reason, code_column)
    suffixes = MAPS if form == OUTLINES else SUFFIXES
    if Path(name).suffix.lower() not in suffixes:
        raise Refused(
            _("不能导入 %(name)s") % {"name": name},
            remedy=_("用这些格式之一：%(suffixes)s") % {"suffixes": "、".join(suffixes)},
        )
    if datum not in ("", *get_args(Datum)):
        raise Refused(
            _("没有叫 %(datum)s 的坐标") % {"datum": datum},
            remedy=_("从 %(data)s 里选") % {"data": "、".join(get_args(Datum))},
        )
    if form == OUTLINES:
        _check_outlines(effective_on, complete=complete)
    elif form and form not in targets():
        raise Refused(
            _("没有可以导入的表 %(form)s") % {"form": form},
            remedy=_("从 %(forms)s 里选") % {"forms": "、".join(targets())},
        )
    file = keep(pieces, MOST_BYTES)
    told = {
        "file": file, "name": name, "form": form, "datum": datum, "complete": complete,
        "code_column": code_column.strip()[:100],
        "area": area, "effective_on": effective_on, "reason": reason,
    }  # fmt: skip
    return _begun(actor, "imports.check", CHECK, **told)


def _check_outlines(effective_on: date, *, complete: bool) -> None:
    """Raise Refused for a day to come, and where what a file leaves out is to be told of."""
    if effective_on > timezone.localdate():
        raise Refused(_("边界写入后马上生效，日期不能晚于今天"), remedy=_("改日期"))
    if complete:
        raise Refused(_("边界文件里没有的区划保留原边界"), remedy=_("不要勾“是全部”"))


@transaction.atomic
def _begun(actor: Actor, kind: str, title: str, **told: Any) -> Batch:
    batch = Batch.objects.create(
        actor=actor.name, user_id=actor.user_id, channel=actor.channel, **told
    )
    _hand_over(actor, batch, kind, title)
    return batch


def _hand_over(actor: Actor, batch: Batch, kind: str, title: str) -> Job:
    """Hand a batch over; the job's title is read in the language of who looks."""
    called = kept((title, {"name": batch.name}))
    path = batch.area.path
    return enqueue(actor, kind, str(batch.pk), {"batch": batch.pk}, title=called, area_path=path)


@transaction.atomic
def commit(actor: Actor, batch: Batch, *, remove_missing: bool = False, reason: str = "") -> Job:
    """Hand a checked batch over to be written, in the name of who confirms it.

    Raises Refused where nothing would change, Conflict where it is confirmed already.
    """
    actor.require(RUN, batch.area.path)
    refuse_number(reason)
    missing = batch.counts.get(What.MISSING, 0) if remove_missing else 0
    if batch.state == BatchState.CHECKED and not batch.writes + missing:
        raise Refused(_("没有变化，不用写入"), remedy=_("看退回的行"))
    change = begin(actor, batch.effective_on, reason or batch.reason, Change.State.COMMITTING)
    ready = Batch.objects.filter(pk=batch.pk, state=BatchState.CHECKED)
    confirmed = ready.update(
        state=BatchState.COMMITTING, change=change, remove_missing=remove_missing,
        actor=actor.name, user_id=actor.user_id, channel=actor.channel,
        reason=reason or batch.reason,
    )  # fmt: skip
    if not confirmed:
        raise Conflict(_("这一批已经确认过，或者还没有检查完"), remedy=_("刷新看它的状态"))
    return _hand_over(actor, batch, "imports.commit", WRITE)


@transaction.atomic
def discard(actor: Actor, batch: Batch) -> None:
    """Throw away a batch that was not committed, its rows with it."""
    actor.require(RUN, batch.area.path)
    idle = Batch.objects.filter(pk=batch.pk, state__in=(BatchState.CHECKED, BatchState.FAILED))
    if not idle.update(state=BatchState.DISCARDED):
        raise Conflict(_("这一批不能作废"), remedy=_("刷新看它的状态"))
    Row.objects.filter(batch=batch).delete()


def may_take_datum(batch: Batch) -> bool:
    """Say whether a file was refused for its datum, so that somebody may answer for it."""
    refused = any(fault.get("code") == CONTRADICTED for fault in batch.faults)
    kept_file = batch.file is not None and not batch.file.erased_at
    return batch.state == BatchState.FAILED and refused and kept_file


@transaction.atomic
def take_datum(actor: Actor, batch: Batch, reason: str) -> None:
    """Answer by name for the datum of a refused file; it is checked anew, nothing else is waived.

    Raises Refused without a reason, Conflict where the file was not refused for its datum.
    """
    actor.require(RUN, batch.area.path)
    refuse_number(reason)
    if not reason:
        raise Refused(_("没有写凭什么认为坐标选得不错"), remedy=_("写明依据，例如测绘单位的说明"))
    said = {"datum_by": actor.name, "datum_on": timezone.localdate(), "datum_reason": reason}
    refused = Batch.objects.filter(pk=batch.pk, state=BatchState.FAILED)
    if not may_take_datum(batch) or not refused.update(
        state=BatchState.CHECKING, faults=[], **said
    ):
        raise Conflict(_("这一批不是因为坐标退回的"), remedy=_("刷新看它的状态"))
    start_over("imports.check", str(batch.pk))
    path, after = batch.area.path, {"name": batch.name, "datum": batch.datum}
    append(actor, "import.accept", "import", batch.pk, area_path=path, after=after, reason=reason)


def undo(actor: Actor, batch: Batch, reason: str) -> Batch:
    """Stage the taking back of a committed batch; what it would do is shown before it does.

    Raises Conflict where it is not in force or is being taken back already.
    """
    actor.require(RUN, batch.area.path)
    refuse_number(reason)
    again = Batch.objects.filter(undoes=batch).exclude(
        state__in=(BatchState.DISCARDED, BatchState.STOPPED, BatchState.FAILED)
    )
    if batch.state != BatchState.DONE or again.exists():
        raise Conflict(_("这一批没有生效，或者已经在撤回"), remedy=_("刷新看它的状态"))
    return _begun(
        actor, "imports.undo", TAKE_BACK, undoes=batch, name=batch.name,
        area=batch.area, form=batch.form, effective_on=batch.effective_on, reason=reason,
    )  # fmt: skip
