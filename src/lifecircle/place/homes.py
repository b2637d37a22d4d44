"""Finds the community that a point lies in."""

from __future__ import annotations

import numpy as np
import shapely

from lifecircle.place.tables import Communities, Geometries, Integers


def community_of(communities: Communities, point: Geometries) -> Integers:
    """Return for each point the row of its community, -1 outside all; the first where two overlap.

    A point on a border belongs to the first community that touches it.
    """
    tree = shapely.STRtree(communities.shape)
    at, area = tree.query(point, predicate="intersects")
    home = np.full(len(point), len(communities), dtype=np.int64)
    np.minimum.at(home, at, area)
    home[home == len(communities)] = -1
    return home
