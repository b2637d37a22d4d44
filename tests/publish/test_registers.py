"""Registers in Excel: what stands on each sheet, that nothing runs, and that others can read it."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.cli.main import main
from lifecircle.place.planning import Space
from lifecircle.place.tables import City
from lifecircle.publish.registers import writing
from lifecircle.publish.registers.actions import _SHOWN, read_plan
from lifecircle.publish.registers.sheets import Amount, Column, Sheet
from lifecircle.publish.registers.writing import REGISTER, write_register, write_registers
from lifecircle.publish.tables import Columns, write_csv
from lifecircle.terms.errors import InputError, Spot
from lifecircle.walk.network import Network
from tests.conftest import DAY
from tests.publish.towns import town

HOSTILE = {"c0": "=1+1", "c1": "+c", "c2": "-c", "c3": "@c", "c4": "a&<b>\x0b", "c5": "中" * 40_000}


def book_of(path: Path, **names: str) -> Any:
    material = town(None, **names)
    write_register(path, material.ground, material.assessment)
    return load_workbook(path)


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    folder = tmp_path / "plan"
    folder.mkdir()
    manifest = {"lifecircle_plan": 1, "run": {"pack": {"id": "test"}}, "run_sha256": "abc"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    columns: Columns = {
        "simulated": ["模拟数据"], "pack": ["test"], "plan": [1], "action": ["a1"],
        "space_name": ["=旧厂房"], "yuan": [1_200_000], "ready_on": ["2027-06-30"],
        "people": [""], "floor_m2": ["120.5"], "later": ["新的列"],
    }  # fmt: skip
    write_csv(folder / "actions.csv", columns)
    return folder


def test_the_sheets_hold_what_was_worked_by_hand(tmp_path: Path) -> None:
    book = book_of(tmp_path / REGISTER)
    assert book.sheetnames == ["说明", "结论", "短板", "清单"]
    found = rows_of(book["结论"])
    assert len(found) == 4 * 7
    gaps = rows_of(book["短板"])
    assert [(row["编号"], row["规则"], row["管理单位"], row["实测"], row["要求"], row["差额"],
             row["涉及居民"]) for row in gaps] == [
        ("c4", "rooms", "丙区", 20, 30, 10, 300),
        ("c4", "wished", "丙区", 20, 30, 10, 300),
    ]  # fmt: skip
    assert {row["数据性质"] for row in found} == {"模拟数据"}
    pressed = [row for row in found if row["规则"] == "pressed"]
    assert {row["待核"] for row in pressed} == {"待核"}
    assert "未达标" not in {row["结论"] for row in pressed}


def test_headers_are_frozen_filtered_and_explained(tmp_path: Path) -> None:
    book = book_of(tmp_path / REGISTER)
    explained = [(row[1].value, row[2].value) for row in book["说明"].iter_rows()]
    for name in ("结论", "短板"):
        sheet = book[name]
        assert sheet.freeze_panes == "C2"
        assert sheet.auto_filter.ref == sheet.dimensions
        for cell in sheet[1]:
            meanings = [says for zh, says in explained if zh == cell.value]
            assert meanings
            assert all(meanings), cell.value
            assert sheet.column_dimensions[cell.column_letter].width > 8


def test_every_sheet_of_the_example_city_keeps_the_form(
    tmp_path: Path, example_city: City, example_network: Network, example: Assessment
) -> None:
    """Spaces and actions too: frozen, filtered, explained, nothing that runs."""
    table = tmp_path / "plan"
    table.mkdir()
    manifest = {"lifecircle_plan": 1, "run": {"pack": {"id": "x"}}, "run_sha256": "abc"}
    (table / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    cells = ["=1", "+1", "-1", "@a", "\t=1"]
    write_csv(table / "actions.csv", dict.fromkeys(_SHOWN, cells))
    space = Space("=1", "\t@b", 0, None, None, "", "", {"floor_m2": 120.5}, DAY, "\r+c",
                  owner="-1", spot=Spot("a.xlsx", "空间资源", 2))  # fmt: skip
    ground = Ground(replace(example_city, spaces=(space,)), example_network, DAY)
    write_register(tmp_path / REGISTER, ground, example, read_plan(table))
    book = load_workbook(tmp_path / REGISTER)
    assert book.sheetnames == ["说明", "结论", "短板", "空间", "行动", "清单"]
    assert book["清单"].sheet_state == "hidden"
    explained = explained_in(book)
    for name in book.sheetnames[1:-1]:
        sheet = book[name]
        assert sheet.freeze_panes == "C2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert [c.value for c in sheet[1] if not explained.get((name, str(c.value)))] == []
    for name in book.sheetnames:
        for row in book[name].iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                runs = ("=", "+", "-", "@", "\t", "\r")
                assert not isinstance(cell.value, str) or not cell.value.startswith(runs)


def explained_in(book: Workbook) -> dict[tuple[str, str], str]:
    """Return what the first sheet says of each column of each sheet."""
    found, sheet = {}, ""
    for name, column, says in book["说明"].iter_rows(values_only=True):
        sheet = str(name) if name else sheet
        if column:
            found[sheet, str(column)] = str(says or "")
    return found


def test_a_hidden_sheet_says_what_the_run_was_made_of(tmp_path: Path) -> None:
    sheet = book_of(tmp_path / REGISTER)["清单"]
    assert sheet.sheet_state == "hidden"
    said = dict(sheet.iter_rows(values_only=True))
    assert said["as_of"] == "2026-11-22"
    assert json.loads(said["pack"])["id"] == "test"
    assert len(said["run_sha256"]) == 64


def test_numbers_are_numbers_and_days_are_days(tmp_path: Path) -> None:
    rows = [("0.8512", "share"), (">60", ""), ("", "m2"), ("35.5", "m2")]
    sheet = Sheet("结论", "", (
        Column("甲", "", "figure", [Amount(*row) for row in rows]),
        Column("乙", "", "date", [datetime(2026, 6, 30).date(), None, "", "约2027年"]),  # noqa: DTZ001
        Column("丙", "", "whole", [1234, None, 0, 5]),
    ))  # fmt: skip
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        writing._write(book, writing._formats(book), "结论", sheet, range(4))
    page = load_workbook(tmp_path / "a.xlsx")["结论"]
    assert [cell.value for cell in page["A"]][1:] == [0.8512, ">60", None, 35.5]
    assert page["A2"].number_format == "0.00%"
    assert [cell.value for cell in page["B"]][1:] == [datetime(2026, 6, 30), None, None, "约2027年"]  # noqa: DTZ001
    assert [cell.value for cell in page["C"]][1:] == [1234, None, 0, 5]
    assert page["C2"].number_format == "#,##0"


def test_no_text_runs_and_none_is_lost(tmp_path: Path) -> None:
    book = book_of(tmp_path / REGISTER, **HOSTILE)
    named = {row["编号"]: row["名称"] for row in rows_of(book["结论"])}
    assert {own: named[own] for own in ("c0", "c1", "c2", "c3")} == {
        "c0": "'=1+1", "c1": "'+c", "c2": "'-c", "c3": "'@c"
    }  # fmt: skip
    assert named["c4"].startswith("a&<b>")
    assert named["c5"].endswith("……（后略）")
    for sheet in book:
        assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_rows_are_as_high_as_their_longest_text(tmp_path: Path) -> None:
    """48 digits wide hold 21 ideographs: 100 of them are five lines, in any program."""
    column = Column("依据", "", "long", ["国" * 100, "短", "", "甲\n乙", "1" * 48, "国" * 9999])
    sheet = Sheet("结论", "", (column, Column("名", "", "text", ["x"] * 6)))
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        writing._write(book, writing._formats(book), "结论", sheet, range(6))
    page = load_workbook(tmp_path / "a.xlsx")["结论"]
    heights = [page.row_dimensions[row].height for row in range(1, 8)]
    assert heights == [None, 82.5, None, None, 33, None, 405]


def test_a_long_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_ROWS", 10)
    book = book_of(tmp_path / REGISTER)
    assert book.sheetnames == ["说明", "结论", "结论2", "结论3", "短板", "清单"]
    assert sum(len(rows_of(book[name])) for name in ("结论", "结论2", "结论3")) == 28


def test_the_actions_of_a_plan_stand_beside(tmp_path: Path, plan: Path) -> None:
    material = town()
    own = read_plan(plan)
    out = tmp_path / "out"
    manifest = write_registers(out, material.ground, [material.assessment], own)
    assert manifest["run"]["plan_run_sha256"] == "abc"
    (row,) = rows_of(load_workbook(out / REGISTER)["行动"])
    assert row == {
        "方案": 1, "行动": "a1", "空间": "'=旧厂房", "建筑面积": 120.5, "花费": 1_200_000,
        "建成日期": datetime(2027, 6, 30), "新服务的人": None, "数据性质": "模拟数据",  # noqa: DTZ001
        "政策包": "test", "later": "新的列",
    }  # fmt: skip


def test_what_is_no_plan_is_refused(tmp_path: Path, plan: Path) -> None:
    with pytest.raises(InputError, match="没有方案"):
        read_plan(tmp_path / "nowhere")
    with (plan / "actions.csv").open("a", encoding="utf-8") as file:
        file.write("1,2\n")
    with pytest.raises(InputError, match="列数不对"):
        read_plan(plan)
    (plan / "manifest.json").write_text('{"run": {"pack": {"id": "a"}}, "run_sha256": ""}')
    with pytest.raises(InputError, match="不是方案"):
        read_plan(plan)


def test_a_plan_of_another_city_is_refused(plan: Path, example_city: City) -> None:
    read_plan(plan).check_of(example_city, plan)
    table = (plan / "actions.csv").read_text(encoding="utf-8-sig")
    header, row = table.splitlines()
    (plan / "actions.csv").write_text(f"{header},space\n{row},外市01\n", encoding="utf-8")
    with pytest.raises(InputError, match="空间 外市01 不在这个城市里"):
        read_plan(plan).check_of(example_city, plan)


def test_the_same_run_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        material = town.__wrapped__()
        write_registers(tmp_path / name, material.ground, [material.assessment])
    for file in (REGISTER, "manifest.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_the_command_writes_the_register_of_the_example_city(
    example_folder: Path, tmp_path: Path, plan: Path
) -> None:
    out = tmp_path / "台账"
    asked = ["publish", "registers", str(example_folder), "--out", str(out)]
    refused = CliRunner().invoke(main, [*asked, "--plan", str(plan)])
    assert isinstance(refused.exception, InputError)
    assert "政策包 test" in str(refused.exception)
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    assert "全部是模拟数据。" in done.output
    gaps = rows_of(load_workbook(out / REGISTER)["短板"])
    assert len(gaps) == 57
    people = [row["涉及居民"] for row in gaps if row["涉及居民"] is not None]
    assert people == sorted(people, reverse=True)


def test_libreoffice_reads_every_sheet_back(tmp_path: Path) -> None:
    program = os.environ.get("LIFECIRCLE_SOFFICE") or shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice Calc is not installed (Debian: libreoffice-calc)")
    book = book_of(tmp_path / "a.xlsx", **{**HOSTILE, "c5": "五"})
    # comma, quotation mark, UTF-8, from the first line, cells as shown, every sheet
    option = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [program, "--headless", profile, "--convert-to", option, "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.xlsx")], check=True, timeout=120,
                   capture_output=True)  # fmt: skip
    for name in ("结论", "短板"):
        with (tmp_path / f"a-{name}.csv").open(encoding="utf-8", newline="") as file:
            read = list(csv.DictReader(file))
        there = rows_of(book[name])
        assert [row["编号"] for row in read] == [row["编号"] for row in there]
        assert [row["名称"] for row in read] == [
            str(row["名称"]).replace("_x000B_", "\x0b") for row in there
        ]
