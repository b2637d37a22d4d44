"""How quickly the command starts: what it does not need, it does not import."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from lifecircle.cli.main import COMMANDS, main

HEAVY = ("numpy", "scipy", "numba", "shapely", "pyarrow", "pyogrio", "rasterio", "osmium")
REPORT = (
    "import sys, time\n"
    f"print([name for name in {HEAVY!r} if name in sys.modules], time.process_time(),"
    " file=sys.stderr)\n"
)


def start(program: str, most_s: float = 60.0) -> tuple[str, float]:
    """Run a program and return its heavy modules and the least seconds of CPU of up to three runs.

    What takes longer than it may is run again: a busy machine is slow, not wrong.
    """
    seconds: list[float] = []
    while len(seconds) < 3 and min(seconds, default=most_s) >= most_s:
        ended = subprocess.run(
            [sys.executable, "-c", program + "\n" + REPORT],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        heavy, _, spent = ended.stderr.strip().rpartition(" ")
        seconds.append(float(spent))
    return heavy, min(seconds)


def running(*arguments: str) -> str:
    return (
        "from lifecircle.cli.main import main\n"
        f"main.main({list(arguments)!r}, prog_name='lifecircle', standalone_mode=False)"
    )


def test_importing_the_library_is_quick() -> None:
    heavy, seconds = start("import lifecircle", 0.3)
    assert heavy == "[]"
    assert seconds < 0.3


def test_help_is_quick() -> None:
    heavy, seconds = start(running("--help"), 0.4)
    assert heavy == "[]"
    assert seconds < 0.4


def test_packs_start_without_geography() -> None:
    heavy, seconds = start(running("packs", "--help"), 0.8)
    assert heavy == "[]"
    assert seconds < 0.8  # 0.3 of it are the models that pydantic builds
    assert start(running("packs", "list"))[0] == "[]"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_of_the_table_is_there(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert command.help


def test_a_command_that_does_not_exist_is_none() -> None:
    assert main.get_command(click.Context(main), "fly") is None
    assert main.list_commands(click.Context(main)) == sorted(COMMANDS)


def test_a_city_is_assessed_without_what_only_rasters_need() -> None:
    assert "rasterio" in HEAVY
    assert "rasterio" not in start("import lifecircle.cli.assessing")[0]
