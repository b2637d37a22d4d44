"""The one gate before all views: who calls, with which second factor, and what the route asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.utils import timezone

from lifecircle.govern.access import PUBLIC, SIGNED_IN, Asks, routes
from lifecircle.govern.accounts.actors import NOBODY, actor_of
from lifecircle.govern.accounts.models import User
from lifecircle.govern.actor import unseen
from lifecircle.govern.refused import Refused


@lru_cache(maxsize=1)
def asked() -> Mapping[str, Asks]:
    """Return what each route asks."""
    return routes()


class Gate:
    """Gives each request its ``actor`` and turns away who may not pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """Return an answer where the route asks for what the caller has not."""
        match = request.resolver_match
        asks = asked().get(match.view_name if match else "")
        if asks is None:
            raise unseen()
        permission = asks.of(request.method or "GET")
        if permission is None:
            return HttpResponseNotAllowed(["GET"])
        user = request.user
        signed_in = isinstance(user, User) and user.is_authenticated
        request.actor = actor_of(user, timezone.localdate()) if signed_in else NOBODY  # type: ignore[attr-defined,arg-type]
        if permission == PUBLIC:
            return None
        if not signed_in:
            return redirect_to_login(request.get_full_path())
        if not (asks.enrolling or settings.DEMO or is_mfa_enabled(user)):
            return redirect("mfa_activate_totp")
        if permission != SIGNED_IN and not request.actor.may(permission):  # type: ignore[attr-defined]
            raise unseen()
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal with its sentence."""
        if not isinstance(error, Refused):
            return None
        if request.path.startswith("/api/"):
            body = {"reason": error.reason, "remedy": error.remedy}
            return JsonResponse(body, status=error.status)
        return render(request, "refused.html", {"refused": error}, status=error.status)
