"""Draws the map plates of the handbook as SVG, from the city's own shapes and no other map.

One unit of a drawing is a millimetre on paper. Forms tell what colours tell: the outline is thick,
railways are dashed, facilities are numbered rings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, floor, log10, sin

import numpy as np
import shapely

from lifecircle.place.main_streets import MAIN_KINDS
from lifecircle.place.tables import City, Geometries
from lifecircle.publish.handbook.paper import FOOT_MM, WIDTH_MM, Paper, Type, path_of
from lifecircle.publish.handbook.street_plate import HALO, Disc, StreetPlate

LEAST_DIGIT_MM = 0.8
LEAST_TEXT_MM = 3.0
OF_CITY = 0.4
"""Streets on the plate of a city are so much narrower."""

STEPS = 400
RING = 0.85
"""The radius of a ring as a share of the size of its number."""

GOLDEN_ANGLE = 2.399963
_BARRIERS = {
    "river": 'fill="#cfe3f1" stroke="#7fb0d3" stroke-width="0.5"',
    "water": 'fill="#cfe3f1" stroke="#7fb0d3" stroke-width="0.2"',
    "motorway": 'fill="none" stroke="#8a8a8a" stroke-width="1.1"',
    "railway": 'fill="none" stroke="#444" stroke-width="0.4" stroke-dasharray="1.6 1"',
}
"""How barriers are drawn, from below to above; walls are too many for a plate."""

_STREET = 'fill="none" stroke="#b5b5b5" stroke-width="0.35" stroke-linecap="round"'
_FILL = 'fill="#f6c24b" fill-opacity="0.18"'
_OUTLINE = 'fill="none" stroke="#1a1a1a" stroke-width="0.9"'
_AREA = 'fill="#f6c24b" fill-opacity="0.12" stroke="#1a1a1a" stroke-width="0.4"'
_RING = 'fill="#fff" stroke="#9c2a1d" stroke-width="0.35"'
_LEADER = 'stroke="#9c2a1d" stroke-width="0.2"'


@dataclass(frozen=True)
class Mark:
    """A numbered place in plane metres."""

    number: int
    x_m: float
    y_m: float


class Plates:
    """Draws plates of one city; its streets are put in an index once."""

    def __init__(self, city: City, words: tuple[str, str, str]) -> None:
        """Take a city, and the words for north, metres and kilometres."""
        self._city = city
        self._north, self._metres, self._kilometres = words
        streets = city.streets
        points = np.column_stack([streets.x_m, streets.y_m])
        self._lines = shapely.linestrings(points[streets.segments])
        self._streets = shapely.STRtree(self._lines)
        self._barriers = shapely.STRtree(city.barriers.shape)
        self._main = StreetPlate(city.main_streets)

    def community(self, row: int, marks: Sequence[Mark], type_: Type) -> str:
        """Return the plate of where a community's people live, with its numbered facilities.

        A part of the community where nobody lives and nothing is numbered may lie outside.
        """
        shape = self._city.communities.shape[row]
        digit_mm = type_.digit_mm
        west, south, east, north = self._bounds(row, marks)
        paper = Paper.around(west, south, east, north, type_.high_mm)
        sheet = paper.sheet
        outline = shapely.clip_by_rect(shape.boundary, *sheet)
        radius_mm = digit_mm * RING
        placed = rings(marks, paper, radius_mm)
        taken = [Disc(x, y, radius_mm) for x, y in placed]
        near = np.sort(self._streets.query(shapely.box(*sheet), predicate="intersects"))
        drawn = [
            f'<path d="{path_of(shapely.clip_by_rect(shape, *sheet), paper)}" {_FILL}/>',
            *self._below(paper),
            *_streets(self._lines[near], paper),
            *self._main.lines(paper),
            f'<path d="{path_of(outline, paper)}" {_OUTLINE}/>',
            *self._main.names(paper, max(digit_mm, LEAST_TEXT_MM), taken),
            *_numbered(marks, placed, paper, digit_mm),
        ]
        return self._sheet(drawn, paper, digit_mm)

    def _bounds(self, row: int, marks: Sequence[Mark]) -> list[float]:
        """Return the bounds of the homes of a community and of all marks."""
        origins = self._city.origins
        own = origins.community == row
        x_m = np.concatenate([origins.x_m[own], [mark.x_m for mark in marks]])
        y_m = np.concatenate([origins.y_m[own], [mark.y_m for mark in marks]])
        if not len(x_m):
            return list(self._city.communities.shape[row].bounds)
        return [float(x_m.min()), float(y_m.min()), float(x_m.max()), float(y_m.max())]

    def city(self, type_: Type) -> str:
        """Return the plate of the city: every community with its number, from 1 by id.

        Numbers are as large as their communities leave room, up to those of ``type_``.
        """
        shapes = self._city.communities.shape
        digit_mm = type_.digit_mm
        west, south, east, north = shapely.total_bounds(shapes).tolist()
        paper = Paper.around(west, south, east, north, type_.high_mm)
        middles = shapely.get_coordinates([shape.representative_point() for shape in shapes])
        room_mm = np.sqrt(shapely.area(shapes)) * paper.mm_per_m * 0.45
        drawn = [*self._below(paper), *self._main.lines(paper, MAIN_KINDS[:2], OF_CITY)]
        drawn += [f'<path d="{path_of(shape, paper)}" {_AREA}/>' for shape in shapes]
        for number, (x_m, y_m) in enumerate(middles.tolist(), start=1):
            size = max(min(digit_mm, float(room_mm[number - 1])), LEAST_DIGIT_MM)
            drawn.append(_digits(number, *paper.mm(x_m, y_m), size, "#1a1a1a", HALO))
        return self._sheet(drawn, paper, digit_mm)

    def _below(self, paper: Paper) -> Iterator[str]:
        """Yield water, large roads and railways."""
        barriers = self._city.barriers
        window = shapely.box(*paper.sheet)
        near = np.sort(self._barriers.query(window, predicate="intersects")).tolist()
        for kind, style in _BARRIERS.items():
            shapes = [barriers.shape[row] for row in near if barriers.kind[row] == kind]
            for shape in shapes:
                closed = shape.geom_type.endswith("Polygon")
                line = style if closed else style.replace('fill="#cfe3f1"', 'fill="none"')
                part = shapely.clip_by_rect(shape, *paper.sheet)
                yield f'<path d="{path_of(part, paper)}" {line}/>'

    def _sheet(self, drawn: Iterable[str], paper: Paper, digit_mm: float) -> str:
        high_mm = paper.high_mm
        sheet = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_MM:g} {high_mm:g}"'
        frame = f'<rect width="{WIDTH_MM:g}" height="{high_mm:g}" fill="#fff"/>'
        border = f'<rect x="0.1" y="0.1" width="{WIDTH_MM - 0.2:g}" height="{high_mm - 0.2:g}"'
        line = f'{border} fill="none" stroke="#666" stroke-width="0.2"/>'
        scale = self._scale(paper, max(digit_mm, LEAST_TEXT_MM))
        return f"<svg {sheet}>{frame}{''.join(drawn)}{line}{scale}</svg>"

    def _scale(self, paper: Paper, size: float) -> str:
        """Return the bar of a round length, and the arrow to the north."""
        most_m = WIDTH_MM / 4 / paper.mm_per_m
        ten = 10.0 ** floor(log10(most_m))
        bar_m = max(step * ten for step in (1, 2, 5) if step * ten <= most_m)
        wide, low = bar_m * paper.mm_per_m, paper.high_mm - 4
        far = bar_m >= 1000
        said = f"{bar_m / 1000:g}{self._kilometres}" if far else f"{bar_m:g}{self._metres}"
        x, high = WIDTH_MM - 7, size + 4.5
        return (
            f'<rect x="2" y="{low + 2 - high:.2f}" width="{wide + 4:.2f}" height="{high:.2f}" '
            f'fill="#fff"/><path d="M4 {low - 1.5:g}V{low:g}H{4 + wide:.2f}V{low - 1.5:g}" '
            f'fill="none" stroke="#000" stroke-width="0.4"/>'
            f"{_text(said, 4 + wide / 2, low - 1.5, size, '#000')}"
            f'<path d="M{x:g} 3L{x + 2:g} 9L{x:g} 7.6L{x - 2:g} 9Z" fill="#000"/>'
            f"{_text(self._north, x, 9.6 + size, size, '#000')}"
        )


def _streets(lines: Geometries, paper: Paper) -> Iterator[str]:
    """Yield one path of all streets, joined where only two meet."""
    if len(lines):
        joined = shapely.line_merge(shapely.multilinestrings(lines))
        yield f'<path d="{path_of(shapely.clip_by_rect(joined, *paper.sheet), paper)}" {_STREET}/>'


def _numbered(
    marks: Sequence[Mark], placed: Sequence[tuple[float, float]], paper: Paper, digit_mm: float
) -> Iterator[str]:
    """Yield rings with their numbers over the lines that hold those that stepped aside."""
    radius = digit_mm * RING
    for mark, (a, b) in zip(marks, placed, strict=True):
        x, y = paper.mm(mark.x_m, mark.y_m)
        if (a, b) != (x, y):
            yield f'<path d="M{x:.2f} {y:.2f}L{a:.2f} {b:.2f}" {_LEADER}/>'
            yield f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.6" fill="#9c2a1d"/>'
    for mark, (a, b) in zip(marks, placed, strict=True):
        size = digit_mm * (0.8 if mark.number > 99 else 1.0)
        yield f'<circle cx="{a:.2f}" cy="{b:.2f}" r="{radius:.2f}" {_RING}/>'
        yield _digits(mark.number, a, b, size, "#7a1d12")


def rings(marks: Sequence[Mark], paper: Paper, radius_mm: float) -> list[tuple[float, float]]:
    """Return where the ring of each mark goes: on its place, or aside where another one is."""
    taken: list[tuple[float, float]] = []
    for mark in marks:
        taken.append(_free(*paper.mm(mark.x_m, mark.y_m), radius_mm, paper.high_mm, taken))
    return taken


def _free(
    x: float, y: float, radius: float, high_mm: float, taken: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """Return the first place on a spiral around a point that no ring covers, above the foot."""
    near, far = radius + 0.4, (WIDTH_MM - radius - 0.4, high_mm - FOOT_MM - radius)
    inside = min(max(x, near), far[0]), min(max(y, near), far[1])
    for step in range(STEPS):
        out = radius * 0.75 * step**0.5
        angle = GOLDEN_ANGLE * step
        at = inside[0] + out * cos(angle), inside[1] + out * sin(angle)
        at = min(max(at[0], near), far[0]), min(max(at[1], near), far[1])
        if all((at[0] - a) ** 2 + (at[1] - b) ** 2 >= (2.1 * radius) ** 2 for a, b in taken):
            return at if step or inside != (x, y) else (x, y)
    return inside


def _digits(number: int, x: float, y: float, size: float, colour: str, halo: str = "") -> str:
    return _text(str(number), x, y + size * 0.36, size, colour, halo)


def _text(said: str, x: float, y: float, size: float, colour: str, halo: str = "") -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.2f}" text-anchor="middle" '
        f'fill="{colour}" font-family="Noto Sans CJK SC" {halo}>{said}</text>'
    )
