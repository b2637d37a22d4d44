"""Reads the height of every node of the streets from a raster of elevation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from rasterio.errors import RasterioError
from rasterio.windows import Window
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

from lifecircle.place.formats.rasters import Grid, Masks, opened
from lifecircle.place.plane import Plane
from lifecircle.place.sources import ElevationSource
from lifecircle.place.streets.roads import Roads
from lifecircle.place.tables import Floats, Integers
from lifecircle.terms.errors import stop

LOWEST_M, HIGHEST_M = -500.0, 9000.0
"""No street lies lower or higher: other values mark cells without data."""

MOST_CELLS = 256 * 2**20
"""More around one city is a raster too fine to be read at once (2 GB as float64)."""


def with_heights(roads: Roads, plane: Plane, source: ElevationSource) -> Roads:
    """Return the roads with the height of every node, and what a reader must know of it.

    Between the middles of four cells heights are interpolated along both axes. Bridges and tunnels
    do not follow the ground: what lies between their ends, and what the raster does not know, runs
    straight from known height to known height. Heights are whole centimetres. Raises InputError
    when the raster cannot be read or does not cover the streets at all.
    """
    streets = roads.streets
    ground_m = _ground(plane, streets.x_m, streets.y_m, source.file)
    if roads.corner_of is not None:
        ground_m = ground_m[roads.corner_of]
    known = np.isfinite(ground_m)
    if not known.any():
        remedy = "换成覆盖本市的高程栅格"
        raise stop("高程栅格没有覆盖任何道路", file=source.file, remedy=remedy)
    free = ~known
    if roads.raised is not None:
        on_ground = np.zeros(len(known), dtype=np.bool_)
        on_ground[streets.segments[~roads.raised]] = True
        free |= ~on_ground
    z_m = _between(ground_m, free, streets.segments, streets.x_m, streets.y_m)
    told = f"步行时间计入坡度，高程来自{source.source}；桥和隧道按两端高程直线连接。"
    missing = float(1 - known.mean())
    if missing > 0:
        told += f"道路节点的{missing:.1%}没有高程，按相邻道路推算，推算不出的按平地。"
    return replace(
        roads, streets=replace(streets, z_m=np.round(z_m, 2)), notices=(*roads.notices, told)
    )


def _ground(plane: Plane, x_m: Floats, y_m: Floats, path: Path) -> Floats:
    """Return the height of the ground at each place (n,), NaN where the raster has none."""
    with opened({"elevation": path}, "高程") as grid:
        cells = shapely.get_coordinates(grid.to_cells(plane, shapely.points(x_m, y_m)))
        box = grid.box(np.concatenate([cells.min(axis=0) - 1, cells.max(axis=0) + 1]))
        if box.cells == 0:
            return np.full(len(x_m), np.nan)
        if box.cells > MOST_CELLS:
            raise stop("高程栅格过细", file=path, remedy="重采样到10米以上")
        values = _values(grid, path, Window(box.column, box.row, box.columns, box.rows))
    column, row = cells[:, 0] - box.column - 0.5, cells[:, 1] - box.row - 0.5
    inside = (column > -0.5) & (row > -0.5)
    inside &= (column < box.columns - 0.5) & (row < box.rows - 0.5)
    left = np.clip(np.floor(column), 0, max(box.columns - 2, 0)).astype(np.int64)
    top = np.clip(np.floor(row), 0, max(box.rows - 2, 0)).astype(np.int64)
    right, below = np.minimum(left + 1, box.columns - 1), np.minimum(top + 1, box.rows - 1)
    across, down = np.clip(column - left, 0, 1), np.clip(row - top, 0, 1)
    upper = values[top, left] * (1 - across) + values[top, right] * across
    lower = values[below, left] * (1 - across) + values[below, right] * across
    return np.where(inside, upper * (1 - down) + lower * down, np.nan)


def _values(grid: Grid, path: Path, window: Window) -> Floats:
    try:
        values = grid.values("elevation", window)
    except RasterioError as error:
        raise stop("栅格文件不完整，有一块读不出来", file=path, remedy="重新下载") from error
    with np.errstate(invalid="ignore"):
        values[~((values > LOWEST_M) & (values < HIGHEST_M))] = np.nan
    return values


def _between(ground_m: Floats, free: Masks, segments: Integers, x_m: Floats, y_m: Floats) -> Floats:
    """Return heights (n,) where those that are ``free`` lie straight between those that are not.

    Each free node takes the mean of its neighbours, the near ones weighing more (1 / metres), which
    along a line without branches is the straight line. A part without any known height is level.
    """
    z_m = np.where(free, 0.0, ground_m)
    begin, end = segments[:, 0], segments[:, 1]
    dx, dy = x_m[end] - x_m[begin], y_m[end] - y_m[begin]
    pull = 1.0 / np.maximum(np.sqrt(dx * dx + dy * dy), 0.01)
    shape = (len(free), len(free))
    both = coo_array((np.r_[pull, pull], (np.r_[begin, end], np.r_[end, begin])), shape=shape)
    part = connected_components(both, directed=False)[1]
    tied = np.bincount(part, weights=~free) > 0
    rows = np.flatnonzero(free & tied[part])
    if not len(rows):
        return z_m
    pulls = both.tocsr()
    own = pulls[rows]
    total = own.sum(axis=1)
    within = coo_array((total, (np.arange(len(rows)), np.arange(len(rows))))).tocsc()
    z_m[rows] = spsolve((within - own[:, rows]).tocsc(), own @ z_m)
    return z_m
