"""The communities of an area as the checks of `lifecircle check` take them: from their outlines."""

from __future__ import annotations

import json

import numpy as np
import shapely
from shapely.geometry import shape

from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area, Outline
from lifecircle.place.layers import VectorLayer
from lifecircle.place.plane import Plane
from lifecircle.place.residents.homes import community_of
from lifecircle.place.tables import Communities
from lifecircle.terms.errors import Spot

Where = tuple[Communities, Plane]


def communities_of(path: str) -> Where | None:
    """Return the communities below a path and their plane; None where no outline is known.

    A community without an outline has an empty one: nothing lies in it, nothing is far from it.
    """
    inside = Area.objects.standing().filter(path__startswith=path, level=Level.COMMUNITY)
    areas = list(inside.order_by("path"))
    drawn = Outline.objects.open().filter(area__in=inside.values("pk"))
    shapes = {pk: shape(json.loads(text)) for pk, text in drawn.values_list("area_id", "shape")}
    if not shapes:
        return None
    outlines = np.array([shapes.get(one.pk, shapely.Polygon()) for one in areas], dtype=object)
    plane = Plane.around(outlines[~shapely.is_empty(outlines)])
    blank = tuple("" for _ in areas)
    communities = Communities(
        id=tuple(one.code or one.name for one in areas),
        name=tuple(one.name for one in areas),
        township=blank,
        county=blank,
        managed_by=blank,
        attributes={},
        counts={},
        radius_m=np.full(len(areas), np.nan),
        shape=plane.to_metres(outlines),
        spots=tuple(Spot() for _ in areas),
    )
    return communities, plane


def lying(layer: VectorLayer, where: Where | None) -> dict[int, str]:
    """Return by the number of each row that has a place the community it lies in, by its outline.

    Empty words for those that lie in none; nothing where no outline is known.
    """
    if where is None:
        return {}
    communities, plane = where
    inside = shapely.point_on_surface(plane.to_metres(layer.geometry))
    found = zip(
        layer.rows or range(1, len(layer) + 1),
        community_of(communities, inside).tolist(),
        shapely.is_empty(inside).tolist(),
        strict=True,
    )
    return {
        number: communities.id[row] if row >= 0 else "" for number, row, bare in found if not bare
    }
