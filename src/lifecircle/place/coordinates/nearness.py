"""How far points lie from the nearest street, for very many points at once."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from lifecircle.place.plane import Floats
from lifecircle.place.tables import Streets

EVERY_M = 20.0
"""Streets are set with marks at most this far apart; a point asks only the street of its mark."""

BEYOND_M = 1e7


class StreetIndex:
    """The streets of a city, ready to be asked how far away the nearest one is.

    The street of the nearest mark is not always the nearest street: the answer may be too large,
    by less than half of ``EVERY_M``, where two streets are about equally far.
    """

    def __init__(self, streets: Streets) -> None:
        """Set marks along every segment."""
        xy = np.column_stack([streets.x_m, streets.y_m])
        self._from = xy[streets.segments[:, 0]]
        self._along = xy[streets.segments[:, 1]] - self._from
        length_m = np.hypot(self._along[:, 0], self._along[:, 1])
        self._squared = np.maximum(length_m**2, 1e-9)
        count = np.maximum(1, np.ceil(length_m / EVERY_M)).astype(np.int64)
        self._segment = np.repeat(np.arange(len(count)), count)
        order = np.arange(len(self._segment)) - np.repeat(np.cumsum(count) - count, count)
        share = ((order + 0.5) / count[self._segment])[:, None]
        self._marks = cKDTree(self._from[self._segment] + self._along[self._segment] * share)

    def away_m(self, xy: Floats) -> Floats:
        """Return the distance (n,) in metres of plane points (n, 2) to a street."""
        if self._marks.n == 0:
            return np.full(len(xy), BEYOND_M)
        xy = np.where(np.isfinite(xy), xy, BEYOND_M)
        _, mark = self._marks.query(xy)
        segment = self._segment[mark]
        beside = xy - self._from[segment]
        share = np.sum(beside * self._along[segment], axis=1) / self._squared[segment]
        off = beside - self._along[segment] * np.clip(share, 0.0, 1.0)[:, None]
        return np.asarray(np.hypot(off[:, 0], off[:, 1]))
