"""Points from workbooks and CSV: what offices have, and what nobody should open."""

from __future__ import annotations

import contextlib
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.findings import Assessment
from lifecircle.assess.judge import assess
from lifecircle.place.city import read_city
from lifecircle.place.formats.vector import read_vector
from lifecircle.place.layers import VectorLayer
from lifecircle.place.sources import FacilitySource, read_sources
from lifecircle.policy.models import Pack
from lifecircle.terms.errors import InputError, raise_all
from tests.conftest import DAY, network_of
from tests.fixtures.subdistrict import write_sheets

Sheet = list[list[object]]
HEADERS: list[object] = ["编号", "设施名称", "设施类别", "经度", "纬度"]
CLINIC: list[object] = ["f1", "东门诊所", "社区就医点", 108.9, 34.3]


def workbook(path: Path, **sheets: Sheet) -> Path:
    return write_sheets(path, {name: list(rows) for name, rows in sheets.items()})


def points(layer: VectorLayer) -> list[tuple[float, float]]:
    return [(float(p.x), float(p.y)) for p in layer.geometry]


def test_a_sheet_of_facilities(tmp_path: Path) -> None:
    layer = read_vector(workbook(tmp_path / "a.xlsx", 设施=[HEADERS, CLINIC]))
    assert points(layer) == [(108.9, 34.3)]
    assert list(layer.columns) == HEADERS
    assert layer.places == ("第2行",)


def test_empty_rows_and_rows_above_the_headers_keep_their_numbers(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 设施=[[], HEADERS, [], CLINIC])
    assert read_vector(path).places == ("第4行",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_offices_use(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("名称,经度,纬度\n东门诊所,１０８.９,34.3°\n", encoding=encoding)
    layer = read_vector(path)
    assert points(layer) == [(108.9, 34.3)]
    assert layer.columns["名称"].tolist() == ["东门诊所"]


def test_a_workbook_with_several_sheets_must_say_which(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 东街=[["请填写"]], 西街=[HEADERS, CLINIC])
    with pytest.raises(InputError, match="东街、西街"):
        read_vector(path)
    assert len(read_vector(path, "西街")) == 1
    with pytest.raises(InputError, match="没有名为 人口 的工作表"):
        read_vector(path, "人口")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([HEADERS], "没有表头和内容"),
        ([["名称", "经度"], ["x", 108]], "没有纬度列"),
        ([HEADERS, ["f", "x", "clinic", "东经108", 34]], "第2行：“经度”应为.*写的是“东经108”"),
        ([HEADERS, CLINIC, ["f", "x", "clinic", 34.3, 108.9]], "第3行：“纬度”.*写的是“108.9”"),
        ([HEADERS, ["f", "x", "clinic", "", 34.3]], "第2行：“经度”没有写"),
    ],
)
def test_what_is_wrong_names_its_row(tmp_path: Path, rows: Sheet, said: str) -> None:
    with pytest.raises(InputError, match=said):
        raise_all(read_vector(workbook(tmp_path / "a.xlsx", 设施=rows)).faults)


def test_metres_of_a_zone_are_read_in_either_order(tmp_path: Path) -> None:
    # 108.9E 34.3N in CGCS2000 3-degree zone 36 with its prefix; surveyors call the northing X
    east, north = 36582854.1, 3797305.7
    for first, second in (("横坐标", "纵坐标"), ("纵坐标", "横坐标")):
        row: list[object] = ["f1", "东门诊所", "社区就医点", east, north]
        headers: list[object] = ["编号", "设施名称", "设施类别", first, second]
        path = workbook(tmp_path / f"{first}.xlsx", 设施=[headers, row])
        layer = read_vector(path, crs="EPSG:4524")
        assert layer.faults == ()
        assert points(layer)[0] == pytest.approx((108.9, 34.3), abs=1e-4)


def test_metres_in_columns_of_degrees_are_told_with_the_setting(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [f"f{n}", "诊所", "社区就医点", 36490794.6 + n, 3796949.6 + n] for n in range(5)
    ]
    layer = read_vector(workbook(tmp_path / "a.xlsx", 设施=[HEADERS, *rows]))
    (fault,) = layer.faults
    assert "EPSG:4524" in str(fault)


def test_a_system_beside_a_datum_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 设施=[HEADERS, CLINIC])
    with pytest.raises(InputError, match="既写了 crs，又声明为 gcj02"):
        read_vector(path, datum="gcj02", crs="EPSG:4545")


def test_a_formula_is_never_run(tmp_path: Path) -> None:
    sums: list[object] = ["=1+1", "东门诊所", "clinic", 108.9, 34.3]
    layer = read_vector(workbook(tmp_path / "a.xlsx", 设施=[HEADERS, sums]))
    assert layer.columns["编号"].tolist() == [0.0], "the stored value counts, whatever it is"
    outward: list[object] = ["f1", '=HYPERLINK("http://x")', "clinic", 108.9, 34.3]
    with pytest.raises(InputError, match="连向外面的公式"):
        read_vector(workbook(tmp_path / "b.xlsx", 设施=[HEADERS, outward]))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"hello"),
        ("a.xlsx", b"PK\x03\x04 cut"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more"),
        ("a.csv", b"\xff\xfe\x00\x00"),
        ("a.csv", b"a\x00b,c"),
        ("a.csv", b'"' * 200_000),
    ],
)
def test_a_broken_table_gets_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=name):
        read_vector(tmp_path / name)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """A package whose table of contents promises 4 GB."""
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 10_000)
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 4_000_000_000)
    path.write_bytes(content)
    with pytest.raises(InputError, match="解压后有3814兆"):
        read_vector(path)


@given(st.binary(max_size=300))
def test_no_bytes_bring_anything_but_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    for name in ("a.csv", "a.xlsx"):
        path = tmp_path_factory.mktemp("fuzz") / name
        path.write_bytes(content or b" ")
        with contextlib.suppress(InputError):
            read_vector(path)


def test_the_example_city_from_a_workbook_gives_the_same_findings(
    example: Assessment, example_folder: Path, tmp_path: Path, pack: Pack
) -> None:
    sources = read_sources(example_folder)
    census, listed = sources.facilities
    layer = read_vector(census.file)
    rows: Sheet = [["编号", "设施名称", "设施类别", "经度", "纬度"]]
    for at, (lon, lat) in enumerate(points(layer)):
        rows.append([*(layer.columns[name][at] for name in ("id", "name", "category")), lon, lat])
    path = workbook(tmp_path / "设施.xlsx", 设施=rows)
    source = FacilitySource(**{**census.model_dump(), "file": path})
    city = read_city(sources.model_copy(update={"facilities": (source, listed)}))
    found = assess(pack, city, network_of(city), DAY)
    assert np.array_equal(shapely.get_x(layer.geometry), shapely.get_x(read_vector(path).geometry))
    assert found.findings == example.findings


def test_a_formula_that_failed_is_not_an_empty_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("设施")
        sheet.write_row(0, 0, [*HEADERS, "建筑面积"])
        sheet.write_row(1, 0, CLINIC)
        sheet.write_formula(1, 5, "=NA()", None, "#N/A")
    with pytest.raises(InputError, match=r"“设施”表F2：公式算错"):
        read_vector(path)
