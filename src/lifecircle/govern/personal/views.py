"""The pages of contacts: masked, and revealed once for a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from lifecircle.govern.accounts.models import User
from lifecircle.govern.accounts.services import GRANT
from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.personal import leaving, services
from lifecircle.govern.personal.forms import Edit, Filters, MayWhy, New, Search, Why
from lifecircle.govern.personal.locks import keys
from lifecircle.govern.personal.models import CHANGE, REVEAL, VIEW, Contact, ContactQuerySet
from lifecircle.govern.personal.waiting import SOON
from lifecircle.govern.records.models import Record

ROWS = 50


def list_(request: HttpRequest) -> HttpResponse:
    """List the contacts that one may see, masked."""
    filters = Filters(request.GET)
    said = filters.cleaned_data if filters.is_valid() else {}
    found = _narrowed(Contact.objects.visible_to(_actor(request)), said)
    page = Paginator(found.select_related("area", "record"), ROWS).get_page(request.GET.get("page"))
    told = {"filters": filters, "page": page, "rows": masked_rows(page), **_may(request)}
    return render(request, "personal/list.html", told)


@sensitive_post_parameters()
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Find a person by the whole telephone number, sent in the body: URLs stay in logs."""
    form, rows = Search(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        rows = masked_rows(services.search(_actor(request), form.cleaned_data["telephone"])[:ROWS])
        form = Search()
    return render(request, "personal/find.html", {"form": form, "rows": rows})


@sensitive_post_parameters()
def new(request: HttpRequest) -> HttpResponse:
    """Add a contact."""
    actor = _actor(request)
    initial = _at_facility(actor, request.GET.get("facility", ""))
    form = New(actor, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = services.add(actor, today=timezone.localdate(), **form.cleaned_data)
        return redirect("personal:contact", made.pk)
    return _form(request, form, _("新增联系人"), _("保存"))


def _at_facility(actor: Actor, own_id: str) -> dict[str, Any]:
    """Return what a form for a contact of a facility begins with."""
    found = Record.objects.filter(actor.scope(CHANGE, "area__path"), kind="facility", own_id=own_id)
    return {"facility": own_id, "area": found.values_list("area", flat=True).first()}


def contact(request: HttpRequest, pk: Any) -> HttpResponse:
    """Show a contact, masked."""
    one = _seen(request, pk)
    name, telephone = one.masked()
    actor, path = _actor(request), one.area.path
    told = {
        "contact": one,
        "name": name,
        "telephone": telephone,
        "may_change": actor.may(CHANGE, path),
        "may_reveal": actor.may(REVEAL, path),
        "may_audit": actor.may("audit.view", path),
        "over": one.retain_until < timezone.localdate(),
    }
    return render(request, "personal/contact.html", told)


@sensitive_post_parameters()
def change(request: HttpRequest, pk: Any) -> HttpResponse:
    """Change a contact."""
    one = _seen(request, pk, CHANGE)
    initial = {name: getattr(one, name) for name in services.PLAIN}
    form = Edit(request.POST or None, initial={**initial, "seen": one.revision})
    if request.method == "POST" and form.is_valid():
        services.change(_actor(request), one, today=timezone.localdate(), **form.cleaned_data)
        return redirect("personal:contact", pk)
    return _form(request, form, _("修改联系人"), _("保存"), one)


@never_cache
def reveal(request: HttpRequest, pk: Any) -> HttpResponse:
    """Ask why, then show name and number once."""
    one = _seen(request, pk, REVEAL)
    form = Why(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name, telephone = services.reveal(_actor(request), one, form.cleaned_data["reason"])
        told = {"contact": one, "name": name, "telephone": telephone}
        return render(request, "personal/revealed.html", told)
    return _form(request, form, _("显示姓名和电话"), _("显示一次"), one)


def hold(request: HttpRequest, pk: Any) -> HttpResponse:
    """Keep a contact from being deleted, or let it go again."""
    one = _seen(request, pk, REVEAL)
    form = MayWhy(request.POST or None, initial={"reason": one.hold})
    if request.method == "POST" and form.is_valid():
        services.hold(_actor(request), one, form.cleaned_data["reason"])
        return redirect("personal:contact", pk)
    return _form(request, form, _("暂缓删除"), _("保存"), one)


def erase(request: HttpRequest, pk: Any) -> HttpResponse:
    """Delete a contact."""
    one = _seen(request, pk, CHANGE)
    form = Why(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.erase(_actor(request), one, form.cleaned_data["reason"])
        messages.success(request, _("已删除。操作记录里只留下删除这件事，没有姓名和电话。"))
        return redirect("personal:list")
    return _form(request, form, _("删除联系人"), _("删除"), one, danger=True)


@never_cache
def export(request: HttpRequest, pk: Any) -> HttpResponse:
    """Hand out all that is held of the person, as a file."""
    one = _seen(request, pk, REVEAL)
    form = Why(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _file(services.export(_actor(request), one, form.cleaned_data["reason"]))
    return _form(request, form, _("导出这个人的全部信息"), _("导出"), one)


def forget_user(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the account of who left for good and erase the name."""
    user = _seen_user(request, pk)
    form = Why(request.POST or None)
    if request.method == "POST" and form.is_valid():
        leaving.forget(_actor(request), user, form.cleaned_data["reason"])
        messages.success(request, _("已停用账号，抹去姓名。"))
        return redirect("accounts:users")
    heading = _("停用{name}的账号，抹去姓名").format(name=user.name)
    return _form(request, form, heading, _("停用并抹去"), danger=True)


@never_cache
def export_user(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out all that is held of a person with an account."""
    user = _seen_user(request, pk)
    form = Why(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _file(leaving.export(_actor(request), user, form.cleaned_data["reason"]))
    return _form(request, form, _("导出{name}的账号信息").format(name=user.name), _("导出"))


def masked_rows(contacts: Any) -> list[tuple[Contact, str, str]]:
    """Return contacts with what everybody may see of them."""
    shown = list(contacts)
    held = keys() if shown else ()
    return [(one, *one.masked(held)) for one in shown]


def _narrowed(found: ContactQuerySet, said: dict[str, Any]) -> ContactQuerySet:
    today = timezone.localdate()
    for word in said.get("q", "").split():
        found = found.filter(Q(post__icontains=word) | Q(area__name__icontains=word))
    if said.get("purpose"):
        found = found.filter(purpose=said["purpose"])
    state = said.get("state")
    if state == "soon":
        return found.filter(retain_until__range=(today, today + SOON), hold="")
    if state == "over":
        return found.filter(retain_until__lt=today)
    return found.exclude(hold="") if state == "held" else found


def _form(
    request: HttpRequest,
    form: Any,
    heading: str,
    submit: str,
    one: Contact | None = None,
    *,
    danger: bool = False,
) -> HttpResponse:
    told = {"form": form, "heading": heading, "submit": submit, "contact": one, "danger": danger}
    return render(request, "personal/form.html", told)


def _file(content: dict[str, Any]) -> HttpResponse:
    answer = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer.headers["Content-Disposition"] = 'attachment; filename="person.json"'
    return answer


def _seen(request: HttpRequest, pk: Any, permission: str = VIEW) -> Contact:
    """Return a contact that is seen; what may not be done to it is refused, not hidden."""
    actor = _actor(request)
    asked = (VIEW, permission)
    found = (Contact.objects.visible_to(actor, one).filter(pk=pk) for one in asked)
    one = next((one for rows in found for one in rows.select_related("area", "record")), None)
    if one is None:
        raise unseen()
    actor.require(permission, one.area.path)
    return one


def _seen_user(request: HttpRequest, pk: int) -> User:
    found: User | None = User.objects.visible_to(_actor(request), GRANT).filter(pk=pk).first()
    if found is None:
        raise unseen()
    return found


def _may(request: HttpRequest) -> dict[str, bool]:
    actor = _actor(request)
    return {"may_add": actor.may(CHANGE), "may_find": actor.may(REVEAL)}


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
