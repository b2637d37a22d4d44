"""Communities on a map, coloured by what the findings of a list say of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lifecircle.govern.areas.models import Area, Outline
from lifecircle.govern.assessments.forms import Filters
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.assessments.queries import findings, run_seen
from lifecircle.govern.assessments.views import actor_of
from lifecircle.govern.assessments.wording import said

MOST = 5000
UNMET, OPEN = "not met", "not assessed"


def places(request: HttpRequest, number: int) -> JsonResponse:
    """Answer with the communities that the listed findings lie in, as GeoJSON.

    One that anything listed is not met in is bad; one of which anything is open, waits.
    """
    actor = actor_of(request)
    run = run_seen(actor, number, done=True)
    rows = findings(actor, run, Filters(run, request.GET).wanted()).filter(area__level="community")
    counted = (
        rows.order_by("area_id")
        .values("area_id")
        .annotate(
            unmet=Count("pk", filter=Q(verdict=UNMET)), open=Count("pk", filter=Q(verdict=OPEN)),
            met=Count("pk", filter=Q(verdict="met")),
        )
    )  # fmt: skip
    by_area = {one["area_id"]: dict(one) for one in counted[:MOST]}
    features = list(_features(run, by_area, request.GET.get("rule", "")))
    return JsonResponse(
        {"type": "FeatureCollection", "features": features}, content_type="application/geo+json"
    )


def _features(
    run: Run, by_area: dict[int, dict[str, Any]], rule: str
) -> Iterator[dict[str, Any]]:  # fmt: skip
    areas = Area.objects.in_bulk(list(by_area))
    listed = reverse("assessments:findings", args=[run.pk])
    outlines = {one.area_id: one for one in Outline.objects.open().filter(area__in=by_area)}
    outlines |= {one.area_id: one for one in Outline.objects.on(run.as_of).filter(area__in=by_area)}
    for pk, one in by_area.items():
        if pk in outlines:
            query = {"area": areas[pk].code or pk, "rule": rule}
            yield {
                "type": "Feature",
                "geometry": json.loads(outlines[pk].shape),
                "properties": {
                    "name": areas[pk].name,
                    "said": _said(one),
                    "tone": tone_of(one),
                    "url": f"{listed}?{urlencode(query)}",
                },
            }


def tone_of(one: dict[str, Any]) -> str:
    """Return the colour of a community by how many of its findings are how."""
    if one["unmet"]:
        return "bad"
    return "wait" if one["open"] else "good" if one["met"] else "lead"


def _said(one: dict[str, Any]) -> str:
    parts = [("not met", one["unmet"]), ("not assessed", one["open"]), ("met", one["met"])]
    return _("，").join(f"{said('verdict', verdict)} {many}" for verdict, many in parts if many)
