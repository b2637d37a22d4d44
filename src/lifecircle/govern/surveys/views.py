"""The pages of rounds: their list, one at a glance, opening, closing."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.refused import Conflict
from lifecircle.govern.surveys import services
from lifecircle.govern.surveys.access import CLOSE, ENTER, RUN
from lifecircle.govern.surveys.deadlines import move
from lifecircle.govern.surveys.forms import told_in
from lifecircle.govern.surveys.models import Return, Round
from lifecircle.govern.surveys.opening import job_of, open_
from lifecircle.govern.surveys.overview import Overview
from lifecircle.govern.surveys.round_forms import CloseForm, DeadlineForm

ROWS = 50
PUBLISH = "publication.propose"
"""Of the exit, which is above: the page only links to it."""


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, as the gate knows them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def seen_round(request: HttpRequest, pk: int) -> Round:
    """Return a round that one may see."""
    rows = Round.objects.visible_to(actor_of(request)).select_related("area")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise unseen()
    return found


def listed(request: HttpRequest) -> HttpResponse:
    """Show the rounds, and to a community its returns that are open."""
    actor = actor_of(request)
    rounds = Round.objects.visible_to(actor).select_related("area").defer("form")
    state = request.GET.get("state", "")
    if state in Round.State.values:
        rounds = rounds.filter(state=state)
    page = Paginator(rounds, ROWS).get_page(request.GET.get("page"))
    given = {"page": page, "state": state, "states": Round.State.choices, "may_run": actor.may(RUN)}
    return render(request, "surveys/list.html", given)


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a round at a glance, by township and community."""
    round_, actor = seen_round(request, pk), actor_of(request)
    today = timezone.localdate()
    early = round_.state in (Round.State.DRAFT, Round.State.OPENING)
    overview = Overview() if early else Overview.of(round_, actor, today)
    job = job_of(round_)
    wanted = {name: request.GET.get(name, "") for name in ("township", "state", "late")}
    rows = overview.filtered(wanted["township"], wanted["state"], late=bool(wanted["late"]))
    path = round_.area.path
    given = {
        "round": round_,
        "ended": round_.ended,
        "overview": overview,
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "wanted": wanted,
        "states": Return.State.choices,
        "job": job,
        "early": early,
        "may_change": round_.state == Round.State.DRAFT and actor.may(RUN, path),
        "may_run": early and actor.may(RUN, path) and (job is None or job.ended),
        "may_move": round_.state == Round.State.OPEN and actor.may(RUN, path),
        "moves": round_.moves.all(),
        "may_close": actor.may(CLOSE, path) and round_.state == Round.State.OPEN,
        "may_publish": round_.sha256 and actor.may(PUBLISH, path),
        "may_enter": actor.may(ENTER) and round_.state == Round.State.OPEN,
        "excepted": _excepted(round_, actor),
    }
    response = render(request, "surveys/round.html", given)
    if job is None and getattr(request, "htmx", False):
        response.headers["HX-Refresh"] = "true"  # what was waited for is done
    return response


def _excepted(round_: Round, actor: Actor) -> list[tuple[Return, str]]:
    """Return the communities that a round was closed without, with the reason."""
    if not round_.exceptions:
        return []
    rows = Return.objects.visible_to(actor).filter(round=round_, pk__in=round_.exceptions)
    return [(back, round_.exceptions[str(back.pk)]) for back in rows.select_related("area")]


def opening(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a round opened."""
    seen = request.POST.get("seen", "")
    round_ = seen_round(request, pk)
    open_(actor_of(request), round_, seen=int(seen) if seen.isdecimal() else None)
    messages.success(request, _("正在准备各社区的填报，准备好就可以填"))
    return redirect("surveys:round", pk)


def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the entry of a round, with a reason for each community that is not waited for."""
    round_, actor = seen_round(request, pk), actor_of(request)
    actor.require(CLOSE, round_.area.path)
    left = Return.objects.visible_to(actor).filter(round=round_)
    backs = list(left.exclude(state=Return.State.REVIEWED).select_related("area"))
    form = CloseForm(backs[:ROWS], request.POST if request.method == "POST" else None)
    if form.is_valid():
        with told_in(form):
            services.close(actor, round_, form.exceptions)
            messages.success(request, _("已停止填报，正在写入台账"))
            return redirect("surveys:round", pk)
    given = {"round": round_, "form": form, "left": len(backs), "most": ROWS}
    return render(request, "surveys/close.html", given)


def moving(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the deadlines of an open round, with the reason."""
    round_, actor = seen_round(request, pk), actor_of(request)
    actor.require(RUN, round_.area.path)
    if round_.state != Round.State.OPEN:
        raise Conflict(_("这一轮不在填报中"), remedy=_("回到这一轮的页面"))
    form = DeadlineForm(round_, request.POST or None)
    if form.is_valid():
        with told_in(form):
            move(actor, round_, **form.cleaned_data)
            messages.success(request, _("期限已改，逾期按新的期限算"))
            return redirect("surveys:round", pk)
    return render(request, "surveys/deadlines.html", {"round": round_, "form": form})
