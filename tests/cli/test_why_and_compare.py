"""`lifecircle why` and `lifecircle compare` as a person runs them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from lifecircle.cli.main import main
from lifecircle.terms.errors import InputError, OutputError
from tests.forking import Run

FINANCE = ("春晖社区", "步行5分钟金融")


def run(*arguments: object) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


def test_why(forked: Run, example_folder: Path) -> None:
    ended = forked("why", example_folder, *FINANCE, "--as-of", "2026-11-22")
    assert ended["code"] == 0, ended["err"]
    for said in ("模拟数据", "步行读法：未达标", "怎么走", "怎样会变", "结论变为“达标”"):
        assert said in ended["out"]
    assert max(map(cell_len, ended["out"].splitlines())) <= 100
    as_json = run("why", example_folder, *FINANCE, "--json")
    assert json.loads(as_json.stdout)["readings"][0]["verdict"] == "not met"
    assert as_json.stderr == ""


def test_why_names_the_candidates(example_folder: Path) -> None:
    ended = run("why", example_folder, "春晖社区", "12个一")
    with pytest.raises(InputError, match="有13条规则都像“12个一”；请改用编号：one-"):
        raise ended.exception or AssertionError
    ended = run("why", example_folder, "不存在", "one-clinic")
    with pytest.raises(InputError, match="没有编号或名称为“不存在”的社区.*990001001001 春晖社区"):
        raise ended.exception or AssertionError


def test_compare(tmp_path: Path, example_folder: Path) -> None:
    runs = tmp_path / "2021-12-31", tmp_path / "2022-01-01"
    for out in runs:
        assert run("assess", example_folder, "--as-of", out.name, "--out", out).exit_code == 0
    ended = run("compare", *runs, "--out", tmp_path / "c.csv")
    assert ended.exit_code == 0, ended.exception
    assert "评估日期由 2021-12-31 改为 2022-01-01" in ended.stdout
    assert "未到期限→已逾期" in ended.stdout
    assert max(map(cell_len, ended.stdout.splitlines())) <= 100
    with (tmp_path / "c.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["due_after"] for row in rows} == {"overdue", "due"}
    assert {row["causes"] for row in rows} == {"day"}
    plain = json.loads(run("compare", *runs, "--json").stdout)
    assert len(plain[0]["changes"]) == len(rows)
    assert isinstance(run("compare", *runs, "--out", tmp_path / "c.csv").exception, OutputError)
    assert isinstance(run("compare", tmp_path, runs[0]).exception, InputError)
