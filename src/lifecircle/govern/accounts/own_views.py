"""One's own account: name, sign-in, grants, tokens of the API."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lifecircle.govern.accounts import people, tokens
from lifecircle.govern.accounts.forms import Name, NewToken
from lifecircle.govern.accounts.models import ApiToken, Grant, User
from lifecircle.govern.accounts.second_factor import enrolled, passed
from lifecircle.govern.actor import Actor, unseen


def me(request: HttpRequest) -> HttpResponse:
    """Show one's own account; post sets the name."""
    actor, user = _own(request)
    form = Name(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        people.rename(actor, user, form.cleaned_data["name"])
        return redirect("accounts:me")
    today, now = timezone.localdate(), timezone.now()
    own = Grant.own(actor).select_related("role", "area")
    context = {
        "form": form,
        "grants": [(grant, grant.state(today)) for grant in own],
        "tokens": [(one, one.state(now)) for one in ApiToken.objects.visible_to(actor)],
        "enrolled": enrolled(user),
        "now": now,
    }
    return render(request, "accounts/me.html", context)


@never_cache
def new_token(request: HttpRequest) -> HttpResponse:
    """Give out a token and show its secret once."""
    actor, user = _own(request)
    form = NewToken(actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        factor = passed(request)
        token, secret = tokens.issue(actor, user, **form.cleaned_data, second_factor=factor)
        return render(request, "accounts/secret.html", {"token": token, "secret": secret})
    return render(request, "accounts/form.html", {"form": form, "heading": _("新建接口令牌")})


def stop_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own tokens."""
    actor, _user = _own(request)
    token = ApiToken.objects.visible_to(actor).filter(pk=pk).first()
    if token is None:
        raise unseen()
    tokens.stop(actor, token)
    return redirect("accounts:me")


def _own(request: HttpRequest) -> tuple[Actor, User]:
    assert isinstance(request.user, User)
    return request.actor, request.user  # type: ignore[attr-defined]
