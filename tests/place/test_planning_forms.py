"""The forms that an office fills in for planning: read, doubted, refused, written again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.place.city import inspect_city
from lifecircle.place.formats.blanks import write_workbook
from lifecircle.place.forms.cells import year_of, yuan_of, yuan_per_m2_of, yuan_per_year_of
from lifecircle.place.forms.filled import rows_of
from lifecircle.place.inspection import Inspection
from lifecircle.place.planning import (
    NO_PLANNING,
    BuildStandard,
    ModePrice,
    Permit,
    StatedNeed,
    YearBudget,
)
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City
from tests.fixtures.subdistrict import city_with, write_sheets

BOOKS = '[[workbooks]]\nfile = "填报/*.xlsx"\n'
FIRST, SECOND = "990001001001", "990001001002"
SHEETS: dict[str, list[Sequence[object]]] = {
    "空间资源": [
        ["编号", "名称", "所属社区", "空间类型", "权属", "产权单位", "使用条件", "规划用途",
         "可用情况", "安全评估", "所在设施编号", "可用建设方式", "购置价（万元）", "年租金",
         "改造建设费（元）", "建筑面积", "可用日期"],
        ["K1", "老办公楼", FIRST, "社区用房", "国企", "示例公司", "无偿使用5年", "办公",
         "可用", "合格", "", "改建、租赁", 86.5, "3.6万元/年", "", 400, ""],
        ["K2", "空地", SECOND, "小区空地", "业主", "", "", "", "", "未评估", "没有这处", "新建",
         "35万元", "", "18万", 200, "2027-03-01"],
    ],
    "规划许可": [
        ["许可证号", "小区", "所属社区", "许可设施", "许可面积", "实有面积（平方米）", "落实情况",
         "权属", "空间编号", "备注"],
        ["P2", "示例里", "404", "托育点", 300, 0, "挪作他用", "开发商", "K9", "改成商铺"],
        ["P1", "示例花园", FIRST, "养老服务点", "400平", "", "", "", "K1", ""],
    ],
    "居民需求": [
        ["所属社区", "功能", "人数", "渠道", "收集日期"],
        [SECOND, "养老", "120人", "议事会", "2026年5月20日"],
        [FIRST, "儿童托管", 35, "", ""],
        ["404", "儿童托管", 9, "", ""],
    ],
    "配置标准": [
        ["类别", "建筑面积", "服务人数", "装修设备单价", "工期", "运营方式", "来源"],
        ["社区食堂", "", "", "1200.5元/㎡", "3个月", "", "结算资料"],
        ["养老服务点", 200, 120, "0.15万元/平方米", "", "公建民营", ""],
    ],
    "建设单价": [
        ["方式", "单价", "工期（月）", "来源"],
        ["改建", 1500, 6, "造价信息"],
        ["新建", 4200, "", ""],
    ],
    "年度预算": [["年度", "金额", "资金来源"], ["2027年", "2600万元", "专项"], [2026, 0, ""]],
}  # fmt: skip


def read(example: Path, folder: Path, *books: dict[str, list[Sequence[object]]]) -> Inspection:
    """Read the example city beside workbooks of these sheets."""
    city_with(example, folder, BOOKS)
    (folder / "填报").mkdir()
    for number, sheets in enumerate(books):
        write_sheets(folder / "填报" / f"{number}.xlsx", sheets)
    return inspect_city(read_sources(folder))


@pytest.fixture(scope="module")
def said(example_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    return read(example_folder, tmp_path_factory.mktemp("planning"), SHEETS)


@pytest.fixture(scope="module")
def city(said: Inspection) -> City:
    assert [str(fault) for fault in said.faults] == []
    assert said.city is not None
    return said.city


def test_spaces_say_whose_they_are_and_what_they_cost(city: City) -> None:
    rooms, land = city.spaces
    assert (rooms.owner, rooms.terms, rooms.planning_use) == ("示例公司", "无偿使用5年", "办公")
    assert (rooms.condition, rooms.safety, rooms.facility) == ("available", "passed", "")
    assert rooms.modes == ("conversion", "lease")
    money = (rooms.purchase_yuan, rooms.rent_yuan_per_year, rooms.works_yuan)
    assert money == (865_000, 36_000, None), "an empty cell is unknown, not nothing"
    assert (land.condition, land.safety, land.modes) == ("", "not_assessed", ("new_build",))
    # the cell says its own unit: the header's 万元 does not hold for it
    assert (land.purchase_yuan, land.works_yuan) == (350_000, 180_000)
    assert land.available_on == date(2027, 3, 1)
    assert rooms.spot.row == 2


def test_permits_needs_standards_prices_and_budget(city: City) -> None:
    planning = city.planning
    assert planning.permits == (
        Permit("P1", "示例花园", 0, "elder_care_point", 400.0, None, "", "", "K1", ""),
        Permit(
            "P2", "示例里", -1, "infant_care_point", 300.0, 0.0, "diverted", "developer", "K9",
            "改成商铺",
        ),
    )  # fmt: skip
    assert planning.needs == (
        StatedNeed(0, "after_school_care", 35, "", None),
        StatedNeed(1, "elder_care", 120, "议事会", date(2026, 5, 20)),
    )
    assert planning.standards == (
        BuildStandard("community_canteen", None, None, 1201, 3, "", "结算资料"),
        BuildStandard("elder_care_point", 200.0, 120, 1500, None, "public_built_privately_run", ""),
    )
    assert planning.prices == (
        ModePrice("conversion", 1500, 6, "造价信息"),
        ModePrice("new_build", 4200, None, ""),
    )
    assert planning.budget == (YearBudget(2026, 0, ""), YearBudget(2027, 26_000_000, "专项"))


def test_names_that_nothing_bears_are_doubted_with_their_cell(said: Inspection) -> None:
    found = {
        (doubt.fault.spot.sheet, doubt.fault.spot.cell, doubt.fault.reason)
        for doubt in said.doubts
        if doubt.code == "orphan" and doubt.fault.spot
    }
    assert found == {
        ("空间资源", "K3", "没有编号为 没有这处 的设施"),
        ("规划许可", "C2", "没有编号为 404 的社区"),
        ("规划许可", "I2", "没有编号为 K9 的空间"),
        ("居民需求", "A4", "没有编号为 404 的社区"),
    }
    assert {doubt.communities for doubt in said.doubts if doubt.code == "orphan"} == {frozenset()}
    assert "doubtful-area" not in {doubt.code for doubt in said.doubts}, "0 m2 is what is there"


def test_what_was_read_is_written_and_read_as_the_same(
    city: City, example_folder: Path, tmp_path: Path
) -> None:
    city_with(example_folder, tmp_path, BOOKS)
    (tmp_path / "填报").mkdir()
    forms = ("spaces", "permits", "stated_needs", "build_standards", "mode_prices", "budget")
    rows = rows_of(city)
    write_workbook(tmp_path / "填报" / "合并.xlsx", {form: rows[form] for form in forms})
    again = inspect_city(read_sources(tmp_path)).city
    assert again is not None
    assert again.planning == city.planning
    assert again.spaces == city.spaces


def test_an_office_that_fills_none_in_has_no_planning(example_city: City) -> None:
    assert example_city.planning is NO_PLANNING


def test_every_fault_of_every_form_at_once(example_folder: Path, tmp_path: Path) -> None:
    found = read(
        example_folder,
        tmp_path,
        {
            "空间资源": [["编号", "购置价（元）", "安全评估"], ["K1", -5, "还行"],
                         ["K1", "面议", ""]],
            "规划许可": [["编号", "类别"], ["P1", "养老服务点、托育点"], ["P2", ""],
                         ["P3", "飞机场"]],
            "居民需求": [["社区编号", "功能", "人数"], ["", "养老", 3], [FIRST, "", "几个"]],
            "配置标准": [["类别", "装修单价"], ["托育点", ""], ["社区食堂", 3], ["社区食堂", 4]],
            "建设单价": [["方式", "单价"], ["空降", 1], ["改建", -1], ["新建", 9], ["新建", 9]],
            "预算": [["年度", "金额"], [26, 5], [2026, ""], [2027, 1], ["2027", 2]],
        },
    )  # fmt: skip
    assert found.city is None
    said = {(f.spot.sheet, f.spot.cell or f.spot.row, f.code) for f in found.faults if f.spot}
    assert said == {
        ("空间资源", "B2", "bad-cell"),
        ("空间资源", "C2", "unknown-word"),
        ("空间资源", "A3", "duplicate-id"),
        ("空间资源", "B3", "bad-cell"),
        ("规划许可", "B2", "several-categories"),
        ("规划许可", "B3", "unknown-category"),
        ("规划许可", "B4", "unknown-category"),
        ("居民需求", "A2", "no-value"),
        ("居民需求", "B3", "no-value"),
        ("居民需求", "C3", "bad-cell"),
        ("配置标准", "B2", "no-value"),
        ("配置标准", 4, "duplicate-id"),
        ("建设单价", "A2", "unknown-word"),
        ("建设单价", "B3", "bad-cell"),
        ("建设单价", 5, "duplicate-id"),
        ("预算", "A2", "bad-cell"),
        ("预算", "B3", "no-value"),
        ("预算", 5, "duplicate-id"),
    }
    assert all(fault.remedy for fault in found.faults)
    (negative,) = (f for f in found.faults if f.spot and f.spot.cell == "B2" and "-5" in f.reason)
    assert str(negative).endswith(
        "“空间资源”表第2行：“购置价（元）”应为不小于0的金额（元），写的是“-5”；请改成不小于0的金额（元）。"
    )
    (twice,) = (f for f in found.faults if f.spot and (f.spot.sheet, f.spot.row) == ("预算", 5))
    assert "2027年在“预算”表第4行已经登记" in twice.reason


def test_the_same_key_in_two_workbooks(example_folder: Path, tmp_path: Path) -> None:
    sheets = {name: rows[:2] for name, rows in SHEETS.items()}
    found = read(example_folder, tmp_path, sheets, sheets)
    assert [fault.code for fault in found.faults] == ["duplicate-id"] * 6
    assert {Path(fault.file).name for fault in found.faults} == {"1.xlsx"}
    assert all("在0.xlsx“" in fault.reason for fault in found.faults)


def test_a_form_without_a_needed_column(example_folder: Path, tmp_path: Path) -> None:
    found = read(example_folder, tmp_path, {"预算": [["年度", "来源"], [2026, "专项"]]})
    assert [(fault.code, "金额" in fault.reason) for fault in found.faults] == [("no-column", True)]


def test_an_offices_own_words_for_kinds_hold(example_folder: Path, tmp_path: Path) -> None:
    city_with(example_folder, tmp_path, BOOKS)
    toml = tmp_path / "lifecircle.toml"
    toml.write_text('kinds = "叫法.yaml"\n' + toml.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "叫法.yaml").write_text(
        "kinds:\n  小站: 养老服务点\n  大院: [养老服务点, 托育点]\n", encoding="utf-8"
    )
    (tmp_path / "填报").mkdir()
    sheet: list[Sequence[object]] = [["编号", "类别"], ["P1", "小站"], ["P2", "大院"]]
    write_sheets(tmp_path / "填报" / "a.xlsx", {"规划许可": sheet})
    (fault,) = inspect_city(read_sources(tmp_path)).faults
    assert fault.code == "several-categories"
    write_sheets(tmp_path / "填报" / "a.xlsx", {"规划许可": sheet[:2]})
    found = inspect_city(read_sources(tmp_path)).city
    assert found is not None
    assert [permit.category for permit in found.planning.permits] == ["elder_care_point"]


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        ("350000", 350_000),
        ("35万元", 350_000),
        ("35万", 350_000),
        ("￥1,200.00", 1200),
        ("人民币 3 千元", 3000),
        ("1.2亿元", 120_000_000),
        (0, 0),
        ("", None),
        ("面谈", None),
        ("8000元/平方米", None),
        ("3000元/月", None),
        (-1, None),
        (1e13, None),
    ],
)
def test_money_is_read_as_people_write_it(cell: object, yuan: float | None) -> None:
    found = yuan_of(cell)
    assert found.value == (None if yuan is None else pytest.approx(yuan))
    assert bool(found.expected) == (yuan is None and cell != "")


def test_money_by_square_metre_and_by_year_and_years() -> None:
    assert yuan_per_m2_of("1800元/㎡").value == 1800
    assert yuan_per_year_of("3.6万元/年").value == 36_000
    assert yuan_per_year_of("3000元/月").value is None
    assert [year_of(cell).value for cell in (2026, "2026年度", 2026.0, "26", 1026)] == [
        2026, 2026, 2026, None, None,
    ]  # fmt: skip


@given(st.integers(0, 10**11), st.sampled_from(["{}", "{}元", "{:,}", "￥{}"]))
def test_whole_yuan_come_back_whole(yuan: int, written: str) -> None:
    assert yuan_of(written.format(yuan)).value == yuan
    in_wan = yuan_of(f"{yuan // 10_000}.{yuan % 10_000:04d}万元")
    assert in_wan.value is not None
    assert int(in_wan.value + 0.5) == yuan
