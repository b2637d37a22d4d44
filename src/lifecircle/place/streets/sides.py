"""Takes major roads apart into two sides, with a corner wherever two of them meet.

           |  |                 A major road is drawn as one line; here it is a chain of nodes
corner 1   |  |   corner 0      on either side of its roadway. Around a node where k such lines
    -------+  +-------          end lie k corners, each between one line, an arm, and the next
                                one anticlockwise. Streets end at the corner between whose arms
    -------+  +-------          they come in. Corners are joined across an arm only by a link,
corner 2   |  |   corner 3      where somebody says that one may cross. Where a single arm ends
           |  |                 there is one corner: one walks around the end of the road.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lifecircle.place.streets.major_roads import Roadways
from lifecircle.place.tables import Floats, Integers

Masks = npt.NDArray[np.bool_]

SHARPEST = 0.5
"""Corners of sharp bends lie no farther from their node than a roadway's width."""

MOST_OF_A_STREET = 0.9
"""A corner takes no more than this of the first piece of a street: a pavement may be drawn nearer
to the middle of the road than its usual width says."""


@dataclass(frozen=True, eq=False)
class Arms:
    """Major roads as they leave their nodes (a,), node by node and anticlockwise.

    Arm a leaves ``node[a]`` under ``heading[a]`` (radians); ``before[a]`` and ``after[a]`` are its
    neighbours around the node and ``count[a]`` how many arms there are. Corner a lies between arm a
    and the next one; the first corner of a node is the node itself, ``row[a]`` says which node row
    it is. ``nodes`` is the number of rows without and ``rows`` with the new ones.
    """

    node: Integers
    heading: Floats
    half_m: Floats
    one_way: Masks
    before: Integers
    after: Integers
    count: Integers
    row: Integers
    nodes: int

    @property
    def rows(self) -> int:
        """Return the number of node rows, the new corners counted."""
        return self.nodes + int((self.row >= self.nodes).sum())

    def count_at(self) -> Integers:
        """Return how many arms meet at each node (n,)."""
        return np.bincount(self.node, minlength=self.nodes)

    def came_from(self) -> Integers:
        """Return for every node row, new ones too, the node that it is or was a corner of."""
        origin = np.arange(self.rows)
        origin[self.row] = self.node
        return origin

    def places(self, xy: Floats, streets: Integers) -> Floats:
        """Return where all node rows lie (r, 2), corners to the millimetre.

        A corner lies half a roadway off both its arms, and not beyond the ``streets`` (s, 2) that
        end there.
        """
        apart = self.count > 1
        off = self._off()
        away_m = np.sqrt((off * off).sum(axis=1))
        step = xy[streets[:, 1]] - xy[streets[:, 0]]
        room_m = np.full(self.nodes, np.inf)
        np.minimum.at(room_m, streets.ravel(), np.repeat(np.sqrt((step * step).sum(axis=1)), 2))
        most_m = np.minimum(away_m, MOST_OF_A_STREET * room_m[self.node])
        off *= np.divide(most_m, away_m, out=np.ones_like(away_m), where=away_m > 0)[:, None]
        moved = np.concatenate([xy, np.zeros((self.rows - self.nodes, 2))])
        moved[self.row[apart]] = np.round(xy[self.node[apart]] + off[apart], 3)
        return moved

    def _off(self) -> Floats:
        """Return how far corners lie from their nodes (a, 2): where the edges of both arms meet.

        Edges that are nearly parallel meet far away or nowhere; there the corner lies on the line
        that halves the angle, and at a sharp bend no farther than a roadway's width.
        """
        own_m, next_m = self.half_m, self.half_m[self.after]
        turn = np.mod(self.heading[self.after] - self.heading, 2 * np.pi)
        along = np.column_stack([np.cos(self.heading), np.sin(self.heading)])
        bent = np.abs(np.sin(turn)) >= SHARPEST
        sine = np.where(bent, np.sin(turn), 1.0)
        meet = (next_m / sine)[:, None] * along + (own_m / sine)[:, None] * along[self.after]
        middle = self.heading + turn / 2
        away_m = (own_m + next_m) / 2 / np.maximum(np.sin(turn / 2), SHARPEST)
        halved = away_m[:, None] * np.column_stack([np.cos(middle), np.sin(middle)])
        return np.asarray(np.where(bent[:, None], meet, halved))

    def corners(self, xy: Floats, segments: Integers) -> Integers:
        """Return by which corner streets (s, 2) end, -1 where no major road is met (s, 2)."""
        ends, others = segments.ravel(), segments[:, ::-1].ravel()
        met = np.flatnonzero(self.count_at()[ends] > 0)
        node = np.concatenate([self.node, ends[met]])
        heading = np.concatenate([self.heading, _headings(xy, ends[met], others[met])])
        arm = np.concatenate([np.arange(len(self.node)), np.full(len(met), -1)])
        order = np.lexsort((arm < 0, heading, node))
        last = np.empty(len(node), dtype=np.int64)
        last[order] = np.maximum.accumulate(arm[order])
        found = last[len(self.node) :]
        first = np.full(self.nodes, -1)
        first[self.node[::-1]] = np.arange(len(self.node))[::-1]
        early = (found < 0) | (self.node[found] != ends[met])
        found = np.where(early, self.before[first[ends[met]]], found)
        corner = np.full(len(ends), -1, dtype=np.int64)
        corner[met] = found
        return corner.reshape(-1, 2)

    def across(self) -> tuple[Integers, Integers]:
        """Return the arms that a link may lead across, and the corner rows (l, 2) it would join."""
        first = np.concatenate([[True], self.node[1:] != self.node[:-1]])[: len(self.node)]
        arm = np.flatnonzero((self.count > 2) | ((self.count == 2) & first))
        return arm, np.column_stack([self.row[self.before[arm]], self.row[arm]])


