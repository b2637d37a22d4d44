"""The one gate before all views: who calls, with which second factor, and what the route asks."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from functools import lru_cache
from time import time
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from lifecircle.govern.access import PUBLIC, SAFE_METHODS, SIGNED_IN, Asks, routes
from lifecircle.govern.accounts.actors import NOBODY, actor_of, actor_of_token
from lifecircle.govern.accounts.models import ApiToken, User
from lifecircle.govern.accounts.second_factor import enrolled, passed
from lifecircle.govern.accounts.tokens import find
from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.openrosa.answering import not_signed_in, said
from lifecircle.govern.paging import LARGEST
from lifecircle.govern.refused import Refused

TOUCH_S = 60
"""A session in use is prolonged at most this often, so that reading seldom writes."""

SEEN = "seen_at"
HERE = frozenset({"127.0.0.1", "localhost"})

EVERYBODYS = ("public:", "api:public_", "features:")
"""Routes that never ask who calls: their answers are the same for everybody, no session is read."""


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
        self, request: HttpRequest, _view: Any, _args: Any, kwargs: Mapping[str, Any]
    ) -> HttpResponseBase | None:
        """Return an answer where the route asks for what the caller has not."""
        match = request.resolver_match
        name = match.view_name if match else ""
        asks = asked().get(name)
        if asks is None or any(isinstance(one, int) and one > LARGEST for one in kwargs.values()):
            raise unseen()
        permission = asks.of(request.method or "GET")
        if permission is None:
            return HttpResponseNotAllowed(["GET"])
        if name.startswith(EVERYBODYS):
            _be(request, NOBODY)
            return None
        if name.startswith("api:"):
            return _at_the_api(request, permission)
        if name.startswith("openrosa:"):
            return _at_the_door_of_devices(request, permission)
        return _at_a_page(request, permission, asks, name)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal with its sentence."""
        if not isinstance(error, Refused):
            return None
        if request.path.startswith("/api/"):
            return _told(error.reason, error.remedy, error.status)
        given = {"refused": error, "back": _came_from(request)}
        return render(request, "refused.html", given, status=error.status)


def _came_from(request: HttpRequest) -> str:
    """Return the page of ours where a refused form was, empty where the browser does not say."""
    found = request.headers.get("Referer", "")
    hosts = {request.get_host()}
    return found if url_has_allowed_host_and_scheme(found, hosts) else ""


def _at_a_page(
    request: HttpRequest, permission: str, asks: Asks, name: str
) -> HttpResponseBase | None:
    user = _signed_in(request)
    actor = _be(request, actor_of(user, timezone.localdate()) if user else NOBODY)
    if user is None:
        return None if permission == PUBLIC else redirect_to_login(request.get_full_path())
    _touch(request)
    if first := _first(request, user, asks, name):
        return first
    if permission not in {PUBLIC, SIGNED_IN} and not actor.may(permission):
        raise unseen()
    return None


def _at_the_api(request: HttpRequest, permission: str) -> HttpResponse | None:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        token = find(secret.strip()) if scheme.lower() == "bearer" else None
        if token is None or not (settings.DEMO or enrolled(token.user)):
            return _not_signed_in()
        request.user = token.user
        actor = _be(request, actor_of_token(token, timezone.localdate()))
    else:
        user = _signed_in(request)
        actor = _be(request, actor_of(user, timezone.localdate(), "api") if user else NOBODY)
        if user is None:
            return None if permission == PUBLIC else _not_signed_in()
        if unfinished := _unfinished(request, user):
            return unfinished
    if permission not in {PUBLIC, SIGNED_IN} and not actor.may(permission):
        return _told(_("没有这一项，或者不在您的授权范围内"), "", 404)
    return None


def _at_the_door_of_devices(request: HttpRequest, permission: str) -> HttpResponse | None:
    """Let a device in by a user name and a token as its password, never by a session.

    Whoever listens on a line that is not sealed reads both: they are taken from this machine and
    over HTTPS only (https://docs.getodk.org/openrosa-authentication/).
    """
    request.user = AnonymousUser()
    _be(request, NOBODY)
    if not (settings.TLS or settings.DEMO or request.get_host().partition(":")[0] in HERE):
        return said(_("这里要用 https 打开；请管理员用 lifecircle serve --tls 启动平台。"), 403)
    token = _basic(request.headers.get("Authorization", ""))
    if token is None or not (settings.DEMO or enrolled(token.user)):
        return not_signed_in()
    request.user = token.user
    actor = _be(request, actor_of_token(token, timezone.localdate()))
    if not actor.may(permission):
        return said(_("这个令牌没有填报摸底的权限；请新建一个带“填报摸底”的令牌。"), 404)
    return None


def _basic(header: str) -> ApiToken | None:
    """Return the token of a header, where it belongs to the user that the header names."""
    scheme, _space, coded = header.partition(" ")
    try:
        name, _colon, secret = b64decode(coded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    token = find(secret) if scheme.lower() == "basic" else None
    return token if token and token.user.username == name else None


def _unfinished(request: HttpRequest, user: User) -> HttpResponse | None:
    """Return an answer where a session has not signed in wholly, or a page of others sent this."""
    _touch(request)
    if user.one_time_until or not (settings.DEMO or (enrolled(user) and passed(request))):
        return _told(_("这次登录没有完成"), _("在网页上换好密码，通过第二重验证"), 403)
    if request.method not in SAFE_METHODS and _forged(request):
        return _told(_("请求不是从本平台的页面发出的"), _("带上 CSRF 令牌，或者使用接口令牌"), 403)
    return None


def _signed_in(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) and request.user.is_active else None


def _be(request: HttpRequest, actor: Actor) -> Actor:
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def _touch(request: HttpRequest) -> None:
    """Keep a session in use: it ends after half an hour without a request."""
    now = time()
    if now - request.session.get(SEEN, 0) > TOUCH_S:
        request.session[SEEN] = now


def _first(request: HttpRequest, user: User, asks: Asks, name: str) -> HttpResponse | None:
    """Return what a session has to do first: an own password, a second factor, its code."""
    if name == "account_logout":
        return None
    if user.one_time_until:
        return _own_password(request, user, name)
    if settings.DEMO:
        return None
    if not enrolled(user):
        return None if asks.enrolling else redirect("mfa_activate_totp")
    if passed(request) or name == "mfa_reauthenticate":
        return None
    query = urlencode({"next": request.get_full_path()})
    return redirect(f"{reverse('mfa_reauthenticate')}?{query}")


def _own_password(request: HttpRequest, user: User, name: str) -> HttpResponse | None:
    if user.one_time_until and user.one_time_until < timezone.localdate():
        logout(request)
        _be(request, NOBODY)
        late = Refused(_("一次性密码已经过期"), remedy=_("找管理员重设密码"))
        return render(request, "refused.html", {"refused": late}, status=403)
    return None if name == "account_change_password" else redirect("account_change_password")


def _forged(request: HttpRequest) -> bool:
    """Say whether a page of somebody else may have sent this: ninja's views are exempt."""
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    check.process_request(request)
    answer: HttpResponse | None = check.process_view(request, HttpResponse, (), {})
    return answer is not None


def _not_signed_in() -> HttpResponse:
    answer = _told(_("没有登录，或者令牌无效"), _("带上有效的接口令牌"), 401)
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _told(reason: str, remedy: str, status: int) -> HttpResponse:
    return JsonResponse({"reason": reason, "remedy": remedy}, status=status)
