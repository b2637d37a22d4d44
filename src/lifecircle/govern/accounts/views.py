"""The pages of accounts: who there is, what they may do, one's own account."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lifecircle.govern.accounts import people, services
from lifecircle.govern.accounts.access import VIEW
from lifecircle.govern.accounts.doors import locked_names
from lifecircle.govern.accounts.forms import Act, End, Filters, Give, GiveMany, NewUser
from lifecircle.govern.accounts.listed_roles import permission_names
from lifecircle.govern.accounts.many import give_all, planned
from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.accounts.second_factor import without_factor
from lifecircle.govern.accounts.waiting import SOON
from lifecircle.govern.actor import Actor, under, unseen
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area

PAGE = 50


def users(request: HttpRequest) -> HttpResponse:
    """List the accounts that the actor sees."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: QuerySet[User] = User.objects.visible_to(actor)
    form = Filters(request.GET)
    if form.is_valid():
        found = _narrowed(found, actor, form.cleaned_data)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    grants = Grant.objects.visible_to(actor).filter(user__in=[one.pk for one in page])
    today = timezone.localdate()
    held: dict[int, list[Grant]] = {}
    for grant in grants.in_force(today).select_related("role", "area"):
        held.setdefault(grant.user_id, []).append(grant)
    rows = [(user, held.get(user.pk, [])) for user in page]
    told = {"form": form, "page": page, "rows": rows, "may_make": actor.may(services.GRANT)}
    return render(request, "accounts/users.html", told)


def _narrowed(found: QuerySet[User], actor: Actor, asked: dict[str, Any]) -> QuerySet[User]:
    today = timezone.localdate()
    grants = Grant.objects.visible_to(actor).in_force(today)
    if asked["q"]:
        found = found.filter(Q(name__icontains=asked["q"]) | Q(username__icontains=asked["q"]))
    if asked["area"]:
        within = Area.objects.visible_to(actor, VIEW).filter(pk=asked["area"])
        there = under(within.values_list("path", flat=True), "area__path")
        found = found.filter(pk__in=grants.filter(there).values("user"))
    if asked["role"]:
        found = found.filter(pk__in=grants.filter(role__code=asked["role"]).values("user"))
    if asked["state"] in {"open", "closed"}:
        found = found.filter(is_active=asked["state"] == "open")
    if asked["state"] == "bare":
        found = found.exclude(pk__in=grants.values("user"))
    if asked["state"] == "ending":
        ending = Grant.objects.visible_to(actor).ending(today, today + SOON)
        found = found.filter(pk__in=ending.values("user"))
    if asked["state"] == "locked":
        found = found.filter(username__in=locked_names())
    if asked["state"] == "unproved":
        bare = Q(without_factor(), is_active=True, pk__in=grants.values("user"))
        found = found.filter(bare)
    return found


@never_cache
def new_user(request: HttpRequest) -> HttpResponse:
    """Make an account and show its one-time password."""
    form = NewUser(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made, password = people.create(request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
        return render(request, "accounts/password.html", {"user_": made, "password": password})
    return render(request, "accounts/form.html", {"form": form, "heading": _("新建账号")})


def user(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an account with the grants in the actor's areas."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = _seen_user(actor, pk)
    grants = Grant.objects.visible_to(actor).filter(user=shown).select_related("role", "area")
    context = {
        "shown": shown,
        "rows": _grant_rows(actor, grants),
        "manages": people.manages(actor, shown),
        "locked": shown.username in locked_names(),
        "may_grant": actor.may(services.GRANT) and shown.pk != actor.user_id,
    }
    return render(request, "accounts/user.html", context)


@never_cache
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Open or close an account, unlock it, reset its password or its second factor."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = _seen_user(actor, pk)
    form = Act(request.POST)
    if not form.is_valid():
        raise unseen()
    wanted, reason = form.cleaned_data["act"], form.cleaned_data["reason"]
    if wanted == "password":
        password = people.reset_password(actor, shown, reason=reason)
        return render(request, "accounts/password.html", {"user_": shown, "password": password})
    if wanted == "second_factor":
        people.reset_second_factor(actor, shown, reason=reason)
    elif wanted == "unlock":
        people.unlock(actor, shown, reason=reason)
        messages.success(request, _("已解除锁定，可以马上再登录"))
    else:
        people.set_active(actor, shown, active=wanted == "open", reason=reason)
    return redirect("accounts:user", pk)


def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account a role over an area."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = _seen_user(actor, pk)
    form = Give(actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        role = Role.known().get(code=asked.pop("role"))
        services.give(actor, [shown], role, **asked)
        return redirect("accounts:user", pk)
    heading = _("给{name}授权").format(name=shown.name)
    return render(request, "accounts/form.html", {"form": form, "heading": heading, "shown": shown})


def give_many(request: HttpRequest) -> HttpResponse:
    """Give many people roles: show what the rows would give, then give it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = GiveMany(request.POST or None, request.FILES or None)
    plan = None
    if request.method == "POST" and form.is_valid():
        plan = planned(actor, form.cleaned_data["rows"])
        if "confirm" in request.POST and plan.new and not plan.faults:
            given = give_all(actor, plan, form.cleaned_data["reason"])
            messages.success(request, _("已授权{count}项").format(count=len(given)))
            return redirect("accounts:users")
        kept = {"rows": form.cleaned_data["rows"], "reason": form.cleaned_data["reason"]}
        form = GiveMany(initial=kept)
    return render(request, "accounts/many.html", {"form": form, "plan": plan})


def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a grant."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    grants = Grant.objects.visible_to(actor, services.GRANT).select_related("role", "area", "user")
    grant = grants.filter(pk=pk).first()
    if grant is None:
        raise unseen()
    form = End(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.end(actor, grant, **form.cleaned_data)
        return redirect("accounts:user", grant.user_id)
    heading = _("终止授权：{role}，{area}").format(role=grant.role.called, area=grant.area.name)
    context = {"form": form, "heading": heading, "shown": grant.user}
    return render(request, "accounts/form.html", context)


def roles(request: HttpRequest) -> HttpResponse:
    """List the roles, what each may do and on what basis."""
    rows = [(role, _words(role.permissions)) for role in Role.known()]
    return render(request, "accounts/roles.html", {"rows": rows})


def role(request: HttpRequest, code: str) -> HttpResponse:
    """Show a role."""
    shown = Role.known().filter(code=code).first()
    if shown is None:
        raise unseen()
    levels = [label for value, label in Level.choices if value in shown.levels]
    context = {"role": shown, "permissions": _words(shown.permissions), "levels": levels}
    if shown.changed_here:
        context["listed"] = _words(shown.listed["permissions"])
    return render(request, "accounts/role.html", context)


def _seen_user(actor: Actor, pk: int) -> User:
    shown: User | None = User.objects.visible_to(actor).filter(pk=pk).first()
    if shown is None:
        raise unseen()
    return shown


def _grant_rows(actor: Actor, grants: QuerySet[Grant]) -> list[tuple[Grant, Any, bool]]:
    today: date = timezone.localdate()
    return [
        (
            grant,
            grant.state(today),
            not grant.ended_at
            and not (grant.to_on and grant.to_on < today)
            and grant.user_id != actor.user_id
            and services.may_hand_on(actor, grant.role.permissions, grant.area.path),
        )
        for grant in grants
    ]


def _words(permissions: list[str]) -> list[str]:
    names = permission_names()
    return [names.get(one, one) for one in permissions]
