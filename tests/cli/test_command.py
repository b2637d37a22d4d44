"""The command as a person runs it: exit codes, one sentence per fault, nothing half written."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from lifecircle.policy.packs import shipped
from tests.cli.conftest import Command
from tests.fixtures import two_estates as plan

PBF = plan.FOLDER / "two-estates.osm.pbf"


def started(*arguments: object, env: dict[str, str] | None = None) -> CompletedProcess[str]:
    """Run the command from the start of the interpreter, as a terminal does."""
    return subprocess.run(
        [sys.executable, "-m", "lifecircle", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **(env or {})},
        check=False,
    )


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    return plan.write_layer(tmp_path / "areas.geojson", [plan.COMMUNITY])


def test_demo_then_assess(run: Command, tmp_path: Path) -> None:
    folder = tmp_path / "示例 市 #1 100%"
    assert run("demo", "--out", folder).returncode == 0
    # an office's terminal may know no Chinese at all
    ended = started("assess", folder, "--out", tmp_path / "结果", env={"LANG": "C", "LC_ALL": "C"})
    assert ended.returncode == 0, ended.stderr
    assert "模拟数据" in ended.stdout
    assert "读取社区边界" in ended.stderr
    assert (tmp_path / "结果" / "xian-2020" / "index.html").is_file()


def test_assess_by_options_in_json(run: Command, tmp_path: Path, areas: Path) -> None:
    ended = run(
        "assess", "--pack", "xian-2020", "--network", PBF, "--communities", areas,
        "--facilities", PBF, "--as-of", "2026-11-22", "--out", tmp_path / "out", "--json",
    )  # fmt: skip
    assert ended.returncode == 0
    assert ended.stderr == ""
    manifest = json.loads(ended.stdout)
    assert manifest["run"]["options"]["as_of"] == "2026-11-22"
    assert "not met" not in manifest["run"]["verdicts"]


@pytest.mark.parametrize(
    "option", ["--network", "--communities", "--facilities", "--population", "--gates"]
)
@pytest.mark.parametrize("harm", ["missing", "empty", "cut", "foreign"])
def test_a_bad_file_given_to_any_option(
    run: Command, tmp_path: Path, areas: Path, option: str, harm: str
) -> None:
    people = plan.write_layer(tmp_path / "people.geojson", plan.ESTATES)
    files = {
        "--network": PBF, "--communities": areas, "--facilities": PBF, "--population": people,
        "--gates": plan.write_layer(tmp_path / "gates.geojson", plan.GATES),
    }  # fmt: skip
    good = files[option]
    bad = tmp_path / f"bad{''.join(good.suffixes)}"
    if harm == "empty":
        bad.write_bytes(b"")
    elif harm == "cut":
        bad.write_bytes(good.read_bytes()[:-25])
    elif harm == "foreign":
        bad.write_bytes(b"PK\x03\x04 this is a workbook, not a map")
    files[option] = bad
    options = [part for pair in files.items() for part in pair]
    ended = run("assess", "--pack", "xian-2020", *options, "--out", tmp_path / "out")
    assert ended.returncode == 3
    sentences = [line for line in ended.stderr.splitlines() if line.startswith("错误：")]
    assert len(sentences) == 1
    assert bad.name in sentences[0]
    assert "；请" in sentences[0]
    assert "Traceback" not in ended.stderr + ended.stdout
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".*"))


def test_an_earlier_result_stays_when_the_next_run_fails(
    run: Command, tmp_path: Path, areas: Path
) -> None:
    good = ["assess", "--pack", "xian-2020", "--network", PBF, "--communities", areas]
    assert run(*good, "--facilities", PBF, "--out", tmp_path / "out").returncode == 0
    before = (tmp_path / "out" / "findings.csv").read_bytes()
    assert run(*good, "--facilities", areas, "--out", tmp_path / "out").returncode == 3
    assert (tmp_path / "out" / "findings.csv").read_bytes() == before


def test_a_folder_of_somebody_else_is_refused_before_any_work(
    run: Command, tmp_path: Path, areas: Path
) -> None:
    ended = run(
        "assess", "--pack", "xian-2020", "--network", PBF, "--communities", areas,
        "--facilities", PBF, "--out", tmp_path,
    )  # fmt: skip
    assert ended.returncode == 3
    assert "没有改动" in ended.stderr
    assert "读取" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["assess", "--out", "x"], "缺少 --network、--communities、--facilities"),
        (["assess", "folder", "--network", "a", "--out", "x"], "给了 FOLDER"),
        (["assess", "folder", "--population", "a", "--out", "x"], "不要再给 --population"),
        (["assess", "--colour", "x"], "--colour"),
        (["fly"], "fly"),
        (
            [
                "assess",
                "--network",
                "a",
                "--communities",
                "b",
                "--facilities",
                "c",
                "--gates",
                "d",
                "--out",
                "x",
            ],
            "--gates 要",
        ),
    ],
)
def test_misuse_ends_with_two(run: Command, arguments: list[str], said: str) -> None:
    ended = run(*arguments)
    assert ended.returncode == 2
    assert said in ended.stderr


def test_packs_list_show_check(run: Command) -> None:
    assert "xian-2020" in run("packs", "list").stdout
    assert len(json.loads(run("packs", "list", "--json").stdout)) == 6
    shown = run("packs", "show", "xian-2020").stdout
    assert "条文 三（二）：到2021年底,全市100%城市社区建成宜居社区" in shown
    assert "半径1200米，只用于15分钟" in shown
    inferred = run("packs", "show", "xian-2020", "--inferred").stdout
    assert "每分钟80米" in inferred
    assert "全体居民" in inferred
    assert json.loads(run("packs", "show", "xian-2020", "--json").stdout)["header"]["circle"]
    checked = run("packs", "check")
    assert checked.returncode == 0
    assert "xian-2020：28个测试，0个不符" in checked.stdout
    covered = run("packs", "coverage")
    assert covered.returncode == 0
    assert "没有着落0" in covered.stdout
    assert "clinic" in run("packs", "categories").stdout


def test_a_failing_case_ends_with_one(run: Command, tmp_path: Path) -> None:
    folder = tmp_path / "xian-2020"
    shutil.copytree(shipped()["xian-2020"], folder)
    file = folder / "cases" / "twelve-ones.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("{value: 12}", "{value: 11}"), encoding="utf-8")
    ended = run("packs", "check", folder)
    assert ended.returncode == 1
    assert "不符  十二项齐全就是宜居社区" in ended.stdout


def test_a_new_pack_is_whole_and_never_overwrites(run: Command, tmp_path: Path) -> None:
    folder = tmp_path / "my-city"
    assert run("packs", "new", folder).returncode == 0
    assert run("packs", "check", folder).returncode == 0
    again = run("packs", "new", folder)
    assert again.returncode == 3
    assert "没有改动" in again.stderr
    child = tmp_path / "district-x"
    assert run("packs", "new", child, "--parent", "xian-2020").returncode == 0
    assert "增加 one-transit-stop自2027-01-01起" in run("packs", "diff", "xian-2020", child).stdout


def test_a_demo_that_somebody_edited_is_kept(run: Command, tmp_path: Path) -> None:
    folder = tmp_path / "city"
    assert run("demo", "--out", folder).returncode == 0
    (folder / "lifecircle.toml").write_text("mine", encoding="utf-8")
    assert run("demo", "--out", folder).returncode == 3
    assert (folder / "lifecircle.toml").read_text(encoding="utf-8") == "mine"
    assert run("demo", "--out", folder, "--overwrite").returncode == 0


def test_the_same_pack_twice_is_misuse(run: Command, tmp_path: Path, areas: Path) -> None:
    ended = run(
        "assess", "--pack", "xian-2020", "--pack", "xian-2020", "--network", PBF,
        "--communities", areas, "--facilities", PBF, "--out", tmp_path / "out",
    )  # fmt: skip
    assert ended.returncode == 2
    assert "给了两次" in ended.stderr


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupted_run_leaves_nothing_half_written(
    tmp_path: Path, example_folder: Path, name: str
) -> None:
    command = [sys.executable, "-m", "lifecircle", "assess", example_folder, "--out"]
    process = subprocess.Popen(
        [*map(str, command), str(tmp_path / "out")], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(getattr(signal, name))
    _, err = process.communicate(timeout=60)
    assert process.returncode == {"SIGINT": 130, "SIGTERM": 143}[name]
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("raised", "code"),
    [("KeyboardInterrupt()", 130), ("SystemExit(143)", 143), ("OSError(28)", 70)],
)
def test_a_signal_inside_compiled_code_is_still_a_signal(
    run: Command, raised: str, code: int
) -> None:
    """CPython hands it on as the cause of a SystemError."""
    program = (
        "import lifecircle.cli.main as command\n"
        "def broken(**_):\n"
        f"    raise SystemError('result with an exception set') from {raised}\n"
        "command.main.main = broken\n"
        "command.run()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ended.returncode == code
    assert "Traceback" not in ended.stderr


def test_a_read_only_installation_without_a_home_still_works(tmp_path: Path) -> None:
    """Numba finds no place for its cache; the kernels are compiled anew."""
    code = (
        "import numba.core.caching as caching\n"
        "caching.CacheImpl._locator_classes = []\n"
        "from lifecircle.walk.chains import cut_into_chains\n"
        "import numpy as np\n"
        "print(cut_into_chains(2, np.array([[0, 1]]))[1].tolist())\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert ended.stdout == "[0, 1]\n", ended.stderr


def test_an_unknown_pack_is_told(run: Command, tmp_path: Path, areas: Path) -> None:
    ended = run(
        "assess", "--pack", "atlantis", "--network", PBF, "--communities", areas,
        "--facilities", PBF, "--out", tmp_path / "out",
    )  # fmt: skip
    assert ended.returncode == 3
    assert "没有名为 atlantis 的政策包" in ended.stderr


@pytest.mark.parametrize("command", [[], ["assess"], ["demo"], ["packs"], ["packs", "show"]])
def test_every_command_has_help_in_chinese(run: Command, command: list[str]) -> None:
    ended = run(*command, "--help")
    assert ended.returncode == 0
    assert any("一" <= letter <= "鿿" for letter in ended.stdout)
