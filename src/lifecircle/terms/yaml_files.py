"""Opens a YAML file that somebody wrote, as nodes that know their lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from lifecircle.terms.errors import stop
from lifecircle.terms.gate import text_of_file

# the parser in C is ten times as fast, but not every build of PyYAML has it
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 100
"""Beyond this the composer, which calls itself, would run out of stack."""


def root_of(path: Path, example: str, suffixes: tuple[str, ...] = (".yaml", ".yml")) -> yaml.Node:
    """Return the root node; ``example`` says how such a file is written.

    Raises InputError in one sentence for what is no YAML, with its line.
    """
    text = text_of_file(path, suffixes)
    try:
        _check_events(path, text, example)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第{mark.line + 1}行" if mark else ""
        problem = getattr(error, "problem", None) or "写法有误"
        raise stop(
            f"不是合法的 YAML({problem})", file=path, place=place, remedy="检查缩进、冒号和引号"
        ) from error
    if root is None:
        raise stop("文件是空的", file=path, remedy=example)
    return root


def _check_events(path: Path, text: str, example: str) -> None:
    """Refuse aliases, ten lines of which could make a billion values, and endless nesting."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            place = f"第{event.start_mark.line + 1}行" if event.start_mark else ""
            raise stop("不能用 * 引用别处", file=path, place=place, remedy="把内容写出来")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise stop("嵌套过深", file=path, remedy=example)


def line_of(node: yaml.Node) -> str:
    """Say on which line a node begins."""
    return f"第{node.start_mark.line + 1}行"
