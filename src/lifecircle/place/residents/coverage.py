"""Exact shares: how much of each unit cell of a grid lies inside an area."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from lifecircle.place.plane import Floats
from lifecircle.place.tables import Integers

NOISE = 1e-9
"""A share closer than this to none or to all is that."""


def coverage(shape: Any, rows: int, columns: int) -> Floats:
    """Return the share of each cell (rows, columns) that lies inside ``shape``.

    The cell in row r and column c is the unit square from (c, r) to (c + 1, r + 1); ``shape`` is
    an area in these units and may reach beyond the grid. Each edge is cut at the lines of the
    grid; a piece inside one cell covers the part of its row to the right of it, with the sign of
    its direction, so that the sums of all pieces are the exact areas (the signed area method by
    which fonts are drawn). Takes time with the edges and the cells, not with their product.
    """
    begin, end = _edges(shape)
    x0, y0, x1, y1 = _pieces(begin, end)
    row = np.floor((y0 + y1) / 2).astype(np.int64)
    kept = (row >= 0) & (row < rows) & (y0 != y1)
    row, rise = row[kept], (y1 - y0)[kept]
    middle = np.clip((x0 + x1)[kept] / 2, 0, columns)
    column = np.minimum(np.floor(middle).astype(np.int64), columns)
    into = middle - column
    width = columns + 2
    cell = row * width + column
    turned = np.bincount(cell, rise * (1 - into), rows * width)
    turned += np.bincount(cell + 1, rise * into, rows * width)
    share = np.abs(np.cumsum(turned.reshape(rows, width), axis=1)[:, :columns])
    share[share < NOISE] = 0.0
    share[share > 1 - NOISE] = 1.0
    return np.asarray(share)


def _edges(shape: Any) -> tuple[Floats, Floats]:
    """Return the ends (e, 2) of the edges of all rings, holes running against their shells."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    rings = shapely.get_rings(shapely.orient_polygons(polygons))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    goes_on = ring[1:] == ring[:-1]
    return xy[:-1][goes_on], xy[1:][goes_on]


def _pieces(begin: Floats, end: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Cut edges at whole numbers of x and y; return x0, y0, x1, y1 of the pieces."""
    count = len(begin)
    cuts = [(np.arange(count), np.zeros(count))]
    cuts += [_crossings(begin[:, axis], end[:, axis]) for axis in (0, 1)]
    edge = np.concatenate([cut[0] for cut in cuts])
    at = np.concatenate([cut[1] for cut in cuts])
    order = np.lexsort((at, edge))
    edge, at = edge[order], at[order]
    until = np.ones(len(at))
    same = edge[1:] == edge[:-1]
    until[:-1][same] = at[1:][same]
    step = end - begin
    x0, y0 = (begin[edge] + step[edge] * at[:, None]).T
    x1, y1 = np.where(until[:, None] == 1, end[edge], begin[edge] + step[edge] * until[:, None]).T
    return x0, y0, x1, y1


def _crossings(begin: Floats, end: Floats) -> tuple[Integers, Floats]:
    """Return edge and share of its way for each whole number strictly between its ends."""
    first = np.floor(np.minimum(begin, end)) + 1
    count = np.maximum(np.ceil(np.maximum(begin, end)) - first, 0).astype(np.int64)
    edge = np.repeat(np.arange(len(begin)), count)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    line = first[edge] + nth
    return edge, (line - begin[edge]) / (end - begin)[edge]
