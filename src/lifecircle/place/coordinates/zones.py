"""Gauss-Kruger zones and other projected coordinate systems of Chinese surveys.

An easting may begin with the number of its zone (36 500 000 and more) or not (500 000 and more),
and surveyors call the northing X and the easting Y. Both are decided by the numbers themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from lifecircle.place.plane import WGS84, Floats
from lifecircle.terms.errors import stop

FALSE_EASTING_M = 500_000.0
PREFIX_M = 1_000_000.0
FARTHEST_FROM_MERIDIAN = 3.5
"""Degrees; a six-degree zone ends at 3, and a city on its border may reach a little over."""

MERCATOR = re.compile("Transverse Mercator|Gauss.Kr", re.IGNORECASE)

NORTHINGS_M = (380_000.0, 6_000_000.0)
"""From the south of the Spratlys to the north of Heilongjiang."""


@dataclass(frozen=True)
class ZoneFamily:
    """The EPSG codes of one datum: its first six-degree and three-degree zones.

    Zones 13 to 23 and 25 to 45 have a prefix; their twins by central meridian, 75E to 135E, not.
    """

    datum: str
    six_zone: int
    six_meridian: int
    three_zone: int
    three_meridian: int


FAMILIES = (
    ZoneFamily("China 2000", 4491, 4502, 4513, 4534),
    ZoneFamily("Xian 1980", 2327, 2338, 2349, 2370),
    ZoneFamily("Beijing 1954", 21413, 21453, 2401, 2422),
)
"""EPSG registry: the zones of CGCS2000, Xi'an 1980 and Beijing 1954."""

OLD_DATUMS = {"Xian 1980": "西安1980", "Beijing 1954": "北京1954", "New Beijing": "新北京1954"}


def zone_crs(zone: int, *, prefix: bool, datum: str = "China 2000") -> str:
    """Return the name of a zone, 13 to 23 (six degrees) or 25 to 45 (three), as ``crs`` takes it.

    Without ``prefix`` it is the system of the zone's central meridian.
    """
    family = next(family for family in FAMILIES if family.datum == datum)
    if 13 <= zone <= 23:
        return f"EPSG:{(family.six_zone if prefix else family.six_meridian) + zone - 13}"
    if 25 <= zone <= 45:
        return f"EPSG:{(family.three_zone if prefix else family.three_meridian) + zone - 25}"
    raise ValueError(f"no Gauss-Kruger zone {zone} in China")


def same_system(one: CRS, other: CRS) -> bool:
    """Say whether two systems mean the same, also where one is written as ESRI writes it."""
    if one.equals(other, ignore_axis_order=True):
        return True
    code = one.to_epsg(min_confidence=70)
    return code is not None and code == other.to_epsg(min_confidence=70)


def missing_parameters(crs: CRS) -> str:
    """Say so where a system of an old datum comes without the parameters to a new one.

    The parameters are not public; without them places are off by tens of metres.
    """
    if crs.is_bound or crs.geodetic_crs is None or crs.geodetic_crs.datum is None:
        return ""
    name = OLD_DATUMS.get(crs.geodetic_crs.datum.name)
    if name is None:
        return ""
    return (
        f"{name} 到 CGCS2000 缺少转换参数，换算后可能偏差几十米；"
        "请向测绘部门要转换好的 CGCS2000 坐标"
    )


def _parameter(crs: CRS, name: str) -> float | None:
    """Return a parameter of a transverse Mercator system, None for any other."""
    way = crs.coordinate_operation
    if way is None or not MERCATOR.search(way.method_name):
        return None
    found = [own.value for own in way.params if own.name == name]
    return float(found[0]) if found else None


