"""Tells where major roads may be crossed, and how long that is waited for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from lifecircle.place.streets.major_roads import MajorRoads, Roadways
from lifecircle.place.streets.passages import CROSSING, SIGNALS, WAY, Ways
from lifecircle.place.streets.sides import Arms
from lifecircle.place.tables import Floats, Integers

Masks = npt.NDArray[np.bool_]

NOWHERE = -1
"""Where a major road is not crossed."""


@dataclass(frozen=True, eq=False)
class Meetings:
    """How streets and major roads meet: ``xy`` (n, 2), all ways, and the arms of major roads.

    ``roads`` are the ways again, with their roadways; ``corner`` (s, 2) the corner by which each
    end of a street comes to a major road, -1 elsewhere; ``lights`` the node rows where lights stop
    the cars; ``service`` (s,) the ways of estates and car parks.
    """

    xy: Floats
    ways: Ways
    roads: Roadways
    arms: Arms
    corner: Integers
    lights: Integers
    service: Masks
    choices: MajorRoads

    @cached_property
    def arms_at(self) -> Integers:
        """Return how many arms meet at each node (n,)."""
        return self.arms.count_at()

    @cached_property
    def drawn(self) -> Masks:
        """Say which segments (s,) are crossings drawn as ways."""
        kind = self.ways.passage
        return np.asarray(self.ways.foot & (kind >= CROSSING) & (kind <= SIGNALS))

    @cached_property
    def ends(self) -> tuple[Integers, Integers]:
        """Return the rows of segments and which of their ends (e,) come to a major road."""
        row, side = np.nonzero(self.corner >= 0)
        return row.astype(np.int64), side.astype(np.int64)

    @cached_property
    def junctions(self) -> Integers:
        """Return the nodes where a street meets a major road, or three arms meet."""
        return self._met_by(np.ones(len(self.service), dtype=np.bool_))

    @cached_property
    def street_junctions(self) -> Integers:
        """Return those of the junctions that not only drives come to."""
        return self._met_by(~self.service)

    def _met_by(self, own: Masks) -> Integers:
        row, side = self.ends
        met = np.zeros(len(self.arms_at), dtype=np.bool_)
        met[self.ways.segments[row, side][own[row]]] = True
        return np.flatnonzero((met & (self.arms_at == 2)) | (self.arms_at > 2))


def crossed_at(met: Meetings) -> Integers:
    """Return what crossing a major road at each node (n,) is: a place in PASSAGES, or NOWHERE.

    A node of a crossing, the end of a crossing drawn as a way, and a lit junction are crossings. A
    foot way that goes on beyond the road is WAY: it crosses there, and nobody knows of any wait.
    """
    ways, nodes = met.ways, len(met.xy)
    sort = np.full(nodes, NOWHERE, dtype=np.int64)
    marked = (ways.mark >= CROSSING) & (ways.mark <= SIGNALS)
    sort[marked] = ways.mark[marked]
    ends = ways.segments[met.drawn]
    np.maximum.at(sort, ends.ravel(), np.repeat(ways.passage[met.drawn], 2))
    sort[met.lights] = SIGNALS
    if len(met.lights):
        junction = met.junctions
        away_m, _ = cKDTree(met.xy[met.lights]).query(met.xy[junction])
        sort[junction[away_m <= met.choices.lights_near_m]] = SIGNALS
    row, side = met.ends
    corners = np.unique(met.corner[row, side][ways.foot[row]])
    beyond = np.bincount(met.arms.node[corners], minlength=nodes) > 1
    sort[beyond & (sort == NOWHERE)] = WAY
    sort[met.arms_at < 2] = NOWHERE
    return sort


def undrawn(met: Meetings, sort: Integers) -> Integers:
    """Return the junctions in places where next to nobody drew crossings (``sort`` as above).

    Junctions with drives only tell nothing of how a map was drawn, but are crossed like the others.
    """
    told = met.choices.drawn
    all_, streets = met.junctions, met.street_junctions
    all_ = all_[sort[all_] == NOWHERE]
    crossed = np.flatnonzero(sort != NOWHERE)
    if not len(all_) or not len(crossed):
        return np.asarray(all_)
    away_m, _ = cKDTree(met.xy[crossed]).query(met.xy[streets])
    counted = [
        cKDTree(met.xy[own]).query_ball_point(met.xy[all_], told.around_m, return_length=True)
        if len(own)
        else np.zeros(len(all_))
        for own in (streets[away_m <= told.near_m], streets)
    ]
    served, among = counted
    return np.asarray(all_[served < told.least_share * np.maximum(among, 1)])


def waits_of(met: Meetings, sort: Integers, arm: Integers, length_m: Floats) -> Floats:
    """Return how many waits each link (l,) across an arm costs.

    A crossing drawn as one way, and a street over both lines of a divided road, are waited for
    once, by the metres. Where three arms and more meet, each is crossed by itself, and a line of
    one way counts as half of a road.
    """
    node = met.arms.node[arm]
    label = _one_crossing(met, sort)[node]
    straight = met.arms.count[arm] == 2
    total_m = np.bincount(
        label[straight], length_m[straight], minlength=int(label.max(initial=0)) + 1
    )
    count = np.bincount(label[straight], minlength=len(total_m))
    share: Floats = np.divide(
        length_m, total_m[label], out=1 / np.maximum(count[label], 1), where=total_m[label] > 0
    )
    waits = np.where(straight, share, np.where(met.arms.one_way[arm], 0.5, 1.0))
    return np.asarray(np.where(sort[node] >= CROSSING, waits, 0.0))


def _one_crossing(met: Meetings, sort: Integers) -> Integers:
    """Return a number for each node (n,), the same for nodes of one crossing."""
    ways, nodes = met.ways, len(met.xy)
    over = (met.arms_at == 2) & (sort >= CROSSING)
    drawn = np.flatnonzero(met.drawn)
    at, side = np.nonzero(over[ways.segments[drawn]])
    node, way = ways.segments[drawn[at], side], ways.way[drawn[at]]
    half = np.zeros(nodes, dtype=np.bool_)
    half[met.arms.node[met.arms.one_way]] = True
    row, times = np.unique(met.ends[0], return_counts=True)
    both = row[times == 2]
    both = both[(over & half)[ways.segments[both]].all(axis=1) & ~ways.foot[both]]
    both = both[ways.length_m[both] <= met.choices.divided_m]
    size = nodes + int(ways.way.max(initial=0)) + 1
    one = np.concatenate([node, ways.segments[both, 0]])
    other = np.concatenate([nodes + way, ways.segments[both, 1]])
    joined = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(size, size))
    return np.asarray(connected_components(joined, directed=False)[1][:nodes], dtype=np.int64)
