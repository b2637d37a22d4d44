"""Pages that ask again by themselves while work goes on behind them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def polled(request: HttpRequest, response: HttpResponse, *, ended: bool) -> HttpResponse:
    """Have a page that asks again load anew at the end: what came of it is the whole page."""
    if ended and getattr(request, "htmx", False):
        response.headers["HX-Refresh"] = "true"
    return response
