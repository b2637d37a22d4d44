"""The steps of the single exit: each compares the version that was seen, and is audited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.services import append
from lifecircle.govern.jobs.sentences import kept
from lifecircle.govern.jobs.services import enqueue
from lifecircle.govern.publications.access import APPROVE, PROPOSE
from lifecircle.govern.publications.correcting import successors
from lifecircle.govern.publications.kinds import publishable
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.publications.subjects import Subject
from lifecircle.govern.refused import Conflict, Refused

State = Publication.State
OPEN = (State.PROPOSED, State.APPROVED)
LONGEST = 500


@transaction.atomic
def propose(
    actor: Actor, kind: str, subject_id: int, reason: str, *, title: str = ""
) -> Publication:
    """Propose that a thing be published, its content as it is now; a job makes ready what is seen.

    Raises Refused without right or reason, Conflict while another of the kind and area is under
    way, Http404 for what the actor does not see.
    """
    return _proposed(actor, kind, subject_id, _said(reason), title)


@transaction.atomic
def correct(
    actor: Actor, publication: Publication, seen: int, subject_id: int, reason: str
) -> Publication:
    """Propose what takes the place of a live publication, with what was wrong; raises as propose.

    The wrong one stays live until the new one is approved; withdraw it where that is too long.
    """
    said = _said(reason)
    live = Publication.objects.filter(pk=publication.pk, version=seen, state=State.PUBLISHED)
    if not live.exists():
        raise _moved_on()
    offered = publishable(publication.kind).subject(actor, subject_id)
    if offered and subject_id not in {one.pk for one in successors(actor, publication)}:
        raise Refused(
            _("选的这一份和现在公开的一样，或者比它旧"), remedy=_("先做出新的一份，再提请更正")
        )
    told = {"corrects": publication, "correction": said}
    return _proposed(actor, publication.kind, subject_id, said, "", **told)


def _proposed(
    actor: Actor, kind: str, subject_id: int, reason: str, title: str, **told: Any
) -> Publication:
    subject = publishable(kind).subject(actor, subject_id)
    if subject is None:
        raise unseen()
    actor.require(PROPOSE, subject.area.path)
    _alone(kind, subject)
    made = Publication.objects.create(
        kind=kind,
        subject_id=subject.pk,
        subject_sha256=subject.sha256,
        area=subject.area,
        title=title.strip()[:200] or subject.called[:200] or subject.title[:200],
        proposed_by=actor.name,
        proposed_user_id=actor.user_id,
        proposed_reason=reason,
        **told,
    )
    _hand_over(actor, made, "publication.prepare", gettext_noop("备好 %(title)s"))
    verb = "correct" if told else "propose"
    after = {"kind": kind, "title": made.title, "subject_sha256": subject.sha256}
    after |= {"corrects": told["corrects"].pk} if told else {}
    _told(actor, verb, made, reason, after=after)
    return made


def _alone(kind: str, subject: Subject) -> None:
    """Let one of a kind and area be under way: of persons each tells no more than those before."""
    Area.objects.select_for_update().get(pk=subject.area.pk)
    under_way = Publication.objects.filter(kind=kind, area=subject.area, state__in=OPEN).first()
    if under_way is not None:
        raise Conflict(
            _("同类的“%(title)s”还在办") % {"title": under_way.title},
            remedy=_("等它批准或者退回以后再提请"),
        )


@transaction.atomic
def refuse(actor: Actor, publication: Publication, seen: int, reason: str) -> None:
    """Send a proposal back; whoever proposed it may take it back so too.

    Raises Refused without right or reason, Conflict where it is decided already.
    """
    said = _said(reason)
    if not _is_of(actor, publication):
        actor.require(APPROVE, publication.area.path)
    _step(publication, seen, (State.PROPOSED,), **_decision(actor, State.REFUSED, said))
    _told(actor, "refuse", publication, said)


@transaction.atomic
def approve(actor: Actor, publication: Publication, seen: int, reason: str) -> None:
    """Let a proposal out: a job publishes it and takes the older one of its kind and area away.

    Raises Refused for who proposed it and without right or reason, Conflict where it is decided
    already or what will be seen is not ready to be looked at.
    """
    said = _said(reason)
    actor.require(APPROVE, publication.area.path)
    if _is_of(actor, publication):
        raise Refused(_("自己提请的不能自己批准"), remedy=_("由另一位有批准权限的人办理"))
    if not publication.folder.is_dir():
        raise Conflict(
            _("要公开的内容还没有备好"), remedy=_("等预览可以看了再批准，备不好的退回去")
        )
    _step(publication, seen, (State.PROPOSED,), **_decision(actor, State.APPROVED, said))
    _hand_over(actor, publication, "publication.publish", gettext_noop("发布 %(title)s"))
    _told(actor, "approve", publication, said)


@transaction.atomic
def withdraw(actor: Actor, publication: Publication, seen: int, reason: str) -> None:
    """Take away what the public sees, or was about to see; the reason stays public.

    Raises Refused without right or reason, Conflict where it is not live any more.
    """
    said = _said(reason)
    actor.require(APPROVE, publication.area.path)
    now = timezone.now()
    news = {"withdrawn_by": actor.name, "withdrawn_at": now, "withdrawn_reason": said}
    state = State.WITHDRAWN
    _step(publication, seen, (State.APPROVED, State.PUBLISHED), state=state, **news)
    if Publication.objects.filter(pk=publication.pk, published_at__isnull=False).exists():
        publishable(publication.kind).is_withdrawn(actor, publication, said)
    _told(actor, "withdraw", publication, said)


@transaction.atomic
def go_live(actor: Actor, publication: Publication, manifest: dict[str, Any]) -> None:
    """Show a publication to everybody, in place of the older one of its kind and area.

    Raises Conflict where it was withdrawn before it could be seen.
    """
    mine = Publication.objects.filter(kind=publication.kind, area=publication.area)
    older = list(mine.live().values_list("pk", flat=True))
    mine.live().update(state=State.SUPERSEDED, version=F("version") + 1)
    gone_live = mine.filter(pk=publication.pk, state=State.APPROVED).update(
        state=State.PUBLISHED,
        published_at=timezone.now(),
        manifest=manifest,
        version=F("version") + 1,
    )
    if not gone_live:
        raise Conflict(_("还没有发布就已经撤回"), remedy=_("需要时重新提请"))
    publishable(publication.kind).goes_live(actor, publication)
    _told(actor, "publish", publication, "", before={"superseded": older} if older else {})


def _step(publication: Publication, seen: int, states: Iterable[str], **news: Any) -> None:
    same = Publication.objects.filter(pk=publication.pk, version=seen, state__in=states)
    if not same.update(version=F("version") + 1, **news):
        raise _moved_on()


def _decision(actor: Actor, state: str, reason: str) -> dict[str, Any]:
    return {
        "state": state,
        "decided_by": actor.name,
        "decided_user_id": actor.user_id,
        "decided_at": timezone.now(),
        "decided_reason": reason,
    }


def _moved_on() -> Conflict:
    return Conflict(_("这件事项已经变了"), remedy=_("刷新看它现在的状态"))


def _is_of(actor: Actor, publication: Publication) -> bool:
    """Say whether somebody proposed it; who has no account goes by the name."""
    if actor.user_id is None or publication.proposed_user_id is None:
        return actor.name == publication.proposed_by
    return actor.user_id == publication.proposed_user_id


def _said(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise Refused(_("没有写理由"), remedy=_("写上理由"))
    return said[:LONGEST]


def _hand_over(actor: Actor, publication: Publication, kind: str, title: str) -> None:
    path, called = publication.area.path, kept((title, {"title": publication.title}))
    payload = {"publication": publication.pk}
    job = enqueue(actor, kind, str(publication.pk), payload, title=called, area_path=path)
    Publication.objects.filter(pk=publication.pk).update(job=job)


def _told(
    actor: Actor, verb: str, publication: Publication, reason: str, **change: dict[str, Any]
) -> None:
    path = publication.area.path
    action = f"publication.{verb}"
    append(actor, action, "publication", publication.pk, area_path=path, reason=reason, **change)
