"""Doubts about the street network: parts that nothing links to the rest."""

from __future__ import annotations

import numpy as np
import scipy.sparse
import scipy.spatial

from lifecircle.place.tables import City, Doubt
from lifecircle.terms.errors import Fault
from lifecircle.terms.streets import SHORTEST_PART_M

TENTH = 10


def street_doubts(city: City) -> list[Doubt]:
    """Return the communities where over a tenth of the people live by an unlinked part.

    Parts too short to start a walk on are left out, as the engine leaves them out.
    """
    streets, origins, areas = city.streets, city.origins, city.communities
    count = len(streets.node_id)
    if count == 0 or len(origins) == 0:
        return []
    ones = np.ones(len(streets.segments), dtype=np.int8)
    ends = (streets.segments[:, 0], streets.segments[:, 1])
    graph = scipy.sparse.coo_array((ones, ends), shape=(count, count))
    _, part = scipy.sparse.csgraph.connected_components(graph, directed=False)
    xy = np.column_stack([streets.x_m, streets.y_m])
    piece = xy[ends[0]] - xy[ends[1]]
    length_m = np.bincount(part[ends[0]], np.sqrt((piece * piece).sum(axis=1)), len(xy))
    entered = np.flatnonzero(length_m[part] >= min(SHORTEST_PART_M, float(length_m.max())))
    _, nearest = scipy.spatial.cKDTree(xy[entered]).query(
        np.column_stack([origins.x_m, origins.y_m])
    )
    unlinked = part[entered[nearest]] != int(length_m.argmax())
    weight = np.zeros((2, len(areas)))
    np.add.at(weight[0], origins.community, origins.weight)
    np.add.at(weight[1], origins.community[unlinked], origins.weight[unlinked])
    return [
        Doubt(
            Fault(
                f"{areas.name[row]}有{weight[1][row] / weight[0][row]:.0%}的居民"
                "住在与其余路网不相连的路边",
                place=f"社区 {areas.id[row]}",
                remedy="在路网里补上缺的连接",
                code="network-parts",
            ),
            frozenset([areas.id[row]]),
        )
        for row in np.flatnonzero(weight[1] * TENTH > weight[0])
    ]
