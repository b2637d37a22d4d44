"""Where plane metres are shown: degrees of the datum that the files for the public are in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from lifecircle.place.coordinates.datums import Datum, from_wgs84
from lifecircle.place.plane import Plane
from lifecircle.publish.map.packing import steps

LATTICE_M = 500.0
"""Between corners so close straight interpolation is true to two centimetres, GCJ-02 included."""

PLACES = 6
_UNIT_DEGREES = 1e-7

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Shown:
    """A city's plane, and the datum its public files are in."""

    plane: Plane
    datum: Datum

    def degrees(self, x_m: npt.ArrayLike, y_m: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Return longitudes and latitudes of the datum (n,) for plane metres (n,)."""
        return from_wgs84(*self.plane.degrees(x_m, y_m, 9), self.datum)

    def shapes(self, metric: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return geometries of plane metres in degrees of the datum, to a tenth of a metre."""
        moved = shapely.transform(metric, lambda xy: np.column_stack(self.degrees(*xy.T)))
        return np.asarray(shapely.set_precision(moved, 10.0**-PLACES, mode="pointwise"))

    def lattice(self, bounds: tuple[float, float, float, float]) -> dict[str, Any]:
        """Return corners every `LATTICE_M` over plane bounds, as the page reads them.

        ``lon`` and ``lat`` go row by row from the south-west, in units of 1e-7 degrees.
        """
        west, south = (LATTICE_M * (np.floor(one / LATTICE_M) - 1) for one in bounds[:2])
        columns, rows = (
            int(np.ceil((end - begin) / LATTICE_M)) + 2
            for begin, end in ((west, bounds[2]), (south, bounds[3]))
        )
        x_m = np.tile(west + LATTICE_M * np.arange(columns), rows)
        y_m = np.repeat(south + LATTICE_M * np.arange(rows), columns)
        lon, lat = self.degrees(x_m, y_m)
        whole = [np.rint(one / _UNIT_DEGREES).astype(np.int64) for one in (lon, lat)]
        return {
            "west_m": float(west),
            "south_m": float(south),
            "step_m": LATTICE_M,
            "columns": columns,
            "rows": rows,
            "unit": _UNIT_DEGREES,
            "first": [int(one[0]) for one in whole],
            "lon": steps(whole[0] - whole[0][0]),
            "lat": steps(whole[1] - whole[1][0]),
        }
