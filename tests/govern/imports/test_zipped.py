"""A Shapefile in a zip: for outlines and for facilities, and what a zip may not be."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from lifecircle.govern.actor import system
from lifecircle.govern.imports import zipped as zips
from lifecircle.govern.imports.models import Batch, BatchState, Row
from lifecircle.govern.imports.services import bring_in
from tests.govern.conftest import SmallCity
from tests.govern.imports.conftest import MAY, work
from tests.govern.imports.drawn import MILL_AND_POND, coded, drawn, written, zipped


def brought(city: SmallCity, content: bytes, **how: Any) -> Batch:
    how = {"effective_on": MAY, "datum": "wgs84", "form": "outlines", "name": "边界.zip", **how}
    name, area = how.pop("name"), city["bridge"]
    batch = bring_in(system("test"), [content], name, area, **how)
    work()
    batch.refresh_from_db()
    return batch


def west_of(batch: Batch) -> float:
    values = Row.objects.filter(batch=batch).order_by("number")[0].values
    assert values
    return float(values["box"][0])


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    return written(tmp_path, drawn(MILL_AND_POND), "a.shp").parent


def test_outlines_in_a_zip(small_city: SmallCity, layer: Path) -> None:
    batch = brought(coded(small_city), zipped(layer, "a"))
    assert (batch.faults, batch.counts["added"]) == ([], 2)


def test_metres_of_a_zone_come_as_degrees(small_city: SmallCity, tmp_path: Path) -> None:
    lonlat = drawn(MILL_AND_POND)
    coded(small_city)
    move = Transformer.from_crs("EPSG:4326", "EPSG:4545", always_xy=True)
    metres = {
        name: shapely.transform(
            shape, lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1]))
        )
        for name, shape in lonlat.items()
    }
    written(tmp_path, metres, "b.shp", crs="EPSG:4545")
    batch = brought(small_city, zipped(tmp_path, "b"))
    assert batch.counts["added"] == 2
    west = west_of(batch)
    assert west == pytest.approx(108.95, abs=2e-7)
    bare = brought(small_city, zipped(tmp_path, "b", ".prj"))
    assert bare.faults[0]["reason"] == "坐标超出经纬度范围"


def test_without_prj_somebody_says_the_datum(small_city: SmallCity, layer: Path) -> None:
    coded(small_city)
    bare = zipped(layer, "a", ".prj")
    assert "没有 .prj" in brought(small_city, bare, datum="").faults[0]["reason"]
    assert brought(small_city, bare).counts["added"] == 2
    moved = brought(small_city, bare, datum="gcj02")
    west = west_of(moved)
    assert 0.004 < 108.95 - west < 0.006, "GCJ-02 lies some 400 m east of WGS 84 here"


def test_facilities_come_as_geojson_geopackage_and_zip(
    small_city: SmallCity, tmp_path: Path
) -> None:
    points = shapely.points([[108.951, 34.25], [108.952, 34.25]])
    ids, names = np.array(["F1", "F2"], object), np.array(["桥头早餐店", "食堂"], object)
    fields = ["编号", "名称", "类别", "所属社区"]
    kinds = np.array(["早餐店", "早餐店"], object)
    columns = [ids, names, kinds, np.array(["mill", "pond"], object)]
    for name in ("f.geojson", "f.gpkg", "f.shp"):
        how = {"encoding": "GBK"} if name == "f.shp" else {}
        pyogrio.raw.write(
            tmp_path / name, shapely.to_wkb(points), columns, fields,
            crs="EPSG:4326", geometry_type="Point", **how,
        )  # fmt: skip
    (tmp_path / "f.cpg").unlink(missing_ok=True)
    table = bytearray((tmp_path / "f.dbf").read_bytes())
    table[29] = 0
    (tmp_path / "f.dbf").write_bytes(bytes(table))
    sent = {
        "f.geojson": (tmp_path / "f.geojson").read_bytes(),
        "f.gpkg": (tmp_path / "f.gpkg").read_bytes(),
        "f.zip": zipped(tmp_path, "f", ".geojson", ".gpkg"),
    }
    for name, content in sent.items():
        batch = brought(small_city, content, name=name, form="facilities")
        assert (batch.state, batch.faults) == (BatchState.CHECKED, []), name
        rows = Row.objects.filter(batch=batch).order_by("number")
        assert [row.name for row in rows] == ["桥头早餐店", "食堂"], name
        assert [row.told for row in rows] == [[], []], name


def reason_of(batch: Batch) -> str:
    assert batch.state == BatchState.FAILED
    said: str = batch.faults[0]["reason"]
    return said


def test_what_a_zip_may_not_be(
    small_city: SmallCity, layer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coded(small_city)
    assert reason_of(brought(small_city, b"no zip")) == "不是完整的 zip 文件"
    assert reason_of(brought(small_city, zipped(layer, "a", ".dbf"))) == "zip 里没有 .dbf"
    two = zipped(layer, "a", other__shp=b"")
    assert reason_of(brought(small_city, two)) == "zip 里不止一个图层"
    broken = bytearray(zipped(layer, "a"))
    broken[60:90] = bytes(30)
    assert reason_of(brought(small_city, bytes(broken)))
    monkeypatch.setattr(zips, "MOST_UNPACKED_BYTES", 100)
    assert "太大" in reason_of(brought(small_city, zipped(layer, "a")))


def test_no_name_of_a_zip_becomes_a_path(layer: Path, tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for suffix in (".shp", ".shx", ".dbf", ".prj"):
            package.write(layer / f"a{suffix}", f"../../../../tmp/evil{suffix}")
        package.writestr("__MACOSX/._evil.shp", b"x")
    path = tmp_path / "sent.zip"
    path.write_bytes(out.getvalue())
    with zips.unpacked(path) as whole:
        assert whole.name == "sent.shp"
        assert {one.name for one in whole.parent.iterdir()} == {
            "sent.shp", "sent.shx", "sent.dbf", "sent.prj", "sent.cpg",
        }  # fmt: skip
    assert not Path("/tmp/evil.shp").exists()
