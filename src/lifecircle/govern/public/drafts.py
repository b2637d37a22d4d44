"""A publication before it is approved, page by page as everybody will see it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lifecircle.govern.actor import unseen
from lifecircle.govern.public import views
from lifecircle.govern.public.showing import ShowingDraft
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.publications.views import seen


def draft(request: HttpRequest, number: int, rest: str = "") -> HttpResponse:
    """Show a page of a draft to who may see publications of its area."""
    publication = seen(request, number)
    if not publication.folder.is_dir():
        raise unseen()
    showing = ShowingDraft(publication)
    if not rest and publication.kind == Publication.Kind.RUN:
        return views.shown_front(request, showing)
    section, _slash, own_id = rest.rstrip("/").partition("/")
    if not rest or rest.rstrip("/") == f"results/{number}":
        return views.shown_publication(request, showing, publication)
    if section == "communities" and not own_id:
        return views.shown_communities(request, showing)
    if section == "communities":
        return views.shown_community(request, showing, own_id)
    if section == "facilities":
        return views.shown_facility(request, showing, own_id)
    return views.absent(request, showing)
