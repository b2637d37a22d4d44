"""Coordinate reference systems: what places are told in, and boxes asked for.

Places lie in the database as (longitude, latitude) of WGS 84. Each system has the order of axes of
its register: EPSG:4326 and EPSG:4490 put latitude first, Gauss-Krueger zones northing first.
PROJ takes CGCS 2000 (EPSG:4490) and WGS 84 for the same, which holds within decimetres.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from django.utils.translation import gettext as _

from lifecircle.govern.features.wrong import Wrong

CRS84_URI = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG_URI = "http://www.opengis.net/def/crs/EPSG/0/"
_LATITUDE_FIRST = ("EPSG:4326", "EPSG:4490")
_DEGREES = ("OGC:CRS84", *_LATITUDE_FIRST)
_PIECES = 64
"""Into so many pieces a side of a box in a zone is cut, since it is no line in degrees."""

Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True)
class System:
    """A system by its address in the register and by its code."""

    uri: str
    code: str

    @property
    def places(self) -> int:
        """Return to how many places coordinates are told: a centimetre, or a millimetre."""
        return 7 if self.code in _DEGREES else 3

    def told(self, shapes: Shapes) -> Shapes:
        """Return shapes (n,) in degrees of WGS 84 in this system, in its order of axes."""
        if self.code == CRS84.code:
            return shapes
        move, places = _transformer(self.code), self.places

        def moved(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return np.round(np.column_stack(move.transform(xy[:, 0], xy[:, 1])), places)

        done: Any = shapely.transform(shapes, moved)
        return np.asarray(done, dtype=object)

    def boxes(self, sides: Sequence[float]) -> list[Box]:
        """Return in degrees a box whose corners are (x, y) of this system; two over the date line.

        Raises Wrong where it is none.
        """
        low_x, low_y, high_x, high_y = sides
        if self.code in _LATITUDE_FIRST:
            low_x, low_y, high_x, high_y = low_y, low_x, high_y, high_x
        if low_y > high_y or (low_x > high_x and self.code not in _DEGREES):
            raise _no_box()
        if self.code in _DEGREES:
            if low_x > high_x:
                return [
                    Box(shapely.box(low_x, low_y, 180, high_y)),
                    Box(shapely.box(-180, low_y, high_x, high_y)),
                ]
            return [Box(shapely.box(low_x, low_y, high_x, high_y))]
        outline = shapely.box(low_x, low_y, high_x, high_y)
        longest = max(high_x - low_x, high_y - low_y)
        if longest:
            outline = shapely.segmentize(outline, longest / _PIECES)
        move = _transformer(self.code)
        area = shapely.transform(
            outline,
            lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1], direction="INVERSE")),
        )
        if not np.isfinite(shapely.get_coordinates(area)).all():
            raise _no_box()
        return [Box(area, upright=self.code == "EPSG:3857")]


@dataclass(frozen=True)
class Box:
    """An area asked for, in degrees; ``upright`` where its sides run along the axes."""

    area: Any
    upright: bool = True

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north."""
        west, south, east, north = (float(one) for one in self.area.bounds)
        return west, south, east, north


CRS84 = System(CRS84_URI, "OGC:CRS84")


def epsg(number: int) -> System:
    """Return the system of a number of the EPSG register."""
    return System(f"{_EPSG_URI}{number}", f"EPSG:{number}")


EVERYWHERE = (CRS84, epsg(4326), epsg(3857), epsg(4490))


def systems_at(lon: float | None) -> tuple[System, ...]:
    """Return the systems for a city at a longitude, with its zone of three degrees of CGCS 2000.

    EPSG:4534 is the zone of 75 degrees east, EPSG:4554 that of 135.
    """
    zone = round(lon / 3) * 3 if lon is not None else 0
    return (*EVERYWHERE, epsg(4534 + (zone - 75) // 3)) if 75 <= zone <= 135 else EVERYWHERE


def system_named(word: str, systems: Sequence[System], parameter: str) -> System:
    """Return the system of an address; raises Wrong where the layer is not told in it."""
    found = next((one for one in systems if one.uri == word), None)
    if found is None:
        raise Wrong(
            _("%(parameter)s 不是这个图层有的坐标参照系") % {"parameter": parameter},
            remedy=_("用图层说明里 crs 列出的地址"),
        )
    return found


def corners(text: str) -> list[float]:
    """Return the four numbers of a box out of the four or six that were given."""
    try:
        given = [float(one) for one in text.split(",")]
    except ValueError:
        given = []
    if len(given) not in (4, 6) or not all(map(math.isfinite, given)):
        raise _no_box()
    half = len(given) // 2
    return [*given[:2], *given[half : half + 2]]


def _no_box() -> Wrong:
    return Wrong(
        _("bbox 不是两个角的坐标"),
        remedy=_("写成 bbox=108.9,34.2,109.0,34.3，先小后大，次序按 bbox-crs"),
    )


@lru_cache(maxsize=8)
def _transformer(code: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(CRS84.code, code)
