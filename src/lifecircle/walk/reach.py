"""Reach from every junction: how much of something lies within a walk of it."""

from __future__ import annotations

import numpy as np

from lifecircle.walk.compiling import compiled
from lifecircle.walk.search import Array, grown


@compiled
def amount_within(
    first: Array, neighbour: Array, weight: Array, amount: Array, limit: float
) -> Array:
    """Return for every node (n,) the sum of ``amount`` (n,) over the nodes it walks to in time.

    The graph holds, for node v, the arcs ``first[v] : first[v + 1]`` that leave it. One bounded
    search per node: the plain answer that faster ones are held against.
    """
    nodes = len(first) - 1
    reached = np.zeros(nodes, dtype=amount.dtype)
    best = np.full(nodes, np.inf)
    touched = np.empty(nodes, dtype=np.int64)
    cost, node = np.empty(16), np.empty(16, dtype=np.int64)
    for origin in range(nodes):
        cost[0], node[0], size = 0.0, origin, 1
        best[origin], touched[0], count = 0.0, origin, 1
        while size > 0:
            here_cost, here = cost[0], node[0]
            size -= 1
            cost[0], node[0] = cost[size], node[size]
            _sift_down(cost, node, size)
            if here_cost > best[here]:
                continue
            reached[origin] += amount[here]
            for arc in range(first[here], first[here + 1]):
                there, longer = neighbour[arc], here_cost + weight[arc]
                if longer <= limit and longer < best[there]:
                    if best[there] == np.inf:
                        touched[count] = there
                        count += 1
                    best[there] = longer
                    if size == len(cost):
                        cost, node = grown(cost), grown(node)
                    cost[size], node[size] = longer, there
                    size += 1
                    _sift_up(cost, node, size - 1)
        best[touched[:count]] = np.inf
    return reached


@compiled
def _sift_down(cost: Array, node: Array, size: int) -> None:
    at = 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and cost[child + 1] < cost[child]:
            child += 1
        if cost[at] <= cost[child]:
            return
        cost[at], cost[child] = cost[child], cost[at]
        node[at], node[child] = node[child], node[at]
        at = child


@compiled
def _sift_up(cost: Array, node: Array, at: int) -> None:
    while at > 0 and cost[at] < cost[(at - 1) // 2]:
        above = (at - 1) // 2
        cost[at], cost[above] = cost[above], cost[at]
        node[at], node[above] = node[above], node[at]
        at = above
