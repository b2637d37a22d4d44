"""The kernels: a bounded search from all targets at once, and its reading at the origins.

Both run on integer ticks, which round each chain down once, and on float64 seconds, which do not
round at all; the same code serves both, chosen by the type of ``weight`` and ``limit``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lifecircle.walk.compiling import compiled

Array = npt.NDArray[Any]


@compiled
def _before(heap: Any, a: int, b: int) -> bool:
    """Order heap entries by cost, then by target, then by true seconds."""
    cost, target, time_s, _ = heap
    if cost[a] != cost[b]:
        return bool(cost[a] < cost[b])
    if target[a] != target[b]:
        return bool(target[a] < target[b])
    return bool(time_s[a] < time_s[b])


@compiled
def _swap(heap: Any, a: int, b: int) -> None:
    cost, target, time_s, node = heap
    cost[a], cost[b] = cost[b], cost[a]
    target[a], target[b] = target[b], target[a]
    time_s[a], time_s[b] = time_s[b], time_s[a]
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
    weight_s: Array,
    seed_node: Array,
    seed_target: Array,
    seed_cost: Array,
    seed_s: Array,
    k: int,
    limit: Any,
) -> tuple[Array, Array, Array, Array]:
    """Find for every node the ``k`` nearest distinct targets whose cost is at most ``limit``.

    The graph holds, for node v, the arcs ``first[v] : first[v + 1]`` towards its predecessors, so
    that costs are those of walking from the node to the target. Among equal costs the target with
    the smaller number comes first. Returns (count (n,), target (n, k), cost (n, k),
    seconds (n, k)); the seconds are those of the way that was found.
    """
    nodes = len(first) - 1
    count = np.zeros(nodes, dtype=np.int64)
    target = np.full((nodes, k), -1, dtype=np.int64)
    cost = np.zeros((nodes, k), dtype=weight.dtype)
    time_s = np.full((nodes, k), np.inf)
    room = max(16, len(seed_node) + 16)
    heap = (
        np.empty(room, dtype=weight.dtype),
        np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.float64),
        np.empty(room, dtype=np.int64),
    )
    size = 0
    for seed in range(len(seed_node)):
        if seed_cost[seed] <= limit:
            heap[0][size] = seed_cost[seed]
            heap[1][size] = seed_target[seed]
            heap[2][size] = seed_s[seed]
            heap[3][size] = seed_node[seed]
            _rise(heap, size)
            size += 1
    while size > 0:
        here_cost, here_target = heap[0][0], heap[1][0]
        here_s, here = heap[2][0], heap[3][0]
        size -= 1
        _swap(heap, 0, size)
        _sink(heap, size)
        if count[here] == k or _holds(target[here], count[here], here_target):
            continue
        target[here, count[here]] = here_target
        cost[here, count[here]] = here_cost
        time_s[here, count[here]] = here_s
        count[here] += 1
        for arc in range(first[here], first[here + 1]):
            there = neighbour[arc]
            reached = here_cost + weight[arc]
            if reached > limit or count[there] == k:
                continue
            if _holds(target[there], count[there], here_target):
                continue
            if size == len(heap[0]):
                heap = (grown(heap[0]), grown(heap[1]), grown(heap[2]), grown(heap[3]))
            heap[0][size] = reached
            heap[1][size] = here_target
            heap[2][size] = here_s + weight_s[arc]
            heap[3][size] = there
            _rise(heap, size)
            size += 1
    return count, target, cost, time_s


@compiled
def _holds(row: Array, filled: int, value: int) -> bool:
    return bool(np.any(row[:filled] == value))


@compiled
def offer(
    targets: Array,
    costs: Array,
    times: Array,
    target: int,
    cost: Any,
    time_s: float,
) -> None:
    """Put a target into a row of the k best, kept sorted and distinct; -1 marks free places."""
    k = len(targets)
    at = 0
    while at < k and targets[at] != target and targets[at] != -1:
        at += 1
    if at == k:
        at = k - 1
        if not _better(cost, target, time_s, costs[at], targets[at], times[at]):
            return
    elif targets[at] == target and not _better(
        cost, target, time_s, costs[at], targets[at], times[at]
    ):
        return
    targets[at], costs[at], times[at] = target, cost, time_s
    while at > 0 and _better(
        costs[at], targets[at], times[at], costs[at - 1], targets[at - 1], times[at - 1]
    ):
        targets[at], targets[at - 1] = targets[at - 1], targets[at]
        costs[at], costs[at - 1] = costs[at - 1], costs[at]
        times[at], times[at - 1] = times[at - 1], times[at]
        at -= 1


@compiled
def _better(
    cost: Any, target: int, time_s: float, other_cost: Any, other_target: int, other_s: float
) -> bool:
    if cost != other_cost:
        return bool(cost < other_cost)
    if target != other_target:
        return bool(target < other_target)
    return time_s < other_s


@compiled
def read_at_origins(
    owners: int,
    owner: Array,
    end_node: Array,
    end_cost: Array,
    end_s: Array,
    count: Array,
    target: Array,
    cost: Array,
    time_s: Array,
    limit: Any,
) -> tuple[Array, Array, Array]:
    """Combine for every owner the labels at both ends of the chains its points stand on.

    ``end_node``, ``end_cost``, ``end_s`` are (p, 2): the two ends of each point's chain with what
    it takes to reach them. Returns (target, cost, seconds), each (owners, k), nearest first.
    """
    k = target.shape[1]
    best = np.full((owners, k), -1, dtype=np.int64)
    best_cost = np.zeros((owners, k), dtype=cost.dtype)
    best_s = np.full((owners, k), np.inf)
    for point in range(len(owner)):
        whose = owner[point]
        for end in range(2):
            node = end_node[point, end]
            for place in range(count[node]):
                total = end_cost[point, end] + cost[node, place]
                if total <= limit:
                    offer(
                        best[whose],
                        best_cost[whose],
                        best_s[whose],
                        target[node, place],
                        total,
                        end_s[point, end] + time_s[node, place],
                    )
    return best, best_cost, best_s


@compiled
def read_on_same_chain(
    best: Array,
    best_cost: Array,
    best_s: Array,
    owner: Array,
    begin: Array,
    end: Array,
    same_target: Array,
    same_cost: Array,
    same_s: Array,
    limit: Any,
) -> None:
    """Offer each owner the targets that stand on the same chain, reached without a junction."""
    for point in range(len(owner)):
        whose = owner[point]
        for at in range(begin[point], end[point]):
            if same_cost[at] <= limit:
                offer(
                    best[whose],
                    best_cost[whose],
                    best_s[whose],
                    same_target[at],
                    same_cost[at],
                    same_s[at],
                )
