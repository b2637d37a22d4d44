"""Reads YAML into typed models; every fault names file, line and what was expected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from lifecircle.terms.errors import Fault, InputError, stop
from lifecircle.terms.expectations import expectation, place_of
from lifecircle.terms.yaml_files import root_of

Model = TypeVar("Model", bound=BaseModel)


def read_document(path: Path, model: type[Model]) -> Model:
    """Read one YAML file as ``model``.

    Raises InputError with one fault per problem, each with its line.
    """
    root = root_of(path, "照 docs/writing-a-pack.md 重写", (".yaml",))
    _refuse_duplicate_keys(path, root)
    try:
        content = yaml.SafeLoader("").construct_document(root)
    except (yaml.YAMLError, ValueError) as error:
        raise stop(
            f"无法理解其中的值({error})", file=path, remedy="检查日期和数字的写法"
        ) from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        faults = [_fault(path, root, detail) for detail in error.errors()]
        raise InputError(*faults) from error


def _mappings(node: yaml.Node) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from _mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _mappings(item)


def _refuse_duplicate_keys(path: Path, root: yaml.Node) -> None:
    faults = []
    for mapping in _mappings(root):
        seen: set[str] = set()
        for key, _ in mapping.value:
            if key.value in seen:
                place = f"第{key.start_mark.line + 1}行"
                faults.append(Fault(f"字段 {key.value} 写了两次", str(path), place, "只留一个"))
            seen.add(key.value)
    if faults:
        raise InputError(*faults)


def _line(root: yaml.Node, location: tuple[int | str, ...]) -> int:
    """Return the 1-based line of the deepest node on the way to ``location``."""
    node = root
    for step in location:
        below: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            below = next((value for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            below = node.value[step] if step < len(node.value) else None
        if below is not None:
            node = below
    return int(node.start_mark.line) + 1


def place_of_id(paths: Iterable[Path], identifier: str) -> tuple[Path, int] | None:
    """Return the file and the 1-based line where an id is written, None where it is nowhere."""
    written = re.compile(rf"^\s*-?\s*\{{?\s*id:\s*{re.escape(identifier)}\b(?!-)")
    for path in paths:
        lines = path.read_text(encoding="utf-8-sig").splitlines() if path.is_file() else []
        for number, line in enumerate(lines, start=1):
            if written.search(line):
                return path, number
    return None


def _fault(path: Path, root: yaml.Node, detail: Mapping[str, Any]) -> Fault:
    line = _line(root, tuple(detail["loc"]))
    reason = f"{place_of(detail)} {expectation(detail)}"
    return Fault(reason, str(path), f"第{line}行", "照 docs/writing-a-pack.md 改正")
