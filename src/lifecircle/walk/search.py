"""The k nearest targets: a bounded search from all of them at once, read at the origins.

Both run on integer ticks, which round each chain once, and on float64 seconds, which do not round
at all; the same code serves both, chosen by the type of ``weight`` and ``limit``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lifecircle.walk.compiling import compiled

Array = npt.NDArray[Any]


@compiled
def _before(heap: Any, a: int, b: int) -> bool:
    """Order heap entries by cost, then by target."""
    cost, target, _ = heap
    if cost[a] != cost[b]:
        return bool(cost[a] < cost[b])
    return bool(target[a] < target[b])


@compiled
def _swap(heap: Any, a: int, b: int) -> None:
    cost, target, node = heap
    cost[a], cost[b] = cost[b], cost[a]
    target[a], target[b] = target[b], target[a]
    node[a], node[b] = node[b], node[a]


@compiled
def _rise(heap: Any, at: int) -> None:
    while at > 0 and _before(heap, at, (at - 1) // 2):
        _swap(heap, at, (at - 1) // 2)
        at = (at - 1) // 2


@compiled
def _sink(heap: Any, size: int) -> None:
    at = 0
    while True:
        least = at
        for child in (2 * at + 1, 2 * at + 2):
            if child < size and _before(heap, child, least):
                least = child
        if least == at:
            return
        _swap(heap, at, least)
        at = least


@compiled
def grown(array: Array) -> Array:
    """Return the array with room for as much again."""
    bigger = np.empty(2 * len(array), dtype=array.dtype)
    bigger[: len(array)] = array
    return bigger


@compiled
def nearest_targets(
    first: Array,
    neighbour: Array,
    weight: Array,
    seed_node: Array,
    seed_target: Array,
    seed_cost: Array,
    k: int,
    limit: Any,
) -> tuple[Array, Array, Array]:
    """Find for every node the ``k`` nearest distinct targets whose cost is at most ``limit``.

    The graph holds, for node v, the arcs ``first[v] : first[v + 1]`` towards its predecessors, so
    that costs are those of walking from the node to the target. Among equal costs the target with
    the smaller number comes first. Returns (count (n,), target (n, k), cost (n, k)).
    """
    nodes = len(first) - 1
    count = np.zeros(nodes, dtype=np.int64)
    target = np.full((nodes, k), -1, dtype=np.int64)
    cost = np.zeros((nodes, k), dtype=weight.dtype)
    room = max(16, len(seed_node) + 16)
    heap = (
        np.empty(room, dtype=weight.dtype),
        np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.int64),
    )
    size = 0
    for seed in range(len(seed_node)):
        if seed_cost[seed] <= limit:
            heap[0][size], heap[1][size] = seed_cost[seed], seed_target[seed]
            heap[2][size] = seed_node[seed]
            _rise(heap, size)
            size += 1
    while size > 0:
        here_cost, here_target, here = heap[0][0], heap[1][0], heap[2][0]
        size -= 1
        _swap(heap, 0, size)
        _sink(heap, size)
        if count[here] == k or _holds(target[here], count[here], here_target):
            continue
        target[here, count[here]], cost[here, count[here]] = here_target, here_cost
        count[here] += 1
        for arc in range(first[here], first[here + 1]):
            there = neighbour[arc]
            reached = here_cost + weight[arc]
            if reached > limit or count[there] == k:
                continue
            if _holds(target[there], count[there], here_target):
                continue
            if size == len(heap[0]):
                heap = (grown(heap[0]), grown(heap[1]), grown(heap[2]))
            heap[0][size], heap[1][size], heap[2][size] = reached, here_target, there
            _rise(heap, size)
            size += 1
    return count, target, cost


@compiled
def _holds(row: Array, filled: int, value: int) -> bool:
    return bool(np.any(row[:filled] == value))


@compiled
def offer(targets: Array, costs: Array, target: int, cost: Any) -> None:
    """Put a target into a row of the k best, kept sorted and distinct; -1 marks free places."""
    k = len(targets)
    at = 0
    while at < k and targets[at] != target and targets[at] != -1:
        at += 1
    if at == k:
        at = k - 1
        if not _better(cost, target, costs[at], targets[at]):
            return
    elif targets[at] == target and cost >= costs[at]:
        return
    targets[at], costs[at] = target, cost
    while at > 0 and _better(costs[at], targets[at], costs[at - 1], targets[at - 1]):
        targets[at], targets[at - 1] = targets[at - 1], targets[at]
        costs[at], costs[at - 1] = costs[at - 1], costs[at]
        at -= 1


@compiled
def _better(cost: Any, target: int, other_cost: Any, other_target: int) -> bool:
    return bool(cost < other_cost or (cost == other_cost and target < other_target))


@compiled
def read_at_origins(
    owners: int,
    owner: Array,
    end_node: Array,
    end_cost: Array,
    count: Array,
    target: Array,
    cost: Array,
    limit: Any,
) -> tuple[Array, Array]:
    """Combine for every owner the labels at both ends of the chains its points stand on.

    ``end_node`` and ``end_cost`` are (p, 2): the two ends of each point's chain with what it takes
    to reach them. Returns (target, cost), each (owners, k), nearest first.
    """
    k = target.shape[1]
    best = np.full((owners, k), -1, dtype=np.int64)
    best_cost = np.zeros((owners, k), dtype=cost.dtype)
    for point in range(len(owner)):
        whose = owner[point]
        for end in range(2):
            node = end_node[point, end]
            for place in range(count[node]):
                total = end_cost[point, end] + cost[node, place]
                if total <= limit:
                    offer(best[whose], best_cost[whose], target[node, place], total)
    return best, best_cost


@compiled
def read_on_same_chain(
    best: Array,
    best_cost: Array,
    owner: Array,
    begin: Array,
    end: Array,
    same_target: Array,
    same_cost: Array,
    limit: Any,
) -> None:
    """Offer each owner the targets that stand on the same chain, reached without a junction."""
    for point in range(len(owner)):
        whose = owner[point]
        for at in range(begin[point], end[point]):
            if same_cost[at] <= limit:
                offer(best[whose], best_cost[whose], same_target[at], same_cost[at])
