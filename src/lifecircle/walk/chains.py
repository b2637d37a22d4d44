"""Cuts a graph of straight segments into chains between junctions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lifecircle.walk.compiling import compiled

Integers = npt.NDArray[np.int64]


def cut_into_chains(nodes: int, pairs: Integers) -> tuple[Integers, Integers]:
    """Cut segments ``pairs`` (s, 2) over nodes 0..nodes-1 at every node of degree other than two.

    Returns (start, order): chain c visits the nodes ``order[start[c] : start[c + 1]]``. A ring
    without a junction is cut at its smallest node. Chains come in the order of their first node
    and segment, so equal input gives equal output.
    """
    degree = np.bincount(pairs.ravel(), minlength=nodes)
    first = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
    ends = np.concatenate([pairs[:, 0], pairs[:, 1]])
    segment = np.concatenate([np.arange(len(pairs)), np.arange(len(pairs))])
    other = np.concatenate([pairs[:, 1], pairs[:, 0]])
    order = np.lexsort((segment, ends))
    start, visited = _trace(first, other[order], segment[order].astype(np.int64), len(pairs))
    return start, visited


@compiled
def _trace(
    first: Integers, other: Integers, segment: Integers, segments: int
) -> tuple[Integers, Integers]:
    nodes = len(first) - 1
    used = np.zeros(segments, dtype=np.bool_)
    order = np.empty(2 * segments, dtype=np.int64)
    start = np.zeros(segments + 1, dtype=np.int64)
    chains = 0
    filled = 0
    for rings in (False, True):
        for node in range(nodes):
            is_junction = first[node + 1] - first[node] != 2
            if not rings and not is_junction:
                continue
            for arc in range(first[node], first[node + 1]):
                if used[segment[arc]]:
                    continue
                order[filled] = node
                filled += 1
                at = arc
                while True:
                    used[segment[at]] = True
                    here = other[at]
                    order[filled] = here
                    filled += 1
                    if here == node or first[here + 1] - first[here] != 2:
                        break
                    at = first[here] if not used[segment[first[here]]] else first[here] + 1
                chains += 1
                start[chains] = filled
    return start[: chains + 1].copy(), order[:filled].copy()
