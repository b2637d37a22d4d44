"""Chinese map datums: GCJ-02 (Amap, Tencent) and BD-09 (Baidu) to WGS84 and back, offline.

The forward formulas are those that map providers publish through their devices and that all open
implementations share; the inverse is iterated until it moves by less than a tenth of a millimetre.
Outside the rectangle in which GCJ-02 is applied nothing is shifted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Pair = tuple[Floats, Floats]
Datum = Literal["wgs84", "gcj02", "bd09"]

_AXIS_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BAIDU_TURN = np.pi * 3000.0 / 180.0
_CLOSE_DEGREES = 1e-9
_ROUNDS = 30

WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
"""The rectangle in which GCJ-02 shifts (degrees)."""


def in_china(lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Say for each point whether GCJ-02 shifts there."""
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    return np.asarray((lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH))


def _waves(value: Floats, *terms: tuple[float, float]) -> Floats:
    """Return two thirds of a sum of sines, each of (amplitude, wave number times pi)."""
    summed = sum(size * np.sin(value * turn * np.pi) for size, turn in terms)
    return np.asarray(summed * 2.0 / 3.0)


def _shift(lon: Floats, lat: Floats) -> Pair:
    """Return by how many degrees GCJ-02 moves WGS84 points."""
    x, y = lon - 105.0, lat - 35.0
    both = _waves(x, (20.0, 6.0), (20.0, 2.0))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north += both + _waves(y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east += both + _waves(x, (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))
    angle = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY_SQUARED * np.sin(angle) ** 2
    along_m = _AXIS_M * (1.0 - _ECCENTRICITY_SQUARED) / (magic * np.sqrt(magic))
    across_m = _AXIS_M / np.sqrt(magic) * np.cos(angle)
    return np.degrees(east / across_m), np.degrees(north / along_m)


def wgs84_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return GCJ-02 degrees for WGS84 degrees (n,), unshifted outside China."""
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    inside = in_china(lon, lat)
    east, north = _shift(lon, lat)
    return np.where(inside, lon + east, lon), np.where(inside, lat + north, lat)


def _undone(move: Callable[[Floats, Floats], Pair], goal: Pair, guess: Pair) -> Pair:
    """Return the points that ``move`` brings to ``goal``, improving ``guess`` until it stands."""
    for _ in range(_ROUNDS):
        reached = move(*guess)
        off = goal[0] - reached[0], goal[1] - reached[1]
        guess = guess[0] + off[0], guess[1] + off[1]
        if not np.any(np.maximum(np.abs(off[0]), np.abs(off[1])) > _CLOSE_DEGREES):
            break
    return guess


def gcj02_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return WGS84 degrees for GCJ-02 degrees (n,); there and back within 0.1 mm."""
    goal = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    return _undone(wgs84_to_gcj02, goal, goal)


def gcj02_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return BD-09 degrees for GCJ-02 degrees (n,)."""
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    radius = np.sqrt(lon * lon + lat * lat) + 0.00002 * np.sin(lat * _BAIDU_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return GCJ-02 degrees for BD-09 degrees (n,); there and back within 0.1 mm."""
    goal = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    return _undone(gcj02_to_bd09, goal, (goal[0] - 0.0065, goal[1] - 0.006))


def to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: Datum) -> Pair:
    """Return WGS84 degrees for degrees of a datum."""
    if datum == "bd09":
        return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
    if datum == "gcj02":
        return gcj02_to_wgs84(lon, lat)
    return np.asarray(lon, np.float64), np.asarray(lat, np.float64)


def from_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: Datum) -> Pair:
    """Return degrees of a datum for WGS84 degrees."""
    if datum == "wgs84":
        return np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    shifted = wgs84_to_gcj02(lon, lat)
    return gcj02_to_bd09(*shifted) if datum == "bd09" else shifted
