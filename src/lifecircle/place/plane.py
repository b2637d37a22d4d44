"""The plane of a city: metres east and north of its centre, from longitude and latitude."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer, network

Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[Any]

# a conversion gives the same metres on every machine, whatever its PROJ settings allow
network.set_network_enabled(active=False)  # type: ignore[attr-defined]

WGS84 = CRS.from_epsg(4326)


@dataclass(frozen=True)
class Plane:
    """A transverse Mercator plane of scale 1 on the city's own meridian.

    Within 50 km of the centre a metre in it is wrong by less than 0.04 mm. Coordinates are kept
    to the millimetre, so that every machine works with the same numbers.
    """

    lon: float
    lat: float

    @classmethod
    def around(cls, lonlat: Geometries) -> Plane:
        """Choose the plane for geometries (WGS84 degrees), by the median of their middles.

        The median, since one misplaced geometry must not move the plane of all others.
        """
        bounds = shapely.bounds(lonlat)
        lon, lat = np.median((bounds[:, :2] + bounds[:, 2:]) / 2, axis=0)
        return cls(round(float(lon), 1), round(float(lat), 1))

    @cached_property
    def crs(self) -> CRS:
        """Return the coordinate system of the plane."""
        return CRS.from_proj4(
            f"+proj=tmerc +lat_0={self.lat} +lon_0={self.lon} +k=1 +x_0=0 +y_0=0 "
            "+ellps=WGS84 +units=m +no_defs"
        )

    @cached_property
    def _forward(self) -> Transformer:
        return Transformer.from_crs(WGS84, self.crs, always_xy=True)

    def metres(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Return x_m, y_m for longitudes and latitudes in degrees."""
        x_m, y_m = self._forward.transform(
            np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        )
        return np.round(x_m, 3), np.round(y_m, 3)

    def degrees(
        self, x_m: npt.ArrayLike, y_m: npt.ArrayLike, decimals: int = 7
    ) -> tuple[Floats, Floats]:
        """Return longitudes and latitudes for plane metres, to 1e-7 degrees unless said."""
        lon, lat = self._forward.transform(
            np.asarray(x_m, dtype=np.float64),
            np.asarray(y_m, dtype=np.float64),
            direction="INVERSE",
        )
        return np.round(lon, decimals), np.round(lat, decimals)

    def to_metres(self, lonlat: Geometries) -> Geometries:
        """Return geometries of WGS84 degrees in plane metres."""
        return _moved(lonlat, self.metres)

    def to_degrees(self, metric: Geometries) -> Geometries:
        """Return geometries of plane metres in WGS84 degrees."""
        return _moved(metric, self.degrees)


def _moved(geometries: Geometries, move: Any) -> Geometries:
    """Apply ``move`` to the coordinates of each geometry."""
    return np.asarray(
        shapely.transform(geometries, lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1])))
    )
