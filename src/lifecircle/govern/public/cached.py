"""Answers for everybody, kept in memory until something is published or withdrawn."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from lifecircle.govern.public.live import FRESH_S, live

PATHS = ("/public/", "/api/public/")
BROWSER_S = 30
"""So long a browser does not ask again; with `FRESH_S` a withdrawal holds within a minute."""

assert BROWSER_S + FRESH_S < 60
MOST_BYTES = 32 * 1024 * 1024
BIGGEST_BYTES = 1024 * 1024
LANGUAGES = ("Accept-Language", "Cookie")
"""What the language of an answer goes by."""


@dataclass(frozen=True)
class Kept:
    """An answer: its status, body, headers, mark, and what its policy says otherwise."""

    status: int
    content: bytes
    headers: Mapping[str, str]
    policy: Mapping[str, str]

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Return it, or that the reader has it already."""
        answer: HttpResponse
        if request.headers.get("If-None-Match") == self.headers["ETag"]:
            answer = HttpResponseNotModified()
        else:
            answer = HttpResponse(self.content, status=self.status)
        for name, value in self.headers.items():
            answer.headers[name] = value
        answer.policy = self.policy  # type: ignore[attr-defined]
        return answer


class Cached:
    """Stands before sessions and all else: what it keeps is nobody's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._kept: OrderedDict[Any, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer from memory, or answer and keep."""
        if request.method not in ("GET", "HEAD") or not request.path.startswith(PATHS):
            return self.get_response(request)
        language = get_language_from_request(request)
        key = (live().stamp, language, request.get_host(), request.get_full_path())
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
        if kept is None:
            response = self.get_response(request)
            if response.streaming or response.status_code != 200 or response.cookies:
                return response
            kept = _kept(response)
            if request.method == "GET":
                self._keep(key, kept)
        return kept.answer(request)

    def _keep(self, key: Any, kept: Kept) -> None:
        if len(kept.content) > BIGGEST_BYTES:
            return
        with self._lock:
            if key not in self._kept:
                self._bytes += len(kept.content)
            self._kept[key] = kept
            while self._bytes > MOST_BYTES:
                _key, dropped = self._kept.popitem(last=False)
                self._bytes -= len(dropped.content)


def _kept(response: HttpResponse) -> Kept:
    patch_vary_headers(response, LANGUAGES)
    mark = hashlib.sha256(response.content).hexdigest()[:24]
    headers = {
        **dict(response.items()),
        "Cache-Control": f"public, max-age={BROWSER_S}",
        "ETag": f'"{mark}"',
    }
    return Kept(200, response.content, headers, getattr(response, "policy", {}))
