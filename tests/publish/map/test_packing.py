"""What the page carries: numbers as text, names by sound, each file under its own terms."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.place.sources import PublicSource, read_sources
from lifecircle.place.tables import City
from lifecircle.publish.map.licences import ODBL, Licences
from lifecircle.publish.map.names import pinyin
from lifecircle.publish.map.packing import LARGEST, millimetres, packed, steps
from lifecircle.publish.map.page import policy
from lifecircle.publish.map.plans import plan_data
from lifecircle.publish.map.shown import Shown
from lifecircle.publish.map.writing import MANIFEST, Wanted, write_map
from lifecircle.terms.errors import InputError
from tests.publish.map.conftest import write_plan

whole = st.integers(-LARGEST + 1, LARGEST - 1)


def readable(data: bytes) -> bytes:
    """Return a data file as it is, of tiles the metadata that their header points at."""
    if not data.startswith(b"PMTiles"):
        return data
    begin, size = (int.from_bytes(data[at : at + 8], "little") for at in (24, 32))
    return gzip.decompress(data[begin : begin + size])


def _unpacked(text: str) -> list[int]:
    values, value, shift = [], 0, 0
    for byte in base64.b64decode(text):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            values.append(value // 2 if value % 2 == 0 else -(value + 1) // 2)
            value = shift = 0
    return values


@given(st.lists(whole))
def test_numbers_come_back(values: list[int]) -> None:
    assert _unpacked(packed(values)) == values


@given(st.lists(st.integers(-(2**28), 2**28)))
def test_steps_come_back_summed(values: list[int]) -> None:
    assert np.cumsum(_unpacked(steps(values))).tolist() == values


def test_small_numbers_take_one_byte_and_none_takes_too_many() -> None:
    assert base64.b64decode(packed([0, -1, 1, 63, -64])) == bytes([0, 1, 2, 126, 127])
    with pytest.raises(ValueError, match="too large"):
        packed([LARGEST])


def test_metres_are_kept_to_the_millimetre() -> None:
    assert millimetres([1.2344999, -0.0005001]).tolist() == [1234, -1]


def test_names_sound_as_the_words_they_stand_in() -> None:
    assert pinyin(["重庆路社区", "长安1号院", "KFC（西街店）"]) == [
        "chong qing lu she qu",
        "chang an 1 hao yuan",
        "kfc xi jie dian",
    ]


def test_corners_of_the_lattice_are_where_the_datum_has_them(example_city: City) -> None:
    shown = Shown(example_city.plane, "gcj02")
    told = shown.lattice((-700.0, -100.0, 400.0, 900.0))
    assert (told["west_m"], told["south_m"]) == (-1500.0, -1000.0)
    assert (told["columns"], told["rows"]) == (6, 6)
    last = [np.cumsum(_unpacked(told[axis]))[-1] for axis in ("lon", "lat")]
    lon, lat = shown.degrees([1000.0], [1500.0])
    for first, more, there in zip(told["first"], last, (lon, lat), strict=True):
        assert abs((first + more) * told["unit"] - there[0]) < 1e-7


def test_no_request_may_leave_the_folder_but_for_the_offices_own_tiles() -> None:
    assert "http" not in policy(PublicSource())
    tiles = "https://t0.tiles.example/{z}/{x}/{y}?tk=1"
    allowed = policy(PublicSource(base_tiles=tiles, base_attribution="示例"))
    assert allowed.count("https://t0.tiles.example") == 2
    assert "tk=1" not in allowed


@pytest.mark.parametrize(
    ("public", "reason"),
    [
        ('base_tiles = "ftp://a/{z}/{x}/{y}"', "base_tiles"),
        ('base_tiles = "https://a/{z}/{x}"\nbase_attribution = "b"', "{z}"),
        ('base_tiles = "https://a/{z}/{x}/{y}"', "base_attribution"),
        (
            'datum = "gcj02"\nbase_tiles = "https://a/{z}/{x}/{y}"\nbase_attribution = "b"',
            "几百米",
        ),
    ],
)
def test_settings_that_would_mislead_are_refused(tmp_path: Path, public: str, reason: str) -> None:
    text = 'network = "n.osm.pbf"\n[communities]\nfile = "c.geojson"\n[public]\n' + public
    (tmp_path / "lifecircle.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_sources(tmp_path)
    assert reason in str(caught.value)


def test_office_and_openstreetmap_stand_under_their_own_terms(hilly_city: City) -> None:
    terms = Licences(
        replace(hilly_city, simulated=False), PublicSource(office="示例局", licence="示例许可")
    )
    assert (terms.office.by, terms.office.licence) == ("示例局", "示例许可")
    assert terms.streets.licence == ODBL
    assert "OpenStreetMap" in terms.streets.by
    assert terms.homes == terms.office


def test_the_same_run_writes_the_same_bytes(
    folder: Path, tmp_path: Path, ground: Ground, example: Assessment
) -> None:
    public = PublicSource(datum="gcj02", map_approval_number="示例S（2026）001号", office="示例局")
    write_map(tmp_path / "again", Wanted(ground, [example], public))
    one, other = (json.loads((p / MANIFEST).read_text()) for p in (folder, tmp_path / "again"))
    assert one == other
    assert set(one["terms"]) == {f"data/{path.name}" for path in (folder / "data").iterdir()}
    for path in (folder / "data").iterdir():
        said = one["terms"][f"data/{path.name}"]
        assert f"来源：{said['by']}。许可：".encode() in readable(path.read_bytes())


def test_a_plan_of_another_city_is_refused(tmp_path: Path, hilly_city: City) -> None:
    with pytest.raises(InputError, match="不是规划结果的文件夹"):
        plan_data(tmp_path, hilly_city)
    community = hilly_city.communities.id[0]
    with pytest.raises(InputError, match="不在这个城市里"):
        plan_data(write_plan(tmp_path / "plan", "K9", community), hilly_city)


def test_a_site_is_ready_when_the_last_of_it_is(tmp_path: Path, planned_city: City) -> None:
    space, community = planned_city.spaces[0], planned_city.communities.id[1]
    (site,) = plan_data(write_plan(tmp_path / "plan", space.id, community), planned_city)
    assert (site["community"], site["x"], site["y"]) == (1, 120500, 80250)
    assert site["builds"] == [{"kind": "社区就医点", "floor_m2": 120.0}] * 2
    assert (site["mode"], site["assumed"]) == ("改建", True)
    assert site["ready_on"] == ""  # nobody said when the second is
