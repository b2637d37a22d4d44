"""Gauss-Kruger against the surveyor's series, which shares no code with PROJ; zones mixed up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from lifecircle.place.coordinates.zones import (
    missing_parameters,
    same_system,
    to_wgs84_from,
    zone_crs,
)
from lifecircle.place.formats.vector import read_vector
from lifecircle.terms.errors import InputError

ZONES = [*range(13, 24), *range(25, 46)]
ELLIPSOIDS = {
    "China 2000": (6378137.0, 298.257222101),
    "Xian 1980": (6378140.0, 298.257),
    "Beijing 1954": (6378245.0, 298.3),
}
ESRI_108E = (
    'PROJCS["CGCS2000_3_Degree_GK_CM_108E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",108.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


def meridian_of(zone: int) -> int:
    """Return the central meridian of a zone in degrees."""
    return 6 * zone - 3 if zone <= 23 else 3 * zone


def by_series(lon: float, lat: float, meridian: float, datum: str) -> tuple[float, float]:
    """Return northing and easting (m, without prefix) by the series of the surveying textbooks.

    The meridian arc is integrated by Simpson's rule; the series ends at the sixth power of the
    difference of longitude, which is good to a millimetre within three degrees.
    """
    axis_m, flattening = ELLIPSOIDS[datum]
    e2 = (2 - 1 / flattening) / flattening
    b, diff = np.radians(lat), np.radians(lon - meridian)
    steps = np.linspace(0.0, b, 2001)
    curve = axis_m * (1 - e2) / (1 - e2 * np.sin(steps) ** 2) ** 1.5
    weights = np.ones(2001)
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    arc_m = float((weights * curve).sum() * (b / 2000) / 3)
    n = axis_m / np.sqrt(1 - e2 * np.sin(b) ** 2)
    t2, eta2 = np.tan(b) ** 2, e2 / (1 - e2) * np.cos(b) ** 2
    m = np.cos(b) * diff
    north = arc_m + n * np.tan(b) * (
        m**2 / 2
        + (5 - t2 + 9 * eta2 + 4 * eta2**2) * m**4 / 24
        + (61 - 58 * t2 + t2**2 + 270 * eta2 - 330 * t2 * eta2) * m**6 / 720
    )
    east = n * (
        m
        + (1 - t2 + eta2) * m**3 / 6
        + (5 - 18 * t2 + t2**2 + 14 * eta2 - 58 * t2 * eta2) * m**5 / 120
    )
    return float(north), float(east + 500_000.0)


@pytest.mark.parametrize("prefix", [True, False])
@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_of_cgcs2000_as_the_series_says(zone: int, prefix: bool) -> None:
    meridian = meridian_of(zone)
    half = 3.0 if zone < 24 else 1.5
    for lon, lat in ((meridian - half, 20.0), (meridian, 34.26), (meridian + half, 50.0)):
        north, east = by_series(lon, lat, meridian, "China 2000")
        east += zone * 1e6 if prefix else 0.0
        got_lon, got_lat, said = to_wgs84_from(zone_crs(zone, prefix=prefix), [north], [east])
        # 1e-7 degrees are a centimetre
        assert got_lon[0] == pytest.approx(lon, abs=1e-7)
        assert got_lat[0] == pytest.approx(lat, abs=1e-7)
        assert "第一列是北坐标" in said


@pytest.mark.parametrize("datum", ["Xian 1980", "Beijing 1954"])
@pytest.mark.parametrize("zone", [18, 36, 40])
def test_old_datums_are_converted_and_called_uncertain(datum: str, zone: int) -> None:
    lon, lat = meridian_of(zone) + 0.7, 34.26
    north, east = by_series(lon, lat, meridian_of(zone), datum)
    for prefix in (True, False):
        crs = zone_crs(zone, prefix=prefix, datum=datum)
        got = to_wgs84_from(crs, [east + zone * 1e6 * prefix], [north])
        # the parameters are unknown, so no more than that it is the right place can be held
        assert got[0][0] == pytest.approx(lon, abs=0.003)
        assert got[1][0] == pytest.approx(lat, abs=0.003)
        assert "缺少转换参数" in got[2]


@settings(max_examples=25, deadline=None)
@given(st.floats(75, 134), st.floats(18, 53), st.booleans(), st.booleans())
def test_the_order_of_the_columns_does_not_matter(
    lon: float, lat: float, prefix: bool, six: bool
) -> None:
    zone = int(lon // 6) + 1 if six else round(lon / 3)
    north, east = by_series(lon, lat, meridian_of(zone), "China 2000")
    east += zone * 1e6 * prefix
    crs = zone_crs(zone, prefix=prefix)
    one, two = to_wgs84_from(crs, [north], [east]), to_wgs84_from(crs, [east], [north])
    assert one[:2] == two[:2]
    assert one[0][0] == pytest.approx(lon, abs=1e-6)


def test_degrees_of_cgcs2000_are_those_of_wgs84_in_either_order() -> None:
    for first, second in (([108.94], [34.26]), ([34.26], [108.94])):
        lon, lat, _ = to_wgs84_from("EPSG:4490", first, second)
        assert (lon[0], lat[0]) == pytest.approx((108.94, 34.26), abs=1e-9)


EAST, NORTH = 586_000.0, 3_792_000.0


@pytest.mark.parametrize(
    ("crs", "east", "expected"),
    [
        ("EPSG:4545", 36e6 + EAST, '带有带号 36.*写 crs = "EPSG:4524"'),
        ("EPSG:4524", EAST, '没有带号.*写 crs = "EPSG:4545"'),
        ("EPSG:4525", 36e6 + EAST, '带号是 36.*带号是 37.*写 crs = "EPSG:4524"'),
        ("EPSG:2379", 36e6 + EAST, '带有带号 36.*写 crs = "EPSG:2360"'),
        ("EPSG:4545", 999_000.0, "离坐标系 .* 的中央子午线有5.4度"),
        ("nonsense", EAST, "不认识坐标系 nonsense"),
    ],
)
def test_a_zone_that_contradicts_the_numbers_stops(crs: str, east: float, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        to_wgs84_from(crs, [NORTH], [east])


def write_shapefile(folder: Path, x: float, y: float, prj: str) -> Path:
    path = folder / "点.shp"
    pyogrio.raw.write(
        path,
        geometry=np.array([shapely.to_wkb(shapely.Point(x, y))], dtype=object),
        field_data=[np.array(["1"], dtype=object)],
        fields=["id"],
        crs="EPSG:4545",
        geometry_type="Point",
    )
    path.with_suffix(".prj").write_text(prj, encoding="utf-8")
    return path


@pytest.mark.parametrize("declared", [None, "EPSG:4545"])
def test_a_prj_as_esri_writes_it(tmp_path: Path, declared: str | None) -> None:
    north, east = by_series(108.934, 34.252, 108, "China 2000")
    path = write_shapefile(tmp_path, east, north, ESRI_108E)
    (point,) = read_vector(path, crs=declared).geometry
    assert (point.x, point.y) == pytest.approx((108.934, 34.252), abs=1e-7)


def test_a_file_whose_zone_contradicts_its_metres_stops(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path, 36e6 + EAST, NORTH, ESRI_108E)
    with pytest.raises(InputError, match=r'点\.shp，crs：.*写 crs = "EPSG:4524"'):
        read_vector(path)


def test_a_file_of_an_old_datum_says_what_is_missing(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path, EAST, NORTH, CRS.from_epsg(2379).to_wkt("WKT1_ESRI"))
    with pytest.raises(InputError, match="声明的是"):
        read_vector(path, crs="EPSG:4545")
    assert "西安1980 到 CGCS2000 缺少转换参数" in read_vector(path).remarks[0]


def test_what_means_the_same_is_the_same() -> None:
    assert same_system(CRS.from_wkt(ESRI_108E), CRS.from_epsg(4545))
    assert not same_system(CRS.from_wkt(ESRI_108E), CRS.from_epsg(4546))
    assert not missing_parameters(CRS.from_epsg(4545))
    assert not missing_parameters(CRS.from_epsg(32649))


def test_nothing_is_fetched_whatever_the_settings_say() -> None:
    code = "import lifecircle.place.plane, pyproj; print(pyproj.network.is_network_enabled())"
    said = subprocess.run(  # our own interpreter and text
        [sys.executable, "-c", code],
        env={**os.environ, "PROJ_NETWORK": "ON"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "False"
