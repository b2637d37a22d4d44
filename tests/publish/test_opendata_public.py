"""Open data under the office's settings for the public, held against the tools of others."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import frictionless
import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pyproj
import pytest
import shapely

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.place.coordinates.datums import from_wgs84, wgs84_to_gcj02
from lifecircle.place.sources import PublicSource
from lifecircle.place.tables import City
from lifecircle.publish.opendata.earlier import read_earlier, redrawn
from lifecircle.publish.opendata.package import Licence
from lifecircle.publish.opendata.placing import NAMES, Placing
from lifecircle.publish.opendata.writing import Terms, write_open_data
from lifecircle.walk.network import Network
from tests.conftest import DAY

NUMBER = "示例S（2026）000号"
SETTINGS = {
    datum: PublicSource(
        datum=datum, map_approval_number=NUMBER, office="某市民政局", licence="某市公共数据许可"
    )
    for datum in ("wgs84", "gcj02", "bd09")
}


@pytest.fixture(scope="module")
def folders(
    tmp_path_factory: pytest.TempPathFactory,
    example_city: City,
    example_network: Network,
    example: Assessment,
) -> dict[str, Path]:
    """The same city published in each datum, and with no setting at all."""
    made = tmp_path_factory.mktemp("public")
    ground = Ground(example_city, example_network, DAY)
    terms = {"none": Terms(), **{name: Terms(public=one) for name, one in SETTINGS.items()}}
    for name, own in terms.items():
        write_open_data(made / name, ground, [example], own)
    return {name: made / name for name in terms}


def described(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "datapackage.json").read_text("utf-8"))
    return found


def points(folder: Path) -> list[tuple[float, float]]:
    with (folder / "facilities.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)]


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_every_place_is_in_the_datum_set(folders: dict[str, Path], datum: str) -> None:
    straight, shifted = (np.array(points(folders[one])).T for one in ("wgs84", datum))
    expected = np.array(from_wgs84(straight[0], straight[1], datum))  # type: ignore[arg-type]
    assert np.abs(shifted - expected).max() < 1.1e-6  # both rounded to six places
    assert np.abs(shifted - straight).max() > 1e-3
    for layer in ("communities", "facilities"):
        own, plain = (
            shapely.from_wkb(
                pq.read_table(folders[one] / f"{layer}.parquet")["geometry"].to_pylist()
            )
            for one in (datum, "wgs84")
        )
        stored = shapely.from_wkb(pyogrio.raw.read(folders[datum] / "office.gpkg", layer=layer)[2])
        assert (shapely.equals_exact(stored, own, 1e-12)).all()
        xy, before = shapely.get_coordinates(own), shapely.get_coordinates(plain)
        expected = np.column_stack(from_wgs84(*before.T, datum))  # type: ignore[call-arg]
        assert np.abs(xy - expected).max() < 1e-9


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
def test_datum_and_approval_number_stand_in_every_description(
    folders: dict[str, Path], datum: str
) -> None:
    folder, name = folders[datum], NAMES[datum]
    said = described(folder)
    assert (said["datum"], said["map_approval_number"]) == (name, NUMBER)
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert f"坐标是 {name}" in text
    assert f"审图号：{NUMBER}" in text
    assert "某市公共数据许可" in text
    run = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["run"]
    assert run["public"] == {"datum": datum, "map_approval_number": NUMBER}
    words = json.dumps(said, ensure_ascii=False)
    assert f"经度（{name}）" in words
    assert "{datum}" not in words
    info = pyogrio.read_info(folder / "office.gpkg", layer="communities")
    geo = json.loads(pq.read_schema(folder / "communities.parquet").metadata[b"geo"])
    stated = geo["columns"]["geometry"].get("crs")
    if datum == "wgs84":
        assert info["crs"] == "EPSG:4326"
        assert stated is None
    else:
        assert pyproj.CRS(info["crs"]).name == pyproj.CRS(stated).name == name
        with sqlite3.connect(folder / "office.gpkg") as file:
            ids = file.execute("select distinct srs_id from gpkg_geometry_columns").fetchall()
        assert 4326 not in {one for (one,) in ids}


def test_without_a_number_every_description_says_so(folders: dict[str, Path]) -> None:
    assert "没有审图号：公开前须按规定送审" in str(described(folders["none"])["description"])
    assert "没有审图号：公开前须按规定送审" in (folders["none"] / "README.md").read_text("utf-8")


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
def test_outlines_of_an_earlier_publication_are_the_same_in_any_datum(
    folders: dict[str, Path], datum: str
) -> None:
    """Else every community would count as redrawn when an office changes its datum."""
    now = read_earlier(folders["none"]).outlines
    earlier = read_earlier(folders[datum])
    assert shapely.equals_exact(earlier.outlines, now, 0.0).all()
    assert not any(redrawn(list(now), [earlier]))


def test_the_same_run_in_a_shifted_datum_writes_the_same_bytes(
    tmp_path: Path,
    folders: dict[str, Path],
    example_city: City,
    example_network: Network,
    example: Assessment,
) -> None:
    ground = Ground(example_city, example_network, DAY)
    write_open_data(tmp_path / "x", ground, [example], Terms(public=SETTINGS["gcj02"]))
    for path in sorted(folders["gcj02"].iterdir()):
        assert path.read_bytes() == (tmp_path / "x" / path.name).read_bytes(), path.name


def test_a_point_in_gcj02_worked_by_the_formulas() -> None:
    (moved,) = Placing("gcj02").shown([shapely.Point(108.94, 34.34)])
    lon, lat = wgs84_to_gcj02([108.94], [34.34])
    assert (moved.x, moved.y) == (lon[0], lat[0])
    assert Placing("gcj02").shown([]).shape == (0,)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("CC-BY-4.0", {"name": "CC-BY-4.0"}),
        ("某市 许可", {"name": "other", "title": "某市 许可"}),
        ("  ", {"name": "notspecified", "title": "发布单位没有写明许可，使用前请询问"}),
    ],
)
def test_a_licence_in_the_offices_own_words_is_a_title(given: str, said: dict[str, str]) -> None:
    assert Licence(given).said == said


@pytest.mark.parametrize("name", ["none", "gcj02"])
def test_frictionless_finds_nothing_wrong(folders: dict[str, Path], name: str) -> None:
    """Its own tool reads the description, the sizes, the hashes, and every cell by its type."""
    package = frictionless.Package(str(folders[name] / "datapackage.json"))
    tables = [one for one in package.resources if one.format == "csv"]
    assert len(tables) == 4
    for resource in package.resources:
        if resource.format != "csv":
            package.remove_resource(str(resource.name))
    report = package.validate()
    assert report.valid, report.flatten(["resourceName", "rowNumber", "fieldName", "message"])[:5]


def test_frictionless_sees_a_cell_that_was_changed(folders: dict[str, Path]) -> None:
    path = folders["bd09"] / "communities.csv"
    text = path.read_text(encoding="utf-8-sig").replace(",community,", ",community,x", 1)
    first, *rest = text.splitlines()
    path.write_text("\n".join([first, rest[0].replace("模拟数据", "", 1), *rest]), "utf-8")
    assert not frictionless.Package(str(folders["bd09"] / "datapackage.json")).validate().valid
