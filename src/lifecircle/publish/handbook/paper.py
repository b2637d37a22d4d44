"""The sheet of a map plate: how plane metres come to lie on millimetres of paper."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

WIDTH_MM = 170.0
EDGE_MM = 6.0
FOOT_MM = 11.0
"""Kept free below for the scale; no ring steps into it."""

FINEST_MM = 0.15
"""Bends finer than this do not show in print."""

LEAST_SPAN_M = 400.0


@dataclass(frozen=True)
class Type:
    """How large the numbers of a plate are printed, and how high its sheet is."""

    digit_mm: float
    high_mm: float


NORMAL, LARGE = Type(3.0, 120.0), Type(4.4, 178.0)
"""For a part of a page, and for a page of its own, with a code below it."""


@dataclass(frozen=True)
class Paper:
    """Where plane metres come to lie on the sheet: north is up, one scale both ways."""

    left_m: float
    top_m: float
    mm_per_m: float
    high_mm: float = NORMAL.high_mm

    @classmethod
    def around(
        cls,
        west: float,
        south: float,
        east: float,
        north: float,
        high_mm: float = NORMAL.high_mm,
    ) -> Paper:
        """Return the largest scale at which these bounds fit inside the edges."""
        wide_m, high_m = max(east - west, LEAST_SPAN_M), max(north - south, LEAST_SPAN_M)
        room_mm = high_mm - EDGE_MM - FOOT_MM
        scale = min((WIDTH_MM - 2 * EDGE_MM) / wide_m, room_mm / high_m)
        middle_x, middle_y = (west + east) / 2, (south + north) / 2
        top_m = middle_y + (EDGE_MM + room_mm / 2) / scale
        return cls(middle_x - WIDTH_MM / 2 / scale, top_m, scale, high_mm)

    def mm(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Return the place on the sheet, from its upper left corner."""
        return (x_m - self.left_m) * self.mm_per_m, (self.top_m - y_m) * self.mm_per_m

    @property
    def sheet(self) -> tuple[float, float, float, float]:
        """Return what the sheet shows, as bounds in metres."""
        wide_m, high_m = WIDTH_MM / self.mm_per_m, self.high_mm / self.mm_per_m
        return self.left_m, self.top_m - high_m, self.left_m + wide_m, self.top_m

    @property
    def inner(self) -> tuple[float, float, float, float]:
        """Return the bounds in metres of the sheet without its edges and foot."""
        left, low, right, top = self.sheet
        edge_m, foot_m = EDGE_MM / self.mm_per_m, FOOT_MM / self.mm_per_m
        return left + edge_m, low + foot_m, right - edge_m, top - edge_m


def path_of(shape: object, paper: Paper) -> str:
    """Return the path of lines and rings, without bends that do not show."""
    simple = shapely.simplify(shape, FINEST_MM / paper.mm_per_m)
    said = []
    for part in shapely.get_parts(simple):
        closed = part.geom_type == "Polygon"
        for ring in [part.exterior, *part.interiors] if closed else [part]:
            points = [paper.mm(x_m, y_m) for x_m, y_m in shapely.get_coordinates(ring).tolist()]
            said.append("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + "Z" * closed)
    return "".join(said)
