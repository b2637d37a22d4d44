"""Tells what each straight piece of way is to a walker: level way, crossing, steps, lift, kerb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lifecircle.place.tables import Floats, Integers
from lifecircle.terms.streets import PASSAGES

WAY, KERB, CROSSING, ZEBRA, SIGNALS, LIFT, STEPS = (
    PASSAGES.index(word)
    for word in ("way", "kerb", "crossing", "zebra", "signals", "lift", "steps")
)
BARRED = -1
"""A node that nobody passes on foot."""

Masks = npt.NDArray[np.bool_]
Wanted = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class PassageTags:
    """By which tags ``walkable.yaml`` tells passages; each maps keys to the values that tell."""

    crossing_ways: Wanted
    crossing_nodes: Wanted
    signals: Wanted
    zebra: Wanted
    lifts: Wanted
    steps: Wanted
    kerbs: Wanted
    foot_ways: frozenset[str]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> PassageTags:
        """Take the section ``passages`` of the file."""
        sets = {
            name: {key: frozenset(values) for key, values in tags.items()}
            for name, tags in told.items()
            if name != "foot_ways"
        }
        return cls(**sets, foot_ways=frozenset(told["foot_ways"]))

    @property
    def node_keys(self) -> frozenset[str]:
        """Return the keys by which nodes are told."""
        return frozenset({*self.crossing_nodes, *self.lifts, *self.kerbs, "barrier"})

    @property
    def way_keys(self) -> frozenset[str]:
        """Return the keys by which whole ways are told."""
        told = (self.crossing_ways, self.signals, self.zebra, self.lifts, self.steps)
        return frozenset({key for keys in told for key in keys} | {"incline"})

    def of_way(self, tags: Mapping[str, str]) -> int:
        """Return what a whole way is, from its first node to its last."""
        if _says(tags, self.steps):
            return PASSAGES.index({"up": "steps-up", "down": "steps-down"}.get(
                tags.get("incline", ""), "steps"
            ))  # fmt: skip
        if _says(tags, self.lifts):
            return LIFT
        return self._crossing(tags) if _says(tags, self.crossing_ways) else WAY

    def of_node(self, tags: Mapping[str, str]) -> int:
        """Return what a node makes of the foot ways that meet there."""
        if _says(tags, self.lifts):
            return LIFT
        if _says(tags, self.crossing_nodes):
            return self._crossing(tags)
        return KERB if _says(tags, self.kerbs) else WAY

    def _crossing(self, tags: Mapping[str, str]) -> int:
        if _says(tags, self.signals):
            return SIGNALS
        return ZEBRA if _says(tags, self.zebra) else CROSSING


def _says(tags: Mapping[str, str], wanted: Wanted) -> bool:
    # a map asks this a million times, and a generator costs more than the answer
    for key, values in wanted.items():  # noqa: SIM110
        if key in tags and tags[key] in values:
            return True
    return False


@dataclass(frozen=True, eq=False)
class Ways:
    """Straight segments (s, 2) of node rows (n), what their ways are, and what their nodes are.

    ``way`` (s,) is the way of each segment, ``passage`` (s,) what that way is as a whole, ``foot``
    (s,) whether it is made for walkers, ``mark`` (n,) what a node makes of it, ``length_m`` (s,).
    """

    segments: Integers
    way: Integers
    passage: Integers
    foot: Masks
    mark: Integers
    length_m: Floats


def passages_of(ways: Ways) -> tuple[Integers, Floats]:
    """Return what each segment is (s,) and how many waits of its sort it costs (s,).

    A crossing is waited for once however it is drawn: its wait spreads over the metres of the
    crossing way, and crossing ways that meet on a roadway are one crossing. Where a foot way that
    is not drawn as a crossing meets the roadway at the node of one, each of its two sides costs
    half; walking along the roadway past that node costs nothing. A node that is a lift likewise.
    """
    passage, waits = ways.passage.copy(), np.zeros(len(ways.passage))
    carriageway = np.zeros(len(ways.mark), dtype=np.bool_)
    carriageway[ways.segments[~ways.foot]] = True
    drawn = np.flatnonzero((passage >= CROSSING) & (passage <= LIFT))
    _drawn(ways, drawn, carriageway, passage, waits)
    taken = np.zeros(len(ways.mark), dtype=np.bool_)
    taken[ways.segments[drawn]] = True
    mark = np.where(taken, WAY, ways.mark)
    mark[~carriageway & (mark >= CROSSING) & (mark <= SIGNALS)] = WAY
    level = np.flatnonzero((ways.passage == WAY) & ways.foot)
    at_ends = mark[ways.segments[level]]
    worst = np.maximum(at_ends.max(axis=1, initial=WAY), WAY)
    passage[level] = np.where(worst > KERB, worst, passage[level])
    waits[level] = np.where(worst > KERB, (at_ends == worst[:, None]).sum(axis=1) / 2, 0.0)
    _kerbs(ways, passage, waits)
    return passage, waits


def _drawn(
    ways: Ways, drawn: Integers, carriageway: Masks, passage: Integers, waits: Floats
) -> None:
    """Spread one wait over each crossing and each lift that is drawn as ways of its own."""
    if not len(drawn):
        return
    _, way = np.unique(ways.way[drawn], return_inverse=True)
    count = int(way.max()) + 1
    ends = ways.segments[drawn]
    whose = np.repeat(way, 2)
    met = carriageway[ends.ravel()]
    node = ends.ravel()[met]
    size = count + len(ways.mark)
    joined = coo_array((np.ones(len(node)), (whose[met], count + node)), shape=(size, size))
    one = connected_components(joined, directed=False)[1][way]
    sort = np.full(size, WAY, dtype=np.int64)
    marks = ways.mark[ends].copy()
    marks[marks > LIFT] = WAY
    np.maximum.at(sort, one, np.maximum(ways.passage[drawn], marks.max(axis=1)))
    length_m = np.bincount(one, weights=ways.length_m[drawn], minlength=size)
    passage[drawn] = sort[one]
    waits[drawn] = np.divide(
        ways.length_m[drawn], length_m[one], out=np.zeros(len(drawn)), where=length_m[one] > 0
    )


def _kerbs(ways: Ways, passage: Integers, waits: Floats) -> None:
    """Lay each raised kerb on the shortest level foot way that meets it, the first among equals."""
    level = np.flatnonzero((passage == WAY) & ways.foot)
    ends = ways.segments[level]
    at, side = np.nonzero(ways.mark[ends] == KERB)
    if not len(at):
        return
    node, segment = ends[at, side], level[at]
    order = np.lexsort((ends[at].max(axis=1), ends[at].min(axis=1), ways.length_m[segment], node))
    first = np.concatenate([[True], node[order][1:] != node[order][:-1]])
    passage[segment[order[first]]] = KERB
    waits[segment[order[first]]] = 1.0
