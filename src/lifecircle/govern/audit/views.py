"""The pages of the audit: the list, one entry, one subject, the chain, the export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.audit import words
from lifecircle.govern.audit.forms import Filters
from lifecircle.govern.audit.models import Entry, EntryQuerySet
from lifecircle.govern.audit.searching import ROWS, Pages, narrowed
from lifecircle.govern.audit.verify import head, rows, verify_part

AT_ONCE = 20_000
"""Entries that one request verifies: about a second."""

PAGES = {
    "user": ("accounts:user", "user.view"),
    "area": ("areas:page", "area.view"),
    "import": ("imports:batch", "import.run"),
}
LISTED = {
    "facility": "facilities", "estate": "estates", "permit": "permits", "space": "spaces",
}  # fmt: skip
"""Where what an entry tells of has its page, or its list, which finds it by its number."""


def list_(request: HttpRequest) -> HttpResponse:
    """List the entries that one may see, the newest first."""
    filters = Filters(request.GET)
    page = Pages(_asked(request, filters), ROWS).get_page(request.GET.get("page"))
    told = {"filters": filters, "page": page, "rows": _rows(page), "query": request.GET.urlencode()}
    return render(request, "audit/list.html", told)


def entry(request: HttpRequest, number: int) -> HttpResponse:
    """Show one entry: who did what, and each field before and after."""
    seen = Entry.objects.visible_to(_actor(request))
    one = seen.filter(pk=number).first()
    if one is None:
        raise unseen()
    content = one.told()
    others = Entry.objects.visible_to(_actor(request)).filter(kind=one.kind, subject=one.subject)
    told = {
        "entry": one,
        "action": words.action_words(one.action),
        "kind": words.kind_words(one.kind),
        "channel": words.channel_words(one.channel),
        "reason": content.get("reason", ""),
        "changes": words.changes(content),
        "there": _there(_actor(request), one),
        "others": others[:2].count() > 1,
    }
    return render(request, "audit/entry.html", told)


def subject(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """Show what happened to one subject, the newest first."""
    entries = Entry.objects.visible_to(_actor(request)).filter(kind=kind, subject=name)
    page = Pages(entries.order_by("-number"), ROWS).get_page(request.GET.get("page"))
    if not page.object_list:
        raise unseen()
    told = {"kind": words.kind_words(kind), "subject": name, "page": page, "rows": _rows(page)}
    return render(request, "audit/subject.html", told)


def chain(request: HttpRequest) -> HttpResponse:
    """Verify the chain, so many entries a request, and show its head."""
    said = request.GET.get("after", "")
    after = int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0
    found, over = verify_part(after, AT_ONCE)
    told = {"found": found, "over": over, "after": after, "head": head()}
    return render(request, "audit/chain.html", told)


def export(request: HttpRequest) -> StreamingHttpResponse:
    """Hand out what the list shows, all of it, as JSON lines from the oldest on."""
    response = StreamingHttpResponse(
        _lines(_asked(request, Filters(request.GET))), content_type="application/jsonl"
    )
    name = f"audit-{timezone.localdate():%Y%m%d}.jsonl"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _there(actor: Actor, entry: Entry) -> str:
    """Return the page of what an entry tells of, empty where one may not see that or none is."""
    if entry.kind in LISTED and actor.may("inventory.view", entry.area_path):
        listed = reverse("inventory:list", args=[LISTED[entry.kind]])
        return f"{listed}?{urlencode({'q': entry.subject})}"
    route, permission = PAGES.get(entry.kind, ("", ""))
    seen = entry.subject.isdecimal() and route and actor.may(permission, entry.area_path)
    return reverse(route, args=[entry.subject]) if seen else ""


def _asked(request: HttpRequest, filters: Filters) -> EntryQuerySet:
    return narrowed(_actor(request), filters.cleaned_data if filters.is_valid() else {})


def _lines(entries: EntryQuerySet) -> Iterator[str]:
    for row in rows(entries):
        yield json.dumps(row, ensure_ascii=False) + "\n"


def _rows(entries: Any) -> list[tuple[Entry, str, str]]:
    return [
        (one, words.action_words(one.action), words.channel_words(one.channel)) for one in entries
    ]


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
