"""Wuhan: squares of 1 km as communities, WorldPop for its people, lines for its streets."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pyproj
import pytest
import rasterio
import shapely

from lifecircle.assess.findings import Assessment
from lifecircle.assess.judge import assess
from lifecircle.place.city import read_city
from lifecircle.place.formats.vector import read_vector
from lifecircle.place.sources import (
    CitySources,
    CommunitySource,
    FacilitySource,
    NetworkSource,
    RasterSource,
)
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.publish.results import write_results
from lifecircle.terms.errors import InputError
from tests.conftest import DAY, network_of

SQUARE_M = 1000.0
OUR_CATEGORY = {
    "公交车站": "transit_stop",
    "轻轨站": "transit_stop",
    "火车站": "transit_stop",
    "长途汽车站": "transit_stop",
    "医院": "hospital",
    "公园": "park",
    "中学": "school",
    "图书馆": "community_reading_room",
    "书店": "bookshop",
    "商场": "shopping_centre",
    "超级市场": "supermarket",
    "便民商店/便利店": "convenience_store",
    "综合体育馆": "gym",
    "电影院": "entertainment_venue",
    "剧场": "entertainment_venue",
    "KTV": "entertainment_venue",
    "快餐厅": "fast_food",
    "糕饼店": "breakfast_outlet",
    "中餐厅": "restaurant",
    "湖北菜": "restaurant",
    "火锅店": "restaurant",
    "西餐厅": "restaurant",
    "五星级宾馆": "hotel",
    "四星级宾馆": "hotel",
    "旅馆招待所": "hotel",
}
"""What the list's own categories are in ours, where they are anything; our judgement."""


def write_squares(path: Path, lonlat: np.ndarray) -> Path:
    """Cover lines with squares in the network's own projection, named by row and column."""
    move = pyproj.Transformer.from_crs(4326, 32650, always_xy=True)
    metric = shapely.transform(lonlat, lambda xy: np.column_stack(move.transform(*xy.T)))
    west, south, east, north = shapely.total_bounds(metric)
    rows, columns = (
        int(np.ceil((high - low) / SQUARE_M)) for low, high in ((south, north), (west, east))
    )
    row, column = (at.ravel() for at in np.indices((rows, columns)))
    x_m, y_m = west + column * SQUARE_M, south + row * SQUARE_M
    squares = shapely.box(x_m, y_m, x_m + SQUARE_M, y_m + SQUARE_M)
    ids = [f"r{r:02d}c{c:02d}" for r, c in zip(row, column, strict=True)]
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(squares),
        field_data=[np.array(ids, dtype=object)],
        fields=["id"],
        layer="squares",
        driver="GPKG",
        geometry_type="Polygon",
        crs="EPSG:32650",
    )
    return path


def write_places(path: Path, listed: Path, *only: str) -> Path:
    wanted = only or tuple(OUR_CATEGORY)
    with listed.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Category"] in wanted]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["编号", "名称", "经度", "纬度", "类别"])
        for row in rows:
            place = (row["Name_POI"], row["Longitude"], row["Latitude"])
            out.writerow([row[""], *place, OUR_CATEGORY[row["Category"]]])
    return path


