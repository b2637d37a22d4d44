"""What waits in surveys: for a community to answer, a township to review, a county to close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.surveys.access import CLOSE, ENTER, REVIEW
from lifecircle.govern.surveys.models import Return, Round
from lifecircle.govern.waiting import Waiting

SENT_BACK = Return.State.SENT_BACK
LOWEST = "community"
"""Who holds the right to answer far above is not the one to do it: the community is."""


COUNTED = {"many": Count("pk", distinct=True), "moves": Count("round__moves")}
"""Of returns: how many they are, and whether the deadlines of a round of theirs were moved."""


def waiting(actor: Actor, today: date) -> Iterator[Waiting]:
    """Yield what is to hand in, to review and to close, each with its first due day."""
    del today
    yield from _to_answer(actor)
    yield from _to_review(actor)
    yield from _to_close(actor)


def _to_answer(actor: Actor) -> Iterator[Waiting]:
    """Yield what a community has to hand in, where one answers and does not review."""
    if actor.may(REVIEW) or not actor.may(ENTER):
        return
    due = Return.objects.visible_to(actor, ENTER).filter(round__state=Round.State.OPEN)
    for state, text in ((SENT_BACK, _("改正退回的摸底填报")), (Return.State.OPEN, _("填报摸底"))):
        own = due.filter(state=state)
        told = own.aggregate(first=Min("round__due_on"), one=Min("pk"), **COUNTED)
        if told["many"]:
            single = reverse("surveys:return", args=[told["one"]])
            url = single if told["many"] == 1 else reverse("surveys:list")
            yield Waiting(_said(text, told), url, told["first"], told["many"])


def _to_review(actor: Actor) -> Iterator[Waiting]:
    if not actor.may(REVIEW):
        return
    handed_in = Return.objects.visible_to(actor, REVIEW).filter(
        round__state=Round.State.OPEN, state=Return.State.HANDED_IN
    )
    told = handed_in.aggregate(first=Min("round__review_due_on"), one=Min("round_id"), **COUNTED)
    if told["many"]:
        url = f"{reverse('surveys:round', args=[told['one']])}?state={Return.State.HANDED_IN}"
        yield Waiting(_said(_("审核社区报送的摸底"), told), url, told["first"], told["many"])


def _to_close(actor: Actor) -> Iterator[Waiting]:
    """Yield the rounds all of whose returns are reviewed."""
    if not actor.may(CLOSE):
        return
    left = Return.objects.filter(round=OuterRef("pk")).exclude(state=Return.State.REVIEWED)
    rounds = Round.objects.filter(actor.scope(CLOSE, "area__path"), state=Round.State.OPEN)
    rounds = rounds.exclude(Exists(left))
    told = rounds.aggregate(many=Count("pk"), first=Min("review_due_on"), one=Min("pk"))
    if told["many"]:
        url = reverse("surveys:round", args=[told["one"]])
        yield Waiting(_("办结摸底"), url, told["first"], told["many"])


def _said(text: str, told: Mapping[str, Any]) -> str:
    """Return what waits, with a word where its day is not what it was."""
    return _("%(text)s（期限改过）") % {"text": text} if told["moves"] else text
