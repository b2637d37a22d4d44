"""Exact shares of cells, against the same areas cut out one by one."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.place.residents.coverage import coverage


def by_cutting(shape: shapely.Geometry, rows: int, columns: int) -> np.ndarray:
    """Cut every cell out by itself: the slow reference."""
    cells = [[shapely.box(c, r, c + 1, r + 1) for c in range(columns)] for r in range(rows)]
    return np.asarray(shapely.area(shapely.intersection(np.array(cells), shape)))


def test_a_triangle_worked_by_hand() -> None:
    """Legs of 2 along the axes: the corner cell is whole but for nothing, its neighbours halves."""
    triangle = shapely.Polygon([(0, 0), (2, 0), (0, 2)])
    assert coverage(triangle, 2, 3).tolist() == [[1.0, 0.5, 0.0], [0.5, 0.0, 0.0]]


def test_a_shape_beyond_the_grid_and_one_with_a_hole() -> None:
    everything = shapely.box(-5, -5, 50, 50)
    assert coverage(everything, 3, 4).tolist() == [[1.0] * 4] * 3
    ring = everything - shapely.box(1, 1, 2.5, 2)
    assert coverage(ring, 3, 4).tolist() == [[1] * 4, [1, 0, 0.5, 1], [1] * 4]
    assert coverage(shapely.box(-5, -5, -1, -1), 2, 2).tolist() == [[0, 0], [0, 0]]


@given(st.lists(st.tuples(st.floats(-3, 9), st.floats(-3, 9)), min_size=3, max_size=9))
@settings(max_examples=150, deadline=None)
def test_any_shape_covers_what_cutting_finds(points: list[tuple[float, float]]) -> None:
    shape = shapely.make_valid(shapely.Polygon(points))
    assert coverage(shape, 5, 6) == pytest.approx(by_cutting(shape, 5, 6), abs=1e-7)


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_districts_that_fill_the_plane_fill_every_cell(seed: int) -> None:
    """Voronoi districts have no gaps: their shares add up to one in every cell."""
    points = shapely.MultiPoint(np.random.default_rng(seed).uniform(0, 8, (7, 2)))
    frame = shapely.box(-1, -1, 9, 9)
    districts = shapely.voronoi_polygons(points, extend_to=frame).geoms
    total = sum(coverage(district & frame, 8, 8) for district in districts)
    assert total == pytest.approx(np.ones((8, 8)), abs=1e-7)
