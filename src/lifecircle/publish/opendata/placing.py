"""Where the shapes of open data are written: degrees of the datum that the office set."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from lifecircle.place.coordinates.datums import Datum, Floats, Pair, from_wgs84, to_wgs84

DEGREES = 1e-7
"""Outlines are kept to a centimetre."""

NAMES = {"wgs84": "WGS84", "gcj02": "GCJ-02", "bd09": "BD-09"}

_SHIFTED = (
    'GEOGCRS["{0}",DATUM["{0}",ELLIPSOID["WGS 84",6378137,298.257223563]],CS[ellipsoidal,2],'
    'AXIS["latitude",north],AXIS["longitude",east],ANGLEUNIT["degree",0.0174532925199433]]'
)
"""No register of systems holds the shifted ones; a program that reads this shifts nothing."""

Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Placing:
    """The datum of files for the public; all else of a city is in WGS84."""

    datum: Datum = "wgs84"

    @property
    def name(self) -> str:
        """Return the datum as a person knows it."""
        return NAMES[self.datum]

    @property
    def crs(self) -> str:
        """Return the system for a GeoPackage."""
        return "EPSG:4326" if self.datum == "wgs84" else _SHIFTED.format(self.name)

    @property
    def geo_crs(self) -> dict[str, Any] | None:
        """Return the system for GeoParquet (PROJJSON), None for its default OGC:CRS84."""
        if self.datum == "wgs84":
            return None
        found: dict[str, Any] = json.loads(pyproj.CRS.from_wkt(self.crs).to_json())
        return found

    def shown(self, wgs84: Sequence[Any] | Shapes) -> Shapes:
        """Return shapes (n,) in degrees of WGS84 in those of the datum."""
        return _moved(wgs84, lambda lon, lat: from_wgs84(lon, lat, self.datum))

    def back(self, shown: Sequence[Any] | Shapes) -> Shapes:
        """Return outlines (n,) in degrees of the datum in those of WGS84, to a centimetre."""
        outlines = _moved(shown, lambda lon, lat: to_wgs84(lon, lat, self.datum))
        return np.asarray(shapely.set_precision(outlines, DEGREES, mode="pointwise"), object)


def _moved(shapes: Sequence[Any] | Shapes, move: Callable[[Floats, Floats], Pair]) -> Shapes:
    """Return shapes with their points moved, as an array of objects however few they are."""
    own = np.array([*shapes, None], dtype=object)[:-1]
    moved = shapely.transform(own, lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1])))
    return np.asarray(moved, dtype=object)
