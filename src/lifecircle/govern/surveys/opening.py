"""Opening a round: what it asks is frozen, then a job lays a return before every community.

In a city of some thousand communities that takes longer than anybody waits for an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area, AreaQuerySet
from lifecircle.govern.audit.services import append
from lifecircle.govern.jobs.models import ENDED, Job, State
from lifecircle.govern.jobs.services import enqueue, try_again
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys.access import RUN
from lifecircle.govern.surveys.asking import form_of
from lifecircle.govern.surveys.filled import Filled
from lifecircle.govern.surveys.models import Return, Round
from lifecircle.govern.surveys.on_file import on_file
from lifecircle.govern.surveys.questions import Form
from lifecircle.govern.surveys.services import SETTLE
from lifecircle.policy.models import Pack
from lifecircle.policy.packs import load_pack
from lifecircle.terms.errors import InputError

AT_ONCE = 200
OPEN = "survey.open"
"""The kind of job that lays the returns of a round."""


def open_(actor: Actor, round_: Round, *, seen: int | None = None) -> Round:
    """Freeze what a round asks and hand its opening over to a job; entry begins when that is done.

    Where that job broke off, it goes on. Raises Refused without the right or without communities,
    Conflict where the round is opened or being opened already, where the draft was changed since
    it was ``seen`` (its version), and where it was discarded.
    """
    if seen not in (None, round_.version):
        raise _changed()
    if round_.state == Round.State.OPENING:
        return _again(actor, round_)
    form = _form_for(actor, round_)
    with transaction.atomic():
        now = _frozen(actor, round_, form)
        path = now.area.path
        enqueue(actor, OPEN, str(now.pk), {"round": now.pk}, title=now.title, area_path=path)
    return now


def open_at_once(actor: Actor, round_: Round) -> Round:
    """Open a round and lay all of its returns: for commands and tests."""
    form = _form_for(actor, round_)
    now = _frozen(actor, round_, form)
    areas = list(without_return(now))
    for at in range(0, len(areas), AT_ONCE):
        lay(returns_for(now, form, areas[at : at + AT_ONCE]))
    return finish_opening(actor, now)


def communities_on(area: Area, day: date) -> AreaQuerySet:
    """Return the communities that stood in an area on a day, by today's managing tree."""
    stood = Q(ended_on__isnull=True) | Q(ended_on__gt=day)
    return Area.objects.below(area).filter(stood, level=Level.COMMUNITY, began_on__lte=day)


def asked_of(round_: Round) -> AreaQuerySet:
    """Return the communities that a round asks: all of its area but those it excuses."""
    return communities_on(round_.area, round_.as_on).exclude(pk__in=list(round_.excused))


def without_return(round_: Round) -> AreaQuerySet:
    """Return the communities of a round that have no return yet, in a fixed order."""
    laid = Return.objects.filter(round=round_).values("area")
    return asked_of(round_).exclude(pk__in=laid).order_by("pk")


def returns_for(round_: Round, form: Form, areas: Sequence[Area]) -> list[Return]:
    """Return fresh returns of communities, with what is on file of them now; nothing is written."""
    held = on_file(form, areas)
    backs = [Return(round=round_, area=area, on_file=held[area.pk]) for area in areas]
    for back in backs:
        back.asked = Filled(back, form, {}).counts[0]
    return backs


def lay(backs: Sequence[Return]) -> None:
    """Put returns on record."""
    Return.objects.bulk_create(backs, batch_size=AT_ONCE)


@transaction.atomic
def finish_opening(actor: Actor, round_: Round) -> Round:
    """Let a round be answered whose returns are all laid; where it is open, that is nothing."""
    now = _held(round_)
    if now.state != Round.State.OPENING:
        return now
    now.state, now.opened_at = Round.State.OPEN, timezone.now()
    now.save(update_fields=["state", "opened_at"])
    after = {"returns": now.returns.count(), "form_sha256": now.form_sha256}
    append(actor, "survey.opened", "round", now.pk, area_path=now.area.path, after=after)
    return now


def job_of(round_: Round) -> Job | None:
    """Return what is being done to a round in the background: it is opened, or written."""
    kind = {str(Round.State.OPENING): OPEN, str(Round.State.CLOSING): SETTLE}.get(round_.state)
    return Job.objects.filter(kind=kind, key=str(round_.pk)).first() if kind else None


def _form_for(actor: Actor, round_: Round) -> Form:
    """Return what a round will ask; the one writer of the database is not asked for yet."""
    actor.require(RUN, round_.area.path)
    if not communities_on(round_.area, round_.as_on).exists():
        raise Refused(_("这个范围在底数日期没有社区"), remedy=_("核对范围和日期"))
    if not asked_of(round_).exists():
        raise Refused(_("这一轮的社区全都免报"), remedy=_("核对免报的社区"))
    return form_of(pack_of(round_.pack))


def pack_of(name: str) -> Pack:
    """Return a pack; raises Refused where it cannot be read."""
    try:
        return load_pack(name)
    except InputError as error:
        raise Refused(str(error.faults[0].reason), remedy=_("另选政策包")) from error


@transaction.atomic
def _frozen(actor: Actor, round_: Round, form: Form) -> Round:
    rows = Round.objects.select_for_update(of=("self",)).select_related("area")
    now = rows.filter(pk=round_.pk).first()
    if now is None or now.version != round_.version:
        raise _changed()
    if now.state != Round.State.DRAFT:
        raise Conflict(_("这一轮已经开始"), remedy=_("重新打开这一页"))
    now.form, now.form_sha256, now.state = form.plain(), form.sha256, Round.State.OPENING
    now.save(update_fields=["form", "form_sha256", "state"])
    after = {"form_sha256": form.sha256}
    append(actor, "survey.open", "round", now.pk, area_path=now.area.path, after=after)
    return now


def _changed() -> Conflict:
    return Conflict(_("这份草案刚刚有人改过"), remedy=_("重新打开，看过新内容再开始"))


def _again(actor: Actor, round_: Round) -> Round:
    """Let a job that broke off go on."""
    actor.require(RUN, round_.area.path)
    job = Job.objects.filter(kind=OPEN, key=str(round_.pk), state__in=ENDED - {State.DONE}).first()
    if job is None:
        raise Conflict(_("这一轮正在开始"), remedy=_("等它准备好"))
    try_again(actor, job)
    return round_


def _held(round_: Round) -> Round:
    rows = Round.objects.select_for_update(of=("self",)).select_related("area")
    return rows.get(pk=round_.pk)