def zone_reason(crs: CRS, easting_m: Floats, lon: Floats) -> tuple[str, str]:
    """Return why metres contradict the zone of ``crs`` and the mending, or two empty texts.

    ``lon`` are the degrees the eastings (n,) were converted to.
    """
    false_m = _parameter(crs, "False easting")
    meridian = _parameter(crs, "Longitude of natural origin")
    if false_m is None or meridian is None or len(easting_m) == 0:
        return "", ""
    middle_m = float(np.median(easting_m))
    said, seen = int(false_m // PREFIX_M), int(middle_m // PREFIX_M)
    family = _family(crs)
    if said == 0 and seen > 0:
        reason = f"东坐标 {middle_m:.0f} 带有带号 {seen}，而坐标系 {crs.name} 不带带号"
        return reason, _write(seen, prefix=True, datum=family)
    if said > 0 and seen != said:
        if seen == 0:
            reason = f"东坐标 {middle_m:.0f} 没有带号，而坐标系 {crs.name} 带有带号 {said}"
            return reason, _write(said, prefix=False, datum=family)
        reason = f"东坐标 {middle_m:.0f} 的带号是 {seen}，而坐标系 {crs.name} 的带号是 {said}"
        return reason, _write(seen, prefix=True, datum=family)
    off = float(np.median(np.abs(lon - meridian)))
    if not off <= FARTHEST_FROM_MERIDIAN:
        reason = f"换算后离坐标系 {crs.name} 的中央子午线有{off:.1f}度"
        return reason, "核对中央子午线（当地三度带的中央子午线离本地不超过1.5度）"
    return "", ""


def _family(crs: CRS) -> str:
    datum = crs.geodetic_crs.datum if crs.geodetic_crs is not None else None
    names = {family.datum for family in FAMILIES}
    return datum.name if datum is not None and datum.name in names else "China 2000"


def _write(zone: int, *, prefix: bool, datum: str) -> str:
    if zone in range(13, 24) or zone in range(25, 46):
        return f'写 crs = "{zone_crs(zone, prefix=prefix, datum=datum)}"'
    return "核对坐标系的带号"


@cache
def conversion(crs: str) -> tuple[CRS, Transformer]:
    """Return a system by its name and the way from it to WGS84, longitude and easting first.

    Raises pyproj's CRSError for an unknown name.
    """
    system = CRS.from_user_input(crs)
    return system, Transformer.from_crs(system, WGS84, always_xy=True)


def to_wgs84_from(
    crs: str, first: npt.ArrayLike, second: npt.ArrayLike
) -> tuple[Floats, Floats, str]:
    """Return lon, lat (n,) in WGS84 degrees of two columns of a table, and a remark.

    ``first`` and ``second`` are degrees of a geographic system or metres of a projected one, in
    either order; the remark says which column was taken as what, and what is uncertain.
    Raises InputError for an unknown system, and where the numbers contradict its zone.
    """
    try:
        system, move = conversion(crs)
    except CRSError as error:
        remedy = '写 EPSG 编号，例如 crs = "EPSG:4545"'
        raise stop(f"不认识坐标系 {crs}", place="crs", remedy=remedy) from error
    one, two = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if system.is_geographic:
        swapped = _is_latitude(one, two)
        said = "第一列是纬度，第二列是经度" if swapped else ""
    else:
        swapped = _is_northing(one, two, _parameter(system, "False easting") or 0.0)
        said = "第一列是北坐标（测量上的 X），第二列是东坐标（测量上的 Y）" if swapped else ""
        said = said or "第一列是东坐标，第二列是北坐标"
    east, north = (two, one) if swapped else (one, two)
    lon, lat = move.transform(east, north)
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    if system.is_projected:
        reason, remedy = zone_reason(system, east, lon)
        if reason:
            raise stop(reason, place="crs", remedy=remedy)
    return lon, lat, "；".join(text for text in (said, missing_parameters(system)) if text)


def _is_latitude(first: Floats, second: Floats) -> bool:
    """Say whether the first column can only be latitudes, and the second longitudes, of China."""
    return bool(np.median(np.abs(first)) < 60.0 and np.median(np.abs(second)) > 70.0)


def _is_northing(first: Floats, second: Floats, false_easting_m: float) -> bool:
    """Say whether the first column is the northing.

    A prefix puts an easting beyond every northing; without one an easting is within 500 km of
    the false easting, which in China is below every northing but those of the far south.
    """
    one, two = float(np.median(first)), float(np.median(second))
    if max(one, two) >= 13 * PREFIX_M:
        return two > one
    near_one, near_two = abs(one - FALSE_EASTING_M), abs(two - FALSE_EASTING_M)
    if false_easting_m and false_easting_m < PREFIX_M:
        near_one, near_two = abs(one - false_easting_m), abs(two - false_easting_m)
    return near_two < near_one
