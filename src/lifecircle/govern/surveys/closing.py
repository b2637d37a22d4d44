"""Closing: what was reviewed goes into the inventory, community by community; then the baseline."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor, system
from lifecircle.govern.audit.chain import canonical
from lifecircle.govern.audit.services import append
from lifecircle.govern.files.models import StoredFile
from lifecircle.govern.files.services import attach
from lifecircle.govern.inventory.models import Census
from lifecircle.govern.inventory.services import new_id
from lifecircle.govern.records.models import Change, Record, Version
from lifecircle.govern.records.services import begin, put
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys.access import CLOSE
from lifecircle.govern.surveys.asking import EXISTS, FUNCTIONS, OPERATING
from lifecircle.govern.surveys.filled import Filled
from lifecircle.govern.surveys.models import Answer, Return, Round, Step
from lifecircle.govern.surveys.questions import NO, YES, Form
from lifecircle.govern.surveys.services import held
from lifecircle.govern.surveys.writes import Write, current, writes_of
from lifecircle.terms.codes import code_sets
from lifecircle.terms.taxonomy import categories

CHANNEL = "survey"
AT_ONCE = 500


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
def finish(actor: Actor, round_: Round) -> Round:
    """Close a round whose returns are all written; before that it is nothing."""
    now = Round.objects.select_for_update().get(pk=round_.pk)
    actor.require(CLOSE, now.area.path)
    left = now.returns.filter(state=Return.State.REVIEWED).exists()
    if now.state != Round.State.CLOSING or left:
        return now
    now.state, now.closed_at = Round.State.CLOSED, timezone.now()
    now.save(update_fields=["state", "closed_at"])
    append(actor, "survey.finish", "round", now.pk, area_path=now.area.path)
    return now


def settle_all(actor: Actor, round_: Round) -> Round:
    """Write all returns of a round and close it, at once: for commands and tests."""
    form = round_.asks
    for back in round_.returns.filter(state=Return.State.REVIEWED):
        settle(actor, back, form)
    return finish(actor, round_)


def publish(actor: Actor, round_: Round) -> Round:
    """Make a closed round the baseline of its day: its answers are frozen, its censuses declared.

    Where a community answered whether there is a category of facilities, its records are a census
    of that category. Raises Refused without the right, Conflict where it is not closed.
    """
    actor.require(CLOSE, round_.area.path)
    if round_.state != Round.State.CLOSED:
        raise Conflict(_("办结以后才能公布，一轮只公布一次"), remedy=_("重新打开这一页"))
    form, digest = round_.asks, hashlib.sha256(round_.form_sha256.encode())
    said = {"on": round_.as_on, "declared_by": f"{round_.area.name}《{round_.title}》"}
    backs = list(round_.returns.filter(state=Return.State.CLOSED).order_by("pk"))
    censuses = []
    for chunk in batched(backs):
        for filled in Filled.many(chunk, form):
            digest.update(canonical(_frozen(filled)).encode())
            told = {"categories": counted_in(filled), "states": states_in(filled), **said}
            if told["categories"] or told["states"]:
                area = filled.back.area_id
                censuses.append(Census(area_id=area, source=source_of(round_), **told))
    return _published(actor, round_, digest.hexdigest(), censuses)


def batched(backs: list[Return]) -> Iterator[list[Return]]:
    """Yield returns in lots of `AT_ONCE`."""
    yield from (backs[at : at + AT_ONCE] for at in range(0, len(backs), AT_ONCE))


@transaction.atomic
def _published(actor: Actor, round_: Round, sha256: str, censuses: list[Census]) -> Round:
    """Declare it; nothing of a closed round changed since it was read."""
    now = Round.objects.select_for_update(of=("self",)).select_related("area").get(pk=round_.pk)
    if now.state != Round.State.CLOSED:
        raise Conflict(_("办结以后才能公布，一轮只公布一次"), remedy=_("重新打开这一页"))
    Census.objects.bulk_create(censuses, batch_size=AT_ONCE)
    now.state, now.published_at = Round.State.PUBLISHED, timezone.now()
    now.published_by, now.sha256 = actor.name, sha256
    now.save(update_fields=["state", "published_at", "published_by", "sha256"])
    after = {"sha256": now.sha256, "censuses": len(censuses), "on": now.as_on.isoformat()}
    append(actor, "survey.publish", "round", now.pk, area_path=now.area.path, after=after)
    return now


def source_of(round_: Round) -> str:
    """Return how the censuses of a round name where they come from."""
    return f"survey:{round_.pk}"


def counted_in(filled: Filled) -> list[str]:
    """Return the categories whose facilities a community told of completely.

    There is none, or there are and at least one is listed. “Not known” and blanks tell nothing.
    """
    listed = filled.facilities_listed()
    told = {row.key: filled.value(EXISTS, row.key) for row in filled.form.section(FUNCTIONS).rows}
    return [code for code, said in told.items() if said == NO or (said == YES and listed.get(code))]


def states_in(filled: Filled) -> dict[str, str]:
    """Return what a community told of each function: operating, built or absent.

    A function is absent only where every category that serves it was asked about and is not there:
    a policy may mean fewer of them than there are.
    """
    asked = {row.key for row in filled.form.section(FUNCTIONS).rows}
    found: dict[str, str] = {}
    for function in code_sets()["function"]:
        own = [code for code, one in categories().items() if function in one.functions]
        said = {code: filled.value(EXISTS, code) for code in own if code in asked}
        there = [filled.value(OPERATING, code) for code, one in said.items() if one == YES]
        if "operating" in there:
            found[function] = "operating"
        elif "built" in there:
            found[function] = "built"
        elif own and [*said] == own and set(said.values()) == {NO}:
            found[function] = "absent"
    return found


def _frozen(filled: Filled) -> dict[str, object]:
    """Return what a return says, as the baseline keeps it."""
    answers: list[Answer] = sorted(filled.answers.values(), key=lambda one: (one.question, one.row))
    told = [[one.question, one.row, one.value] for one in answers if one.value is not None]
    return {"area": filled.back.area_id, "answers": told}
