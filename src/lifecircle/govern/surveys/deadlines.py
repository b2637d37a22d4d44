"""The deadlines of an open round, and how they are moved: the days before stay on record."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.audit.services import append
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys.access import RUN
from lifecircle.govern.surveys.drafting import check_days
from lifecircle.govern.surveys.models import Move, Round
from lifecircle.govern.surveys.services import check_told

DAYS = ("due_on", "review_due_on")


@transaction.atomic
def move(
    actor: Actor, round_: Round, *, due_on: date, review_due_on: date, reason: str, seen: int
) -> Round:
    """Move the deadlines of an open round; lateness is counted with the new days from now on.

    Raises Refused without the right or a reason, for days out of order, for a new day that has
    passed and where no day is another, Conflict where entry is not open or the round is another
    than was ``seen`` (its version).
    """
    rows = Round.objects.select_for_update(of=("self",)).select_related("area")
    now = rows.get(pk=round_.pk)
    actor.require(RUN, now.area.path)
    if now.state != Round.State.OPEN:
        raise Conflict(_("这一轮不在填报中"), remedy=_("重新打开这一页"))
    if now.version != seen:
        raise Conflict(_("期限刚刚有人改过"), remedy=_("重新打开，看过新期限再改"))
    before, after = (now.due_on, now.review_due_on), (due_on, review_due_on)
    _check(before, after, reason)
    now.due_on, now.review_due_on = after
    check_days(now)
    now.version += 1
    now.save(update_fields=[*DAYS, "version"])
    Move.objects.create(
        round=now, due_before=before[0], review_due_before=before[1], due_on=due_on,
        review_due_on=review_due_on, reason=reason.strip(), actor=actor.name,
        user_id=actor.user_id,
    )  # fmt: skip
    append(
        actor, "survey.move_deadlines", "round", now.pk, area_path=now.area.path,
        before=_told(before), after=_told(after), reason=reason.strip(),
    )  # fmt: skip
    return now


def _check(before: tuple[date, ...], after: tuple[date, ...], reason: str) -> None:
    if before == after:
        raise Refused(_("两个期限都没有变"), remedy=_("改期限，或者取消"))
    today = timezone.localdate()
    if any(new != old and new < today for old, new in zip(before, after, strict=True)):
        raise Refused(_("新的期限已经过了"), remedy=_("写今天或以后的日期"))
    if not reason.strip():
        raise Refused(_("没有写改期限的原因"), remedy=_("写明为什么改"))
    check_told(reason)


def _told(days: tuple[date, ...]) -> dict[str, str]:
    return {name: day.isoformat() for name, day in zip(DAYS, days, strict=True)}
