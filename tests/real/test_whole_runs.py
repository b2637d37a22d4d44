"""Whole runs on files as they come: each ends in results or in a sentence, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from click.testing import CliRunner

from lifecircle.cli.main import main
from lifecircle.place.formats.vector import read_vector
from lifecircle.terms.errors import LifecircleError


def write_areas(path: Path, west: float, south: float, east: float, north: float, n: int) -> Path:
    """Cut a box of degrees into n by n areas."""
    lon, lat = np.linspace(west, east, n + 1), np.linspace(south, north, n + 1)
    boxes = [
        shapely.box(lon[c], lat[r], lon[c + 1], lat[r + 1]) for r in range(n) for c in range(n)
    ]
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array(boxes, dtype=object)),
        field_data=[np.array([f"a{at:03d}" for at in range(n * n)], dtype=object)],
        fields=["id"],
        layer="areas",
        driver="GPKG",
        geometry_type="Polygon",
        crs="EPSG:4326",
    )
    return path


def write_points(path: Path, categories: dict[str, tuple[float, float]]) -> Path:
    rows = "".join(f"{code},{lon},{lat}\n" for code, (lon, lat) in categories.items())
    path.write_text(f"category,lon,lat\n{rows}", encoding="utf-8")
    return path


def run(folder: Path, toml: str) -> tuple[int, str, dict[str, object]]:
    """Run `lifecircle assess` on a folder; return its exit code, what it said, and its manifest.

    Anything but an error that a person is told in sentences passes through.
    """
    (folder / "lifecircle.toml").write_text(
        f'packs = ["xian-2020"]\nas_of = 2026-11-22\n{toml}', encoding="utf-8"
    )
    done = CliRunner().invoke(main, ["assess", str(folder), "--out", str(folder / "out")])
    if done.exception is not None and not isinstance(done.exception, LifecircleError):
        raise done.exception
    said = done.output + (str(done.exception) if done.exception else "")
    manifest = folder / "out" / "manifest.json"
    written = json.loads(manifest.read_text(encoding="utf-8"))["run"] if manifest.exists() else {}
    return done.exit_code, said, written


def test_jinan_on_its_shapefile(shared_data: Path, tmp_path: Path) -> None:
    """28,597 directed lines without a .prj; with service ways, without footways."""
    west, south, east, north = 116.95, 36.62, 117.05, 36.70
    write_areas(tmp_path / "areas.gpkg", west, south, east, north, 8)
    write_points(tmp_path / "places.csv", {"clinic": (117.0, 36.66), "park": (117.02, 36.65)})
    edges = shared_data / "jinan" / "edges.shp"
    code, said, manifest = run(
        tmp_path,
        f"""
        network = {{file = "{edges}", crs = "EPSG:4326", source = "OpenStreetMap（ODbL 1.0）"}}
        communities = {{file = "areas.gpkg"}}
        facilities = [{{file = "places.csv"}}]
        """,
    )
    assert code == 0, said
    assert "没有人行道和步行小路，只有车行道和内部道路" in said
    assert "只从社区中心评估" in said
    ways = manifest["ways_m"]
    assert isinstance(ways, dict)
    assert "motorway" not in ways
    assert 100_000 < ways["service"] < ways["residential"]


def test_jinan_without_a_word_about_its_system(shared_data: Path, tmp_path: Path) -> None:
    write_areas(tmp_path / "areas.gpkg", 117.0, 36.6, 117.1, 36.7, 2)
    edges = shared_data / "jinan" / "edges.shp"
    code, said, _ = run(
        tmp_path,
        f"""
        network = "{edges}"
        communities = {{file = "areas.gpkg"}}
        facilities = []
        """,
    )
    assert code != 0
    assert "没有说明坐标系" in said


def test_beijings_townships_with_their_people(shared_data: Path, tmp_path: Path) -> None:
    """331 townships as areas; their people as points, which the roll-up must give back."""
    data = shared_data / "beijing-townships"
    layer = read_vector(data / "beijing.shp")
    people = np.rint(np.load(data / "worldpop.npy")[:, 0]).astype(np.int64)
    inside = shapely.point_on_surface(layer.geometry)
    fields = {
        "id": np.array([f"t{at:03d}" for at in range(len(layer))], dtype=object),
        "name": layer.columns["乡"],
        "residents": people,
    }
    shapes = {"areas": layer.geometry, "people": inside}
    for name, geometry in shapes.items():
        pyogrio.raw.write(
            tmp_path / f"{name}.gpkg",
            geometry=shapely.to_wkb(geometry),
            field_data=list(fields.values()),
            fields=list(fields),
            layer=name,
            driver="GPKG",
            geometry_type="Unknown",
            crs="EPSG:4326",
        )
    road = shapely.LineString([(116.2, 39.9), (116.5, 39.9), (116.5, 40.0)])
    lines = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(road)}
    collection = {"type": "FeatureCollection", "features": [lines]}
    (tmp_path / "roads.geojson").write_text(json.dumps(collection), encoding="utf-8")
    write_points(tmp_path / "places.csv", {"clinic": (116.4, 39.9)})
    code, said, _ = run(
        tmp_path,
        """
        network = "roads.geojson"
        communities = {file = "areas.gpkg"}
        facilities = [{file = "places.csv"}]
        people = {file = "people.gpkg"}
        """,
    )
    assert code == 0, said
    assert "没有 highway 列" in said
    rollup = (tmp_path / "out" / "rollup.csv").read_text(encoding="utf-8-sig").splitlines()
    column = rollup[0].split(",").index("people")
    assert int(rollup[1].split(",")[column]) == people.sum() == pytest.approx(20_755_648, abs=200)


def test_the_broken_boundary_of_wuhan(shared_data: Path, tmp_path: Path) -> None:
    broken = shared_data / "wuhan" / "wuhan-boundary.geojson"
    code, said, _ = run(
        tmp_path,
        f"""
        network = "{shared_data / "small-extracts" / "test.osm.pbf"}"
        communities = {{file = "{broken}"}}
        facilities = []
        """,
    )
    assert code != 0
    assert "wuhan-boundary.geojson" in said
    assert len([line for line in said.splitlines() if "wuhan-boundary" in line]) == 1


@pytest.mark.parametrize(
    ("name", "box"),
    [
        ("monaco.osm.pbf", (7.41, 43.725, 7.44, 43.75)),
        ("andorra.osm.pbf", (1.48, 42.48, 1.56, 42.54)),
    ],
)
def test_small_countries(
    shared_data: Path, tmp_path: Path, name: str, box: tuple[float, float, float, float]
) -> None:
    write_areas(tmp_path / "areas.gpkg", *box, 3)
    pbf = shared_data / "small-extracts" / name
    code, said, manifest = run(
        tmp_path,
        f"""
        network = "{pbf}"
        communities = {{file = "areas.gpkg"}}
        facilities = [{{file = "{pbf}"}}]
        """,
    )
    assert code == 0, said
    ways = manifest["ways_m"]
    assert isinstance(ways, dict)
    assert {"footway", "steps", "service"} <= set(ways)
    assert "没有人行道" not in said
