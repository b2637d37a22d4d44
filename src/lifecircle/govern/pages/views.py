"""The pages of the frame: the home, help, how pages look, and what is said when something fails."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from lifecircle.govern.actor import Actor
from lifecircle.govern.pages.context import LOOK_COOKIE, LOOKS, looks
from lifecircle.govern.pages.standing import standing
from lifecircle.govern.waiting import steps_for, waiting_for

YEAR_S = 365 * 24 * 3600


def home(request: HttpRequest) -> HttpResponse:
    """Show what waits and by when, and who one is here."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today = timezone.localdate()
    told = {
        "waiting": waiting_for(actor, today), "today": today, "standing": standing(actor),
        "steps": steps_for(actor),
    }  # fmt: skip
    return render(request, "home.html", told)


def help_(request: HttpRequest) -> HttpResponse:
    """Show how pages are used."""
    return render(request, "help.html")


def look(request: HttpRequest) -> HttpResponse:
    """Turn large type or high contrast on or off, and go back to where one was."""
    chosen = set(looks(request)) ^ {request.POST.get("word", "")}
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    answer = HttpResponseRedirect(back if safe else "/")
    kept = ".".join(word for word in LOOKS if word in chosen)
    answer.set_cookie(
        LOOK_COOKIE, kept, YEAR_S, secure=request.is_secure(), httponly=True, samesite="Lax"
    )
    return answer


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's call
    """Tell that a form was not sent from a page of ours, or too late."""
    return render(request, "forged.html", status=403)
