"""The import desk: bring a file in, look at the difference, confirm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.areas.models import Area
from lifecircle.govern.imports.access import RUN
from lifecircle.govern.imports.clearing import kept_until
from lifecircle.govern.imports.forms import BringInForm
from lifecircle.govern.imports.models import Batch, BatchState, Row, What
from lifecircle.govern.imports.outlines.shown import features_of, fields_of_outline
from lifecircle.govern.imports.returned import list_of_faults, marked_copy, may_mark
from lifecircle.govern.imports.services import (
    bring_in,
    commit,
    discard,
    may_take_datum,
    take_datum,
    undo,
)
from lifecircle.govern.imports.targets import OUTLINES, Target, targets, titled
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.paging import LongList
from lifecircle.govern.records.services import MASKED
from lifecircle.govern.refused import Refused
from lifecircle.terms.errors import InputError

PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FRAME_FIELDS = frozenset({"west", "south", "east", "north", "shape"})
"""Not shown in a difference: nobody reads coordinates by the thousand."""


def actor_of(request: HttpRequest) -> Actor:
    """Return who calls; the gate put it there."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def desk(request: HttpRequest) -> HttpResponse:
    """List the batches, newest first, and take a file."""
    actor = actor_of(request)
    form = BringInForm(actor, *((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        file = told.pop("file")
        try:
            batch = bring_in(actor, file.chunks(), file.name, **told)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("imports:batch", batch.pk)
    batches = Batch.objects.visible_to(actor).select_related("area").defer("faults")
    state = request.GET.get("state", "")
    if state in BatchState.values:
        batches = batches.filter(state=state)
    page = Paginator(batches, PER_PAGE).get_page(request.GET.get("page"))
    shown = {"form": form, "page": page, "states": BatchState.choices, "state": state}
    return render(request, "imports/desk.html", shown)


def page(request: HttpRequest, number: int) -> HttpResponse:
    """Show one batch: how far it is, and what it would change or changed."""
    actor, batch = actor_of(request), seen(request, number)
    waiting = batch.state in (BatchState.CHECKING, BatchState.COMMITTING)
    kinds = ("imports.commit",) if batch.change_id else ("imports.check", "imports.undo")
    job = Job.objects.visible_to(actor).filter(kind__in=kinds, key=str(batch.pk)).first()
    tabs = [(what, what.label, batch.counts.get(what, 0)) for what in What]
    show, listed = _listed(request, batch)
    shown = {
        "batch": batch, "job": job, "waiting": waiting, "tabs": tabs, "show": show,
        "page": listed, "rows": [difference(row, actor) for row in listed],
        "may_mark": may_mark(batch) and bool(batch.counts), "actor": actor,
        "gone": batch.counts.get(What.MISSING, 0), "removes": _removes(actor, batch),
        "kept_until": kept_until(batch), "todo": _todo(batch),
        "map": _map(batch, show, listed.number) if listed else "",
        "legend": (("lead", _("原边界")), ("wait", _("新边界")), ("bad", _("退回的边界"))),
        "may_take_datum": may_take_datum(batch),
        "may_undo": batch.state == BatchState.DONE and not batch.undone_by.exists(),
    }  # fmt: skip
    return render(request, "imports/batch.html", shown)


def _removes(actor: Actor, batch: Batch) -> int:
    """Return how many records the taking back of a batch takes out of the list again."""
    if batch.undoes_id is None or batch.state != BatchState.CHECKED:
        return 0
    return Row.objects.visible_to(actor).filter(batch=batch, removed=True).count()


def _listed(request: HttpRequest, batch: Batch) -> tuple[str, Page[Row]]:
    """Return what the rows do that are looked at, and a page of them."""
    some = (what for what in What if batch.counts.get(what, 0))
    show = request.GET.get("show") or next(some, What.ADDED)
    rows = Row.objects.visible_to(actor_of(request)).filter(batch=batch, what=show)
    pages = LongList(rows.select_related("area"), PER_PAGE)
    return show, pages.get_page(request.GET.get("page"))


def _map(batch: Batch, show: str, number: int) -> str:
    """Return where the map of a page of outlines comes from."""
    if batch.form != OUTLINES or show not in What.values:
        return ""
    return f"{reverse('imports:outlines', args=[batch.pk])}?show={show}&page={number}"


def outlines(request: HttpRequest, number: int) -> JsonResponse:
    """Answer the old and new outlines of the rows of a page as GeoJSON."""
    _show, listed = _listed(request, seen(request, number))
    rows = [row for row in listed if row.form == OUTLINES]
    return JsonResponse({"type": "FeatureCollection", "features": features_of(rows)})


def _todo(batch: Batch) -> str:
    """Say what a person does next with a batch."""
    some = batch.counts.get(What.REJECTED, 0) + batch.counts.get(What.CONFLICT, 0)
    words = {
        (BatchState.CHECKING, False): _("正在检查，不用等在这里；检查完了会列在首页的待办里。"),
        (BatchState.COMMITTING, False): _(
            "正在写入，别人还看不到；写完一起生效。要停就按“停止”，写了的都会退回。"
        ),
        (BatchState.FAILED, False): _("照下面说的改好文件，作废这一批，再重新上传。"),
        (BatchState.CHECKED, True): _(
            "有退回的行：下载标好的副本改好再传；没问题的行可以先确认写入。"
        ),
        (BatchState.CHECKED, False): _("看过会改什么，再确认写入；不要就作废。"),
        (BatchState.DONE, True): _("退回和冲突的行没有写入：下载问题清单，改好后只传这些行。"),
    }
    state = BatchState(batch.state)
    if state == BatchState.CHECKED and not batch.writes + batch.counts.get(What.MISSING, 0):
        return words[state, True] if some else _("和已有的档案一样，不用写入；作废就可以。")
    return words.get((state, some > 0)) or words.get((state, False), "")


def difference(row: Row, actor: Actor) -> dict[str, Any]:
    """Return a row as the page shows it: field, before, after; personal values masked."""
    if row.form == OUTLINES:
        return {"row": row, "form": titled(row.form), "fields": fields_of_outline(row)}
    target = targets()[row.form]
    model = target.model
    fields_of = model._meta.fields
    labels = {one.name: one.verbose_name for one in fields_of if one.name not in FRAME_FIELDS}
    before, values = row.before or {}, row.values or {}
    names = list(before) if row.what == What.CHANGED else list(values)
    fields = [
        (
            labels[name],
            _said(target, row, actor, name, before.get(name)),
            _said(target, row, actor, name, values.get(name)),
        )
        for name in names
        if name in labels and (before.get(name) or values.get(name) not in (None, "", []))
    ]
    return {"row": row, "form": titled(row.form), "fields": fields}


def _said(target: Target, row: Row, actor: Actor, name: str, value: Any) -> str:
    """Return a value as a person reads it; an area by its name, what is personal not at all."""
    if value is None or value in ("", []):
        return ""
    if name in target.model.PERSONAL:
        return MASKED
    if name != "area":
        return target.say(name, value)
    if row.area is not None and row.area_id == value:
        return row.area.name
    before = Area.objects.visible_to(actor, RUN).filter(pk=value)
    return before.values_list("name", flat=True).first() or _("授权范围以外的区划")


@require_POST
def confirm(request: HttpRequest, number: int) -> HttpResponse:
    """Let a checked batch be written."""
    remove = request.POST.get("remove_missing") == "on"
    reason = request.POST.get("reason", "")[:200]
    commit(actor_of(request), seen(request, number), remove_missing=remove, reason=reason)
    return redirect("imports:batch", number)


@require_POST
def throw_away(request: HttpRequest, number: int) -> HttpResponse:
    """Throw a batch away that was not confirmed."""
    discard(actor_of(request), seen(request, number))
    return redirect("imports:desk")


@require_POST
def accept(request: HttpRequest, number: int) -> HttpResponse:
    """Let a named person answer for the datum of a refused file."""
    reason = request.POST.get("reason", "").strip()[:200]
    take_datum(actor_of(request), seen(request, number), reason)
    return redirect("imports:batch", number)


@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """Stage the taking back of a batch."""
    reason = request.POST.get("reason", "").strip()[:200]
    if not reason:
        raise Refused(_("没有写撤回的事由"), remedy=_("写上事由"))
    back = undo(actor_of(request), seen(request, number), reason)
    return redirect("imports:batch", back.pk)


def faults(request: HttpRequest, number: int) -> HttpResponse:
    """Give the list of faults as a workbook."""
    return _workbook(seen(request, number), _("问题清单"), list_of_faults)


def marked(request: HttpRequest, number: int) -> HttpResponse:
    """Give the copy of the workbook with its faults marked."""
    batch = seen(request, number)
    if not may_mark(batch):
        raise Refused(_("这个文件太大或不是表格，不能标在副本上"), remedy=_("下载问题清单"))
    try:
        return _workbook(batch, _("退回修改"), marked_copy)
    except InputError as error:
        raise Refused(error.faults[0].reason, remedy=_("下载问题清单")) from error


def _workbook(batch: Batch, what: str, write: Callable[[Batch], bytes]) -> HttpResponse:
    response = HttpResponse(write(batch), content_type=XLSX)
    name = f"{batch.name.rpartition('.')[0] or batch.name}-{what}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def seen(request: HttpRequest, number: int) -> Batch:
    """Return a batch of the areas where the caller may import; any other is not there."""
    found = Batch.objects.visible_to(actor_of(request)).filter(pk=number)
    batch = found.select_related("area", "file", "undoes", "change").first()
    if batch is None:
        raise unseen()
    return batch
