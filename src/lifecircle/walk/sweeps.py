"""Shortest ways to all junctions for many groups of targets at once: one sweep up, one down.

A value is one whole number, ``ticks << shift | target``: the least value is the nearest target,
and of equally near ones that with the smallest number. A row holds one value for each of sixteen
lanes; lanes do not know of each other, so the compiler works on several at once.
"""

from __future__ import annotations

import numpy as np

from lifecircle.walk.compiling import compiled
from lifecircle.walk.search import Array

LANES = 16
FAR = 1 << 61
"""No way was found. Sums of a value and an arc stay below the largest whole number."""


@compiled
def sow(value: Array, reached: Array, node: Array, lane: Array, packed: Array) -> None:
    """Set out from targets: ``packed`` values at nodes, each in its lane."""
    for seed in range(len(node)):
        row = value[node[seed]]
        if not reached[node[seed]]:
            row[:] = FAR
            reached[node[seed]] = True
        row[lane[seed]] = min(row[lane[seed]], packed[seed])


@compiled
def sweep(
    first: Array,
    higher: Array,
    up: Array,
    down: Array,
    shift: int,
    value: Array,
    reached: Array,
) -> None:
    """Carry the values (n, 16) along an order's arcs until every node has its least.

    Rows of nodes that are not ``reached`` (n,) hold nothing yet; both arrays are changed.
    """
    nodes = len(first) - 1
    for low in range(nodes):
        if reached[low]:
            for arc in range(first[low], first[low + 1]):
                high = higher[arc]
                carry(value[low], value[high], up[arc] << shift, reached[high])
                reached[high] = True
    for low in range(nodes - 1, -1, -1):
        for arc in range(first[low], first[low + 1]):
            high = higher[arc]
            if reached[high]:
                carry(value[high], value[low], down[arc] << shift, reached[low])
                reached[low] = True


@compiled
def carry(source: Array, goal: Array, took: int, known: bool) -> None:  # noqa: FBT001
    """Lower a row of values to another's and ``took``; what stands there counts if ``known``."""
    # `len` and `min` let the compiler take several lanes at a time; a fixed count or `if` do not
    if known:
        for lane in range(len(source)):
            goal[lane] = min(source[lane] + took, goal[lane])
    else:
        for lane in range(len(source)):
            goal[lane] = min(source[lane] + took, FAR)


@compiled
def harvest(
    owner: Array, node: Array, packed: Array, value: Array, reached: Array, best: Array
) -> None:
    """Lower each owner's values ``best`` (o, lanes) to those at both ends of its points' chains.

    ``node`` and ``packed`` (p, 2) are the ends and what it takes to walk there.
    """
    for point in range(len(owner)):
        goal = best[owner[point]]
        for end in range(2):
            if reached[node[point, end]]:
                carry(value[node[point, end]], goal, packed[point, end], True)


@compiled
def offer_on_chains(
    owner: Array, begin: Array, end: Array, lane: Array, packed: Array, best: Array
) -> None:
    """Lower each owner's values to those of targets on the same chain, ``begin : end`` by point.

    Targets of other lanes than those of ``best`` (o, lanes) are passed over.
    """
    for point in range(len(owner)):
        goal = best[owner[point]]
        for at in range(begin[point], end[point]):
            if 0 <= lane[at] < len(goal):
                goal[lane[at]] = min(goal[lane[at]], packed[at])


@compiled
def unpack(
    best: Array, shift: int, limit: int, tick_s: float, target: Array, time_s: Array
) -> None:
    """Split values (o, lanes) into ``target`` and ``time_s`` (lanes, o); -1 and inf beyond."""
    mask = (1 << shift) - 1
    for owner in range(len(best)):
        for lane in range(len(target)):
            value = best[owner, lane]
            ticks = value >> shift
            if ticks <= limit:
                target[lane, owner] = value & mask
                time_s[lane, owner] = ticks * tick_s
            else:
                target[lane, owner] = -1
                time_s[lane, owner] = np.inf
