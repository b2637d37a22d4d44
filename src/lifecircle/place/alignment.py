"""Asks of a layer whose datum nobody declared whether it fits the streets as it is.

A layer in GCJ-02 taken as WGS84 is off by 28 to 700 m: nothing fails, and every 300 m rule is
judged wrongly. Places people use stand by streets, so the datum under which they lie nearest to
them is the likely one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely

from lifecircle.place.datums import Datum, in_china, to_wgs84
from lifecircle.place.plane import Floats, Geometries, Plane
from lifecircle.place.tables import Streets
from lifecircle.terms.errors import Fault

FEWEST_POINTS = 20
MOST_POINTS = 1000
CLEARLY = 0.5
"""Another datum is likely when it halves the median distance to the streets."""

DATUM_NAMES = {"wgs84": "WGS84", "gcj02": "GCJ-02（高德、腾讯）", "bd09": "BD-09（百度）"}


class Alignment:
    """Holds layers against the streets of a city."""

    def __init__(self, plane: Plane, streets: Streets) -> None:
        """Take the streets, which OpenStreetMap gives in WGS84."""
        self._plane = plane
        self._streets = streets
        self._tree: Any = None

    def fault(self, file: Path, geometry: Geometries, declared: Datum | None) -> Fault | None:
        """Return the likely answer for a layer without a declared datum that does not fit."""
        if declared is not None:
            return None
        medians_m = self.medians_m(geometry)
        if not medians_m:
            return None
        best = min(medians_m, key=lambda datum: medians_m[datum])
        if best == "wgs84" or medians_m[best] > CLEARLY * medians_m["wgs84"]:
            return None
        reason = (
            f"看起来是 {DATUM_NAMES[best]} 坐标：照现在这样离最近道路的中位距离是"
            f"{medians_m['wgs84']:.0f}米，换算后是{medians_m[best]:.0f}米"
        )
        remedy = f'在 lifecircle.toml 这个图层下写 datum = "{best}"，确认无误则写 datum = "wgs84"'
        return Fault(reason, str(file), "", remedy)

    def medians_m(self, geometry: Geometries) -> dict[Datum, float]:
        """Return the median distance to the nearest street (m) under each datum.

        Empty where there are too few points, or where GCJ-02 does not shift.
        """
        point = shapely.point_on_surface(geometry)
        lon, lat = shapely.get_x(point), shapely.get_y(point)
        chosen = np.linspace(0, len(lon) - 1, min(len(lon), MOST_POINTS)).astype(np.int64)
        lon, lat = lon[chosen], lat[chosen]
        if len(lon) < FEWEST_POINTS or not in_china(lon, lat).all():
            return {}
        datums: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
        return {datum: self._median_m(*to_wgs84(lon, lat, datum)) for datum in datums}

    def _median_m(self, lon: Floats, lat: Floats) -> float:
        if self._tree is None:
            xy = np.column_stack([self._streets.x_m, self._streets.y_m])
            self._tree = shapely.STRtree(shapely.linestrings(xy[self._streets.segments]))
        points = shapely.points(np.column_stack(self._plane.metres(lon, lat)))
        found, away_m = self._tree.query_nearest(points, return_distance=True, all_matches=False)
        nearest_m = np.full(len(points), np.inf)
        nearest_m[found[0]] = away_m
        return float(np.median(nearest_m))
