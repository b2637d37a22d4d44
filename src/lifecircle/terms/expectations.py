"""Says in Chinese what was expected where a value of a file did not fit its type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

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
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "too_short": "至少要有 {min_length} 项",
    "tuple_type": "应为列表",
    "list_type": "应为列表",
    "model_type": "应为一组字段",
    "model_attributes_type": "应为一组字段",
    "dict_type": "应为一组字段",
    "decimal_parsing": "应为数字",
    "decimal_type": "应为数字",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "date_type": "应为日期，如 2026-11-22",
    "date_parsing": "应为日期，如 2026-11-22",
    "date_from_datetime_parsing": "应为日期，如 2026-11-22",
    "path_type": "应为文件名",
    "value_error": "{error}",
}


def expectation(detail: Mapping[str, Any]) -> str:
    """Return what one error of a pydantic validation means, with the value that was given."""
    context = {key: str(value) for key, value in (detail.get("ctx") or {}).items()}
    if "expected" in context:
        words = re.findall("'([^']*)'", context["expected"])
        context["expected"] = "、".join(words) or context["expected"]
    template = _EXPECTED.get(detail["type"], "写法不对")
    fits = template.count("{") <= len(context)
    expected = template.format(**context) if fits else template
    given = detail.get("input")
    shown = isinstance(given, str | int | float) and detail["type"] != "extra_forbidden"
    return f"{expected}，写的是 {given}" if shown else expected


def place_of(detail: Mapping[str, Any]) -> str:
    """Return where in the file the value stands, lists counted from 1."""
    steps = [str(step + 1) if isinstance(step, int) else str(step) for step in detail["loc"]]
    return ".".join(steps) or "文件"
