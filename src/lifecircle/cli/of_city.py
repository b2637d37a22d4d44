"""What every command that judges a city and writes a folder is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
_PATH = click.Path(path_type=Path)


def of_city(command: Command) -> Command:
    """Give a command the city's folder, the packs, the day and where to write."""
    for given in (
        click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="评估日期（默认今天）。"),
        click.option(
            "--pack",
            "packs",
            multiple=True,
            help="政策包，可以给多个；不给时用 lifecircle.toml 里的。",
        ),
        click.option(
            "--out", type=_PATH, required=True, help="结果文件夹；已有的旧结果会整体替换。"
        ),
        click.argument("folder", type=_PATH),
    ):
        command = given(command)
    return command
