"""Shortest ways for one group of targets without any preparation: a search in buckets of cost."""

from __future__ import annotations

import numpy as np

from lifecircle.walk.compiling import compiled
from lifecircle.walk.search import Array, grown

FINEST = 12
"""The limit is cut into 2 to this power buckets, or half as many."""


@compiled
def spread(
    first: Array, neighbour: Array, weight: Array, shift: int, limit: int, value: Array
) -> None:
    """Carry values (n,) from where they stand along the arcs, up to ``limit`` ticks.

    A value is ``ticks << shift | target``, as in the sweeps. A node is looked at again whenever
    its value falls, so the answer does not depend on the width of a bucket.
    """
    coarse = shift
    while (limit >> (coarse - shift)) >= 1 << FINEST:
        coarse += 1
    most = ((limit + 1) << shift) - 1
    head = np.full((most >> coarse) + 1, -1, dtype=np.int64)
    node, noted, after, size = _laid(value, most, coarse, head)
    for start in range(len(head)):
        while head[start] >= 0:
            entry = head[start]
            head[start] = after[entry]
            here, known = node[entry], noted[entry]
            if known != value[here]:
                continue
            for arc in range(first[here], first[here + 1]):
                if weight[arc] > limit:
                    continue
                there, through = neighbour[arc], known + (weight[arc] << shift)
                if through <= most and through < value[there]:
                    value[there] = through
                    if size == len(node):
                        node, noted, after = grown(node), grown(noted), grown(after)
                    bucket = through >> coarse
                    node[size], noted[size], after[size] = there, through, head[bucket]
                    head[bucket] = size
                    size += 1


@compiled
def _laid(value: Array, most: int, coarse: int, head: Array) -> tuple[Array, Array, Array, int]:
    """Put the nodes that have a value into their buckets.

    Entry e is a node, the value it was noted with, and the entry after it in its bucket.
    """
    room = len(value) + 16
    node, noted = np.empty(room, np.int64), np.empty(room, np.int64)
    after, size = np.empty(room, np.int64), 0
    for here in range(len(value)):
        if value[here] <= most:
            bucket = value[here] >> coarse
            node[size], noted[size], after[size] = here, value[here], head[bucket]
            head[bucket] = size
            size += 1
    return node, noted, after, size
