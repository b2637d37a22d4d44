"""What is done in an open round: handed in, sent back, reviewed, closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.audit.services import append
from lifecircle.govern.jobs.services import enqueue
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys.access import CLOSE, ENTER, REVIEW
from lifecircle.govern.surveys.filled import Filled
from lifecircle.govern.surveys.models import Return, Round, Step
from lifecircle.govern.surveys.values import BadValueError, check_words
from lifecircle.govern.surveys.writes import faults

SETTLE = "survey.settle"
"""The kind of job that writes a closed round to the inventory."""


@transaction.atomic
def hand_in(actor: Actor, back: Return, *, seen: int, missing: str = "") -> Return:
    """Hand a return in; ``missing`` says why some of it stays blank.

    Raises Refused where answers contradict each other, or are missing without a word why, Conflict
    where it is no longer as it was ``seen`` (its version).
    """
    now = held(back)
    actor.require(ENTER, now.area.path)
    check_told(missing)
    filled = Filled.of(now)
    said = filled.contradictions() + faults(filled)
    if said:
        raise Refused("；".join(said[:5]), remedy=_("改正后再报送"))
    blank = len(filled.blanks())
    if blank and not missing.strip():
        reason = _("还有%(count)s项没有答") % {"count": blank}
        raise Refused(reason, remedy=_("补上，或者写明为什么空着"))
    editable = (Return.State.OPEN, Return.State.SENT_BACK)
    return _step(
        actor, now, Return.State.HANDED_IN, editable, seen,
        missing=missing if blank else "", handed_in_at=timezone.now(),
    )  # fmt: skip


@transaction.atomic
def return_(actor: Actor, back: Return, *, seen: int, reason: str) -> Return:
    """Send a return back to its community, with the reason."""
    now = held(back)
    actor.require(REVIEW, now.area.path)
    if not reason.strip():
        raise Refused(_("没有写退回原因"), remedy=_("写明要改什么"))
    check_told(reason)
    before = (Return.State.HANDED_IN, Return.State.REVIEWED)
    return _step(actor, now, Return.State.SENT_BACK, before, seen, reason=reason, reviewed_at=None)


@transaction.atomic
def review(actor: Actor, back: Return, *, seen: int) -> Return:
    """Pass a return that was handed in."""
    now = held(back)
    actor.require(REVIEW, now.area.path)
    before = (Return.State.HANDED_IN,)
    return _step(
        actor, now, Return.State.REVIEWED, before, seen, reason="", reviewed_at=timezone.now()
    )


@transaction.atomic
def close(actor: Actor, round_: Round, exceptions: Mapping[int, str] | None = None) -> Round:
    """Close the entry of a round; ``exceptions`` are returns that stay unknown, with the reason.

    A job then writes what was reviewed to the inventory (`closing.settle`). Raises Refused while
    another return is not reviewed, for an exception without a reason, and for one of a return that
    is of another round or was reviewed.
    """
    actor.require(CLOSE, round_.area.path)
    now = Round.objects.select_for_update().get(pk=round_.pk)
    if now.state != Round.State.OPEN:
        raise Conflict(_("这一轮不在填报中"), remedy=_("重新打开这一页"))
    named = {pk: reason.strip() for pk, reason in (exceptions or {}).items()}
    for reason in named.values():
        check_told(reason)
    waiting = now.returns.exclude(state=Return.State.REVIEWED).select_related("area")
    if named.keys() - {back.pk for back in waiting}:
        reason = _("写了原因的社区里，有的不是这一轮还没有审核的")
        raise Refused(reason, remedy=_("重新打开这一页，只写列出的社区"))
    bare = [back.area.name for back in waiting if not named.get(back.pk)]
    if bare:
        told = {"count": len(bare), "names": "、".join(bare[:5])}
        reason = _("还有%(count)s个社区没有审核：%(names)s") % told
        raise Refused(reason, remedy=_("等审核完，或者逐个写明为什么不等"))
    kept = {str(back.pk): named[back.pk] for back in waiting}
    now.state, now.exceptions, now.closed_by = Round.State.CLOSING, kept, actor.name
    now.save(update_fields=["state", "exceptions", "closed_by"])
    enqueue(actor, SETTLE, str(now.pk), {"round": now.pk}, title=now.title, area_path=now.area.path)
    after = {"exceptions": kept}
    append(actor, "survey.close", "round", now.pk, area_path=now.area.path, after=after)
    return now


def held(back: Return) -> Return:
    """Return it as it is, under its lock."""
    return (
        Return.objects.select_for_update(of=("self",))
        .select_related("round", "area")
        .get(pk=back.pk)
    )


def _step(
    actor: Actor,
    back: Return,
    to: Return.State,
    before: tuple[Return.State, ...],
    seen: int,
    **fields: Any,
) -> Return:
    """Move a return on by compare-and-swap, and tell of it."""
    if back.round.state != Round.State.OPEN:
        raise Conflict(_("这一轮不在填报中"), remedy=_("重新打开这一页"))
    same = Return.objects.filter(pk=back.pk, version=seen, state__in=before)
    if not same.update(state=to, version=F("version") + 1, **fields):
        raise Conflict(_("这份填报刚刚有人动过"), remedy=_("重新打开，看过新内容再办"))
    reason = fields.get("reason") or fields.get("missing") or ""
    Step.objects.create(back=back, to=to, actor=actor.name, user_id=actor.user_id, reason=reason)
    append(
        actor, f"survey.{to}", "return", back.pk, area_path=back.area.path,
        before={"state": back.state}, after={"state": str(to)}, reason=reason,
    )  # fmt: skip
    return Return.objects.select_related("round", "area").get(pk=back.pk)


def check_told(text: str) -> None:
    """Raise Refused where words carry what is not collected."""
    try:
        check_words(text)
    except BadValueError as error:
        raise Refused(str(error), remedy=_("改正后再提交")) from error
