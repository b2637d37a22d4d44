"""The pages of need lists: their list, one with its items, the steps of people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.files.views import INERT
from lifecircle.govern.inventory.exporting import csv_lines, sheet
from lifecircle.govern.needs.access import CHANGE
from lifecircle.govern.needs.comparing import changes
from lifecircle.govern.needs.forms import (
    AddForm,
    CompareForm,
    CompileForm,
    Filters,
    ItemForm,
    StepForm,
    TakeBackForm,
)
from lifecircle.govern.needs.models import NeedItem, NeedList
from lifecircle.govern.needs.queries import (
    counted,
    item_seen,
    items,
    list_seen,
    lists,
    other_versions,
)
from lifecircle.govern.needs.services import (
    add_item,
    change_item,
    compile_list,
    propose_list,
    take_back,
)
from lifecircle.govern.needs.taking import TYPES, table
from lifecircle.govern.needs.wording import marks, origins, told
from lifecircle.govern.refused import Refused

ROWS = 50
PUBLISH = "publication.propose"
"""The right of the exit above, which this app only links to."""


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, as the gate knows them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def listed(request: HttpRequest) -> HttpResponse:
    """List the versions of need lists, the newest first."""
    actor = actor_of(request)
    state, area = request.GET.get("state", ""), request.GET.get("area", "").strip()
    rows = lists(actor, state=state if state in NeedList.State.values else "", area=area)
    given = {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")), "state": state,
        "area": area, "states": NeedList.State.choices, "may_change": actor.may(CHANGE),
    }  # fmt: skip
    return render(request, "needs/list.html", given)


def compiling(request: HttpRequest) -> HttpResponse:
    """Compile the next version of an area's list."""
    actor = actor_of(request)
    form = CompileForm(
        actor, request.POST or None, initial={"area": request.GET.get("area", "")[:120]}
    )
    if form.is_valid():
        try:
            made = compile_list(actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("needs:page", made.pk)
    return render(request, "needs/compile.html", {"form": form})


def page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a list: out of what it was made, its items, what may be done with it."""
    actor = actor_of(request)
    needs, filters = list_seen(actor, number), Filters(request.GET)
    rows = items(actor, needs, filters.wanted())
    page_of = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    may, state = actor.may(CHANGE, needs.area.path), needs.state
    others = other_versions(actor, needs)
    given: dict[str, Any] = {
        "needs": needs, "filters": filters, "page": page_of, "query": request.GET.urlencode(),
        "rows": [(one, origins(one)) for one in page_of], "counts": counted(needs),
        "may_change": may and needs.open,
        "step": StepForm(initial={"seen": needs.edits}) if may and needs.open else None,
        "back": TakeBackForm(initial={"seen": needs.edits})
        if may and state == NeedList.State.PROPOSED else None,
        "may_publish": state in (NeedList.State.PROPOSED, NeedList.State.FROZEN)
        and actor.may(PUBLISH, needs.area.path),
        "compare": CompareForm(others) if others else None,
    }  # fmt: skip
    return render(request, "needs/page.html", given)


def item(request: HttpRequest, number: int, key: int) -> HttpResponse:
    """Show where an item comes from; change it while the list is a draft."""
    actor = actor_of(request)
    one = item_seen(actor, number, key)
    may = one.needs.open and actor.may(CHANGE, one.needs.area.path)
    initial = {
        "ask": one.ask, "priority": one.priority, "kept": "yes" if one.kept else "no",
        "reason": one.reason, "note": one.note, "seen": one.edits,
    }  # fmt: skip
    form = ItemForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        news = dict(form.cleaned_data)
        try:
            change_item(actor, one, news.pop("seen"), **news)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已保存。"))
            return redirect("needs:page", number)
    given = {
        "needs": one.needs, "one": one, "origins": origins(one), "form": form if may else None,
        "sources": [(source, marks(source), told(source)) for source in one.sources],
    }  # fmt: skip
    return render(request, "needs/item.html", given)


def add(request: HttpRequest, number: int) -> HttpResponse:
    """Add an item by hand."""
    actor = actor_of(request)
    needs = list_seen(actor, number, made=True)
    form = AddForm(actor, needs, request.POST or None)
    if form.is_valid():
        news = dict(form.cleaned_data)
        try:
            add_item(actor, needs, news.pop("area"), **news)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已添加。"))
            return redirect("needs:page", number)
    return render(request, "needs/add.html", {"needs": needs, "form": form})


@require_POST
def propose(request: HttpRequest, number: int) -> HttpResponse:
    """Settle a draft."""
    actor, form = actor_of(request), StepForm(request.POST)
    needs = list_seen(actor, number, made=True)
    seen = form.cleaned_data["seen"] if form.is_valid() else 0
    propose_list(actor, needs, seen)
    messages.success(request, _("已报定，内容不再变。"))
    return redirect("needs:page", number)


@require_POST
def taken_back(request: HttpRequest, number: int) -> HttpResponse:
    """Make a settled list a draft again."""
    actor, form = actor_of(request), TakeBackForm(request.POST)
    needs = list_seen(actor, number, made=True)
    if not form.is_valid():
        raise Refused(_("没有写理由"), remedy=_("写上理由"))
    take_back(actor, needs, form.cleaned_data["seen"], form.cleaned_data["reason"])
    messages.success(request, _("已退回修改。"))
    return redirect("needs:page", number)


def compare(request: HttpRequest, number: int) -> HttpResponse:
    """Show what changed since another version."""
    actor = actor_of(request)
    needs = list_seen(actor, number, made=True)
    form = CompareForm(other_versions(actor, needs), request.GET or None)
    given: dict[str, Any] = {"needs": needs, "form": form}
    if form.is_valid():
        before = list_seen(actor, form.cleaned_data["before"], made=True)
        found = changes(before, needs)
        counts = dict.fromkeys(("added", "gone", "changed"), 0)
        for one in found:
            counts[one.kind] += 1
        page_of = Paginator(found, ROWS).get_page(request.GET.get("page"))
        given |= {"before": before, "page": page_of, "counts": counts}
    return render(request, "needs/compare.html", given)


def taken(request: HttpRequest, number: int, ending: str) -> HttpResponseBase:
    """Serve the items shown as a file."""
    actor = actor_of(request)
    needs = list_seen(actor, number, made=True)
    rows = table(needs, items(actor, needs, Filters(request.GET).wanted()))
    response: HttpResponseBase
    if ending == "csv":
        response = StreamingHttpResponse(csv_lines(rows), content_type=TYPES[ending])
    elif ending == "xlsx":
        book = sheet(rows, str(NeedItem._meta.verbose_name))
        response = HttpResponse(book, content_type=TYPES[ending])
    else:
        raise unseen()
    name = f"needs-{needs.pk}-v{needs.version}.{ending}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = INERT
    response.headers["Cache-Control"] = "private, no-store"
    return response
