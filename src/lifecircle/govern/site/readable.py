"""Turns away addresses with signs that no text has: PostgreSQL keeps no NUL, nobody types any."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from lifecircle.govern.site.failing import unread

_IN_PATH = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_IN_QUERY = re.compile(r"%(0[0-8bcef]|1[0-9a-f]|7f)|" + _IN_PATH.pattern, re.IGNORECASE)
"""Tabs and ends of lines come along when somebody pastes a word from a table: they stay."""

IN_THEIR_WORDS = ("/ogc/",)
"""What answers for itself, as its standard says."""


class Readable:
    """Answers 400 before any view reads the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        odd = _IN_PATH.search(request.path) or _IN_QUERY.search(request.META["QUERY_STRING"])
        if odd and not request.path.startswith(IN_THEIR_WORDS):
            return unread(request, BadRequest())
        return self.get_response(request)
