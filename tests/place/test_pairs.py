"""What two columns are: degrees, the wrong way round, sexagesimal, metres of some zone."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.place.coordinates.pairs import AXES_SWAPPED, degrees_of_text, reading_of_pairs
from lifecircle.place.coordinates.zones import zone_crs
from tests.place.test_zones import ZONES, by_series, meridian_of

XIAN = (108.94, 34.26)
Floats = npt.NDArray[np.float64]


def city(lon: float, lat: float, count: int = 60, seed: int = 1) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    return lon + rng.normal(0, 0.05, count), lat + rng.normal(0, 0.04, count)


@given(st.floats(74, 134), st.floats(18, 53), st.integers(1, 9))
def test_degrees_are_degrees_and_never_suspected(lon: float, lat: float, seed: int) -> None:
    found = reading_of_pairs(*city(lon, lat, seed=seed))
    assert (found.form, found.swapped, found.rows, found.reason) == ("degrees", False, (), "")


def test_columns_the_wrong_way_round() -> None:
    lon, lat = city(*XIAN)
    found = reading_of_pairs(lat, lon)
    assert (found.form, found.swapped, found.code) == ("swapped degrees", True, AXES_SWAPPED)
    assert found.remedy == "对调两列的列名"


def test_single_rows_the_wrong_way_round_are_named() -> None:
    lon, lat = city(*XIAN)
    lon[[3, 17]], lat[[3, 17]] = lat[[3, 17]], lon[[3, 17]]
    lon[5] = np.nan
    found = reading_of_pairs(lon, lat)
    assert (found.form, found.rows, found.code) == ("degrees", (3, 17), AXES_SWAPPED)
    found = reading_of_pairs(lat, lon)
    assert (found.form, found.rows) == ("swapped degrees", (3, 17))


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("108°56′31.2″", 108 + 56 / 60 + 31.2 / 3600),
        ("108°56'31.2\"", 108 + 56 / 60 + 31.2 / 3600),
        ("108度56分31.2秒", 108 + 56 / 60 + 31.2 / 3600),
        ("东经108°56′", 108 + 56 / 60),
        ("34 15 36 N", 34.26),
        ("34°15.6’S", -34.26),
        ("１０８°３０′", 108.5),
        ("108°75′", None),
        ("西安", None),
    ],
)
def test_degrees_minutes_seconds(text: str, degrees: float | None) -> None:
    got = degrees_of_text(text)
    assert got is None if degrees is None else got == pytest.approx(degrees, abs=1e-9)


def test_sexagesimal_texts_are_told() -> None:
    found = reading_of_pairs(["108°56′31″"], ["34°15′36″"])
    assert found.form == "sexagesimal"
    assert "十进制" in found.remedy
    assert reading_of_pairs(["108.94°"], ["34.26"]).form == "?"
    assert reading_of_pairs(["108.94"], [" 34.26 "]).form == "degrees"


def packed(values: Floats) -> Floats:
    whole, rest = np.divmod(values, 1.0)
    minutes, rest = np.divmod(rest * 60, 1.0)
    return np.asarray(whole + minutes / 100 + np.floor(rest * 60) / 10_000)


def test_degrees_point_minutes_seconds_are_told() -> None:
    lon, lat = city(*XIAN)
    assert reading_of_pairs(packed(lon), packed(lat)).form == "packed degrees"
    # rounded degrees are not
    assert reading_of_pairs(lon.round(2), lat.round(2)).form == "degrees"


def metres(zone: int, prefix: bool, at: tuple[float, float]) -> tuple[Floats, Floats]:
    lon, lat = city(*at, count=12)
    pairs = [
        by_series(float(one), float(two), meridian_of(zone), "China 2000")
        for one, two in zip(lon, lat, strict=True)
    ]
    north, east = np.array(pairs).T
    return north, east + zone * 1e6 * prefix


@pytest.mark.parametrize("zone", [own for own in ZONES if own > 14])
def test_eastings_with_their_zone(zone: int) -> None:
    north, east = metres(zone, True, (meridian_of(zone) + 0.3, 34.0))
    for first, second, swapped in ((east, north, False), (north, east, True)):
        found = reading_of_pairs(first, second)
        assert (found.form, found.crs, found.swapped) == (
            "zone metres",
            zone_crs(zone, prefix=True),
            swapped,
        )
        assert zone_crs(zone, prefix=True) in found.remedy


@pytest.mark.parametrize("zone", [13, 14])
def test_the_far_west_needs_the_city_to_differ_from_web_mercator(zone: int) -> None:
    at = (meridian_of(zone) + 0.3, 39.0)
    north, east = metres(zone, True, at)
    assert reading_of_pairs(east, north, at).crs == zone_crs(zone, prefix=True)
    assert reading_of_pairs(east, north).crs == "EPSG:3857"


@pytest.mark.parametrize(("zone", "lon"), [(36, 108.94), (37, 109.6), (19, 113.3), (40, 121.4)])
def test_eastings_without_a_zone_need_the_city(zone: int, lon: float) -> None:
    north, east = metres(zone, False, (lon, 34.0))
    found = reading_of_pairs(north, east, (lon + 0.1, 34.1))
    assert (found.crs, found.swapped) == (zone_crs(zone, prefix=False), True)
    unplaced = reading_of_pairs(north, east)
    assert (unplaced.form, unplaced.crs) == ("?", "")
    assert "独立坐标系" in unplaced.reason


def test_web_mercator() -> None:
    lon, lat = city(*XIAN)
    x = lon * 20_037_508.34 / 180
    y = np.log(np.tan(np.radians(45 + lat / 2))) * 6378137.0
    found = reading_of_pairs(x, y)
    assert (found.form, found.crs) == ("web metres", "EPSG:3857")


@pytest.mark.parametrize(
    ("first", "second"), [([], []), (["甲"], ["乙"]), ([0.0, 0.0], [0.0, 0.0]), ([-15.4], [28.1])]
)
def test_whatever_else_is_left_alone(first: list[Any], second: list[Any]) -> None:
    found = reading_of_pairs(first, second)
    assert (found.form, found.reason) == ("?", "")
