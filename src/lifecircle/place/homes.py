"""Finds the community that a point lies in."""

from __future__ import annotations

import numpy as np
import shapely

from lifecircle.place.tables import Communities, Geometries, Integers


def community_of(communities: Communities, point: Geometries) -> Integers:
    """Return for each point the row of its community; -1 outside all and where it is empty.

    Where two overlap, and on a border, it is the first.
    """
    tree = shapely.STRtree(communities.shape)
    placed = np.flatnonzero(~shapely.is_empty(point))
    found, area = tree.query(point[placed], predicate="intersects")
    at = placed[found]
    home = np.full(len(point), len(communities), dtype=np.int64)
    np.minimum.at(home, at, area)
    home[home == len(communities)] = -1
    return home
