"""Chinese datums: there and back, against another implementation, and a layer nobody declared."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import prcoords
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.findings import Assessment
from lifecircle.assess.judge import assess
from lifecircle.place.city import read_city
from lifecircle.place.datums import Datum, from_wgs84, in_china, to_wgs84
from lifecircle.place.sources import read_sources
from lifecircle.place.vector import read_vector
from lifecircle.policy.models import Pack
from lifecircle.terms.errors import InputError
from tests.conftest import DAY, network_of
from tests.fixtures import two_estates as plan

METRES_PER_DEGREE = 111_320.0
LON = st.floats(74, 134)
LAT = st.floats(4, 53)
SHIFTED: tuple[Datum, ...] = ("gcj02", "bd09")


@pytest.mark.parametrize("datum", SHIFTED)
@given(LON, LAT)
def test_there_and_back_within_a_centimetre(datum: Datum, lon: float, lat: float) -> None:
    back = to_wgs84(*from_wgs84(lon, lat, datum), datum)
    assert abs(float(back[0]) - lon) * METRES_PER_DEGREE < 0.01
    assert abs(float(back[1]) - lat) * METRES_PER_DEGREE < 0.01


@given(LON, LAT)
def test_forward_equals_another_implementation(lon: float, lat: float) -> None:
    wgs = prcoords.Coords(lat, lon)
    gcj = prcoords.wgs_gcj(wgs, check_china=False)
    ours = from_wgs84(lon, lat, "gcj02")
    assert abs(float(ours[0]) - gcj.lon) * METRES_PER_DEGREE < 0.01
    assert abs(float(ours[1]) - gcj.lat) * METRES_PER_DEGREE < 0.01
    bd = prcoords.gcj_bd(gcj)
    baidu = from_wgs84(lon, lat, "bd09")
    assert abs(float(baidu[0]) - bd.lon) * METRES_PER_DEGREE < 0.01
    assert abs(float(baidu[1]) - bd.lat) * METRES_PER_DEGREE < 0.01


def test_a_known_place_is_shifted_as_known() -> None:
    # Xi'an's bell tower moves some 500 m to the north-east and east
    lon, lat = from_wgs84(108.9420, 34.2610, "gcj02")
    east_m = (float(lon) - 108.9420) * METRES_PER_DEGREE * np.cos(np.radians(34.261))
    north_m = (float(lat) - 34.2610) * METRES_PER_DEGREE
    assert 400 < np.hypot(east_m, north_m) < 600
    assert east_m > 0


def test_outside_china_nothing_moves() -> None:
    assert not in_china(-15.4, 28.1)
    for move in (from_wgs84, to_wgs84):
        lon, lat = move(-15.4, 28.1, "gcj02")
        assert (float(lon), float(lat)) == (-15.4, 28.1)


def test_a_million_points_at_once() -> None:
    lon, lat = np.linspace(75, 134, 1_000_000), np.linspace(4, 53, 1_000_000)
    there = from_wgs84(lon, lat, "bd09")
    back = to_wgs84(*there, "bd09")
    assert np.abs(back[0] - lon).max() * METRES_PER_DEGREE < 0.01
    assert np.abs(back[1] - lat).max() * METRES_PER_DEGREE < 0.01


def shifted_city(example: Path, folder: Path, datum: Datum, declared: str) -> Path:
    """Copy the example city with its facilities as a Chinese map service would export them."""
    for file in example.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    path = folder / "facilities.geojson"
    data = json.loads(path.read_text(encoding="utf-8"))
    for feature in data["features"]:
        point = feature["geometry"]["coordinates"]
        feature["geometry"]["coordinates"] = [
            float(v) for v in from_wgs84(point[0], point[1], datum)
        ]
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    toml = folder / "lifecircle.toml"
    text = toml.read_text(encoding="utf-8")
    line = 'file = "facilities.geojson"\n'
    assert line in text
    toml.write_text(text.replace(line, line + declared), encoding="utf-8")
    return folder


@pytest.mark.parametrize("datum", SHIFTED)
def test_an_undeclared_layer_stops_with_the_likely_answer(
    example_folder: Path, tmp_path: Path, datum: Datum
) -> None:
    folder = shifted_city(example_folder, tmp_path, datum, "")
    with pytest.raises(InputError, match=f'facilities.geojson.*写 datum = "{datum}"'):
        read_city(read_sources(folder))


@pytest.mark.parametrize("datum", SHIFTED)
def test_a_declared_layer_gives_the_findings_of_the_true_places(
    example: Assessment, example_folder: Path, tmp_path: Path, pack: Pack, datum: Datum
) -> None:
    folder = shifted_city(example_folder, tmp_path, datum, f'datum = "{datum}"\n')
    city = read_city(read_sources(folder))
    found = assess(pack, city, network_of(city), DAY)
    assert [f.verdict for f in found.findings] == [f.verdict for f in example.findings]


def test_whoever_insists_on_wgs84_is_believed(example_folder: Path, tmp_path: Path) -> None:
    folder = shifted_city(example_folder, tmp_path, "gcj02", 'datum = "wgs84"\n')
    assert len(read_city(read_sources(folder)).facilities) > 0


def test_metres_cannot_be_gcj02(tmp_path: Path) -> None:
    feature = plan.feature("Point", [(0, 0)], id="1")
    feature["geometry"] = {"type": "Point", "coordinates": [434000, 3790000]}
    path = plan.write_layer(tmp_path / "a.geojson", [feature])
    content = json.loads(path.read_text(encoding="utf-8"))
    content["crs"] = {"type": "name", "properties": {"name": "EPSG:4545"}}
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match="声明为 gcj02，但坐标不是经纬度"):
        read_vector(path, datum="gcj02")
