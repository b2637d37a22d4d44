"""Calls routes as people of the matrix and says what must come of it."""

from __future__ import annotations

import json
import re
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import connection, transaction
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lifecircle.govern.access import PUBLIC, SAFE_METHODS, SIGNED_IN
from lifecircle.govern.accounts.models import ApiToken, User
from lifecircle.govern.accounts.tokens import hashed
from lifecircle.govern.audit.models import Head
from lifecircle.govern.site.gate import SEEN
from tests.govern.matrix.dataset import (
    ABOVE_OWN,
    ELSEWHERE,
    HELD,
    STRANGE,
    Matrix,
    Place,
    name_of,
    word_of,
)
from tests.govern.matrix.example import Example
from tests.govern.matrix.walking import Route

A_DAY_S = 24 * 3600
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOT_SIGNED_IN = "/account/login/"
BY_TOKEN = "openrosa:"
"""Routes that take a token of the person's instead of a session."""

_HEAD = f"SELECT number FROM {Head._meta.db_table}"

ONCE = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|^(?:Expires|Date): .*$', re.MULTILINE)
"""What no two answers have alike, whoever asks."""


@dataclass(frozen=True)
class Call:
    """A route called with a method by somebody, for a place; role None has not signed in."""

    route: Route
    method: str
    role: str | None
    place: Place
    example: Example
    query: str = ""

    def __str__(self) -> str:
        who = {None: "not signed in", "": "without a grant"}.get(self.role, self.role)
        what = f" ?{self.query}" if self.query else ""
        return f"{self.method} {self.route.name}{what} for {self.place.key}, {who}"


@dataclass
class Answer:
    """What came: the status, all that can be read, and how many audit entries were added."""

    status: int
    to: str
    text: bytes
    written: int


@dataclass
class Caller:
    """Calls, each call undone afterwards."""

    matrix: Matrix
    sessions: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def __post_init__(self) -> None:
        for role, user in self.matrix.people.items():
            client = Client()
            client.force_login(user, BACKEND)
            session = client.session
            session[SEEN] = time.time() + A_DAY_S  # else every call prolongs it, and is undone
            session[AUTHENTICATION_METHODS_SESSION_KEY] = []
            session.save()
            self.sessions[role] = client.cookies["sessionid"].value

    def call(self, call: Call) -> Answer:
        """Call and undo what it did."""
        self.client.cookies.clear()
        if call.role is not None:
            self.client.cookies["sessionid"] = self.sessions[call.role]
        kwargs = dict(call.example.kwargs(call.place)) if call.example.kwargs else {}
        path = reverse(call.route.name, kwargs=kwargs)
        query = f"?{call.query}" if call.query else ""
        before = _written()
        undo = transaction.savepoint()
        try:
            sent = _sent(call)
            if call.role is not None and call.route.name.startswith(BY_TOKEN):
                sent["headers"] = basic(self.matrix.people[call.role])
            response = self.client.generic(call.method, path + query, **sent)
            text = _readable(response)
            written = _written() - before
        finally:
            transaction.savepoint_rollback(undo)
        return Answer(response.status_code, response.headers.get("Location", ""), text, written)


def _written() -> int:
    """Return how many entries the audit has, without the model: this is asked 50,000 times."""
    with connection.cursor() as cursor:
        cursor.execute(_HEAD)
        (number,) = cursor.fetchone()
    return int(number)


def _sent(call: Call) -> dict[str, Any]:
    if call.method in SAFE_METHODS:
        return {}
    body = call.example.body(call.place) if call.example.body else {}
    headers = {"Idempotency-Key": "00000000-0000-4000-8000-000000000000"}
    if call.route.name.startswith("api:"):
        data = json.dumps(body, default=str)
        return {"data": data, "content_type": "application/json", "headers": headers}
    data = urlencode(body, doseq=True)
    return {"data": data, "content_type": "application/x-www-form-urlencoded", "headers": headers}


