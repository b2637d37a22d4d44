"""The headers that keep a page to what this machine serves, and nothing of it behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

POLICY: Mapping[str, str] = {
    "default-src": "'self'",
    "img-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

DEVICES = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "usb")


def _said(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{what} {where}" for what, where in policy.items())


HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _said(POLICY),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{device}=()" for device in DEVICES),
    "X-Frame-Options": "DENY",
    # static files bring their own, whatever else is of a person: nothing stays after signing out
    "Cache-Control": "no-store",
}
LEFT_BEHIND = '"cache", "storage"'
"""What a browser forgets at signing out: pages and answers that a survey kept on the device."""

YEAR_S = 365 * 24 * 3600


class ContentSecurity:
    """Adds them to every answer that has not set its own.

    A view gives its answer a ``policy`` where it needs another part of `POLICY`: a page that named
    hosts may frame, a map whose tiles an office named.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers."""
        response = self.get_response(request)
        other: Mapping[str, str] = getattr(response, "policy", {})
        if other:
            response.headers["Content-Security-Policy"] = _said({**POLICY, **other})
        for name, value in HEADERS.items():
            if name != "X-Frame-Options" or "frame-ancestors" not in other:
                response.headers.setdefault(name, value)
        if request.method == "POST" and request.path == reverse("account_logout"):
            response.headers["Clear-Site-Data"] = LEFT_BEHIND
        if settings.TLS:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_S}")
        return response
