"""Many cities at once: each as it would be alone, and a table beside them."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from lifecircle.cli.cities import city_folders
from lifecircle.cli.showing import Board
from lifecircle.publish.cities import CITIES, check_cities
from lifecircle.publish.folder import clear_partial, whole_folder
from lifecircle.terms.errors import InputError, OutputError
from tests.cli.conftest import Command
from tests.cli.test_command import started

DAY = "2026-11-22"


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory, example_folder: Path) -> Path:
    """Two cities that can be assessed, one of them in a province, and one that cannot."""
    folder = tmp_path_factory.mktemp("cities")
    shutil.copytree(example_folder, folder / "甲市")
    shutil.copytree(example_folder, folder / "某省" / "乙市")
    (folder / "丙市").mkdir()
    (folder / "丙市" / "lifecircle.toml").write_text("title = ", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def assessed(cities: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str, int]:
    out = tmp_path_factory.mktemp("assessed") / "各市"
    ended = started("assess", "--cities", cities, "--out", out, "--as-of", DAY, "--processes", 2)
    return out, ended.stdout, ended.stderr, ended.returncode


def test_one_bad_city_is_told_by_name_and_the_others_are_there(
    assessed: tuple[Path, str, str, int],
) -> None:
    out, told, errors, code = assessed
    assert code == 3
    faults = [line for line in errors.splitlines() if line.startswith("错误：")]
    assert len(faults) == 1
    assert faults[0].startswith("错误：丙市：")
    assert "2个城市评估完成，1个没有评估" in told
    assert (out / "甲市" / "index.html").is_file()
    assert (out / "某省" / "乙市" / "index.html").is_file()
    assert sorted(path.name for path in out.iterdir()) == sorted([CITIES, "某省", "甲市"])


def test_every_line_of_progress_names_its_city(assessed: tuple[Path, str, str, int]) -> None:
    lines = [line for line in assessed[2].splitlines() if line.startswith("[")]
    assert all(
        line.split("] ")[1].split("：")[0] in ("甲市", "某省/乙市", "丙市") for line in lines
    )
    for name in ("甲市", "某省/乙市"):
        assert sum(f"{name}：读取社区边界" in line for line in lines) == 1
        assert sum(f"{name}：完成" in line for line in lines) == 1


def test_a_city_among_many_is_what_it_is_alone(
    run: Command, assessed: tuple[Path, str, str, int], cities: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone"
    assert run("assess", cities / "甲市", "--out", alone, "--as-of", DAY).returncode == 0
    names = sorted(path.name for path in alone.iterdir())
    assert names == sorted(path.name for path in (assessed[0] / "甲市").iterdir())
    for name in names:
        assert (alone / name).read_bytes() == (assessed[0] / "甲市" / name).read_bytes()


def test_the_table_compares_without_a_score(assessed: tuple[Path, str, str, int]) -> None:
    with (assessed[0] / CITIES).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    by_city = {name: [r for r in rows if r["city"] == name] for name in ("甲市", "某省/乙市")}
    one, other = ([{**r, "city": ""} for r in own] for own in by_city.values())
    assert one == other
    (bad,) = (row for row in rows if row["city"] == "丙市")
    assert "不是合法的 TOML" in bad["fault"]
    assert bad["met"] == bad["not_assessed"] == bad["people_affected"] == ""
    with (assessed[0] / "甲市" / "rollup.csv").open(encoding="utf-8-sig", newline="") as file:
        rollup = list(csv.DictReader(file))
    same = ("rule", "reading", "met", "not_met", "not_assessed", "people", "people_affected")
    listed = [[row[key] for key in same] for row in by_city["甲市"]]
    assert [[row[key] for key in same] for row in rollup] == listed[: len(rollup)]
    # a rule on the city itself has nothing to count in rollup.csv, and is one subject here
    of_city = [row for row in by_city["甲市"] if row["subject_level"] == "city"]
    assert of_city
    assert all(sum(int(row[v]) for v in ("met", "not_met", "not_assessed")) <= 1 for row in of_city)
    assert not {"score", "rank", "index"} & set(rows[0])


def test_json_is_one_object_by_city(cities: Path, tmp_path: Path) -> None:
    ended = started(
        "assess", "--cities", cities, "--out", tmp_path / "out", "--as-of", DAY, "--json"
    )
    assert ended.returncode == 3
    assert ended.stderr == ""
    said = json.loads(ended.stdout)
    assert sorted(said) == sorted(["甲市", "某省/乙市", "丙市"])
    assert said["甲市"]["run"]["options"]["as_of"] == DAY
    assert "不是合法的 TOML" in said["丙市"]["faults"][0]


@pytest.mark.skipif(os.name == "nt", reason="no process groups as a terminal has them")
@pytest.mark.parametrize(
    ("name", "group"), [("SIGINT", True), ("SIGINT", False), ("SIGTERM", False)]
)
def test_an_interrupted_run_stops_all_and_leaves_nothing_half_written(
    cities: Path, tmp_path: Path, name: str, *, group: bool
) -> None:
    command = ["assess", "--cities", cities, "--out", tmp_path / "out", "--processes", "2"]
    process = subprocess.Popen(
        [sys.executable, "-m", "lifecircle", *map(str, command)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    lines = iter(process.stderr.readline, "")
    assert any("读取" in line for line in lines)
    send = os.killpg if group else os.kill
    send(process.pid, getattr(signal, name))
    # the end of this stream: nobody is left who could write to it
    _, err = process.communicate(timeout=60)
    assert process.returncode == {"SIGINT": 130, "SIGTERM": 143}[name]
    assert "Traceback" not in err
    assert not list(tmp_path.rglob(".*"))
    assert not (tmp_path / "out" / CITIES).exists()


def test_folders_of_cities(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="里面没有城市"):
        city_folders(tmp_path)
    for name in ("b/c", "a", ".hidden/d"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "lifecircle.toml").touch()
    assert list(city_folders(tmp_path)) == ["a", "b/c"]
    (tmp_path / "a" / "inner").mkdir()
    (tmp_path / "a" / "inner" / "lifecircle.toml").touch()
    with pytest.raises(InputError, match="另一个城市 a 里面"):
        city_folders(tmp_path)
    with pytest.raises(InputError, match="本身就是一个城市"):
        city_folders(tmp_path / "a")


def test_what_a_killed_process_leaves_is_cleared(tmp_path: Path) -> None:
    out = tmp_path / "城[1]"
    with pytest.raises(KeyboardInterrupt), whole_folder(out, None) as partial:
        kept = tmp_path / "kept"
        shutil.copytree(partial, kept)
        raise KeyboardInterrupt
    kept.rename(partial)
    (tmp_path / ".城1.abc.partial").mkdir()
    clear_partial(out)
    assert [path.name for path in tmp_path.iterdir()] == [".城1.abc.partial"]


def test_a_table_of_somebody_else_is_kept(tmp_path: Path) -> None:
    check_cities(tmp_path / CITIES)
    (tmp_path / CITIES).write_text("mine,too\n", encoding="utf-8")
    with pytest.raises(OutputError, match="没有改动"):
        check_cities(tmp_path / CITIES)


@pytest.mark.parametrize("more", [["folder"], ["--network", "a.pbf"]])
def test_cities_go_with_no_files(run: Command, more: list[str]) -> None:
    ended = run("assess", "--cities", "x", *more, "--out", "y")
    assert ended.returncode == 2
    assert "--cities 自己找" in ended.stderr


def test_the_line_of_a_terminal_is_never_wrapped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    board = Board(2, quiet=False)
    board("乌鲁木齐市", "读取路网和设施")
    board("呼和浩特市", "评估 步行可达的一个很长的规则名称")
    board.ended("乌鲁木齐市", "完成")
    board.done()
    said = capsys.readouterr().err
    lines = said.replace("\r\x1b[K", "\r").replace("\n", "\r").split("\r")
    assert max(map(cell_len, lines)) <= 39
    assert "乌鲁木齐市：完成（1/2）\n" in said