def basic(user: User) -> dict[str, str]:
    """Return the header of a device with a token that holds all that its owner does."""
    secret = f"lc_{user.pk}"
    permissions = sorted({one for grant in user.grants.all() for one in grant.role.permissions})
    ends = timezone.now() + timedelta(days=1)
    told = {"user": user, "permissions": permissions, "expires_at": ends}
    ApiToken.objects.get_or_create(hash=hashed(secret), defaults=told)
    coded = b64encode(f"{user.username}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {coded}"}


def _readable(response: Any) -> bytes:
    streamed = isinstance(response, StreamingHttpResponse)
    body: bytes = response.getvalue() if streamed else response.content
    return ONCE.sub(b"", response.serialize_headers() + b"\n" + body)


def may(call: Call, permissions: frozenset[str]) -> bool | None:
    """Say whether a call is to be answered; None where the route has no such method."""
    assert call.route.asks
    asked = call.route.asks.of(call.method)
    if asked is None:
        return None
    if asked == PUBLIC:
        return True
    if call.role is None:
        return False
    if asked != SIGNED_IN and asked not in permissions:
        return False
    if call.example.reach == "nobody":
        return False
    aims = call.example.kwargs or (call.method not in SAFE_METHODS and call.example.body)
    return call.example.reach == "all" or not aims or call.place.key in HELD


def wrong(call: Call, answer: Answer, expected: bool | None) -> str | None:
    """Return what is wrong with an answer."""
    if answer.status >= 500:
        return f"{call}: {answer.status}, the program failed"
    turned = answer.status == 401 or answer.to.startswith(NOT_SIGNED_IN)
    if answer.written and call.method in SAFE_METHODS:
        return f"{call}: reads, and yet the audit grew: a GET changes nothing"
    own = answer.status in call.example.own
    if expected is None:
        return None if answer.status == 405 else f"{call}: {answer.status}, not 405"
    if call.role is None and not expected:
        return None if turned else f"{call}: {answer.status}, asked nobody to sign in"
    if expected:
        shut = (turned or answer.status in {401, 403, 404, 405}) and not own
        return f"{call}: {answer.status} {answer.to}, though permitted" if shut else None
    if answer.written:
        return f"{call}: {answer.status}, and changed something without the right"
    if own and call.method not in SAFE_METHODS:
        return None
    by_body = not call.example.kwargs and call.example.aims
    hidden = {404} if call.method in SAFE_METHODS else {403, 404}
    hidden |= {200} & call.example.own  # an empty list, as for what is not there
    if by_body and call.method not in SAFE_METHODS:
        hidden |= {200, 400, 409, 422}
    return None if answer.status in hidden else f"{call}: {answer.status}, not {sorted(hidden)}"


def told(call: Call, answer: Answer) -> str | None:
    """Return which word of a strange area an answer holds."""
    for key in ELSEWHERE:
        words = {word_of(key)}
        if key not in ABOVE_OWN and key not in call.example.tells:
            words.add(name_of(key))
        for word in words - set(re.findall(r"=(\w+)", call.query)):
            if word.encode() in answer.text:
                return f"{call}: tells {word}"
    return None


def calls(matrix: Matrix, routes: list[Route], examples: dict[str, Example]) -> Iterator[Call]:
    """Yield every route, by every method it answers, for every role.

    Of roles with the same permissions the first is sent to all areas, the others to their own. A
    method that a route refuses to all is tried by one.
    """
    first = {held: role for role, held in reversed(matrix.permissions.items())}
    for route in routes:
        example = examples[route.name]
        for method in route.methods:
            refused = route.asks is None or route.asks.of(method) is None
            for role in ("platform-admin",) if refused else (None, *matrix.people):
                everywhere = example.aims and (role is None or role in first.values())
                for key in (*HELD, *STRANGE) if everywhere else HELD[:1]:
                    yield Call(route, method, role, matrix.places[key], example)
