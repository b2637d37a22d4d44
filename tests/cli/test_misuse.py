"""What a person reads who misuses a command: Chinese, and the same for every command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from lifecircle.cli.main import main
from lifecircle.cli.misuse import told

SAID = {
    "publish data": "缺少 FOLDER",
    "publish data somewhere": "缺少 --out",
    "publish data somewhere --nope": "没有 --nope 这个选项",
    "publish data somewhere --licens x": "没有 --licens 这个选项；是不是 --licence",
    "publish data somewhere --out": "--out 后面缺少内容，或多了内容",
    "publish data some where --out x": "多了内容(where)；名称里有空格时加引号",
    "publish data somewhere --out x --as-of 7月1日": "--as-of：应为日期，如 2026-11-22",
    "publish documents somewhere --out x --kind 年报": (
        "--kind：应为月通报、季排名、评估报告、公示之一"
    ),
    "publish date": "没有 date 这个命令；是不是 data",
    "sensitivity somewhere --speed 0": "--speed：应为大于0、不大于200的数",
    "sensitivity somewhere --speed abc": "--speed：应为大于0、不大于200的数",
    "plan somewhere --plans 0": "--plans：应为不小于1、不大于9的整数",
}


@pytest.mark.parametrize(("line", "said"), SAID.items())
def test_misuse_is_told_in_chinese(line: str, said: str) -> None:
    with pytest.raises(click.UsageError) as refused:
        main.main(line.split(), prog_name="lifecircle", standalone_mode=False)
    first, *use = told(refused.value).splitlines()
    assert first == f"错误：{said}。"
    assert all(one.startswith(f"用法见 lifecircle {line.split(maxsplit=1)[0]} ") for one in use)


def test_the_program_says_so_and_ends_with_two(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lifecircle", "publish", "map", str(tmp_path)],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "错误：缺少 --out。\n用法见 lifecircle publish map --help\n"
