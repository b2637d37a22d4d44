"""Opens a YAML file that somebody wrote, as nodes that know their lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from lifecircle.terms.errors import stop
from lifecircle.terms.gate import text_of_file


class Loader(yaml.SafeLoader):
    """Knows no aliases: ten lines of them could make a billion values."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse an alias; compose anything else."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "不能用 * 引用别处", mark)
        return super().compose_node(parent, index)


def root_of(path: Path, example: str, suffixes: tuple[str, ...] = (".yaml", ".yml")) -> yaml.Node:
    """Return the root node; ``example`` says how such a file is written.

    Raises InputError in one sentence for what is no YAML, with its line.
    """
    try:
        root = yaml.compose(text_of_file(path, suffixes), Loader=Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第{mark.line + 1}行" if mark else ""
        problem = getattr(error, "problem", None) or "写法有误"
        raise stop(
            f"不是合法的 YAML({problem})", file=path, place=place, remedy="检查缩进、冒号和引号"
        ) from error
    except RecursionError as error:
        raise stop("嵌套过深", file=path, remedy=example) from error
    if root is None:
        raise stop("文件是空的", file=path, remedy=example)
    return root


def line_of(node: yaml.Node) -> str:
    """Say on which line a node begins."""
    return f"第{node.start_mark.line + 1}行"
