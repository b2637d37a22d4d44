"""Pieces of SVG as text: equal numbers give equal text, on every machine."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Sequence

from lifecircle.publish.charts.patterns import INK, LINE, LOOKS, definitions, fill_of
from lifecircle.terms.figures import decimal_text

WIDTH = 440.0
"""On a telephone of 390 points 15 units of text are read as 12, in a column of 34 em as 18."""

TEXT, SMALL, ROW = 15.0, 13.0, 20.0
FONT = "&quot;Noto Sans CJK SC&quot;,&quot;Microsoft YaHei&quot;,&quot;PingFang SC&quot;,sans-serif"
BOX = 14.0


def number(value: float) -> str:
    """Return a coordinate with at most two decimals."""
    return decimal_text(value, 2)


def wide(text: str, size: float = TEXT) -> float:
    """Return about how wide a text is: a Chinese character is as wide as it is high."""
    full = sum(unicodedata.east_asian_width(one) in "WFA" for one in text)
    return size * (full + 0.58 * (len(text) - full))


def shortened(text: str, most: float, size: float = TEXT) -> str:
    """Return a text that fits, its end cut off and marked."""
    if wide(text, size) <= most:
        return text
    while text and wide(f"{text}…", size) > most:
        text = text[:-1]
    return f"{text}…"


def said(text: str, x: float, y: float, *, anchor: str = "start", size: float = TEXT) -> str:
    """Return a line of text whose baseline is at ``y``."""
    return (
        f'<text x="{number(x)}" y="{number(y)}" text-anchor="{anchor}" '
        f'font-size="{number(size)}">{html.escape(text)}</text>'
    )


def box(x: float, y: float, width: float, height: float, fill: str) -> str:
    """Return a filled rectangle with an outline, which keeps white apart from white."""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" '
        f'height="{number(height)}" fill="{fill}" stroke="{LINE}" stroke-width="0.75"/>'
    )


def shape(path: str, fill: str) -> str:
    """Return a filled shape with an outline."""
    return f'<path d="{path}" fill="{fill}" stroke="{LINE}" stroke-width="0.75"/>'


def legend(
    prefix: str, named: Sequence[tuple[str, str]], y: float, width: float
) -> tuple[str, float]:
    """Return boxes with their words from ``y`` on, and where they end."""
    drawn, x = "", 0.0
    for kind, zh in named:
        needed = BOX + 6 + wide(zh, SMALL)
        if x and x + needed > width:
            x, y = 0.0, y + ROW
        drawn += box(x, y + 3, BOX, BOX, fill_of(prefix, kind))
        drawn += said(zh, x + BOX + 5, y + 15, size=SMALL)
        x += needed + 14
    return drawn, y + ROW


def whole(
    prefix: str,
    title: str,
    told: str,
    body: str,
    kinds: Sequence[str],
    size: tuple[float, float],
    style: str = "chart",
) -> str:
    """Return the chart: one picture to a screen reader, with its title and what it tells."""
    width, height = (number(one) for one in size)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{style}" role="img" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'aria-labelledby="{prefix}-title {prefix}-desc" font-family="{FONT}" fill="{INK}">'
        f'<title id="{prefix}-title">{html.escape(title)}</title>'
        f'<desc id="{prefix}-desc">{html.escape(told)}</desc>'
        f"{definitions(prefix, kinds)}{body}</svg>"
    )


def simulated_band(prefix: str, width: float) -> str:
    """Return the band that stands over every chart of simulated data."""
    zh = LOOKS["simulated"].zh
    long = wide(zh, SMALL)
    return (
        box(0.4, 0.4, width - 0.8, ROW, fill_of(prefix, "simulated"))
        + f'<rect x="4" y="2" width="{number(long + 8)}" height="{number(ROW - 3)}" fill="#fff"/>'
        + said(zh, 8, 15, size=SMALL)
    )
