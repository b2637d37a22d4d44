"""Cuts a graph of straight segments into chains between junctions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lifecircle.walk.compiling import compiled

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def cut_into_chains(nodes: int, pairs: Integers) -> tuple[Integers, Integers, Integers]:
    """Cut segments ``pairs`` (s, 2) over nodes 0..nodes-1 at every node of degree other than two.

    Returns (start, order, segment): chain c visits the nodes ``order[start[c] : start[c + 1]]``
    and leaves each by its ``segment``, -1 at its end. A ring without a junction is cut at its
    smallest node. Chains come in the order of their first node and segment, so equal input gives
    equal output.
    """
    degree = np.bincount(pairs.ravel(), minlength=nodes)
    first = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
    ends = np.concatenate([pairs[:, 0], pairs[:, 1]])
    segment = np.concatenate([np.arange(len(pairs)), np.arange(len(pairs))])
    other = np.concatenate([pairs[:, 1], pairs[:, 0]])
    order = np.lexsort((segment, ends))
    own = segment[order].astype(np.int64)
    start, visited, left_by = _trace(first, other[order], own, len(pairs))
    return start, visited, left_by


@compiled
def summed_along(start: Integers, step: Floats) -> Floats:
    """Return for each vertex the sum of the steps before it on its chain.

    ``step`` (v,) belongs to the piece that leaves a vertex. Each chain is summed by itself, so
    that its sums do not depend on the chains before it.
    """
    total = np.empty(len(step))
    for chain in range(len(start) - 1):
        run = 0.0
        for vertex in range(start[chain], start[chain + 1]):
            total[vertex] = run
            run += step[vertex]
    return total


@compiled
def piece_at(start: Integers, vertex_at_m: Floats, chain: Integers, at_m: Floats) -> Integers:
    """Return the vertex (p,) at or before ``at_m`` (p,) metres along ``chain`` (p,).

    Never the last of a chain, so that a piece leaves it.
    """
    found = np.empty(len(chain), dtype=np.int64)
    for point in range(len(chain)):
        low, high = start[chain[point]], start[chain[point] + 1] - 2
        while low < high:
            middle = (low + high + 1) // 2
            if vertex_at_m[middle] <= at_m[point]:
                low = middle
            else:
                high = middle - 1
        found[point] = low
    return found


@compiled
def _trace(
    first: Integers, other: Integers, segment: Integers, segments: int
) -> tuple[Integers, Integers, Integers]:
    nodes = len(first) - 1
    used = np.zeros(segments, dtype=np.bool_)
    order = np.empty(2 * segments, dtype=np.int64)
    left_by = np.full(2 * segments, -1, dtype=np.int64)
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
                    left_by[filled - 1] = segment[at]
                    here = other[at]
                    order[filled] = here
                    filled += 1
                    if here == node or first[here + 1] - first[here] != 2:
                        break
                    at = first[here] if not used[segment[first[here]]] else first[here] + 1
                chains += 1
                start[chains] = filled
    return start[: chains + 1].copy(), order[:filled].copy(), left_by[:filled].copy()
