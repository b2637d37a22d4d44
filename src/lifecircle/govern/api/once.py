"""Writes by the API happen once: the same key and body get the first answer again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.access import SAFE_METHODS
from lifecircle.govern.actor import Actor
from lifecircle.govern.api.models import Call

HEADER = "Idempotency-Key"
KEPT = timedelta(days=7)
"""How long an answer is kept for a call sent again."""

LONGEST_KEY = 200
KEY = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
ANYBODY = 0
"""Stands for callers without an account."""


class Once:
    """Gives every write by the API the guarantee of its Idempotency-Key."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Answer a write by the API, for the first time or again."""
        if not request.path.startswith("/api/") or request.method in SAFE_METHODS:
            return None
        actor: Actor = request.actor  # type: ignore[attr-defined]
        key = request.headers.get(HEADER, "")
        if not KEY.fullmatch(key):
            reason = _("写操作要带 Idempotency-Key 请求头，1到%(most)s个字符") % {
                "most": LONGEST_KEY
            }
            remedy = _("给每次写操作一个不重复的键，重发时用同一个键")
            return _told(400, reason, remedy)
        asked, caller = request_hash(request), actor.user_id or ANYBODY
        try:
            with transaction.atomic():
                call = Call.objects.create(user_id=caller, key=key, request=asked)
                with transaction.atomic():  # a database that refused a value goes on after it
                    answer = view(request, *args, **kwargs)
                if isinstance(answer, HttpResponse) and answer.status_code < 500:
                    keep(call, answer)
                else:
                    transaction.set_rollback(True)
        except IntegrityError:
            known = Call.objects.filter(user_id=caller, key=key).first()
            if known is None:
                raise
            return again(known, asked)
        return answer


def request_hash(request: HttpRequest) -> str:
    """Return the hash of what a request asks: its method, path with query, and body.

    Of a form with files it is of what the form says: the marks between its parts are made anew
    each time it is sent, and the body is no longer there once the parts are read.
    """
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    told = [[name, values] for name, values in sorted(request.POST.lists())]
    digest.update(json.dumps(told).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(json.dumps([name, file.name, file.size]).encode())
            for piece in file.chunks():
                digest.update(piece)
            file.seek(0)
    return digest.hexdigest()


def keep(call: Call, answer: HttpResponse) -> None:
    """Keep the answer of a call."""
    call.status = answer.status_code
    call.content_type = answer.headers.get("Content-Type", "")
    call.answer = answer.content
    call.save(update_fields=["status", "content_type", "answer"])


def again(known: Call, asked: str) -> HttpResponse:
    """Answer a call that was answered before; 409 where it asks for something else."""
    if known.request != asked:
        reason = _("这个 Idempotency-Key 用过，内容不同（原来%(first)s，现在%(now)s）") % {
            "first": known.request[:12],
            "now": asked[:12],
        }
        return _told(409, reason, _("换一个键"))
    answer = HttpResponse(bytes(known.answer), status=known.status, content_type=known.content_type)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def forget() -> int:
    """Drop the answers kept long enough and return how many."""
    return Call.objects.filter(called_at__lt=timezone.now() - KEPT).delete()[0]


def _told(status: int, reason: str, remedy: str) -> HttpResponse:
    return JsonResponse({"reason": reason, "remedy": remedy}, status=status)
