"""`lifecircle check` and `lifecircle forms`, as a person runs them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from lifecircle.cli.main import main
from tests.fixtures.subdistrict import city_with, middle, write_messy, write_sheets

BOOKS = '[[workbooks]]\nfile = "*街.xlsx"\n'


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(part) for part in arguments], standalone_mode=False)


def code_of(result: Result) -> int:
    if isinstance(result.exception, SystemExit):
        return int(result.exception.code or 0)
    assert result.exception is None, result.exception
    return int(result.return_value or 0)


@pytest.fixture
def city(example_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    ids = city_with(example_folder, folder, BOOKS)
    write_messy(folder / "东街.xlsx", ids, middle(folder, 0))
    return folder


def test_a_city_without_errors(city: Path, tmp_path: Path) -> None:
    result = run("check", city, "--json", tmp_path / "a.json", "--html", tmp_path / "a.html")
    assert code_of(result) == 0
    assert "0处错误" in result.output
    assert "可以评估" in result.output
    content = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert content["errors"] == 0
    assert content["by_code"]["approximate-value"] == 2
    row = next(row for row in content["rows"] if row["code"] == "doubtful-area")
    assert (row["file"], row["sheet"], row["row"], row["column"], row["cell"]) == (
        "东街.xlsx",
        "设施台账",
        3,
        "建筑面积",
        "F3",
    )
    assert row["weakens"] == "limited"
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "可能是按万平方米填的" in page
    assert "<script" not in page


def test_marks_come_back_in_a_copy(city: Path, tmp_path: Path) -> None:
    before = (city / "东街.xlsx").read_bytes()
    assert code_of(run("check", city, "--marked", tmp_path / "退回")) == 0
    assert (city / "东街.xlsx").read_bytes() == before
    book = openpyxl.load_workbook(tmp_path / "退回" / "东街.xlsx")
    assert book.sheetnames[0] == "问题清单"
    cell = book["设施台账"]["F3"]
    assert cell.fill.start_color.rgb.endswith("FFEB9C")
    assert "可能是按万平方米填的" in cell.comment.text
    assert cell.value == "0.035"
    assert "A1:F1" in {str(area) for area in book["社区基本情况"].merged_cells.ranges}
    rows = list(book["问题清单"].iter_rows(min_row=2, values_only=True))
    assert any(row[2:5] == ("设施台账", "F3", "建筑面积") for row in rows)
    link = next(row[3] for row in book["问题清单"].iter_rows(min_row=2) if row[3].value == "F3")
    assert link.hyperlink is not None
    assert "设施台账" in str(link.hyperlink.location or link.hyperlink.target)


def test_errors_fail_and_are_red(city: Path, tmp_path: Path) -> None:
    write_sheets(
        city / "西街.xlsx",
        {"设施": [["名称", "类别", "所属社区"], ["=1+1", "飞机场", "x"]]},
    )
    result = run("check", city, "--marked", tmp_path / "退回")
    assert code_of(result) == 1
    assert "不认识的设施类别" in result.output
    book = openpyxl.load_workbook(tmp_path / "退回" / "西街.xlsx")
    assert book["设施"]["B2"].fill.start_color.rgb.endswith("FFC7CE")


def test_csv_comes_back_as_a_workbook(city: Path, tmp_path: Path) -> None:
    (city / "点.csv").write_text(
        "名称,类别,经度,纬度\n=HYPERLINK(1),飞机场,123,30\n", encoding="gb18030"
    )
    with (city / "lifecircle.toml").open("a", encoding="utf-8") as file:
        file.write('[[facilities]]\nfile = "点.csv"\n')
    assert code_of(run("check", city, "--marked", tmp_path / "退回")) == 1
    book = openpyxl.load_workbook(tmp_path / "退回" / "点.xlsx")
    cell = book["点"]["A2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")
    assert book["点"]["B2"].comment is not None


def test_json_on_standard_output_is_only_json(city: Path) -> None:
    result = run("check", city, "--json", "-")
    assert json.loads(result.stdout)["lifecircle_audit"] == 1


def test_nothing_is_overwritten_unasked(city: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.html"
    out.write_text("mine", encoding="utf-8")
    result = run("check", city, "--html", out)
    assert "已经有同名的文件" in str(result.exception)
    assert out.read_text(encoding="utf-8") == "mine"
    assert code_of(run("check", city, "--html", out, "--overwrite")) == 0
    assert "资料检查" in out.read_text(encoding="utf-8")


def test_registers_become_one_workbook_that_reads_back(city: Path, tmp_path: Path) -> None:
    assert code_of(run("check", city, "--merged", tmp_path / "合并.xlsx")) == 0
    book = openpyxl.load_workbook(tmp_path / "合并.xlsx")
    assert book["空间资源"]["A2"].value == "K1"
    assert book["功能摸底"]["C2"].value == "已运营"


def test_a_doubt_weakens_by_name_and_an_accepted_one_does_not(city: Path, tmp_path: Path) -> None:
    out = tmp_path / "one"
    run("assess", city, "--out", out)
    first = (out / "findings.csv").read_text(encoding="utf-8")
    assert "approximate-value" in first or "登记的数只是约数" in first
    with (city / "lifecircle.toml").open("a", encoding="utf-8") as file:
        for code in ("approximate-value", "doubtful-area", "near-duplicate", "no-coordinates"):
            file.write(
                f'[[accepted]]\ncode = "{code}"\nby = "李工（示例街道）"\n'
                'as_of = 2026-11-01\nreason = "已现场核实"\n'
            )
    again = tmp_path / "two"
    run("assess", city, "--out", again)
    second = (again / "findings.csv").read_text(encoding="utf-8")
    assert "approximate-value" not in second
    assert "登记的数只是约数" not in second
    manifest = json.loads((again / "manifest.json").read_text(encoding="utf-8"))
    assert any("李工（示例街道）" in notice for notice in manifest["run"]["notices"])
    assert code_of(run("check", city)) == 0


def test_blank_forms_one_for_each_township(example_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "各街道"
    result = run("forms", "--city", example_folder, "--each", "township", "--out", out)
    assert code_of(result) == 0
    books = sorted(out.iterdir())
    assert len(books) == 3
    sheet = openpyxl.load_workbook(books[0])["社区"]
    assert [sheet.cell(row, 1).value for row in (2, 3)] == ["990001001001", "990001001002"]
    assert "已经有同名的文件" in str(
        run("forms", "--city", example_folder, "--each", "township", "--out", out).exception
    )


def test_filled_forms_of_all_townships_are_read(example_folder: Path, tmp_path: Path) -> None:
    city = tmp_path / "city"
    city_with(example_folder, city, '[[workbooks]]\nfile = "填报/*.xlsx"\n')
    run("forms", "--city", example_folder, "--each", "township", "--out", city / "填报")
    result = run("check", city)
    assert code_of(result) == 0, result.output


def test_a_record_that_no_rule_reads_is_told(city: Path) -> None:
    toml = (city / "lifecircle.toml").read_text(encoding="utf-8")
    packs = toml.replace('packs = ["xian-2020"]', 'packs = ["xian-2024"]')
    assert packs != toml
    (city / "lifecircle.toml").write_text(packs, encoding="utf-8")
    listed = run("packs", "records", "xian-2024").output
    name = next(word for word in listed.split() if word.isascii() and "_" in word)
    rows: list[Sequence[Any]] = [
        ["级别", "编号", "项目", "数值"],
        ["全市", "全市", name, 3],
        ["全市", "全市", name + "x", 3],
    ]
    write_sheets(city / "西街.xlsx", {"登记值": rows})
    found = json.loads(run("check", city, "--json", "-").stdout)
    told = [row for row in found["rows"] if row["code"] == "unknown-record"]
    assert [(row["file"], row["row"]) for row in told] == [("西街.xlsx", 3)]
    assert f"像是 {name}" in told[0]["reason"]
