"""GeoParquet of both versions: what is read, and one sentence for each bad file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import CRS

from lifecircle.place.formats.vector import read_vector
from lifecircle.terms.errors import InputError

SHAPES: dict[str, list[Any]] = {
    "point": [shapely.Point(108.9, 34.3), shapely.Point(109, 34.25)],
    "linestring": [
        shapely.LineString([(108, 34), (109, 34)]),
        shapely.LineString([(1, 2), (3, 4)]),
    ],
    "polygon": [
        shapely.box(108, 34, 109, 35),
        shapely.box(108, 34, 109, 35) - shapely.box(108.2, 34.2, 108.4, 34.4),
    ],
    "multipoint": [shapely.MultiPoint([(1, 2), (3, 4)]), shapely.MultiPoint([(5, 6)])],
    "multilinestring": [
        shapely.MultiLineString([[(1, 2), (3, 4)], [(5, 6), (7, 8), (9, 9)]]),
        shapely.MultiLineString([[(0, 0), (1, 1)]]),
    ],
    "multipolygon": [
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]),
        shapely.MultiPolygon([shapely.box(5, 5, 6, 6) - shapely.box(5.2, 5.2, 5.4, 5.4)]),
    ],
}
CRS84: dict[str, Any] = {}
"""A file that says nothing of its system is in longitude and latitude."""


def write(
    path: Path,
    geometry: pa.Array,
    *,
    encoding: str = "WKB",
    system: dict[str, Any] = CRS84,
    geo: object = None,
    **columns: Any,
) -> Path:
    told = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": encoding, "geometry_types": [], **system}},
    }
    table = pa.table({"geometry": geometry, **columns})
    stored = json.dumps(told if geo is None else geo).encode()
    pq.write_table(table.replace_schema_metadata({"geo": stored}), path)
    return path


def as_wkb(shapes: list[Any]) -> pa.Array:
    return pa.array([None if shape is None else shapely.to_wkb(shape) for shape in shapes])


def as_lists(shapes: list[Any]) -> pa.Array:
    """Nest points as GeoParquet 1.1 does, by plain Python: an independent writer."""

    def points(line: Any) -> list[dict[str, float]]:
        return [{"x": x, "y": y} for x, y in line.coords]

    def nested(shape: Any) -> Any:
        match shape.geom_type:
            case "Point":
                return points(shape)[0]
            case "LineString":
                return points(shape)
            case "Polygon":
                return [points(ring) for ring in (shape.exterior, *shape.interiors)]
            case "MultiPoint":
                return [nested(part) for part in shape.geoms]
            case _:
                return [nested(part) for part in shape.geoms]

    return pa.array([None if shape is None else nested(shape) for shape in shapes])


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("way", ["WKB", "native"])
def test_every_kind_of_shape_in_both_encodings(tmp_path: Path, name: str, way: str) -> None:
    shapes = SHAPES[name]
    stored = as_wkb(shapes) if way == "WKB" else as_lists(shapes)
    path = write(tmp_path / "a.parquet", stored, encoding="WKB" if way == "WKB" else name)
    layer = read_vector(path)
    assert shapely.equals_exact(layer.geometry, np.array(shapes, dtype=object), 1e-12).all()
    assert layer.places == ("第1个要素", "第2个要素")


def test_columns_keep_their_values(tmp_path: Path) -> None:
    rows = SHAPES["point"]
    path = write(
        tmp_path / "a.geoparquet",
        as_wkb(rows),
        编号=pa.array([610102001001000001, None]),
        名称=pa.array(["甲", "乙"]).dictionary_encode(),
        bbox=pa.array([{"xmin": 1.0}, {"xmin": 2.0}]),
        更多=pa.array([["a"], ["b"]]),
        other=as_wkb(rows),
    )
    columns = read_vector(path).columns
    assert list(columns) == ["编号", "名称"]
    assert columns["编号"].tolist() == [610102001001000001, None]
    assert columns["名称"].tolist() == ["甲", "乙"]


def test_a_projected_system_is_brought_to_degrees(tmp_path: Path) -> None:
    system = {"crs": CRS.from_epsg(32650).to_json_dict()}
    path = write(tmp_path / "a.parquet", as_wkb([shapely.Point(500_000, 3_400_000)]), system=system)
    point = read_vector(path).geometry[0]
    assert point.x == pytest.approx(117, abs=1e-9)
    assert point.y == pytest.approx(30.73, abs=0.01)


def test_a_system_nobody_knows_must_be_declared(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", as_wkb(SHAPES["point"]), system={"crs": None})
    with pytest.raises(InputError, match="没有说明坐标系"):
        read_vector(path)
    assert len(read_vector(path, crs="EPSG:4490")) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"encoding": "GEOJSON"}, "编码是 GEOJSON"),
        ({"encoding": "polygon"}, "与所说的编码 polygon 不符"),
        ({"system": {"crs": {"type": "nonsense"}}}, "不认识 geo 说明里的坐标系"),
        ({"geo": [1]}, "geo 说明读不懂"),
        ({"geo": {"primary_column": "shape", "columns": {"shape": {}}}}, "没有 .*坐标列 shape"),
        ({"geo": {"primary_column": ["a"], "columns": {}}}, "geo 说明读不懂"),
    ],
)
def test_metadata_that_mislead_get_a_sentence(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    path = write(tmp_path / "a.parquet", as_wkb(SHAPES["point"]), **changes)
    with pytest.raises(InputError, match=rf"a\.parquet：.*{said}") as caught:
        read_vector(path)
    assert len(caught.value.faults) == 1


def test_files_that_are_no_geoparquet(tmp_path: Path) -> None:
    whole = write(tmp_path / "whole.parquet", as_wkb(SHAPES["polygon"])).read_bytes()
    path = tmp_path / "a.parquet"
    for content in (b"PAR1 and no more", b"hello", whole[:-9], whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(InputError, match="不是完整的 GeoParquet 文件"):
            read_vector(path)
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(InputError, match="没有 GeoParquet 的 geo 说明"):
        read_vector(path)
    write(path, as_wkb([]))
    with pytest.raises(InputError, match="里面没有要素"):
        read_vector(path)
    with pytest.raises(InputError, match="只有一层"):
        read_vector(path, layer="a")


@pytest.mark.parametrize("way", ["WKB", "native"])
def test_a_row_without_a_shape_is_named(tmp_path: Path, way: str) -> None:
    rows = [*SHAPES["polygon"], None]
    stored = as_wkb(rows) if way == "WKB" else as_lists(rows)
    path = write(tmp_path / "a.parquet", stored, encoding="WKB" if way == "WKB" else "polygon")
    with pytest.raises(InputError, match="第3个要素：没有几何图形"):
        read_vector(path)


def test_broken_wkb_names_its_row(tmp_path: Path) -> None:
    good = shapely.to_wkb(SHAPES["polygon"][0])
    path = write(tmp_path / "a.parquet", pa.array([good, good[:-5], good]))
    with pytest.raises(InputError, match="第2个要素：几何图形不完整"):
        read_vector(path)
