"""A round before it opens: drafted, changed, discarded; which communities it excuses."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.services import append
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys.access import RUN
from lifecircle.govern.surveys.models import Round
from lifecircle.govern.surveys.opening import communities_on, pack_of
from lifecircle.govern.surveys.services import check_told
from lifecircle.govern.wording import listed

PLAN = ("pack", "area", "title", "as_on", "opens_on", "due_on", "review_due_on", "basis")
"""What a draft says of a round, all of which may be changed until it opens."""

MOST_NAMED = 5


@transaction.atomic
def draft(actor: Actor, *, basis: str = "", **plan: Any) -> Round:
    """Draft a round of a city or a county; ``plan`` has the rest of `PLAN`.

    Raises Refused without the right and for a bad plan.
    """
    made = Round(actor=actor.name, user_id=actor.user_id, basis=basis, **plan)
    _check_plan(actor, made)
    made.save()
    append(actor, "survey.draft", "round", made.pk, area_path=made.area.path, after=_told(made))
    return made


@transaction.atomic
def draft_each(actor: Actor, *, area: Area, **plan: Any) -> list[Round]:
    """Draft a round of each county below a city, so that each county closes its own; see `draft`.

    Raises Refused where there is none below.
    """
    actor.require(RUN, area.path)
    counties = Area.objects.below(area).standing().filter(level=Level.COUNTY).exclude(pk=area.pk)
    rounds = [draft(actor, area=county, **plan) for county in counties]
    if not rounds:
        raise Refused(_("这个范围下面没有区县"), remedy=_("不选“每个区县各开展一轮”"))
    return rounds


@transaction.atomic
def change(actor: Actor, round_: Round, *, seen: int, **plan: Any) -> Round:
    """Change what a draft says, any of `PLAN`; what is equal stays.

    Raises as `draft`, Refused too where it would excuse a community that is not of it any more, and
    Conflict where it is a draft no longer or another than was ``seen`` (its version).
    """
    now = _held_draft(actor, round_, seen)
    path, before = now.area.path, _told(now)
    for name, value in plan.items():
        setattr(now, name, value)
    after = _told(now)
    changed = [name for name in PLAN if before[name] != after[name]]
    if not changed:
        return now
    _check_plan(actor, now)
    _check_excused(now)
    now.version += 1
    now.save(update_fields=[*changed, "version"])
    append(
        actor, "survey.change", "round", now.pk, area_path=path,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )  # fmt: skip
    return now


@transaction.atomic
def discard(actor: Actor, round_: Round, *, seen: int) -> None:
    """Take a draft away for good, which no community has seen; the audit keeps what it said.

    Raises as `change`.
    """
    now = _held_draft(actor, round_, seen)
    pk, path, before = now.pk, now.area.path, _told(now)
    now.delete()
    append(actor, "survey.discard", "round", pk, area_path=path, before=before)


@transaction.atomic
def excuse(actor: Actor, round_: Round, area: Area, reason: str, *, seen: int) -> Round:
    """Excuse a community from reporting in a draft, with the reason.

    Raises as `change`, and Refused for what is no community of the round's area on its day.
    """
    now = _held_draft(actor, round_, seen)
    if not communities_on(now.area, now.as_on).filter(pk=area.pk).exists():
        told = {"name": area.name, "day": now.as_on.isoformat()}
        reason_ = _("%(name)s在%(day)s不是这一轮范围里的社区") % told
        raise Refused(reason_, remedy=_("选范围里的社区"))
    if not reason.strip():
        raise Refused(_("没有写免报的原因"), remedy=_("写明为什么不用报"))
    check_told(reason)
    return _excusing(actor, now, {**now.excused, str(area.pk): reason.strip()})


@transaction.atomic
def include(actor: Actor, round_: Round, area: int, *, seen: int) -> Round:
    """Ask a community after all that a draft excused; raises as `change`."""
    now = _held_draft(actor, round_, seen)
    kept = {key: reason for key, reason in now.excused.items() if key != str(area)}
    return _excusing(actor, now, kept)


def _excusing(actor: Actor, now: Round, excused: dict[str, str]) -> Round:
    before, now.excused = now.excused, excused
    if before == excused:
        return now
    now.version += 1
    now.save(update_fields=["excused", "version"])
    append(
        actor, "survey.excuse", "round", now.pk, area_path=now.area.path,
        before={"excused": before}, after={"excused": excused},
    )  # fmt: skip
    return now


def _held_draft(actor: Actor, round_: Round, seen: int) -> Round:
    """Return a draft under its lock, as somebody saw it who may change it."""
    rows = Round.objects.select_for_update(of=("self",)).select_related("area")
    now = rows.filter(pk=round_.pk).first()
    if now is None:
        raise Conflict(_("这份草案已经删去"), remedy=_("回到摸底的列表"))
    actor.require(RUN, now.area.path)
    if now.state != Round.State.DRAFT:
        raise Conflict(_("这一轮已经开始，不能再改"), remedy=_("重新打开这一页"))
    if now.version != seen:
        raise Conflict(_("这份草案刚刚有人改过"), remedy=_("重新打开，看过新内容再改"))
    return now


def _check_plan(actor: Actor, round_: Round) -> None:
    actor.require(RUN, round_.area.path)
    if round_.area.level not in (Level.CITY, Level.COUNTY):
        raise Refused(_("摸底轮次由市级或者区县级开展"), remedy=_("选一个市或区县"))
    check_days(round_)
    pack_of(round_.pack)


def check_days(round_: Round) -> None:
    """Raise Refused where the days of a round are not in order."""
    if not round_.opens_on <= round_.due_on <= round_.review_due_on:
        reason = _("报送期限不能早于开始填报，审核期限不能早于报送期限")
        raise Refused(reason, remedy=_("改日期"))


def _check_excused(round_: Round) -> None:
    """Refuse a plan that leaves out communities which the draft excuses."""
    own = communities_on(round_.area, round_.as_on).filter(pk__in=list(round_.excused))
    left = set(round_.excused) - {str(pk) for pk in own.values_list("pk", flat=True)}
    if left:
        names = Area.objects.filter(pk__in=left).order_by("path").values_list("name", flat=True)
        told = {"names": listed(names[:MOST_NAMED])}
        raise Refused(
            _("改了以后，免报的%(names)s不在这一轮里") % told, remedy=_("先取消它们的免报")
        )


def _told(round_: Round) -> dict[str, Any]:
    """Return what a draft says, as the audit tells it."""
    said = {name: getattr(round_, name) for name in PLAN} | {"area": round_.area.pk}
    return {name: one.isoformat() if isinstance(one, date) else one for name, one in said.items()}
