"""What a subdistrict sends in: understood where it can be, said where it cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from lifecircle.place.city import inspect_city
from lifecircle.place.inspection import Inspection
from lifecircle.place.sources import read_sources
from lifecircle.terms.errors import InputError
from tests.fixtures.subdistrict import city_with, middle, write_messy, write_sheets

BOOKS = '[[workbooks]]\nfile = "填报/*.xlsx"\n'


CENSUS = 'census = ["all"]\ncensus_on = 2026-06-30\ndeclared_by = "东街街道办事处"\n'


@pytest.fixture(scope="module")
def messy(example_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    folder = tmp_path_factory.mktemp("messy")
    ids = city_with(example_folder, folder, BOOKS + CENSUS)
    (folder / "填报").mkdir()
    write_messy(folder / "填报" / "东街.xlsx", ids, middle(folder, 0))
    (folder / "填报" / "~$东街.xlsx").write_bytes(b"a lock file of Excel")
    return inspect_city(read_sources(folder))


def test_it_is_read(messy: Inspection) -> None:
    assert messy.faults == []
    city = messy.city
    assert city is not None
    first, second = 0, 1
    counts = city.communities.counts
    assert counts["households"][[first, second]].tolist() == [1200, 800]
    assert counts["residents"][[first, second]].tolist() == [3400, 2100]
    assert counts["older"][[first, second]].tolist() == [600, -1]
    assert city.communities.attributes["size"][first] == "small"


def test_areas_dates_and_statuses(messy: Inspection) -> None:
    assert messy.city is not None
    places = messy.city.facilities
    found = dict(zip(places.name, places.details, strict=True))
    station = found["东街养老服务站"]
    assert station.amounts == {"floor_m2": 350.0}
    assert station.opened_on == date(2025, 9, 1)
    assert station.serves
    assert found["东街养老站"].status == "building"
    assert not found["东街养老站"].serves
    canteen = places.name.index("东街食堂")
    assert len(places.categories[canteen]) == 2
    assert places.shape[canteen].is_empty
    assert places.community[canteen] == 0
    assert found["东街食堂"].opened_on == date(2025, 9, 1)


def test_sites_and_survey(messy: Inspection) -> None:
    assert messy.city is not None
    (space,) = messy.city.spaces
    assert (space.kind, space.ownership) == ("community_rooms", "state_firm")
    assert space.amounts == {"floor_m2": 1200.0, "site_m2": 2000.0}
    assert (space.x_m, space.community) == (None, -1)
    (survey,) = messy.city.surveys
    assert survey.states["elder_care"] == "operating"
    assert survey.states["infant_care"] == "absent"
    assert survey.states["community_meals"] == "built"
    assert survey.states["sports"] == "not_surveyed", "an empty cell is not an absence"
    assert survey.surveyed_on == date(2026, 6, 30)


def test_what_is_doubted(messy: Inspection) -> None:
    found = Counter(doubt.code for doubt in messy.doubts)
    assert found["approximate-value"] == 2
    assert found["doubtful-area"] == 1
    assert found["no-coordinates"] == 1
    assert found["passed-over"] == 2
    assert found["not-registered"] == 1
    (area,) = (d.fault for d in messy.doubts if d.code == "doubtful-area")
    assert area.spot is not None
    assert (area.spot.sheet, area.spot.cell, area.spot.header) == ("设施台账", "F3", "建筑面积")
    (footnote,) = (d.fault for d in messy.doubts if "填表人" in d.fault.reason)
    assert "某某" not in str(footnote)


def test_planned_facilities_do_not_count(messy: Inspection) -> None:
    city = messy.city
    assert city is not None
    places = city.facilities
    codes = places.categories[places.name.index("东街养老服务站")]
    names = [places.name[row] for row in city.of_categories(codes)]
    assert "东街养老服务站" in names
    assert "东街养老站" not in names


def test_a_place_nobody_located_takes_the_census_of_its_category(messy: Inspection) -> None:
    assert messy.city is not None
    book = next(layer for layer in messy.city.layers if layer.name == "东街.xlsx")
    assert "clinic" in book.census
    assert "convenience_store" not in book.census, "东街食堂 may stand anywhere"


def faulty(example: Path, folder: Path, **sheets: list[Sequence[object]]) -> Inspection:
    city_with(example, folder, BOOKS)
    (folder / "填报").mkdir()
    write_sheets(folder / "填报" / "a.xlsx", sheets)
    return inspect_city(read_sources(folder))


def test_every_fault_of_every_sheet_at_once(example_folder: Path, tmp_path: Path) -> None:
    own = "990001001001"
    found = faulty(
        example_folder,
        tmp_path,
        社区=[["编号", "户数", "规模"], [own, "三百", "巨大"], [own, 3, ""]],
        设施=[
            ["名称", "类别", "所属社区", "经度", "纬度", "建筑面积", "使用面积", "启用日期"],
            ["甲", "便力店", own, 123.0, "", 10, 20, "去年"],
            ["乙", "便利店", "", "", "", "#REF!", "", ""],
            ["丙", "便利店", "404", "东经", 30.0, "约", "", ""],
        ],
        功能摸底=[["编号", "养老服务"], [own, "有吧"]],
        登记值=[
            ["级别", "编号", "项目", "数值"],
            ["社区", own, "households", ""],
            ["洲", "", "", 1],
        ],
    )
    assert found.city is None
    said = {(f.spot.sheet, f.spot.cell or f.spot.row, f.code) for f in found.faults if f.spot}
    assert said >= {
        ("社区", "B2", "bad-cell"),
        ("社区", "C2", "unknown-word"),
        ("社区", "A3", "duplicate-id"),
        ("设施", "B2", "unknown-category"),
        ("设施", "E2", "bad-coordinate"),
        ("设施", "G2", "more-than-whole"),
        ("设施", "H2", "bad-cell"),
        ("设施", "D3", "no-place"),
        ("设施", "F3", "bad-cell"),
        ("设施", "D4", "bad-coordinate"),
        ("设施", "F4", "bad-cell"),
        ("功能摸底", "B2", "unknown-word"),
        ("登记值", 2, "no-value"),
        ("登记值", "A3", "unknown-word"),
    }
    assert all(fault.remedy for fault in found.faults)


def test_one_files_faults_do_not_hide_anothers(example_folder: Path, tmp_path: Path) -> None:
    city_with(example_folder, tmp_path, BOOKS)
    (tmp_path / "填报").mkdir()
    (tmp_path / "填报" / "坏.xlsx").write_bytes(b"PK\x03\x04 cut")
    (tmp_path / "communities.geojson").write_text("{", encoding="utf-8")
    (tmp_path / "city.osm.pbf").write_bytes(b"not a map")
    (tmp_path / "facilities.geojson").write_text("[]", encoding="utf-8")
    found = inspect_city(read_sources(tmp_path))
    files = {Path(fault.file).name for fault in found.faults}
    assert files == {"坏.xlsx", "communities.geojson", "city.osm.pbf", "facilities.geojson"}


def test_people_are_not_counted_twice(example_folder: Path, tmp_path: Path) -> None:
    found = faulty(
        example_folder, tmp_path, 小区=[["编号", "经度", "纬度", "人口"], ["x", 1, 1, 1]]
    )
    assert any("会算两遍" in fault.reason for fault in found.faults)


def test_one_community_in_two_workbooks(example_folder: Path, tmp_path: Path) -> None:
    ids = city_with(example_folder, tmp_path, BOOKS)
    (tmp_path / "填报").mkdir()
    for name in ("东", "西"):
        write_sheets(tmp_path / "填报" / f"{name}.xlsx", {"社区": [["编号", "户数"], [ids[0], 3]]})
    found = inspect_city(read_sources(tmp_path))
    assert ["在 东.xlsx 里已经登记" in fault.reason for fault in found.faults] == [True]


def test_the_offices_own_headers_and_words(example_folder: Path, tmp_path: Path) -> None:
    more = 'headers = "列名.yaml"\nkinds = "叫法.yaml"\n'
    ids = city_with(example_folder, tmp_path)
    toml = (tmp_path / "lifecircle.toml").read_text(encoding="utf-8")
    text = more + toml + "\n" + BOOKS
    (tmp_path / "lifecircle.toml").write_text(text, encoding="utf-8")
    (tmp_path / "列名.yaml").write_text(
        "设施:\n  点位全称: 设施名称\n  归口: category\n  面积数: floor_m2\n", encoding="utf-8"
    )
    (tmp_path / "叫法.yaml").write_text("kinds:\n  小站: 养老服务站\n", encoding="utf-8")
    (tmp_path / "填报").mkdir()
    rows: list[Sequence[object]] = [
        ["点位全称", "归口", "面积数", "所属社区"],
        ["甲站", "小站", "88平", ids[0]],
    ]
    write_sheets(tmp_path / "填报" / "a.xlsx", {"设施": rows})
    found = inspect_city(read_sources(tmp_path))
    assert found.faults == []
    assert found.city is not None
    at = found.city.facilities.name.index("甲站")
    assert found.city.facilities.details[at].amounts == {"floor_m2": 88.0}
    assert {file.role for file in found.city.files} >= {"workbook", "headers", "kinds"}


def test_a_headers_file_that_names_nothing_we_have(example_folder: Path, tmp_path: Path) -> None:
    city_with(example_folder, tmp_path)
    toml = (tmp_path / "lifecircle.toml").read_text(encoding="utf-8")
    (tmp_path / "lifecircle.toml").write_text('headers = "h.yaml"\n' + toml, encoding="utf-8")
    (tmp_path / "h.yaml").write_text("设施: {甲: 颜色}\n飞机: {a: b}\n", encoding="utf-8")
    found = inspect_city(read_sources(tmp_path))
    said = [(fault.place, fault.reason) for fault in found.faults]
    assert said == [("第1行", "“设施”没有 颜色 这一列"), ("第2行", "没有名为 飞机 的表")]


def test_a_pattern_that_fits_no_file(example_folder: Path, tmp_path: Path) -> None:
    city_with(example_folder, tmp_path, BOOKS)
    with pytest.raises(InputError, match=r"没有符合 填报/\*\.xlsx 的文件"):
        read_sources(tmp_path)
