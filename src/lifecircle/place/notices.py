"""Sentences about data that were taken but that a reader of the results must know of."""

from __future__ import annotations

import numpy as np
import shapely

from lifecircle.place.tables import Communities, Facilities, Geometries

FAR_M = 50_000.0
OVERLAP_SHARE = 0.01


def shape_notices(communities: Communities, given: Geometries) -> list[str]:
    """Tell of outlines that had to be mended, and of communities that lie over each other."""
    notices = []
    broken = int((~shapely.is_valid(given)).sum())
    if broken:
        notices.append(f"有{broken}个社区的边界自相交，已自动修补，请核对。")
    tree = shapely.STRtree(communities.shape)
    one, other = tree.query(communities.shape, predicate="intersects")
    pairs = [(a, b) for a, b in zip(one.tolist(), other.tolist(), strict=True) if a < b]
    size_m2 = shapely.area(communities.shape)
    over = []
    for a, b in sorted(pairs):
        shared_m2 = shapely.area(shapely.intersection(communities.shape[a], communities.shape[b]))
        if shared_m2 > OVERLAP_SHARE * min(size_m2[a], size_m2[b]):
            over.append(f"{communities.name[a]}与{communities.name[b]}")
    if over:
        more = f"等{len(over)}对" if len(over) > 3 else ""
        notices.append(f"{'、'.join(over[:3])}{more}社区边界重叠，重叠处的人只计入编号在前的社区。")
    return notices


def far_notices(communities: Communities, facilities: Facilities) -> list[str]:
    """Tell of facilities so far from every community that their place is doubtful."""
    if len(facilities) == 0:
        return []
    west, south, east, north = shapely.total_bounds(communities.shape)
    bounds = shapely.bounds(facilities.shape)
    beyond = (bounds[:, 0] > east + FAR_M) | (bounds[:, 2] < west - FAR_M)
    beyond |= (bounds[:, 1] > north + FAR_M) | (bounds[:, 3] < south - FAR_M)
    rows = np.flatnonzero(beyond)
    if len(rows) == 0:
        return []
    named = "、".join(facilities.id[row] for row in rows[:3])
    return [f"有{len(rows)}处设施（{named}等）离所有社区50公里以上，请核对坐标。"]
