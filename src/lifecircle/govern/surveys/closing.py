"""Closing: what was reviewed goes into the inventory, community by community, and is frozen."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor, system
from lifecircle.govern.audit.services import append
from lifecircle.govern.files.models import StoredFile
from lifecircle.govern.files.services import attach
from lifecircle.govern.inventory.services import new_id
from lifecircle.govern.records.models import Change, Record, Version
from lifecircle.govern.records.services import begin, put
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys.access import CLOSE
from lifecircle.govern.surveys.baseline import frozen_sha256
from lifecircle.govern.surveys.filled import Filled
from lifecircle.govern.surveys.models import Return, Round, Step
from lifecircle.govern.surveys.questions import Form
from lifecircle.govern.surveys.services import held
from lifecircle.govern.surveys.writes import Write, current, writes_of

CHANNEL = "survey"


@transaction.atomic
def settle(actor: Actor, back: Return, form: Form | None = None) -> Return:
    """Write what a reviewed return says to the inventory, as one change; done before is nothing.

    A record that was changed since, or is known otherwise from a later day, stays as it is and is
    told in ``unwritten``. Raises Refused without the right, Conflict while entry is open.
    """
    now = held(back)
    actor.require(CLOSE, now.area.path)
    if now.round.state != Round.State.CLOSING:
        raise Conflict(_("这一轮还没有办结"), remedy=_("先办结"))
    if now.state != Return.State.REVIEWED:
        return now
    writer = replace(actor, channel=CHANNEL)
    filled = Filled.of(now, form)
    writes = list(writes_of(filled))
    unwritten = _put_all(writer, filled, writes)
    Return.objects.filter(pk=now.pk).update(
        state=Return.State.CLOSED, version=now.version + 1, unwritten=unwritten
    )
    Step.objects.create(back=now, to=Return.State.CLOSED, actor=actor.name, user_id=actor.user_id)
    after = {"records": len(writes) - len(unwritten), "unwritten": len(unwritten)}
    append(actor, "survey.closed", "return", now.pk, area_path=now.area.path, after=after)
    return now


def _put_all(actor: Actor, filled: Filled, writes: list[Write]) -> list[dict[str, str]]:
    """Put all that was answered on record; return what stays as it is, with the reason."""
    back, known = filled.back, current(writes)
    change: Change | None = None
    unwritten = []
    for one in writes:
        version = known.get((one.section.of, one.own_id))
        try:
            if one.own_id and version is None:
                raise Conflict(_("这条档案已经注销"))
            if version is not None and one.changes and one.overtaken(version):
                raise Conflict(_("填报期间别人改过这条档案"))
            change = change or begin(actor, back.round.as_on, back.round.title)
            with transaction.atomic():
                _put(actor, filled, one, version, change)
        except Refused as error:
            told = {"section": one.section.code, "row": one.row.key, "label": one.row.label}
            unwritten.append({**told, "reason": error.reason})
    return unwritten


def _put(actor: Actor, filled: Filled, one: Write, version: Version | None, change: Change) -> None:
    """Put one record on file, with its photos."""
    area = version.record.area if version else filled.back.area
    record: Record | None = version.record if version else None
    if one.changes:
        record = put(
            actor, one.model, one.own_id or new_id(), area, one.over(version, area),
            permission=CLOSE, effective_on=filled.back.round.as_on, change=change,
            reason=filled.back.round.title, removed=one.removed,
        ).record  # fmt: skip
    for photo in StoredFile.objects.filter(sha256__in=one.photos):
        keeper = system(actor.name, CHANNEL)
        attach(keeper, photo, area, name=f"{one.row.label}{photo.suffix}", record=record)


@transaction.atomic
def finish(actor: Actor, round_: Round, sha256: str) -> Round:
    """Close a round whose returns are all written; before that it is nothing.

    ``sha256`` is of its answers (`baseline.frozen_sha256`), which from now on never change.
    """
    now = Round.objects.select_for_update().get(pk=round_.pk)
    actor.require(CLOSE, now.area.path)
    left = now.returns.filter(state=Return.State.REVIEWED).exists()
    if now.state != Round.State.CLOSING or left:
        return now
    now.state, now.closed_at, now.sha256 = Round.State.CLOSED, timezone.now(), sha256
    now.save(update_fields=["state", "closed_at", "sha256"])
    after = {"sha256": sha256}
    append(actor, "survey.finish", "round", now.pk, area_path=now.area.path, after=after)
    return now


def settle_all(actor: Actor, round_: Round) -> Round:
    """Write all returns of a round and close it, at once: for commands and tests."""
    form = round_.asks
    for back in round_.returns.filter(state=Return.State.REVIEWED):
        settle(actor, back, form)
    return finish(actor, round_, frozen_sha256(round_))
