"""Chinese datums: there and back, against another implementation, and a layer nobody declared."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.findings import Assessment
from lifecircle.assess.judge import assess
from lifecircle.place.city import read_city
from lifecircle.place.coordinates.datums import Datum, from_wgs84, in_china, to_wgs84
from lifecircle.place.coordinates.declarations import CONTRADICTED
from lifecircle.place.formats.vector import read_vector
from lifecircle.place.sources import read_sources
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


# WGS84, GCJ-02, BD-09 of twelve cities, computed with prcoords 1.0.2, an implementation in the
# public domain that shares no code with ours. (Its wheel of 1.0.1 is metres off, and 1.0.2 has no
# wheel, so its answers stand here instead of the package.)
ELSEWHERE = [
    (108.942, 34.261, 108.946655042, 34.259412507, 108.953076936, 34.265662937),
    (103.766, 29.552, 103.768208611, 29.549243422, 103.774736134, 29.555219739),
    (120.894, 31.98, 120.898215730, 31.977830298, 120.904813436, 31.983469765),
    (116.397, 39.909, 116.403243506, 39.910403397, 116.409615693, 39.916744222),
    (121.473, 31.23, 121.477525300, 31.228059454, 121.484080536, 31.233924500),
    (113.264, 23.129, 113.269329321, 23.126323084, 113.275751258, 23.132607292),
    (87.617, 43.793, 87.619848499, 43.794223871, 87.626276579, 43.800354439),
    (91.132, 29.66, 91.133543602, 29.657279757, 91.140142492, 29.663026697),
    (126.642, 45.757, 126.647968923, 45.758950388, 126.654596632, 45.764649434),
    (114.305, 30.593, 114.310444217, 30.590589785, 114.317013466, 30.596294420),
    (75.99, 39.47, 75.992955638, 39.470227497, 75.999465199, 39.476187842),
    (109.51, 18.25, 109.514089587, 18.248301418, 109.520638405, 18.254059682),
]


@pytest.mark.parametrize("row", ELSEWHERE)
def test_forward_and_back_equal_another_implementation(row: tuple[float, ...]) -> None:
    lon, lat, gcj_lon, gcj_lat, bd_lon, bd_lat = row
    pairs: list[tuple[Datum, float, float]] = [
        ("gcj02", gcj_lon, gcj_lat),
        ("bd09", bd_lon, bd_lat),
    ]
    for datum, there_lon, there_lat in pairs:
        ours = from_wgs84(lon, lat, datum)
        back = to_wgs84(there_lon, there_lat, datum)
        apart = (ours[0] - there_lon, ours[1] - there_lat, back[0] - lon, back[1] - lat)
        assert max(abs(float(gap)) for gap in apart) * METRES_PER_DEGREE < 0.01


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
    shutil.copytree(example, folder, dirs_exist_ok=True)
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


def test_a_declaration_the_streets_contradict_stops_unless_accepted(
    example_folder: Path, tmp_path: Path
) -> None:
    folder = shifted_city(example_folder, tmp_path, "gcj02", 'datum = "wgs84"\n')
    with pytest.raises(InputError, match="声明为 WGS84，看起来却是 GCJ-02"):
        read_city(read_sources(folder))
    with (folder / "lifecircle.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[[accepted]]\ncode = "{CONTRADICTED}"\nfile = "facilities.geojson"\n'
            'by = "张工（示例局）"\nas_of = 2026-11-01\nreason = "与现场核对过"\n'
        )
    city = read_city(read_sources(folder))
    assert len(city.facilities) > 0
    assert [(one.code, one.by, one.count) for one in city.accepted] == [
        (CONTRADICTED, "张工（示例局）", 1)
    ]
    assert any("与现场核对过" in notice for notice in city.notices)


def test_a_layer_converted_twice_is_told(example_folder: Path, tmp_path: Path) -> None:
    folder = shifted_city(example_folder, tmp_path, "wgs84", 'datum = "gcj02"\n')
    with pytest.raises(InputError, match="声明为 GCJ-02.*看起来却是 WGS84，可能已经换算过一次"):
        read_city(read_sources(folder))


@pytest.mark.parametrize("name", ["communities.geojson", "estates.geojson"])
def test_areas_and_people_are_held_against_the_streets_too(
    example_folder: Path, tmp_path: Path, name: str
) -> None:
    folder = shifted_city(example_folder, tmp_path, "wgs84", "")
    path = folder / name
    data = json.loads(path.read_text(encoding="utf-8"))
    for feature in data["features"]:
        feature["geometry"]["coordinates"] = [
            [[float(v) for v in from_wgs84(x, y, "gcj02")] for x, y in ring]
            for ring in feature["geometry"]["coordinates"]
        ]
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(InputError, match=f'{name}.*写 datum = "gcj02"'):
        read_city(read_sources(folder))


def test_metres_cannot_be_gcj02(tmp_path: Path) -> None:
    feature = plan.feature("Point", [(0, 0)], id="1")
    feature["geometry"] = {"type": "Point", "coordinates": [434000, 3790000]}
    path = plan.write_layer(tmp_path / "a.geojson", [feature])
    content = json.loads(path.read_text(encoding="utf-8"))
    content["crs"] = {"type": "name", "properties": {"name": "EPSG:4545"}}
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match="声明为 gcj02，但坐标不是经纬度"):
        read_vector(path, datum="gcj02")
