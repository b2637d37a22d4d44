"""What waits at the exit: proposals of others to decide, closed rounds that nobody proposed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.publications.access import APPROVE, PROPOSE
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.surveys.models import Round
from lifecircle.govern.waiting import Waiting


def waiting(actor: Actor, today: date) -> Iterator[Waiting]:
    """Yield the proposals that the actor may approve or refuse, then the baselines to propose."""
    del today
    yield from _to_decide(actor)
    yield from _to_propose(actor)


def _to_decide(actor: Actor) -> Iterator[Waiting]:
    if not actor.may(APPROVE):
        return
    state = Publication.State.PROPOSED
    open_ones = Publication.objects.visible_to(actor, APPROVE).filter(state=state)
    many = open_ones.exclude(proposed_user_id=actor.user_id).count()
    if many:
        url = f"{reverse('publications:list')}?state={state}"
        yield Waiting(_("批准或退回提请发布的事项"), url, count=many)


def _to_propose(actor: Actor) -> Iterator[Waiting]:
    """Yield the rounds that are closed and were never on their way, or were refused."""
    if not actor.may(PROPOSE):
        return
    known = Publication.objects.filter(kind=Publication.Kind.BASELINE)
    known = known.exclude(state=Publication.State.REFUSED)
    rounds = Round.objects.visible_to(actor).filter(actor.scope(PROPOSE, "area__path"))
    closed = (
        rounds.filter(state=Round.State.CLOSED)
        .exclude(sha256="")
        .exclude(pk__in=known.values("subject_id"))
    )
    told = closed.aggregate(many=Count("pk", distinct=True), one=Min("pk"))
    if told["many"]:
        url = reverse("surveys:round", args=[told["one"]])
        yield Waiting(_("提请公布办结的摸底"), url, count=told["many"])