def arms_of(xy: Floats, roads: Roadways) -> tuple[Arms, Integers]:
    """Return the arms of major roads, and which arm each end of each segment is (s, 2)."""
    nodes, ends = len(xy), roads.segments
    key = (ends * nodes + ends[:, ::-1]).ravel()
    _, once, arm = np.unique(key, return_index=True, return_inverse=True)
    node, other = ends.ravel()[once], ends[:, ::-1].ravel()[once]
    heading = _headings(xy, node, other)
    order = np.lexsort((other, heading, node))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    node = node[order]
    begins = np.flatnonzero(np.concatenate([[True], node[1:] != node[:-1]])[: len(node)])
    count = np.diff(np.append(begins, len(node)))
    begin, count = np.repeat(begins, count), np.repeat(count, count)
    at = np.arange(len(node)) - begin
    row = node.copy()
    row[at > 0] = nodes + np.arange(int((at > 0).sum()))
    arms = Arms(
        node=node,
        heading=heading[order],
        half_m=np.repeat(roads.roadway_m, 2)[once][order] / 2,
        one_way=np.repeat(roads.one_way, 2)[once][order],
        before=begin + (at - 1) % count,
        after=begin + (at + 1) % count,
        count=count,
        row=row,
        nodes=nodes,
    )
    return arms, place[arm].reshape(-1, 2)


def _headings(xy: Floats, node: Integers, other: Integers) -> Floats:
    step = xy[other] - xy[node]
    return np.asarray(np.arctan2(step[:, 1], step[:, 0]))


def sides_of(arms: Arms, ends: Integers) -> tuple[Integers, Integers]:
    """Return the left and the right side (s, 2) of segments whose ``ends`` are these arms."""
    begin, end = ends[:, 0], ends[:, 1]
    left = np.column_stack([arms.row[begin], arms.row[arms.before[end]]])
    right = np.column_stack([arms.row[arms.before[begin]], arms.row[end]])
    return left, right
