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
STRIP = 64
"""Owners unpacked together, lane by lane, while their values are at hand."""
FAR = 1 << 61
"""No way was found. Sums of a value and an arc stay below the largest whole number."""


@compiled
def sow(value: Array, reached: Array, node: Array, lane: Array, packed: Array) -> None:
    """Set out from targets: ``packed`` values at nodes, each in its lane."""
    for seed in range(len(node)):
        at = node[seed]
        if not reached[at]:
            value[at, :] = FAR
            reached[at] = True
        value[at, lane[seed]] = min(value[at, lane[seed]], packed[seed])


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
    # Written out in full: the compiler takes several lanes at a time only if the array counts them,
    # `min` lowers them and no row is cut out or handed over, which is five times slower.
    rise(first, higher, up, shift, value, reached)
    fall(first, higher, down, shift, value, reached)


@compiled
def rise(first: Array, higher: Array, up: Array, shift: int, value: Array, reached: Array) -> None:
    """Carry the values upwards, lowest nodes first."""
    for low in range(len(first) - 1):
        if not reached[low]:
            continue
        for arc in range(first[low], first[low + 1]):
            high, took = higher[arc], up[arc] << shift
            if reached[high]:
                for lane in range(value.shape[1]):
                    value[high, lane] = min(value[low, lane] + took, value[high, lane])
            else:
                reached[high] = True
                for lane in range(value.shape[1]):
                    value[high, lane] = min(value[low, lane] + took, FAR)


@compiled
def fall(
    first: Array, higher: Array, down: Array, shift: int, value: Array, reached: Array
) -> None:
    """Carry the values downwards, highest nodes first."""
    for low in range(len(first) - 2, -1, -1):
        for arc in range(first[low], first[low + 1]):
            high, took = higher[arc], down[arc] << shift
            if not reached[high]:
                continue
            if reached[low]:
                for lane in range(value.shape[1]):
                    value[low, lane] = min(value[high, lane] + took, value[low, lane])
            else:
                reached[low] = True
                for lane in range(value.shape[1]):
                    value[low, lane] = min(value[high, lane] + took, FAR)


@compiled
def harvest(
    owner: Array, node: Array, packed: Array, value: Array, reached: Array, best: Array
) -> None:
    """Lower each owner's values ``best`` (o, lanes) to those at both ends of its points' chains.

    ``node`` and ``packed`` (p, 2) are the ends and what it takes to walk there.
    """
    for point in range(len(owner)):
        whose = owner[point]
        for end in range(2):
            at, took = node[point, end], packed[point, end]
            if reached[at]:
                for lane in range(best.shape[1]):
                    best[whose, lane] = min(value[at, lane] + took, best[whose, lane])


@compiled
def offer_on_chains(
    owner: Array, begin: Array, end: Array, lane: Array, packed: Array, best: Array
) -> None:
    """Lower each owner's values to those of targets on the same chain, ``begin : end`` by point.

    Targets of other lanes than those of ``best`` (o, lanes) are passed over.
    """
    for point in range(len(owner)):
        whose = owner[point]
        for at in range(begin[point], end[point]):
            if 0 <= lane[at] < best.shape[1]:
                best[whose, lane[at]] = min(best[whose, lane[at]], packed[at])


@compiled
def unpack(
    best: Array, shift: int, limit: int, tick_s: float, target: Array, time_s: Array
) -> None:
    """Split values (o, lanes) into ``target`` and ``time_s`` (lanes, o); -1 and inf beyond."""
    mask = (1 << shift) - 1
    for begin in range(0, len(best), STRIP):
        for lane in range(len(target)):
            for owner in range(begin, min(begin + STRIP, len(best))):
                ticks = best[owner, lane] >> shift
                within = ticks <= limit
                target[lane, owner] = best[owner, lane] & mask if within else -1
                time_s[lane, owner] = ticks * tick_s if within else np.inf
