"""Facilities on a map: the same that the list shows, as GeoJSON within a box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Avg, Count, F, Max, Min
from django.db.models.functions import Floor
from django.db.models.query import QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.inventory.forms import Filtering
from lifecircle.govern.inventory.kinds import said
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.inventory.queries import Box, facilities
from lifecircle.govern.inventory.views import actor_of

MOST_DRAWN = 1000
"""More than these are drawn as groups."""

CELLS = 24
"""Groups stand on a grid of so many cells along each side of the box."""

TONES = {"operating": "good", "ready": "good", "": "lead"}


def box_of(text: str) -> Box | None:
    """Return west, south, east and north of a box as an address says it, or None."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    inside = -180 <= west < east <= 180 and -90 <= south < north <= 90
    return (west, south, east, north) if inside else None


def places(request: HttpRequest) -> JsonResponse:
    """Answer with the facilities of a list that lie in a box, or with groups of them."""
    wanted = Filtering.of(request.GET).wanted()
    box = box_of(request.GET.get("bbox", ""))
    rows = facilities(actor_of(request), replace(wanted, box=box)).filter(lon__isnull=False)
    drawn = list(rows.select_related("record")[: MOST_DRAWN + 1])
    if len(drawn) > MOST_DRAWN:
        features = list(_groups(rows.order_by(), box or _around(rows)))
    else:
        features = [_feature(one) for one in drawn]
    return JsonResponse(
        {"type": "FeatureCollection", "features": features}, content_type="application/geo+json"
    )


def _feature(one: Facility) -> dict[str, Any]:
    return _point(
        one.lon,
        one.lat,
        name=str(one),
        said=said(one, "categories"),
        tone=TONES.get(one.status, "wait"),
        url=reverse("inventory:page", args=["facilities", one.record_id]),
    )


def _point(lon: float | None, lat: float | None, **properties: Any) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _around(rows: QuerySet[Any]) -> Box:
    found = rows.order_by().aggregate(
        west=Min("west"), south=Min("south"), east=Max("east"), north=Max("north")
    )
    return found["west"], found["south"], found["east"], found["north"]


def _groups(rows: QuerySet[Any], box: Box) -> Iterator[dict[str, Any]]:
    """Yield a point for each cell of a grid that holds any, with how many it holds."""
    west, south, east, north = box
    across, up = (east - west) / CELLS or 1.0, (north - south) / CELLS or 1.0
    cells = (
        rows.values(column=Floor((F("lon") - west) / across), row=Floor((F("lat") - south) / up))
        .annotate(many=Count("pk"), middle_lon=Avg("lon"), middle_lat=Avg("lat"))
        .order_by("column", "row")
    )
    for cell in cells:
        many = _("%(many)s处设施，放大后逐一显示") % {"many": cell["many"]}
        yield _point(cell["middle_lon"], cell["middle_lat"], name=many, tone="lead")