@pytest.fixture(scope="module")
def sources(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> CitySources:
    data, folder = shared_data / "wuhan", tmp_path_factory.mktemp("wuhan")
    lines = data / "wuhan_8989_original.parquet"
    return CitySources(
        title="武汉1公里格",
        network=NetworkSource(file=lines, source="OpenStreetMap（ODbL 1.0），经 neatnet 整理"),
        communities=CommunitySource(
            file=write_squares(folder / "squares.gpkg", read_vector(lines).geometry)
        ),
        facilities=(
            FacilitySource(
                file=write_places(folder / "places.csv", data / "places.csv"), datum="gcj02"
            ),
        ),
        rasters=RasterSource(
            source="WorldPop 2020，100米，CC BY 4.0",
            adults=data / "worldpop_2020_age20plus.tif",
            older=data / "worldpop_2020_age65plus.tif",
        ),
    )


@pytest.fixture(scope="module")
def city(sources: CitySources) -> City:
    return read_city(sources)


@pytest.fixture(scope="module")
def found(city: City, pack: Pack) -> Assessment:
    return assess(pack, city, network_of(city), DAY)


def test_what_was_read(city: City) -> None:
    assert len(city.communities) == 55 * 45
    assert len(city.facilities) > 600
    assert 60_000 < len(city.streets.node_id) < 83_000
    # counted by the data's own README: 7,185 km with motorways and trunk roads
    assert 5_000_000 < city.streets.ways.total_m < 7_185_000


def test_nobody_is_lost(city: City, sources: CitySources) -> None:
    assert sources.rasters is not None
    adults, older = city.estimates
    for estimate, file, whole in (
        (adults, sources.rasters.adults, 7_511_090),
        (older, sources.rasters.older, 987_902),
    ):
        with rasterio.open(file) as raster:
            total = float(raster.read(1).astype(np.float64).sum())
        assert total == pytest.approx(whole, abs=1)
        # the rectangle around the covered squares leaves out only the raster's own edge
        assert 0.995 * total < estimate.inside + estimate.outside <= total + 1
        assert estimate.inside > 0.98 * total
    in_raster = np.array([basis == "raster" for basis in city.origins.basis])
    stand_ins = sum(own.startswith("centre-") for own in np.array(city.origins.id)[in_raster])
    assert city.origins.weight[in_raster].sum() == adults.inside + stand_ins
    assert city.origins.older[in_raster].sum() == older.inside
    assert (city.origins.residents == -1).all()


def test_squares_against_the_slow_way_of_cutting(city: City, sources: CitySources) -> None:
    """Five squares far apart: every cell cut out by itself gives the same people to a person."""
    assert sources.rasters is not None
    with rasterio.open(sources.rasters.adults) as raster:
        values, affine = raster.read(1).astype(np.float64), raster.transform
    lonlat = city.plane.to_degrees(city.communities.shape)
    by_community = np.bincount(city.origins.community, city.origins.weight, len(city.communities))
    for row in (300, 700, 1000, 1500, 2000):
        west, south, east, north = shapely.bounds(lonlat[row])
        columns = range(int((west - affine.c) / affine.a), int((east - affine.c) / affine.a) + 1)
        rows = range(int((north - affine.f) / affine.e), int((south - affine.f) / affine.e) + 1)
        people = 0.0
        for r in rows:
            for c in columns:
                x, y = affine.c + c * affine.a, affine.f + r * affine.e
                cell = shapely.box(x, y + affine.e, x + affine.a, y)
                share = shapely.intersection(lonlat[row], cell).area / cell.area
                people += values[r, c] * share
        assert by_community[row] == pytest.approx(people, abs=1.5)


def test_findings_are_weak_and_say_why(city: City, found: Assessment) -> None:
    assert city.streets.ways.doubts == ("no-footways", "no-estate-ways")
    assert any("没有人行道和步行小路，也没有小区内部道路" in notice for notice in city.notices)
    verdicts = [finding.verdict for finding in found.findings]
    assert "not met" not in verdicts  # a list of popular places proves no absence
    assert verdicts.count("met") > 500
    walked = [f for f in found.findings if f.reading == "walk" and f.subject_level == "community"]
    for finding in walked:
        assert finding.confidence == "weak"
        assert {"no-footways", "no-estate-ways"} <= set(finding.reasons)
        assert finding.people is None


def test_the_whole_run_is_written_with_its_source(
    tmp_path: Path, city: City, found: Assessment
) -> None:
    # some findings are enough to see that a real city is written; all of them take 10 s
    some = replace(found, findings=found.findings[:3000])
    manifest = write_results(tmp_path / "out", city, network_of(city), [some])["run"]
    assert [own["group"] for own in manifest["estimates"]] == ["adults", "older"]
    assert "WorldPop 2020" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_bus_stops_in_gcj02_are_recognised_by_the_streets(
    tmp_path: Path, shared_data: Path, sources: CitySources
) -> None:
    """Stops stand by streets: 5 m off as GCJ-02, 51 m as WGS84."""
    stops = write_places(tmp_path / "stops.csv", shared_data / "wuhan" / "places.csv", "公交车站")
    silent = FacilitySource(file=stops)
    with pytest.raises(InputError, match=r"stops\.csv.*看起来是 GCJ-02"):
        read_city(sources.model_copy(update={"facilities": (silent,)}))
