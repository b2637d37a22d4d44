"""Slopes from a raster: a ramp, a valley under a bridge and a real city's hills."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio import Affine
from rasterio.crs import CRS

from lifecircle.assess.profiles import profiles
from lifecircle.assess.walks import network_of
from lifecircle.place.city import read_city
from lifecircle.place.plane import Plane
from lifecircle.place.sources import ElevationSource, read_sources
from lifecircle.place.streets.heights import with_heights
from lifecircle.place.streets.osm import read_extract
from lifecircle.place.streets.roads import Roads, roads_of_extract
from lifecircle.terms.errors import InputError
from lifecircle.walk.timing import Timing
from tests.fixtures import two_estates as estates
from tests.fixtures.drawn import PLANE, draw, walked
from tests.walk.test_timing import TOBLER

CELL_M = 10.0


def raster(path: Path, heights: np.ndarray, west: float = -100.0, north: float = 100.0) -> Path:
    """Write heights by row (north first) and column; NaN is no data."""
    rows, columns = heights.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="float64",
        crs=CRS.from_wkt(PLANE.crs.to_wkt()), nodata=np.nan,
        transform=Affine(CELL_M, 0, west, 0, -CELL_M, north),
    ) as file:  # fmt: skip
        file.write(heights, 1)
    return path


def middles(columns: int, west: float = -100.0) -> np.ndarray:
    """Return the x of the middles of cells."""
    return west + CELL_M * (np.arange(columns) + 0.5)


def heights_of(roads: Roads, path: Path) -> Roads:
    return with_heights(roads, PLANE, ElevationSource(file=path, source="某测绘院"))


def street(folder: Path, **tags: str) -> Roads:
    """Return a way from west to east: nodes at 0, 300, 600, 900 m; the middle part has ``tags``."""
    nodes = {"a": (0, 0), "b": (300, 0), "c": (600, 0), "d": (900, 0)}
    lane = {"highway": "residential"}
    return draw(folder / "s.osm.pbf", nodes, [("ab", lane), ("bc", lane | tags), ("cd", lane)])


def z_of(roads: Roads) -> list[float]:
    assert roads.streets.z_m is not None
    return [float(z) for z in roads.streets.z_m]


def seconds(roads: Roads, begin: float, end: float) -> float:
    found = walked(roads, TOBLER, (begin, 0), (end, 0))
    assert found is not None
    return found.time_s


def test_a_major_road_is_level_from_side_to_side(tmp_path: Path) -> None:
    """On a hillside that falls by a fifth to the south both sides lie on one height."""
    hill = np.tile(0.2 * middles(20, -100.0)[::-1, None], (1, 120))
    wide = {"highway": "primary", "width": "20"}
    nodes = {"a": (0, 0), "b": (300, 0), "c": (600, 0), "d": (900, 0)}
    crossing = {"c": {"highway": "crossing"}}
    streets = draw(tmp_path / "s.osm.pbf", nodes, [("abcd", wide)], crossing)
    roads = heights_of(streets, raster(tmp_path / "dem.tif", hill))
    assert roads.streets.z_m is not None
    sides = roads.streets.z_m[np.argsort(roads.streets.x_m, kind="stable")]
    assert len(sides) == 6
    assert sides[1] == sides[2]
    assert sides[3] == sides[4]
    assert abs(sides[1]) == pytest.approx(2.0, abs=0.01)


def test_a_ramp_is_slow_uphill_and_quick_downhill(tmp_path: Path) -> None:
    """Five metres in a hundred: exp(3.5 x 0.05) times as long up, 1 / that down."""
    ramp = np.tile(0.05 * middles(120), (20, 1))
    roads = heights_of(street(tmp_path), raster(tmp_path / "dem.tif", ramp))
    assert z_of(roads) == pytest.approx([0, 15, 30, 45], abs=0.01)
    assert seconds(roads, 0, 900) == pytest.approx(900 * math.exp(0.175), rel=1e-3)
    assert seconds(roads, 900, 0) == pytest.approx(900 * math.exp(-0.175), rel=1e-3)
    assert "步行时间计入坡度，高程来自某测绘院" in roads.notices[-1]


def test_a_bridge_does_not_follow_the_valley(tmp_path: Path) -> None:
    r"""Banks at 20 m, a valley at 0 m between x 310 and 590; the way b-m-c leads over it.

    a ---- b           c ---- d      20 m
            \___m___/               0 m
    """
    x_m = middles(120)
    valley = np.tile(np.where((x_m > 310) & (x_m < 590), 0.0, 20.0), (20, 1))
    dem = raster(tmp_path / "dem.tif", valley)
    nodes = {"a": (0, 0), "b": (300, 0), "m": (450, 0), "c": (600, 0), "d": (900, 0)}
    lane = {"highway": "residential"}
    found = {}
    for name, tags in (
        ("ground", {}),
        ("bridge", {"bridge": "yes"}),
        ("tunnel", {"tunnel": "yes"}),
    ):
        ways = [("ab", lane), ("bmc", lane | tags), ("cd", lane)]
        found[name] = heights_of(draw(tmp_path / f"{name}.osm.pbf", nodes, ways), dem)
    assert z_of(found["ground"]) == [20, 20, 0, 20, 20]
    for name in ("bridge", "tunnel"):
        assert z_of(found[name]) == [20] * 5
        assert seconds(found[name], 0, 900) == pytest.approx(900, abs=0.1)
    assert seconds(found["ground"], 0, 900) > 950


def test_what_the_raster_does_not_know_is_taken_from_its_neighbours(tmp_path: Path) -> None:
    """Heights 0 at a, 30 at d, no data between: b and c lie on the line, at 10 and 20."""
    x_m = middles(120)
    gap = np.tile(np.where(x_m < 200, 0.0, np.where(x_m > 800, 30.0, np.nan)), (20, 1))
    roads = heights_of(street(tmp_path), raster(tmp_path / "dem.tif", gap))
    assert z_of(roads) == pytest.approx([0, 10, 20, 30], abs=0.01)
    assert "道路节点的50.0%没有高程" in roads.notices[-1]


def test_impossible_heights_are_no_data(tmp_path: Path) -> None:
    flat = np.zeros((20, 120))
    flat[:, 60:] = -32768.0
    roads = heights_of(street(tmp_path), raster(tmp_path / "dem.tif", flat))
    assert z_of(roads) == [0, 0, 0, 0]


def test_a_raster_of_elsewhere_is_refused(tmp_path: Path) -> None:
    far = raster(tmp_path / "far.tif", np.zeros((5, 5)), west=50_000.0)
    with pytest.raises(InputError, match=r"far\.tif.*高程栅格没有覆盖任何道路"):
        heights_of(street(tmp_path), far)


def test_two_bands_are_refused_by_their_own_name(tmp_path: Path) -> None:
    path = tmp_path / "two.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=4, height=4, count=2, dtype="float32",
        crs="EPSG:4326", transform=Affine(0.001, 0, 108.9, 0, -0.001, 34.3),
    ) as file:  # fmt: skip
        file.write(np.zeros((2, 4, 4), dtype=np.float32))
    with pytest.raises(InputError, match="不知道哪一个是高程"):
        heights_of(street(tmp_path), path)


def test_a_city_folder_with_a_raster(tmp_path: Path) -> None:
    """The raster is named in the notices, the attributions and among the files that went in."""
    raster(tmp_path / "dem.tif", np.tile(0.05 * middles(120), (60, 1)), north=400.0)
    estates.write_layer(tmp_path / "areas.geojson", [estates.COMMUNITY])
    (tmp_path / "lifecircle.toml").write_text(
        f'network = "{(estates.FOLDER / "two-estates.osm.pbf").as_posix()}"\n'
        '[communities]\nfile = "areas.geojson"\n'
        '[elevation]\nfile = "dem.tif"\nsource = "某测绘院"\n',
        encoding="utf-8",
    )
    city = read_city(read_sources(tmp_path))
    assert any("高程来自某测绘院" in notice for notice in city.notices)
    assert "高程：某测绘院" in city.attributions
    assert [file.name for file in city.files if file.role == "elevation"] == ["dem.tif"]
    ahead, back = Timing(network_of(city.streets), TOBLER).chain_s
    assert (ahead != back).any()


def test_porto_alegre_with_its_hills_and_without(shared_data: Path) -> None:
    """A hilly city: uphill costs, downhill partly gives back, and flat arcs are symmetric."""
    folder = shared_data / "porto-alegre"
    extract = read_extract(folder / "poa_osm.pbf")
    plane = Plane(float(extract.lon.mean()), float(extract.lat.mean()))
    flat = roads_of_extract(extract, plane)
    source = ElevationSource(file=folder / "poa_elevation.tif", source="r5r")
    hilly = with_heights(flat, plane, source)
    assert hilly.streets.z_m is not None
    assert 0 <= hilly.streets.z_m.min() < 5
    assert 150 < hilly.streets.z_m.max() <= 255
    adult = profiles()["adult"]
    level, sloped = (Timing(network_of(one.streets), adult) for one in (flat, hilly))
    assert level.network.sha256 != sloped.network.sha256
    there, back = sloped.chain_s
    both, before = there + back, level.chain_s[0] + level.chain_s[1]
    assert (both >= before - 1e-6).all()
    assert 1.02 < both.sum() / before.sum() < 1.25
    differ = np.abs(there - back) > 1
    assert 0.3 < differ.mean() < 0.95
    wheels = Timing(network_of(hilly.streets), profiles()["wheelchair"])
    assert 0.05 < wheels.barred.mean() < 0.5
