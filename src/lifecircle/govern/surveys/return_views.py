"""The pages of one return: its sections, its steps, its history; filling in is its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lifecircle.govern.actor import unseen
from lifecircle.govern.surveys import services
from lifecircle.govern.surveys.access import ENTER, REVIEW
from lifecircle.govern.surveys.comparing import differences
from lifecircle.govern.surveys.filled import Filled
from lifecircle.govern.surveys.forms import HandInForm, ReviewForm, told_in
from lifecircle.govern.surveys.models import Answer, Return, Round
from lifecircle.govern.surveys.questions import Section
from lifecircle.govern.surveys.values import shown
from lifecircle.govern.surveys.views import ROWS, actor_of

EDITABLE = frozenset({Return.State.OPEN, Return.State.SENT_BACK})


def seen_return(request: HttpRequest, pk: int) -> Return:
    """Return a return that one may see."""
    rows = Return.objects.visible_to(actor_of(request)).select_related("round__area", "area")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise unseen()
    return found


def may_enter(request: HttpRequest, back: Return) -> bool:
    """Say whether one may answer now: the community, or who reviews what was handed in."""
    if back.round.state != Round.State.OPEN:
        return False
    path, actor = back.area.path, actor_of(request)
    reviewing_ = back.state == Return.State.HANDED_IN
    return actor.may(REVIEW if reviewing_ else ENTER, path) and (
        reviewing_ or back.state in EDITABLE
    )


@dataclass(frozen=True)
class _Part:
    """A section on the page of a return: how far it is."""

    section: Section
    answered: int
    asked: int
    rows: int


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a return: its sections, what it changes against the record, its steps."""
    back = seen_return(request, pk)
    actor, filled = actor_of(request), Filled.of(back)
    is_open = back.round.state == Round.State.OPEN
    enters = is_open and back.state in EDITABLE and actor.may(ENTER, back.area.path)
    reviews = is_open and actor.may(REVIEW, back.area.path)
    given = {
        "back": back,
        "ended": back.round.ended,
        "moved": back.round.moves.exclude(due_before=F("due_on")).first() if is_open else None,
        "parts": [_part(filled, section) for section in filled.form.sections],
        "hand_in": HandInForm(initial={"seen": back.version}) if enters else None,
        "review": _review(back) if reviews else None,
        "blanks": len(filled.blanks()),
        "contradictions": filled.contradictions(),
        "unlisted": filled.unlisted(),
        "differences": differences(filled),
        "steps": back.steps.all(),
    }
    return render(request, "surveys/return.html", given)


def _review(back: Return) -> ReviewForm | None:
    if back.state not in (Return.State.HANDED_IN, Return.State.REVIEWED):
        return None
    return ReviewForm(initial={"seen": back.version})


def _part(filled: Filled, section: Section) -> _Part:
    wanted = [
        (one.code, row.key)
        for row in filled.rows(section)
        for one in section.required
        if not row.is_new
    ]
    done = sum(filled.value(*key) is not None for key in wanted)
    rows = filled.rows(section) if section.repeats else ()
    return _Part(section, done, len(wanted), len(rows))


def handing_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a return in."""
    back, form = seen_return(request, pk), HandInForm(request.POST)
    if form.is_valid():
        with told_in(form):
            services.hand_in(actor_of(request), back, **form.cleaned_data)
            messages.success(request, _("已报送，等乡镇级审核"))
    for said in form.non_field_errors():
        messages.error(request, str(said))
    return redirect("surveys:return", pk)


def reviewing(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass a return, or send it back."""
    back, form = seen_return(request, pk), ReviewForm(request.POST)
    if not form.is_valid():
        for told in form.errors.values():
            messages.error(request, " ".join(str(one) for one in told))
        return redirect("surveys:return", pk)
    data, actor = form.cleaned_data, actor_of(request)
    if data["verdict"] == "pass":
        services.review(actor, back, seen=data["seen"])
        messages.success(request, _("已通过"))
    else:
        services.return_(actor, back, seen=data["seen"], reason=data["reason"])
        messages.success(request, _("已退回"))
    return redirect("surveys:return", pk)


@dataclass(frozen=True)
class _Told:
    """An answer in words, for the history."""

    question: str
    row: str
    said: str
    answer: Answer
    channel: str
    said_on: date | None


def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every answer of a return with what it was before, newest first."""
    back = seen_return(request, pk)
    filled = Filled.of(back)
    rows = Answer.objects.visible_to(actor_of(request)).filter(back=back).order_by("-pk")
    code = request.GET.get("section", "")
    known = {one.code: one for one in filled.form.sections}
    if code in known:
        rows = rows.filter(question__in=[one.code for one in known[code].questions])
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    labels = {(one.code, row.key): row.label for one in known.values() for row in filled.rows(one)}
    told = [_tell(filled, labels, one) for one in page]
    given = {"back": back, "page": page, "told": told, "known": known.values(), "code": code}
    return render(request, "surveys/history.html", given)


def _tell(filled: Filled, labels: dict[tuple[str, str], str], one: Answer) -> _Told:
    question = filled.form.question(one.question)
    section_ = filled.form.section_of(one.question)
    row = labels.get((section_.code, one.row), one.row)
    said = shown(question, one.value) or _("收回")
    return _Told(question.label, row, said, one, one.get_channel_display(), one.said_on)
