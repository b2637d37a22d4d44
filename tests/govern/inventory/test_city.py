"""A city of records is the city of the files they were loaded from, to the last bit."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely

from lifecircle.assess.judge import assess
from lifecircle.assess.walks import network_of
from lifecircle.demo.files import write_example
from lifecircle.govern.actor import system
from lifecircle.govern.areas.models import Area, AreaState, Outline
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.inventory.city import city_of_records
from lifecircle.govern.inventory.declared import OWN_BOOK
from lifecircle.govern.inventory.loading import Loaded, load_city
from lifecircle.govern.inventory.models import Facility, Gate, Permit, Space
from lifecircle.govern.records.models import Record, Version
from lifecircle.govern.records.services import put
from lifecircle.place.city import read_city
from lifecircle.place.formats.blanks import write_workbook
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City
from lifecircle.policy.packs import load_pack
from lifecircle.terms.errors import InputError
from tests.govern.inventory.same import differences

DAY, LATER = date(2026, 6, 30), date(2026, 7, 15)
ACTOR = system("test")


@pytest.fixture(scope="session")
def full_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inventory") / "示例 市"
    write_example(folder, 12)
    permits = {
        "id": "许可〔2018〕1号-1",
        "estate": "春晖1号院",
        "community": "990001001001",
        "category": "elder_care_point",
        "permitted_m2": 400,
        "actual_m2": 0,
        "actual": "diverted",
        "owner": "developer",
    }
    write_workbook(folder / "填报" / "许可.xlsx", {"permits": [permits]})
    return folder


@pytest.fixture
def loaded(db: None, full_example: Path) -> Loaded:
    return load_city(full_example, ACTOR)


def change(model: type[Version], own_id: str, on: date = LATER, **values: Any) -> Version:
    now = model.versions.get(record__own_id=own_id, until__isnull=True)
    data = {name: getattr(now, name) for name in model.data_fields()} | values
    removed = data.pop("removed", False)
    return put(
        ACTOR, model, own_id, now.record.area, data,
        permission="inventory.change", effective_on=on, removed=removed,
    )  # fmt: skip


def row(city: City, own_id: str) -> int:
    return city.facilities.id.index(own_id)


def test_areas_keep_how_their_communities_are_classed(loaded: Loaded, full_example: Path) -> None:
    table = read_city(read_sources(full_example)).communities
    states = {one.code: one for one in AreaState.objects.open()}
    for row, own_id in enumerate(table.id):
        state = states[own_id]
        said = {name: words[row] for name, words in table.attributes.items()}
        assert {**dict.fromkeys(said, ""), **state.attributes, "zone": "".join(state.zones)} == said
        assert all(state.counts.get(name, -1) == told[row] for name, told in table.counts.items())
    assert any(state.attributes for state in states.values())


def test_nothing_is_lost_and_nothing_added(loaded: Loaded, full_example: Path) -> None:
    from_files = read_city(read_sources(full_example))
    from_records = city_of_records(full_example)
    assert list(differences(from_files, from_records)) == []
    pack = load_pack("xian-2020")
    findings = [
        repr(assess(pack, city, network_of(city.streets), DAY).findings)
        for city in (from_files, from_records)
    ]
    assert findings[0] == findings[1]


def test_the_comparison_sees_a_single_bit(full_example: Path) -> None:
    one, other = (read_city(read_sources(full_example)) for _ in range(2))
    assert list(differences(one, other)) == []
    other.facilities.entry_x_m[7] += 1e-9
    assert list(differences(one, other)) == ["city.facilities.entry_x_m: other numbers"]


def test_areas_stand_in_their_trees(loaded: Loaded) -> None:
    community = Area.objects.get(code="990001001001")
    assert community.path.startswith(loaded.city.path)
    levels = [str(area.level) for area in Area.objects.order_by("path")]
    assert levels.count("community") == 12
    assert Area.objects.get(code="990001001000").level == "township"
    entry = Entry.objects.get(action="inventory.load")
    assert json.loads(entry.content)["after"]["rows"] == dict(loaded.records)


def test_a_change_shows_from_its_day(loaded: Loaded, full_example: Path) -> None:
    old = read_city(read_sources(full_example))
    name = next(
        own for own, one in zip(old.facilities.id, old.facilities.details, strict=True)
        if one.amounts
    )  # fmt: skip
    change(Facility, name, floor_m2=777, name="改了名")
    now = city_of_records(full_example)
    at = row(now, name)
    assert now.facilities.name[at] == "改了名"
    assert now.facilities.details[at].amounts["floor_m2"] == 777.0
    hashes = [{one.name: one.sha256 for one in city.files} for city in (old, now)]
    changed = {file for file in hashes[0] if hashes[0][file] != hashes[1][file]}
    assert changed == {Path(now.facilities.spots[at].file).name}
    before = city_of_records(full_example, as_of=DAY)
    assert list(differences(old, before)) == []


def test_what_was_added_counts_as_the_census_goes_on(loaded: Loaded, full_example: Path) -> None:
    area = Area.objects.get(code="990001001001")
    gone = Facility.versions.filter(categories__0="clinic").first()
    assert gone is not None
    change(Facility, gone.record.own_id, removed=True)
    values = {
        "name": "新诊所",
        "area": area,
        "categories": ["clinic"],
        "lon": 123.002,
        "lat": 30.003,
    }
    put(
        ACTOR, Facility, "NEW-1", area, values,
        permission="inventory.change", effective_on=LATER,
    )  # fmt: skip
    space = {"area": area, "name": "空地", "kind_of_space": "estate_land", "site_m2": 300}
    del space["kind_of_space"]
    put(ACTOR, Space, "K-NEW", area, space, permission="inventory.change", effective_on=LATER)
    city = city_of_records(full_example)
    assert gone.record.own_id not in city.facilities.id
    at = row(city, "NEW-1")
    assert Path(city.facilities.spots[at].file).name == OWN_BOOK
    assert at in city.of_categories(("clinic",))
    assert "K-NEW" in {one.id for one in city.spaces}
    assert OWN_BOOK in {one.name for one in city.files}
    assert Permit.versions.get(record__own_id="许可〔2018〕1号-1").actual == "diverted"


def test_a_new_gate_is_a_gate_of_its_estate(loaded: Loaded, full_example: Path) -> None:
    estate = Record.objects.get(kind="estate", own_id="990001001001-01")
    old = Gate.versions.filter(record__parent=estate).get()
    values = {"name": "北门", "lon": old.lon, "lat": (old.lat or 0) + 0.0005, "open_to": "everyone"}
    put(
        ACTOR, Gate, f"{estate.own_id}#2", estate.area, values,
        permission="inventory.change", effective_on=LATER, parent=estate,
    )  # fmt: skip
    before, after = read_city(read_sources(full_example)), city_of_records(full_example)
    assert len(after.origins.gate_of) == len(before.origins.gate_of) + 1
    assert after.origins.id[after.origins.gate_of[1]] == estate.own_id


def test_cells_that_were_doubted_are_read_as_they_were_written(
    db: None, full_example: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "messy"
    shutil.copytree(full_example, folder)
    (folder / "设施.csv").write_text(
        "设施编号,设施名称,设施类别,高德类型码,所属社区编号,建筑面积,开放时间,另一列,经度,纬度\n"
        ",甲,诊所,,春晖社区,约120,每天8点到20点,x,123.001,30.002\n"
        "F9,乙,诊所,190000,,80.123,,y,123.002,30.003\n"
        ",丙,诊所,,990001001001,,,z,,\n",
        encoding="utf-8",
    )
    toml = folder / "lifecircle.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(
        text.replace("[people]", '[[facilities]]\nfile = "设施.csv"\ndatum = "wgs84"\n\n[people]'),
        encoding="utf-8",
    )
    load_city(folder, ACTOR)
    assert list(differences(read_city(read_sources(folder)), city_of_records(folder))) == []
    assert Facility.versions.filter(name="甲", floor_m2=120).count() == 1


def test_numbers_of_identity_are_told_and_nothing_is_kept(
    db: None, full_example: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "numbered"
    shutil.copytree(full_example, folder)
    number = "11010519491231002X"  # the example of GB 11643-1999 itself
    rows = [{"id": "K9", "name": f"王某 {number}", "community": "990001001001"}]
    write_workbook(folder / "填报" / "空间.xlsx", {"spaces": rows})
    with pytest.raises(InputError, match="有身份证号，本平台不收集") as error:
        load_city(folder, ACTOR)
    assert number not in str(error.value)
    assert not Area.objects.exists()


def test_what_is_wrong_is_told_and_nothing_is_kept(
    db: None, full_example: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "wrong"
    shutil.copytree(full_example, folder)
    rows = [{"id": "K9", "name": "长" * 101, "community": "990001001001"}]
    write_workbook(folder / "填报" / "空间.xlsx", {"spaces": rows})
    with pytest.raises(InputError, match="超过100个字"):
        load_city(folder, ACTOR)
    assert not Area.objects.exists()
    assert not Record.objects.exists()


def test_the_outlines_of_communities_are_loaded_in_degrees(db: None, tmp_path: Path) -> None:
    folder = tmp_path / "city"
    write_example(folder, 12)
    load_city(folder, system("test"))
    city = read_city(read_sources(folder))
    outlines = Outline.objects.open().select_related("area")
    assert {one.area.code for one in outlines} == set(city.communities.id)
    for one in outlines:
        own = city.communities.shape[city.communities.id.index(one.area.code)]
        drawn = shapely.from_geojson(one.shape)
        assert shapely.hausdorff_distance(city.plane.to_metres(drawn), own) < 0.001
        assert drawn.bounds == (one.west, one.south, one.east, one.north)
        assert one.source == read_sources(folder).communities.file.name
