"""Lists as files to take away, and what a community has at a glance."""

from __future__ import annotations

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render

from lifecircle.govern.actor import under, unseen
from lifecircle.govern.areas.models import Area
from lifecircle.govern.inventory.access import VIEW
from lifecircle.govern.inventory.choices import FUNCTION, words
from lifecircle.govern.inventory.derived import mark
from lifecircle.govern.inventory.exporting import csv_lines, filled_forms, sheet, table
from lifecircle.govern.inventory.forms import Filtering, day_of
from lifecircle.govern.inventory.kinds import KINDS, label
from lifecircle.govern.inventory.models import Estate, Facility, Permit, Space
from lifecircle.govern.inventory.queries import facilities, seen_by
from lifecircle.govern.inventory.views import actor_of, kind_named
from lifecircle.place.tables import SERVING

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MADE_OF_PLACES = ("floor_m2", "usable_m2", "beds", "nursing_beds", "childcare_places", "seats")


def taken(request: HttpRequest, kind: str, ending: str) -> HttpResponseBase:
    """Answer with the list of a kind as a file; `forms` is the workbook of all forms."""
    own = kind_named(kind)
    actor = actor_of(request)
    if ending == "forms":
        content = filled_forms(actor, as_of=day_of(request.GET.get("on", "")))
        return _file(HttpResponse(content, content_type=XLSX), f"{kind}-forms.xlsx")
    on = day_of(request.GET.get("on", ""))
    rows = (
        facilities(actor, Filtering.of(request.GET).wanted())
        if own.model is Facility
        else seen_by(actor, own.model, on).order_by("record_id")
    )
    if ending == "csv":
        lines = csv_lines(table(kind, rows, actor, on))
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        return _file(answer, f"{kind}.csv")
    if ending == "xlsx":
        book = sheet(table(kind, rows, actor, on), str(KINDS[kind].title))
        return _file(HttpResponse(book, content_type=XLSX), f"{kind}.xlsx")
    raise unseen()


def _file(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def summary(request: HttpRequest, area: int) -> HttpResponse:
    """Show what an area has: facilities by function, area, estates, permits, spaces."""
    actor = actor_of(request)
    where = Area.objects.visible_to(actor, VIEW).filter(pk=area).first()
    if where is None:
        raise unseen()
    inside = under([where.path], "record__area__path")
    serving = Q(status__in=SERVING)
    own = seen_by(actor, Facility).filter(inside)
    functions = words(FUNCTION)
    counted = {
        f"f_{code}": Count("pk", filter=serving & Q(function_marks__contains=mark(code)))
        for code, _ in functions
    }
    totals = own.aggregate(
        many=Count("pk"),
        serving=Count("pk", filter=serving),
        **{name: Sum(name, filter=serving) for name in MADE_OF_PLACES},
        **counted,
    )
    estates = seen_by(actor, Estate).filter(inside)
    people = estates.aggregate(
        many=Count("pk"), households=Sum("households"), residents=Sum("residents")
    )
    permits = seen_by(actor, Permit).filter(inside)
    return render(
        request,
        "inventory/summary.html",
        {
            "area": where,
            "totals": totals,
            "amounts": [(label(Facility, name), totals[name]) for name in MADE_OF_PLACES],
            "functions": [(name, totals[f"f_{code}"]) for code, name in functions],
            "people": people,
            "permits": permits.count(),
            "not_kept": permits.exclude(actual__in=("as_permitted", "", "unchecked")).count(),
            "spaces": seen_by(actor, Space).filter(inside).count(),
        },
    )
