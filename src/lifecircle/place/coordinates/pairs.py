"""Tells what two columns of numbers are: degrees, degrees the wrong way round, metres of a zone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from lifecircle.place.coordinates.zones import NORTHINGS_M, PREFIX_M, conversion, zone_crs
from lifecircle.place.plane import Floats

AXES_SWAPPED = "axes-swapped"
METRES_AS_DEGREES = "metres-as-degrees"
SEXAGESIMAL = "degrees-minutes-seconds"

LONGITUDES = (73.0, 136.0)
LATITUDES = (3.0, 54.0)
NEAR_KM = 100.0
MOST_OF_THEM = 0.8
FEWEST_PACKED = 20
FEWEST_SECONDS = 12

Form = Literal[
    "degrees", "swapped degrees", "sexagesimal", "packed degrees", "zone metres", "web metres", "?"
]


@dataclass(frozen=True)
class PairReading:
    """What two columns are.

    ``swapped`` says that the first is the latitude or northing; ``rows`` (0-based) are those that
    are the other way round than most; ``crs`` is the likely setting, empty where none is needed
    or none is sure; ``reason`` and ``remedy`` are for a person, empty where all is well.
    """

    form: Form
    swapped: bool = False
    rows: tuple[int, ...] = ()
    crs: str = ""
    reason: str = ""
    remedy: str = ""
    code: str = ""


def reading_of_pairs(
    first: Sequence[Any] | npt.NDArray[Any],
    second: Sequence[Any] | npt.NDArray[Any],
    near: tuple[float, float] | None = None,
) -> PairReading:
    """Say what two columns (n,) of numbers or texts are, the first meant to be the longitude.

    ``near`` is the (longitude, latitude) of the city; eastings without the number of their zone
    can only be placed by it. Speaks of places in China; elsewhere the form is "?".
    """
    texts = [text for column in (first, second) for text in column if isinstance(text, str)]
    if any(_SEXAGESIMAL.search(_plain(text)) for text in texts):
        remedy = "换成十进制度数，例如 108.9420"
        reason = "经纬度写成了度分秒"
        return PairReading("sexagesimal", reason=reason, remedy=remedy, code=SEXAGESIMAL)
    x, y = _numbers(first), _numbers(second)
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return PairReading("?")
    found = _as_degrees(x, y, known)
    return found or _as_metres(x[known], y[known], near)


_SEXAGESIMAL = re.compile(
    r"\d\s*[°度]\s*\d+(\.\d+)?\s*['分]|^\s*[NSEW]?\s*\d+\s+\d+\s+\d", re.IGNORECASE
)
_PARTS = re.compile(
    r"([NSEW东西南北])?[经纬]?\s*(\d+(?:\.\d+)?)\s*(?:[°度]\s*|\s+)"
    r"(?:(\d+(?:\.\d+)?)\s*(?:['′分]\s*|\s+|$))?(?:(\d+(?:\.\d+)?)\s*(?:\"|″|''|秒|\s|$))?\s*([NSEW])?",
    re.IGNORECASE,
)


def _plain(text: str) -> str:
    """Return a text with half-width digits; typographic quotes are minutes and seconds."""
    folded = unicodedata.normalize("NFKC", text.replace("″", '"').replace("′", "'"))
    return folded.translate({0x2019: "'", 0x201D: '"', 0x2018: "'", 0x201C: '"', 0xBA: "°"}).strip()


def degrees_of_text(text: str) -> float | None:
    """Return a text such as 108°56′31.2″ or 108度56分 in degrees, None for anything else."""
    match = _PARTS.fullmatch(_plain(text))
    if match is None:
        return None
    before, whole, minutes, seconds, after = match.groups()
    parts = [float(part or 0.0) for part in (whole, minutes, seconds)]
    if parts[1] >= 60.0 or parts[2] >= 60.0:
        return None
    sign = -1.0 if (before or after or "").upper() in ("S", "W", "西", "南") else 1.0
    return sign * (parts[0] + parts[1] / 60.0 + parts[2] / 3600.0)


def _numbers(column: Sequence[Any] | npt.NDArray[Any]) -> Floats:
    def number(value: Any) -> float:
        try:
            return float(_plain(value) if isinstance(value, str) else value)
        except (TypeError, ValueError):
            return float("nan")

    if isinstance(column, np.ndarray) and column.dtype.kind in "fiu":
        return column.astype(np.float64)
    return np.array([number(value) for value in column], dtype=np.float64)


def _within(values: Floats, bounds: tuple[float, float]) -> npt.NDArray[np.bool_]:
    return np.asarray((values >= bounds[0]) & (values <= bounds[1]))


def _as_degrees(x: Floats, y: Floats, known: npt.NDArray[np.bool_]) -> PairReading | None:
    """Read degrees: in China no latitude is a possible longitude."""
    right = known & _within(x, LONGITUDES) & _within(y, LATITUDES)
    wrong = known & _within(x, LATITUDES) & _within(y, LONGITUDES)
    total = int(known.sum())
    if (right.sum() + wrong.sum()) < MOST_OF_THEM * total:
        return None
    if wrong.sum() > right.sum():
        rows = tuple(int(row) for row in np.flatnonzero(right))
        but = f"，只有{len(rows)}行没有" if rows else ""
        reason, remedy = f"经度列和纬度列写反了{but}", "对调两列的列名"
        return PairReading("swapped degrees", True, rows, "", reason, remedy, AXES_SWAPPED)
    if wrong.any():
        rows = tuple(int(row) for row in np.flatnonzero(wrong))
        reason, remedy = f"有{len(rows)}行的经度和纬度写反了", "对调这些行的两格"
        return PairReading("degrees", False, rows, "", reason, remedy, AXES_SWAPPED)
    if _packed(x[right]) and _packed(y[right]):
        reason = "经纬度像是度.分秒的写法（小数点后两位是分、再两位是秒，没有一个到60）"
        remedy = "问清来源；若是度.分秒，换成十进制度数"
        return PairReading("packed degrees", reason=reason, remedy=remedy, code=SEXAGESIMAL)
    return PairReading("degrees")


def _packed(values: Floats) -> bool:
    """Say whether the decimals look like minutes and seconds.

    The second pair of decimals is as good as random within a city: that 20 different ones all
    stay below 60 happens by chance once in 27,000 times.
    """
    values = np.unique(np.round(np.abs(values), 6))
    if len(values) < FEWEST_PACKED:
        return False
    decimals = np.round((values % 1.0) * 1e6).astype(np.int64)
    minutes, seconds = decimals // 10_000, decimals // 100 % 100
    # degrees rounded to two decimals would have no seconds at all
    varied = len(np.unique(seconds)) >= FEWEST_SECONDS
    return varied and bool(np.all(minutes < 60) and np.all(seconds < 60))


def _as_metres(x: Floats, y: Floats, near: tuple[float, float] | None) -> PairReading:
    """Read metres of a Gauss-Kruger zone, of Web Mercator, or none that is known."""
    for east, north, swapped in ((x, y, False), (y, x, True)):
        for crs, form in _candidates(float(np.median(east)), near):
            lon, lat = conversion(crs)[1].transform(east, north)
            fits = _within(lon, LONGITUDES) & _within(lat, LATITUDES)
            if form == "zone metres":
                fits &= _within(north, NORTHINGS_M)
            if near is not None:
                off_km = np.hypot(
                    (lon - near[0]) * 111.32 * np.cos(np.radians(near[1])),
                    (lat - near[1]) * 110.95,
                )
                fits &= off_km < NEAR_KM
            if fits.mean() >= MOST_OF_THEM:
                return _metres(crs, form, swapped=swapped)
    if np.median(np.abs(x)) > 360.0 and np.median(np.abs(y)) > 360.0:
        reason = (
            "坐标是米，不是经纬度，看不出是哪个坐标系（可能是没有带号的投影，或城市独立坐标系）"
        )
        remedy = '问清坐标系，写 crs（例如 crs = "EPSG:4545"）；独立坐标系请测绘部门换算'
        return PairReading("?", reason=reason, remedy=remedy, code=METRES_AS_DEGREES)
    return PairReading("?")


def _candidates(easting_m: float, near: tuple[float, float] | None) -> list[tuple[str, Form]]:
    """Return the systems an easting may be of, the likeliest first."""
    found: list[tuple[str, Form]] = []
    if 8.1e6 <= easting_m <= 15.2e6:
        found.append(("EPSG:3857", "web metres"))
    zone = int(easting_m // PREFIX_M)
    if zone in range(13, 24) or zone in range(25, 46):
        found.append((zone_crs(zone, prefix=True), "zone metres"))
    if zone == 0 and near is not None:
        three = min(max(round(near[0] / 3), 25), 45)
        six = min(max(int(near[0] // 6) + 1, 13), 23)
        found.append((zone_crs(three, prefix=False), "zone metres"))
        found.append((zone_crs(six, prefix=False), "zone metres"))
        beside = (three - 1, three + 1)
        found += [(zone_crs(own, prefix=False), "zone metres") for own in beside if 25 <= own <= 45]
    return found


def _metres(crs: str, form: Form, *, swapped: bool) -> PairReading:
    order = "，第一列是北坐标（测量上的 X），第二列是东坐标" if swapped else ""
    what = "网络墨卡托投影" if form == "web metres" else "高斯-克吕格投影"
    reason = f"坐标是米，不是经纬度，看起来是{what}{order}"
    remedy = f'写 crs = "{crs}"'
    if form == "zone metres":
        remedy += "（按 CGCS2000 推定；若是西安1980、北京1954 或 UTM，写它们的编号）"
    return PairReading(form, swapped, (), crs, reason, remedy, METRES_AS_DEGREES)
