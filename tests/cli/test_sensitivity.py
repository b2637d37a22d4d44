"""`lifecircle sensitivity` as a person runs it."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import Result
from rich.cells import cell_len

from lifecircle.cli.main import main
from lifecircle.publish.sensitivity import PAGE, TABLE
from lifecircle.terms.errors import OutputError
from tests.cli.test_why_and_compare import run
from tests.conftest import ROOT

NAMES = {PAGE, TABLE, "manifest.json"}


@pytest.fixture(scope="module")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small") / "示例市"
    assert run("demo", "--communities", 12, "--out", folder).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory, small_city: Path) -> tuple[Result, Path]:
    out = tmp_path_factory.mktemp("tried") / "试算"
    return run("sensitivity", small_city, "--speed", 57, "--out", out), out


def rows_of(out: Path) -> list[dict[str, str]]:
    with (out / TABLE).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_it_tells_what_turns(ended: tuple[Result, Path]) -> None:
    result, _ = ended
    assert result.exit_code == 0, result.exception
    assert "全部是模拟数据" in result.stdout
    assert "步行速度：80米/分钟→72米/分钟" in result.stdout
    assert "没有结论会变" in result.stdout
    assert "5个政策包没有按步行判的规则" in result.stdout
    assert max(map(cell_len, result.stdout.splitlines()[:-1])) <= 100


def test_table_page_and_manifest_agree(ended: tuple[Result, Path]) -> None:
    _, out = ended
    assert {path.name for path in out.iterdir()} == NAMES
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    (walked,) = (one for one in manifest["run"]["packs"] if one["judged"])
    rows = rows_of(out)
    told = {
        (trial["assumption"]["kind"], trial["assumption"]["changed"], turn["from"], turn["to"]): (
            turn["count"]
        )
        for trial in walked["trials"]
        for turn in trial["turned"]
    }
    counted = Counter(
        (r["assumption"], r["assumed_then"], r["verdict"], r["verdict_then"]) for r in rows
    )
    assert counted == told
    assert {"speed", "spread", "gates"} <= {kind for kind, *_ in told}
    assert len({(r["subject"], r["rule"], r["reading"]) for r in rows}) == walked["turn"]
    page = (out / PAGE).read_text(encoding="utf-8")
    assert page.count("<td data-label") == 10 * len(rows)
    assert "<script" not in page
    assert "://" not in page


def test_a_row_says_how_near_it_was(ended: tuple[Result, Path]) -> None:
    _, out = ended
    gates = [row for row in rows_of(out) if row["assumption"] == "gates"]
    assert gates
    for row in gates:
        assert row["simulated"] == "模拟数据"
        assert row["verdict"] != row["verdict_then"]
        assert float(row["margin"]) == pytest.approx(
            abs(float(row["observed"]) - float(row["required"]))
        )
        assert int(row["turns_under"]) >= 1
        if row["minutes"]:
            limit = float(row["minutes"])
            assert float(row["time_min"]) <= limit < float(row["time_min_then"] or "inf")
        assert row["settled"] == "yes"
        assert int(row["people_affected_then"]) > int(row["people_affected"]) == 0


def test_again_gives_the_same_bytes_and_replaces_nothing_else(
    tmp_path: Path, example_folder: Path
) -> None:
    out = tmp_path / "试算"
    told = []
    for _ in range(2):
        assert run("sensitivity", example_folder, "--leg", 80, "--out", out).exit_code == 0
        told.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert told[0] == told[1]
    (out / "笔记.txt").write_text("我的", encoding="utf-8")
    ended = run("sensitivity", example_folder, "--out", out)
    assert isinstance(ended.exception, OutputError)
    assert (out / "笔记.txt").is_file()


def test_without_gates_it_says_so(tmp_path: Path, example_folder: Path) -> None:
    folder = tmp_path / "无门"
    folder.mkdir()
    for path in example_folder.iterdir():
        (folder / path.name).symlink_to(path)
    toml = folder / "lifecircle.toml"
    text = toml.read_text(encoding="utf-8")
    toml.unlink()
    toml.write_text(re.sub(r"^gates = .*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    out = tmp_path / "试算"
    ended = run("sensitivity", folder, "--out", out)
    assert ended.exit_code == 0, ended.exception
    assert "没有登记任何大门" in ended.stdout
    as_json = run("sensitivity", folder, "--out", out, "--json")
    assert json.loads(as_json.stdout)["run"]["packs"][0]["trials"][-1]["communities"] == 0
    assert as_json.stderr == ""


def test_the_document_knows_every_option() -> None:
    text = (ROOT / "docs" / "sensitivity.md").read_text(encoding="utf-8")
    options = {name for param in main.commands["sensitivity"].params for name in param.opts}
    assert set(re.findall(r"(?<!-)--[a-z][a-z-]+", text)) == {
        name for name in options if name.startswith("--")
    }
