"""Main streets on a plate: two lines apart, with their names along them where there is room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import atan2, degrees, hypot
from typing import Any

import numpy as np
import shapely

from lifecircle.place.main_streets import MAIN_KINDS, NAMED_KINDS, MainStreets
from lifecircle.place.tables import Integers
from lifecircle.publish.handbook.paper import Paper, path_of
from lifecircle.publish.typesetting import missing_glyphs

WIDTHS_MM = {"trunk": 1.5, "primary": 1.3, "secondary": 1.1, "tertiary": 0.8}
EDGE = 'fill="none" stroke="#6b6b6b" stroke-linecap="round" stroke-linejoin="round"'
MIDDLE = 'fill="none" stroke="#fff" stroke-linecap="round" stroke-linejoin="round"'
EDGE_MM = 0.5
"""How much wider the dark line below is than the white one above it."""

HALO = 'stroke="#fff" stroke-width="0.7" stroke-linejoin="round" paint-order="stroke"'
TRIED = (0.5, 0.3, 0.7, 0.15, 0.85)
"""Where along a street its name is tried, as a share of its length."""

LATIN_MM = 0.55
"""The width of a Latin letter as a share of the size of type; a Chinese sign is one wide."""

LATIN = 255
"""Signs beyond this code stand upright in a column."""

MOST_NAMES = 24
Place = tuple[float, float]


@dataclass(frozen=True)
class Disc:
    """Something on the sheet in millimetres that no name may cover."""

    x: float
    y: float
    radius: float


class StreetPlate:
    """Draws the main streets of one city."""

    def __init__(self, streets: MainStreets) -> None:
        """Put them in an index once."""
        self._streets = streets
        self._index = shapely.STRtree(streets.shape)

    def lines(
        self, paper: Paper, kinds: Sequence[str] = MAIN_KINDS, share: float = 1.0
    ) -> Iterator[str]:
        """Yield the streets of some kinds, all edges below all middles, so that crossings open.

        They are drawn at a ``share`` of their width.
        """
        rows = self._near(paper)
        shown = [(kind, path_of(self._joined(rows, kind, paper), paper)) for kind in kinds[::-1]]
        shown = [(kind, path) for kind, path in shown if path]
        for wider_mm, style in ((EDGE_MM, EDGE), (0.0, MIDDLE)):
            for kind, path in shown:
                wide_mm = (WIDTHS_MM[kind] + wider_mm) * share
                yield f'<path d="{path}" {style} stroke-width="{wide_mm:.3g}"/>'

    def names(self, paper: Paper, size: float, taken: Sequence[Disc]) -> Iterator[str]:
        """Yield the names that find room, those of wide and long streets first, each once."""
        covered, count = list(taken), 0
        for name, line in self._named(paper):
            placed = _placed(name, line, size, covered)
            if placed and count < MOST_NAMES:
                covered += placed
                count += 1
                yield from _written(name, placed, size)

    def _near(self, paper: Paper) -> Integers:
        window = shapely.box(*paper.sheet)
        return np.sort(self._index.query(window, predicate="intersects"))

    def _joined(self, rows: Integers, kind: str, paper: Paper) -> Any:
        own = [self._streets.shape[row] for row in rows if self._streets.kind[row] == kind]
        joined = shapely.line_merge(shapely.union_all(own)) if own else shapely.MultiLineString()
        return shapely.clip_by_rect(joined, *paper.sheet)

    def _named(self, paper: Paper) -> Iterator[tuple[str, shapely.LineString]]:
        """Yield names with the longest piece of their street on the sheet, in millimetres."""
        rank = {kind: at for at, kind in enumerate((*MAIN_KINDS, *NAMED_KINDS))}
        pieces: dict[str, list[int]] = {}
        for row in self._near(paper).tolist():
            if self._streets.name[row]:
                pieces.setdefault(self._streets.name[row], []).append(row)
        found = []
        for name, rows in pieces.items():
            whole = shapely.line_merge(shapely.union_all([self._streets.shape[r] for r in rows]))
            parts = shapely.get_parts(shapely.clip_by_rect(whole, *paper.inner))
            lines = [part for part in parts if part.geom_type == "LineString"]
            if lines and not missing_glyphs([name]):
                longest = max(lines, key=lambda line: line.length)
                kind = min(rank[self._streets.kind[row]] for row in rows)
                found.append((kind, -longest.length, name, longest))
        for _, _, name, line in sorted(found, key=lambda one: one[:3]):
            yield name, shapely.LineString([paper.mm(x, y) for x, y in line.coords])


def _placed(
    name: str, line: shapely.LineString, size: float, covered: Sequence[Disc]
) -> list[Disc]:
    """Return where each sign of a name stands along a line, nothing where there is no room."""
    wide = [size if ord(sign) > LATIN else size * LATIN_MM for sign in name]
    length = sum(wide)
    if length > line.length:
        return []
    ends = np.cumsum(wide)
    for share in TRIED:
        begin = share * line.length - length / 2
        if begin < 0 or begin + length > line.length:
            continue
        at_mm = begin + ends - np.array(wide) / 2
        points = shapely.get_coordinates(shapely.line_interpolate_point(line, at_mm)).tolist()
        first, last = points[0], points[-1]
        across, down = last[0] - first[0], last[1] - first[1]
        if hypot(across, down) < 0.85 * (length - wide[0] / 2 - wide[-1] / 2):
            continue  # a street that turns cannot hold a straight name
        backward = across < 0 if abs(across) >= abs(down) else down < 0
        discs = [Disc(x, y, size * 0.55) for x, y in (points[::-1] if backward else points)]
        if not any(_meet(one, other) for one in discs for other in covered):
            return discs
    return []


def _meet(one: Disc, other: Disc) -> bool:
    return hypot(one.x - other.x, one.y - other.y) < one.radius + other.radius


def _written(name: str, placed: Sequence[Disc], size: float) -> Iterator[str]:
    """Yield a name: turned along a street that runs across, sign below sign where it runs down."""
    first, last = placed[0], placed[-1]
    across, down = last.x - first.x, last.y - first.y
    style = f'font-size="{size:.2f}" fill="#222" font-family="Noto Sans CJK SC" {HALO}'
    if abs(down) > abs(across) and ord(name[0]) > LATIN:
        for sign, one in zip(name, placed, strict=True):
            y = one.y + size * 0.36
            at = f'x="{one.x:.2f}" y="{y:.2f}"'
            yield f'<text {at} text-anchor="middle" {style}>{escape(sign)}</text>'
        return
    x, y = (first.x + last.x) / 2, (first.y + last.y) / 2
    turn = f'transform="rotate({degrees(atan2(down, across)):.1f} {x:.2f} {y:.2f})"'
    low = y + size * 0.36
    yield (
        f'<text x="{x:.2f}" y="{low:.2f}" text-anchor="middle" {turn} {style}>{escape(name)}</text>'
    )
