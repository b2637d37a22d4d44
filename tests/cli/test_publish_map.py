"""`lifecircle publish map` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from lifecircle.cli.main import main
from lifecircle.terms.errors import InputError, OutputError


def test_a_city_becomes_a_map_that_a_later_run_replaces(
    example_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "地图"
    asked = ["publish", "map", str(example_folder), "--out", str(out)]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    assert "模拟数据" in done.output
    assert "没有审图号" in done.output
    assert (out / "index.html").is_file()
    again = CliRunner().invoke(main, [*asked, "--json"])
    assert again.exit_code == 0
    manifest = json.loads(again.output)
    assert manifest == json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["public"]["base_tiles"] == ""


def test_somebodys_own_folder_and_a_plan_that_is_none_are_refused(
    example_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("1", encoding="utf-8")
    asked = ["publish", "map", str(example_folder), "--out"]
    taken = CliRunner().invoke(main, [*asked, str(tmp_path)])
    assert isinstance(taken.exception, OutputError)
    out = tmp_path / "map"
    none = CliRunner().invoke(main, [*asked, str(out), "--plan", str(tmp_path)])
    assert isinstance(none.exception, InputError)
    assert not out.exists()
