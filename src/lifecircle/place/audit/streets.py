"""Doubts about the street network: parts that nothing links to the rest, crossings not drawn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse
import scipy.spatial

from lifecircle.place.streets.walkable import walkable
from lifecircle.place.tables import Aspect, City, Doubt
from lifecircle.terms.errors import Fault
from lifecircle.terms.streets import SHORTEST_PART_M

TENTH = 10


def street_doubts(city: City) -> list[Doubt]:
    """Return the communities where over a tenth of the people live by doubtful streets."""
    if len(city.streets.node_id) == 0 or len(city.origins) == 0:
        return []
    return [*_unlinked(city), *_undrawn(city)]


def _unlinked(city: City) -> list[Doubt]:
    """Doubt parts of the network that nothing links to the rest.

    Parts too short to start a walk on are left out, as the engine leaves them out.
    """
    streets, origins = city.streets, city.origins
    count = len(streets.node_id)
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
    return _doubts(
        city,
        part[entered[nearest]] != int(length_m.argmax()),
        "network-parts",
        "住在与其余路网不相连的路边",
        "在路网里补上缺的连接",
    )


def _undrawn(city: City) -> list[Doubt]:
    """Doubt the walks of those who live near major roads on which nobody drew crossings."""
    streets, origins = city.streets, city.origins
    if streets.guessed is None or not len(streets.guessed):
        return []
    xy = np.column_stack([streets.x_m, streets.y_m])[streets.guessed]
    away_m, _ = scipy.spatial.cKDTree(xy).query(np.column_stack([origins.x_m, origins.y_m]))
    return _doubts(
        city,
        away_m <= walkable().major_roads.drawn.around_m,
        "crossings-undrawn",
        "住在几乎没有画过街处的主要道路附近",
        "在路网里补画过街处、信号灯、天桥和地道",
        "walks",
    )


def _doubts(
    city: City,
    doubtful: npt.NDArray[np.bool_],
    code: str,
    says: str,
    remedy: str,
    aspect: Aspect = "all",
) -> list[Doubt]:
    """Return a doubt for each community where over a tenth of the people are ``doubtful`` (o,)."""
    origins, areas = city.origins, city.communities
    weight = np.zeros((2, len(areas)))
    np.add.at(weight[0], origins.community, origins.weight)
    np.add.at(weight[1], origins.community[doubtful], origins.weight[doubtful])
    return [
        Doubt(
            Fault(
                f"{areas.name[row]}有{weight[1][row] / weight[0][row]:.0%}的居民{says}",
                place=f"社区 {areas.id[row]}",
                remedy=remedy,
                code=code,
            ),
            frozenset([areas.id[row]]),
            aspect=aspect,
        )
        for row in np.flatnonzero(weight[1] * TENTH > weight[0])
    ]
