"""Pages that show every part of the frame, served beside the platform to the browser tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import path

from lifecircle.govern.access import PUBLIC, Asks
from lifecircle.govern.pages.history import Changed, Step
from lifecircle.govern.refused import Refused
from lifecircle.govern.site.urls import urlpatterns as pages_of_the_platform

HERE = Path(__file__).parent
ROWS = [(number, f"Facility {number}", 31.2 + number / 500) for number in range(1, 121)]
KINDS = [("canteen", "Canteen"), ("library", "Library"), ("clinic", "Clinic with a long name")]


class EveryField(forms.Form):
    """A field of every kind."""

    name = forms.CharField(label="Name", help_text="As on the door plate.")
    kind = forms.ChoiceField(label="Kind", choices=KINDS)
    beds = forms.IntegerField(label="Beds", required=False, min_value=0)
    opened_on = forms.DateField(
        label="Opened on", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    uses = forms.MultipleChoiceField(
        label="Uses", choices=KINDS, widget=forms.CheckboxSelectMultiple, help_text="One or more."
    )
    mode = forms.ChoiceField(label="Mode", choices=KINDS, widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="The date was checked on site")
    remark = forms.CharField(label="Remark", required=False, widget=forms.Textarea)
    photo = forms.FileField(label="Photograph", required=False)
    where = forms.CharField(widget=forms.HiddenInput, initial="here")


class Filters(forms.Form):
    """What a list is narrowed by."""

    q = forms.CharField(label="Name contains", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("", "All"), *KINDS], required=False)


def _page(request: HttpRequest, name: str, told: dict[str, object]) -> HttpResponse:
    template = engines["django"].from_string((HERE / name).read_text(encoding="utf-8"))
    return HttpResponse(template.render(told, request))


def listed(request: HttpRequest) -> HttpResponse:
    """Show a list beside its map."""
    page = Paginator(ROWS, 10).get_page(request.GET.get("page"))
    legend = [("lead", "Facilities"), ("bad", "Gaps")]
    told = {"page": page, "filters": Filters(request.GET), "legend": legend}
    return _page(request, "listed.html", told)


def form(request: HttpRequest) -> HttpResponse:
    """Show a form, wrong or not."""
    filled = EveryField(request.POST or None, request.FILES or None)
    if filled.is_valid():
        messages.success(request, "Saved.")
        filled = EveryField()
    return _page(request, "form.html", {"form": filled})


def history(request: HttpRequest) -> HttpResponse:
    """Show a thing and its past."""
    changes = (Changed("Beds", "12", "20"), Changed("Remark", "", "a long remark " * 12))
    at = datetime(2026, 7, 1, 1, tzinfo=UTC)
    steps = [
        Step(date(2026, 7, 1), at, "Li", "read off the plate", False, changes),
        Step(date(2026, 3, 1), at, "Wang", "", True, ()),
    ]
    return _page(request, "history.html", {"history": steps})


def places(request: HttpRequest) -> JsonResponse:
    """Answer the GeoJSON of the list, or none of it."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [121.4, lat]},
            "properties": {"name": name, "url": "/gallery/history/", "tone": "bad"},
        }
        for _, name, lat in ROWS
    ]
    if "none" in request.GET:
        features = []
    return JsonResponse({"type": "FeatureCollection", "features": features})


def refuse(request: HttpRequest) -> HttpResponse:
    """Refuse."""
    raise Refused("later is already known", remedy="write a later date")


def fail(request: HttpRequest) -> HttpResponse:
    """Break."""
    raise ZeroDivisionError("secret of the machine")


OURS = [
    path("gallery/", listed, name="gallery"),
    path("gallery/form/", form, name="gallery-form"),
    path("gallery/history/", history, name="gallery-history"),
    path("gallery/places/", places, name="gallery-places"),
    path("gallery/refuse/", refuse, name="gallery-refuse"),
    path("gallery/fail/", fail, name="gallery-fail"),
]
urlpatterns = [*pages_of_the_platform, *OURS]
ROUTES = {str(one.name): Asks(PUBLIC, PUBLIC) for one in OURS}
"""What they ask; whoever serves them adds this to the platform's own."""
