"""Places: GeoJSON as the records keep it, exact to the last bit of a coordinate."""

from __future__ import annotations

import json
from typing import Any

import shapely
from shapely.geometry import mapping, shape

Box = tuple[float | None, float | None, float | None, float | None]
DECIMALS = 9
"""A point inside a shape is told to 0.1 mm, as a cell of a workbook gives it back."""

NO_BOX: Box = (None, None, None, None)


def bounds_of(lon: float | None, lat: float | None, drawn: str) -> Box:
    """Return west, south, east and north of a place; None of one without coordinates."""
    if drawn:
        west, south, east, north = (float(one) for one in shape(json.loads(drawn)).bounds)
        return west, south, east, north
    return NO_BOX if lon is None or lat is None else (lon, lat, lon, lat)


def told(geometry: Any) -> dict[str, Any]:
    """Return ``lon``, ``lat`` and ``shape`` of a geometry in degrees; a point has no shape."""
    if geometry is None or geometry.is_empty:
        return {"lon": None, "lat": None, "shape": ""}
    if geometry.geom_type == "Point":
        return {"lon": geometry.x, "lat": geometry.y, "shape": ""}
    inside = shapely.point_on_surface(geometry)
    drawn = json.dumps(mapping(geometry), separators=(",", ":"))
    lon, lat = (round(one, DECIMALS) for one in (inside.x, inside.y))
    return {"lon": lon, "lat": lat, "shape": drawn}


def drawn(lon: float | None, lat: float | None, outline: str) -> Any:
    """Return the geometry that `told` was told of."""
    if outline:
        return shape(json.loads(outline))
    return shapely.Point() if lon is None or lat is None else shapely.Point(lon, lat)
