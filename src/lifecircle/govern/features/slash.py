"""The landing page answers without its slash too: QGIS follows no redirect to a path."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

BARE = "/ogc"


class Slash:
    """Reads the bare address as that of the landing page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        if request.path_info == BARE:
            request.path += "/"
            request.path_info += "/"
        return self.get_response(request)
