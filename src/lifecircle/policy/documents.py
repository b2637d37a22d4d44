"""Reads YAML into typed models; every fault names file, line and what was expected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from lifecircle.terms.errors import Fault, InputError, stop

Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "missing": "缺少这个字段",
    "extra_forbidden": "不认识这个字段",
    "literal_error": "应为 {expected} 之一",
    "union_tag_invalid": "应为 {expected_tags} 之一",
    "union_tag_not_found": "缺少 name",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "应符合格式 {pattern}",
    "greater_than": "应大于 {gt}",
    "less_than_equal": "应不大于 {le}",
    "too_short": "至少要有 {min_length} 项",
    "tuple_type": "应为列表",
    "model_type": "应为一组字段",
    "model_attributes_type": "应为一组字段",
    "dict_type": "应为一组字段",
    "decimal_parsing": "应为数字",
    "decimal_type": "应为数字",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "value_error": "{error}",
}


def read_document(path: Path, model: type[Model]) -> Model:
    """Read one YAML file as ``model``.

    Raises InputError with one fault per problem, each with its line.
    """
    root = _compose(path)
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


def _compose(path: Path) -> yaml.Node:
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise stop("读不到这个文件", file=path, remedy="检查文件名和权限") from error
    except UnicodeDecodeError as error:
        raise stop("不是 UTF-8 编码的文本", file=path, remedy="另存为 UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第{mark.line + 1}行" if mark else ""
        problem = getattr(error, "problem", None) or "写法有误"
        raise stop(
            f"不是合法的 YAML({problem})", file=path, place=place, remedy="检查缩进、冒号和引号"
        ) from error
    if root is None:
        raise stop("文件是空的", file=path, remedy="按文档补写内容")
    return root


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


def _fault(path: Path, root: yaml.Node, detail: object) -> Fault:
    assert isinstance(detail, dict)
    location = tuple(detail["loc"])
    context = {key: str(value) for key, value in (detail.get("ctx") or {}).items()}
    template = _EXPECTED.get(detail["type"], "写法不对")
    expected = template.format(**context) if template.count("{") <= len(context) else template
    given = detail.get("input")
    shown = f",写的是 {given!r}" if isinstance(given, str | int | float) else ""
    field = ".".join(str(step) for step in location) or "文件"
    place = f"第{_line(root, location)}行"
    return Fault(f"{field} {expected}{shown}", str(path), place, "照文档改正")
