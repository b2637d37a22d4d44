"""The pages of a round before it opens: its plan changed, discarded, its excuses; its preview."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lifecircle.govern.areas.models import Area
from lifecircle.govern.refused import Conflict
from lifecircle.govern.surveys import drafting
from lifecircle.govern.surveys.access import RUN, VIEW
from lifecircle.govern.surveys.forms import told_in
from lifecircle.govern.surveys.models import Round
from lifecircle.govern.surveys.previewing import previewed
from lifecircle.govern.surveys.round_forms import ExcuseForm, RoundForm
from lifecircle.govern.surveys.views import ROWS, actor_of, seen_round


def new(request: HttpRequest) -> HttpResponse:
    """Draft a round."""
    form = RoundForm(actor_of(request), request.POST or None)
    if form.is_valid():
        plan = dict(form.cleaned_data)
        del plan["seen"]
        draft = drafting.draft_each if plan.pop("each") else drafting.draft
        with told_in(form):
            made = draft(actor_of(request), **plan)
            messages.success(request, _("已拟定，核对后开始填报"))
            if isinstance(made, Round):
                return redirect("surveys:round", made.pk)
            return redirect("surveys:list")
    return render(request, "surveys/new.html", {"form": form})


def changing(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the plan of a draft."""
    round_ = _draft(request, pk)
    form = RoundForm(actor_of(request), request.POST or None, of=round_)
    if form.is_valid():
        with told_in(form):
            drafting.change(actor_of(request), round_, **form.cleaned_data)
            messages.success(request, _("已改，核对后开始填报"))
            return redirect("surveys:round", pk)
    return render(request, "surveys/change.html", {"form": form, "round": round_})


def discarding(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a draft goes away, then take it away."""
    round_ = _draft(request, pk)
    form = _SeenForm(request.POST or None, initial={"seen": round_.version})
    if form.is_valid():
        with told_in(form):
            drafting.discard(actor_of(request), round_, **form.cleaned_data)
            messages.success(request, _("草案已经删去"))
            return redirect("surveys:list")
    return render(request, "surveys/discard.html", {"form": form, "round": round_})


def excused(request: HttpRequest, pk: int) -> HttpResponse:
    """Show which communities a round excuses; of a draft they are chosen here."""
    round_, actor = seen_round(request, pk), actor_of(request)
    form = None
    if request.method == "POST":
        round_ = _draft(request, pk)
        if "include" in request.POST:
            return _include(request, round_)
    if round_.state == Round.State.DRAFT and actor.may(RUN, round_.area.path):
        form = ExcuseForm(round_, request.POST or None, initial={"seen": round_.version})
        if form.is_valid():
            with told_in(form):
                drafting.excuse(actor, round_, **form.cleaned_data)
                messages.success(request, _("已列为免报"))
                return redirect("surveys:excused", pk)
    rows = Area.objects.visible_to(actor, VIEW).filter(pk__in=list(round_.excused))
    page = Paginator(rows.order_by("path"), ROWS).get_page(request.GET.get("page"))
    told = [(one, round_.excused[str(one.pk)]) for one in page]
    given = {"round": round_, "form": form, "page": page, "told": told}
    return render(request, "surveys/excused.html", given)


def _include(request: HttpRequest, round_: Round) -> HttpResponse:
    form = _IncludeForm(request.POST)
    if not form.is_valid():
        raise Conflict(_("这份草案刚刚有人改过"), remedy=_("重新打开，看过新内容再改"))
    area, seen = form.cleaned_data["include"], form.cleaned_data["seen"]
    drafting.include(actor_of(request), round_, area, seen=seen)
    messages.success(request, _("已取消免报"))
    return redirect("surveys:excused", round_.pk)


def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form of a round as a community will see it; nothing can be sent."""
    round_ = seen_round(request, pk)
    return render(request, "surveys/preview.html", {"round": round_, "parts": previewed(round_)})


def _draft(request: HttpRequest, pk: int) -> Round:
    """Return a draft that one may change."""
    round_ = seen_round(request, pk)
    actor_of(request).require(RUN, round_.area.path)
    if round_.state != Round.State.DRAFT:
        raise Conflict(_("这一轮已经开始，不能再改"), remedy=_("重新打开这一页"))
    return round_


class _SeenForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)


class _IncludeForm(_SeenForm):
    include = forms.IntegerField()
