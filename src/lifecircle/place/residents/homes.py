"""Finds the community that a point lies in, or that a register says."""

from __future__ import annotations

from collections import Counter

import numpy as np
import shapely

from lifecircle.place.forms.columns import Columns
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


ASTRAY_M = 50.0
"""Outlines are drawn along the middle of streets; a house may stand this far over the line."""


def ids_by_name(communities: Communities) -> dict[str, str]:
    """Return the id of each community whose name only it has, and of those called otherwise now."""
    times = Counter(communities.name)
    pairs = zip(communities.name, communities.id, strict=True)
    return {**communities.former, **{name: own_id for name, own_id in pairs if times[name] == 1}}


def homes_of(
    communities: Communities, columns: Columns, meaning: str, point: Geometries
) -> Integers:
    """Return the community of each row: the one a register says, else where it lies.

    A register may say another than the map; its word counts, and the difference is told.
    """
    lies = community_of(communities, point)
    row_of = {own_id: row for row, own_id in enumerate(communities.id)}
    home = lies.copy()
    for at, said in enumerate(columns.refs(meaning, ids_by_name(communities))):
        if not said:
            continue
        if said not in row_of:
            reason = f"没有编号为 {said} 的社区"
            columns.doubt("orphan", reason, at + 1, "改正所属社区编号", meaning)
            continue
        home[at] = row_of[said]
        if lies[at] == home[at] or shapely.is_empty(point[at]):
            continue
        away_m = shapely.distance(communities.shape[home[at]], point[at])
        if away_m > ASTRAY_M:
            reason = f"登记在社区 {said}，坐标离它有{away_m:.0f}米"
            columns.doubt("elsewhere", reason, at + 1, "核对坐标和所属社区", meaning)
    return home
