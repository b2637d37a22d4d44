"""`lifecircle why` and `lifecircle compare` as a person runs them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from rich.cells import cell_len

from tests.cli.test_command import run


def test_why(example_folder: Path) -> None:
    ended = run("why", example_folder, "春晖社区", "步行5分钟金融", "--as-of", "2026-11-22")
    assert ended.returncode == 0, ended.stderr
    for said in ("模拟数据", "步行读法：未达标", "怎么走", "怎样会变", "结论变为“达标”"):
        assert said in ended.stdout
    assert max(map(cell_len, ended.stdout.splitlines())) <= 100
    ended = run("why", example_folder, "春晖社区", "five-minutes-finance", "--json")
    assert json.loads(ended.stdout)["readings"][0]["verdict"] == "not met"
    assert ended.stderr == ""


def test_why_names_the_candidates(example_folder: Path) -> None:
    ended = run("why", example_folder, "春晖社区", "12个一")
    assert ended.returncode == 3
    assert "xian-2020 里有13条规则都像“12个一”；请改用编号：" in ended.stderr
    ended = run("why", example_folder, "不存在", "one-clinic")
    assert ended.returncode == 3
    assert "没有编号或名称为“不存在”的社区" in ended.stderr
    assert "990001001001 春晖社区" in ended.stderr


def test_compare(tmp_path: Path, example_folder: Path) -> None:
    for day in ("2021-12-31", "2022-01-01"):
        out = tmp_path / day
        assert run("assess", example_folder, "--as-of", day, "--out", out).returncode == 0
    runs = tmp_path / "2021-12-31", tmp_path / "2022-01-01"
    ended = run("compare", *runs, "--out", tmp_path / "c.csv")
    assert ended.returncode == 0, ended.stderr
    assert "评估日期由 2021-12-31 改为 2022-01-01" in ended.stdout
    assert "未到期限→已逾期" in ended.stdout
    assert max(map(cell_len, ended.stdout.splitlines())) <= 100
    with (tmp_path / "c.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["due_after"] for row in rows} <= {"overdue", "due"}
    assert {row["causes"] for row in rows} == {"day"}
    plain = json.loads(run("compare", *runs, "--json").stdout)
    assert len(plain[0]["changes"]) == len(rows)
    assert run("compare", *runs, "--out", tmp_path / "c.csv").returncode == 3
    assert "这里没有评估结果" in run("compare", tmp_path, runs[0]).stderr
