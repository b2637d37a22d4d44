"""What stands for what in every chart: a colour, a pattern that survives black and white, a word.

The greys of the colours differ too, so that a copy in black and white keeps them apart twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lifecircle.terms.words import word

INK, LINE = "#1a1a1a", "#5a646c"
TILE = 8
"""Patterns repeat every eight units."""


@dataclass(frozen=True)
class Look:
    """How a kind is filled, and its word; ``stroke`` is drawn on a tile over the colour."""

    zh: str
    fill: str
    stroke: str = ""


_FALLING = "M-2,-2L10,10M-2,6L2,10M6,-2L10,2"
_RISING = "M-2,10L10,-2M-2,2L2,-2M6,10L10,6"
_LEVEL = "M0,2H8M0,6H8"
_UPRIGHT = "M2,0V8M6,0V8"
_GRID = "M0,4H8M4,0V8"
_DOTS = "M2,2h.01M6,6h.01"

LOOKS: Mapping[str, Look] = {
    "met": Look(word("verdict", "met"), "#a5d3b4"),
    "not met": Look(word("verdict", "not met"), "#e98f7d", _FALLING),
    "not assessed": Look(word("verdict", "not assessed"), "#eceeef", _DOTS),
    "partial list": Look(f"{word('verdict', 'not assessed')}（名录不完整）", "#eceeef", _UPRIGHT),
    "not applicable": Look(word("verdict", "not applicable"), "#ffffff"),
    "served": Look("新服务", "#2f6f9f"),
    "left": Look("仍缺", "#e9d9b8", _RISING),
    "before": Look("以前", "#ffffff", _RISING),
    "after": Look("以后", "#2f6f9f"),
    "within-1": Look("最近一档", "#2f6f9f"),
    "within-2": Look("第二档", "#7fb0d4", _LEVEL),
    "within-3": Look("第三档", "#cfe2f0", _UPRIGHT),
    "beyond": Look("更远", "#e98f7d", _FALLING),
    "unverified": Look("待核", "#fff3dc", _GRID),
    "incomplete": Look("名录不完整", "#eceeef", _UPRIGHT),
    "inferred": Look("推定", "#f1e4f7", _LEVEL),
    "simulated": Look("模拟数据", "#fff3dc", _RISING),
}
"""Every kind that a chart may show; what is not found in a partial list is not assessed."""


def fill_of(prefix: str, kind: str) -> str:
    """Return what an area of this kind is filled with, of the patterns of a chart."""
    return f"url(#{prefix}-{_name(kind)})"


def definitions(prefix: str, kinds: Iterable[str]) -> str:
    """Return the patterns of these kinds; ``prefix`` keeps the charts of one page apart."""
    return "<defs>" + "".join(_pattern(prefix, kind) for kind in dict.fromkeys(kinds)) + "</defs>"


def _pattern(prefix: str, kind: str) -> str:
    look = LOOKS[kind]
    drawn = f'<rect width="{TILE}" height="{TILE}" fill="{look.fill}"/>'
    if look.stroke:
        wide = 2 if look.stroke == _DOTS else 1
        drawn += (
            f'<path d="{look.stroke}" stroke="{LINE}" stroke-width="{wide}" '
            'stroke-linecap="round" fill="none"/>'
        )
    return (
        f'<pattern id="{prefix}-{_name(kind)}" width="{TILE}" height="{TILE}" '
        f'patternUnits="userSpaceOnUse">{drawn}</pattern>'
    )


def _name(kind: str) -> str:
    return kind.replace(" ", "-")
