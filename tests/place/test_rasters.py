"""Population rasters: where people are put, that none is lost, and what is said of bad files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine

from lifecircle.assess.judge import assess
from lifecircle.cli.summing import summary
from lifecircle.place.city import read_city
from lifecircle.place.formats.vector import read_vector
from lifecircle.place.residents.raster_people import Cells, cells_of, largest_remainders
from lifecircle.place.sources import (
    CitySources,
    CommunitySource,
    FacilitySource,
    PeopleSource,
    RasterSource,
    read_sources,
)
from lifecircle.place.tables import City, Communities
from lifecircle.policy.models import Pack
from lifecircle.publish.results import write_results
from lifecircle.terms.errors import InputError, Spot
from tests.conftest import DAY, network_of
from tests.fixtures import two_estates as plan

PBF = plan.FOLDER / "two-estates.osm.pbf"
CRS = plan.PLANE.crs.to_wkt()
SOURCE = "某栅格 2020，100米，CC BY 4.0"


def from_origin(west: float, north: float, wide: float, high: float) -> Affine:
    """Return the place of a raster that is not turned."""
    return Affine(wide, 0, west, 0, -high, north)


def write_raster(path: Path, values: Any, **changes: Any) -> Path:
    """Write rows from north to south; cells are 100 m, the north-west corner is at (0, 300)."""
    array = np.asarray(values, dtype=changes.pop("dtype", "float32"))
    bands = array if array.ndim == 3 else array[None]
    profile = {
        "driver": "GTiff",
        "count": len(bands),
        "height": bands.shape[1],
        "width": bands.shape[2],
        "dtype": array.dtype,
        "crs": CRS,
        "transform": from_origin(0, 300, 100, 100),
    } | changes
    with rasterio.open(path, "w", **profile) as out:
        out.write(bands)
    return path


def communities_of(*shapes: shapely.Geometry) -> Communities:
    count = len(shapes)
    names = tuple(f"c{at}" for at in range(count))
    blank = ("",) * count
    return Communities(
        names,
        names,
        blank,
        blank,
        blank,
        {},
        {},
        np.full(count, np.nan),
        np.array(shapes),
        (Spot(),) * count,
    )


def cells(shapes: list[shapely.Geometry], **files: Path) -> Cells:
    source = RasterSource(source=SOURCE, **files)
    return cells_of(communities_of(*shapes), plan.PLANE, source, list(range(len(shapes))))


# Three by three cells of 100 m, north on top; community 0 is the box W, community 1 the box E.
#
#        0   100  200  300 m
#   300  +----+----+----+          W = x 0..150:   the first column and half of the second
#        | 10 | 20 |  1 |          E = x 150..300: half of the second and the third
#        +----+----+----+
#        | 30 | 40 |  1 |          W: 60 + (20 + 40 + 0) / 2 = 90
#        +----+----+----+          E: (20 + 40 + 0) / 2 + 5 = 35
#     0  | 20 |  0 |  3 |
#        +----+----+----+
NINE = [[10, 20, 1], [30, 40, 1], [20, 0, 3]]
WEST, EAST = shapely.box(0, 0, 150, 300), shapely.box(150, 0, 300, 300)


def test_cells_on_a_border_are_shared_by_area(tmp_path: Path) -> None:
    found = cells([WEST, EAST], residents=write_raster(tmp_path / "r.tif", NINE)).origins
    people = dict(zip(zip(found.community.tolist(), found.id), found.residents.tolist()))  # noqa: B905
    assert people == {
        (0, "r000000c000000"): 10,
        (0, "r000000c000001"): 10,
        (0, "r000001c000000"): 30,
        (0, "r000001c000001"): 20,
        (0, "r000002c000000"): 20,
        (1, "r000000c000001"): 10,
        (1, "r000000c000002"): 1,
        (1, "r000001c000001"): 20,
        (1, "r000001c000002"): 1,
        (1, "r000002c000002"): 3,
    }
    assert np.array_equal(found.weight, found.residents)
    assert (found.older == -1).all()
    # the middle of the cell, whoever shares it
    assert (found.x_m[0], found.y_m[0]) == (50.0, 250.0)
    assert (found.x_m[1], found.y_m[1]) == (found.x_m[5], found.y_m[5]) == (150.0, 250.0)


def test_adults_say_where_people_live_and_not_how_many(tmp_path: Path) -> None:
    older = write_raster(tmp_path / "o.tif", np.array(NINE) / 8)
    found = cells([WEST, EAST], adults=write_raster(tmp_path / "a.tif", NINE), older=older)
    assert (found.origins.residents == -1).all()
    assert found.origins.weight.sum() == 125
    by_community = np.bincount(found.origins.community, found.origins.older)
    # 11.25 and 4.375 of 15.625 people: 16 in whole, the missing one goes to the larger remainder
    assert by_community.tolist() == [11, 5]
    assert any("只有成年人" in notice for notice in found.notices)
    assert any("125人" in notice and SOURCE in notice for notice in found.notices)


@given(seed=st.integers(0, 100_000), tiny=st.booleans())
@settings(max_examples=25, deadline=None)
def test_nobody_is_lost(tmp_path_factory: pytest.TempPathFactory, seed: int, tiny: bool) -> None:
    """Communities and the rest add up to the raster, whatever the borders and the fractions."""
    random = np.random.default_rng(seed)
    values = random.uniform(0, 0.02 if tiny else 30, (8, 9)) * random.integers(0, 2, (8, 9))
    folder = tmp_path_factory.mktemp("r")
    residents = write_raster(folder / "r.tif", values, dtype="float64")
    older = write_raster(folder / "o.tif", values / 7, dtype="float64")
    corners = shapely.MultiPoint(random.uniform((0, -500), (900, 300), (6, 2)))
    frame = shapely.box(20, -480, 870, 290)
    areas = [part & frame for part in shapely.voronoi_polygons(corners, extend_to=frame).geoms]
    areas[0] = areas[0].buffer(60) & frame  # overlaps its neighbours
    found = cells(areas, residents=residents, older=older)
    for estimate, share in zip(found.estimates, (1, 7), strict=True):
        assert estimate.inside + estimate.outside == round(float((values / share).sum()))
        counts = getattr(found.origins, estimate.group)
        assert counts.min() >= 0
        assert counts.sum() == estimate.inside
    inside = [
        sum(
            value * shapely.intersection(own, shapely.box(c * 100, 200 - r * 100, c * 100 + 100,
                                                          300 - r * 100)).area / 10_000
            for (r, c), value in np.ndenumerate(values)
        )
        for own in areas[1:]
    ]  # fmt: skip
    by_community = np.bincount(found.origins.community, found.origins.residents, len(areas))
    covered = set(found.origins.community.tolist())
    assert covered == set(range(len(areas)))
    # the overlap goes to the first; the others have at most what the slow way of cutting finds
    assert (by_community[1:] <= np.array(inside) + 1).all()


def test_any_run_of_cells_is_right_to_a_person(tmp_path: Path) -> None:
    """A thousand cells of 0.3 persons: no block of cells gains or loses a person or more."""
    field = np.full((20, 50), 0.3)
    path = write_raster(tmp_path / "r.tif", field, transform=from_origin(0, 2000, 100, 100))
    found = cells([shapely.box(0, 0, 5000, 2000)], residents=path).origins
    assert found.residents.sum() == 300
    numbers = np.zeros(1000)
    for own_id, people in zip(found.id, found.residents.tolist(), strict=True):
        numbers[int(own_id[1:7]) * 50 + int(own_id[8:])] = people
    running = np.cumsum(numbers) - 0.3 * np.arange(1, 1001)
    assert np.abs(running).max() <= 0.5 + 1e-6


@pytest.mark.parametrize(
    ("amounts", "whole"),
    [([0.5, 0.5, 0.5, 0.5], [1, 1, 0, 0]), ([1.2, 2.7, 0.1], [1, 3, 0]), ([], []), ([0.0], [0])],
)
def test_largest_remainders(amounts: list[float], whole: list[int]) -> None:
    assert largest_remainders(np.array(amounts)).tolist() == whole


def test_a_turned_raster_in_degrees_finds_the_same_people(tmp_path: Path) -> None:
    """The same nine cells, turned by a right angle: rows run east, columns north."""
    turned = Affine(0, 100, 0, 100, 0, 0)
    values = np.array(NINE)[::-1].T
    path = write_raster(tmp_path / "t.tif", values, transform=turned)
    plain = cells([WEST, EAST], residents=write_raster(tmp_path / "r.tif", NINE)).origins
    found = cells([WEST, EAST], residents=path).origins
    for own in (0, 1):
        assert sorted(found.residents[found.community == own]) == sorted(
            plain.residents[plain.community == own]
        )
    west, north = (float(v) for v in plan.PLANE.degrees(0, 300))
    degrees = from_origin(west, north, 0.001, 0.001)
    path = write_raster(tmp_path / "d.tif", NINE, crs="EPSG:4326", transform=degrees)
    assert cells([shapely.box(0, 0, 270, 290)], residents=path).estimates[0].inside > 100


def test_what_a_raster_does_not_cover_is_unknown_and_not_zero(tmp_path: Path) -> None:
    nobody = np.where(np.array(NINE) == 40, 0, np.array(NINE))
    nobody[:, 2] = -1
    path = write_raster(tmp_path / "r.tif", nobody, nodata=-1)
    half = shapely.box(250, 0, 400, 300)
    no_data, empty = shapely.box(201, 1, 299, 299), shapely.box(110, 110, 190, 190)
    found = cells([WEST, half, no_data, empty], residents=path)
    assert set(found.origins.community.tolist()) == {0, 3}
    assert found.origins.id[-1] == "centre-c3"
    assert found.origins.residents[-1] == 0
    assert found.origins.weight[-1] == 1
    assert any("c1、c2不全在" in notice for notice in found.notices)


def test_values_that_are_no_people_are_left_out_aloud(tmp_path: Path) -> None:
    values = [[10, -99999, 1], [30, 3.4e38, np.nan], [20, np.inf, 3]]
    found = cells([WEST, EAST], residents=write_raster(tmp_path / "r.tif", values))
    assert found.origins.residents.sum() == 64
    assert any("有3个值不是人数" in notice for notice in found.notices)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "int32", "float64"])
def test_numbers_of_any_type(tmp_path: Path, dtype: str) -> None:
    path = write_raster(tmp_path / "r.tif", NINE, dtype=dtype)
    assert cells([WEST, EAST], residents=path).origins.residents.sum() == 125


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize(
    ("values", "changes", "said"),
    [
        ([NINE, NINE], {}, "有2个波段"),
        (NINE, {"dtype": "complex64"}, "不是数字"),
        (NINE, {"crs": None}, "没有说明坐标系"),
        (NINE, {"transform": Affine.identity()}, "没有说明坐标系或位置"),
    ],
)
def test_a_raster_that_cannot_be_used(
    tmp_path: Path, values: Any, changes: dict[str, Any], said: str
) -> None:
    path = write_raster(tmp_path / "r.tif", values, **changes)
    with pytest.raises(InputError, match=rf"r\.tif：.*{said}"):
        cells([WEST], residents=path)


def test_files_that_are_no_rasters(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    noise = np.random.default_rng(1).uniform(0, 9, (200, 200))
    whole = write_raster(tmp_path / "whole.tif", noise, compress="deflate")
    south = shapely.box(0, -19_700, 300, -19_400)
    path = tmp_path / "r.tif"
    for content, said in (
        (b"", "文件是空的"),
        (b"hello", "不是完整的栅格文件"),
        (whole.read_bytes()[:20_000], "有一块读不出来"),
    ):
        path.write_bytes(content)
        with pytest.raises(InputError, match=rf"r\.tif：.*{said}"):
            cells([south], residents=path)
    with pytest.raises(InputError, match="没有这个文件"):
        cells([WEST], residents=tmp_path / "none.tif")
    (tmp_path / "a.vrt").write_text("<VRTDataset/>", encoding="utf-8")
    with pytest.raises(InputError, match="不认识的栅格格式"):
        cells([WEST], residents=tmp_path / "a.vrt")
    assert capfd.readouterr().err == ""


def test_a_raster_given_as_a_layer_is_shown_its_place(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", NINE)
    with pytest.raises(InputError, match=r"r\.tif：这是栅格.*\[rasters\]"):
        read_vector(path)


def test_rasters_that_do_not_belong_together(tmp_path: Path) -> None:
    residents = write_raster(tmp_path / "r.tif", NINE)
    shifted = from_origin(50, 300, 100, 100)
    older = write_raster(tmp_path / "o.tif", NINE, transform=shifted)
    with pytest.raises(InputError, match=r"o\.tif：格网与 r\.tif 不同"):
        cells([WEST], residents=residents, older=older)
    older = write_raster(tmp_path / "o.tif", np.array(NINE) * 2)
    with pytest.raises(InputError, match="older 的合计多于 residents"):
        cells([WEST], residents=residents, older=older)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('residents = "a.tif"', "rasters.source：缺少"),
        ('source = "x"', "写一个，只写一个"),
        ('source = "x"\nresidents = "a.tif"\nadults = "b.tif"', "写一个，只写一个"),
    ],
)
def test_a_careless_declaration(tmp_path: Path, lines: str, said: str) -> None:
    (tmp_path / "lifecircle.toml").write_text(
        'network = "a.pbf"\nfacilities = []\n[communities]\nfile = "a"\n[rasters]\n' + lines,
        encoding="utf-8",
    )
    with pytest.raises(InputError, match=said):
        read_sources(tmp_path)


def test_only_the_window_around_the_communities_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A raster of 400 million cells, empty but for nine: read in no time and no memory."""
    path = tmp_path / "big.tif"
    profile = {
        "driver": "GTiff", "count": 1, "height": 20_000, "width": 20_000, "dtype": "float32",
        "crs": CRS, "transform": from_origin(-1_000_000, 1_000_000, 100, 100), "tiled": True,
        "sparse_ok": True, "nodata": -1,
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as out:
        window = rasterio.windows.Window(10_000, 9_997, 3, 3)
        out.write(np.array([NINE], dtype="float32"), window=window)
    found = cells([WEST, EAST], residents=path)
    assert found.origins.residents.sum() == 125


def city_with_raster(folder: Path, people: PeopleSource | None = None) -> City:
    """Two communities around the estates of the hand-worked town, 400 people in all."""
    squares = {"1": (-100, -100, 300, 300), "2": (300, -100, 700, 300)}
    rows = [plan.feature("Polygon", plan.square(*s), id=own) for own, s in squares.items()]
    values = np.zeros((4, 8))
    values[3, 0], values[3, 5] = 100, 300
    raster = write_raster(
        folder / "r.tif", values, transform=from_origin(-100, 300, 100, 100), dtype="float64"
    )
    return read_city(
        CitySources(
            network=PBF,
            communities=CommunitySource(file=plan.write_layer(folder / "areas.geojson", rows)),
            facilities=(
                FacilitySource(file=PBF, census=("all",), census_on=DAY, declared_by="某"),
            ),
            people=people,
            rasters=RasterSource(source=SOURCE, residents=raster),
        )
    )


def test_estimates_are_marked_wherever_they_are_shown(
    tmp_path: Path, pack: Pack, capsys: pytest.CaptureFixture[str]
) -> None:
    city = city_with_raster(tmp_path)
    assert sorted(city.origins.residents.tolist()) == [100, 300]
    found = assess(pack, city, network_of(city), DAY)
    communities = [f for f in found.findings if f.subject_level == "community"]
    walked = [f for f in communities if f.reading == "walk" and f.people is not None]
    assert {f.people_basis for f in walked} == {"raster"}
    assert all("people-from-raster" in f.reasons for f in walked if f.verdict != "not applicable")
    assert all(f.confidence != "firm" for f in walked if f.verdict != "not applicable")
    manifest = write_results(tmp_path / "out", city, network_of(city), [found])["run"]
    (estimate,) = manifest["estimates"]
    assert estimate == {
        "group": "residents", "file": "r.tif", "source": SOURCE, "inside": 400, "outside": 0
    }  # fmt: skip
    assert any(SOURCE in notice for notice in manifest["notices"])
    assert any(SOURCE in mark for mark in city.attributions)
    assert [f["role"] for f in manifest["inputs"]][-1] == "raster-residents"
    rollup = (tmp_path / "out" / "rollup.csv").read_text(encoding="utf-8-sig")
    assert "people_estimated" in rollup.splitlines()[0]
    assert ",估计," in rollup.splitlines()[1]
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert '"people_estimated":true' in page
    assert "人（估计）" in page
    summary(found)
    assert "约400（估计）" in capsys.readouterr().out


def test_counted_people_come_before_a_raster(tmp_path: Path) -> None:
    people = plan.write_layer(tmp_path / "people.geojson", [plan.ESTATES[0]])
    city = city_with_raster(tmp_path, PeopleSource(file=people))
    assert city.origins.basis == ("point", "raster")
    assert city.origins.residents.tolist() == [100, 300]
    assert city.estimates[0].inside == 300
