"""Says in Chinese how a command was misused; click's own sentences are English."""

from __future__ import annotations

from typing import Any

import click
from click.types import FloatRange, IntRange

_FIRST_IDEOGRAPH = "\u4e00"


def told(error: click.ClickException) -> str:
    """Return the sentence for a misused command, and where its use is told."""
    said = f"错误：{_reason(error).rstrip('。.')}。"
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{said}\n用法见 {context.command_path} --help" if context else said


def _reason(error: click.ClickException) -> str:
    match error:
        case click.MissingParameter():
            return f"缺少 {_parameter(error)}"
        case click.NoSuchOption():
            return f"没有 {error.option_name} 这个选项{_meant(error.possibilities)}"
        case click.exceptions.NoSuchCommand():
            return f"没有 {error.command_name} 这个命令{_meant(error.possibilities)}"
        case click.BadOptionUsage():
            return f"{error.option_name} 后面缺少内容，或多了内容"
        case click.BadParameter() if error.param is not None:
            expected = _expected(error.param.type)
            own = error.message >= _FIRST_IDEOGRAPH or not expected
            return f"{_parameter(error)}：{error.message if own else expected}"
        case _:
            return _other(error.format_message())


def _other(said: str) -> str:
    extra = said.startswith("Got unexpected extra argument")
    return f"多了内容{said[said.find('(') :]}；名称里有空格时加引号" if extra else said


def _parameter(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "参数")
    return (
        error.param.opts[-1]
        if error.param.opts[-1][:1] == "-"
        else error.param.make_metavar(error.ctx or click.Context(click.Command(None)))
    )


def _meant(close: list[str] | None) -> str:
    return f"；是不是 {'、'.join(sorted(close))}" if close else ""


def _expected(kind: click.ParamType[Any]) -> str:
    """Return what values a type takes; nothing where its own sentence must do."""
    match kind:
        case click.Choice():
            return f"应为{'、'.join(map(str, kind.choices))}之一"
        case click.DateTime():
            return "应为日期，如 2026-11-22"
        case IntRange() | FloatRange():
            low = "" if kind.min is None else f"{'大于' if kind.min_open else '不小于'}{kind.min:g}"
            high = (
                "" if kind.max is None else f"{'小于' if kind.max_open else '不大于'}{kind.max:g}"
            )
            noun = "整数" if isinstance(kind, IntRange) else "数"
            return f"应为{'、'.join(part for part in (low, high) if part)}的{noun}"
        case _:
            return {"integer": "应为整数", "float": "应为数字"}.get(kind.name, "")
