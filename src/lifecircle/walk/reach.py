"""Reach from every junction: how much of something lies within a walk of it.

Neighbouring origins are answered together, a lane each: they share the part of the city they can
reach, and the order of that part. Where the rounding of the kernel could matter for an origin, it
is searched again alone in float64.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecircle.walk.compiling import compiled
from lifecircle.walk.elimination import Order
from lifecircle.walk.rows import FAR
from lifecircle.walk.search import Array, grown

TOGETHER = 64
"""Origins in a row: what they reach and its values then stay in the processor's own memory."""
REGION = 1024
"""Origins that share one search for the part of the city they can reach."""


@dataclass(frozen=True, eq=False)
class Bounds:
    """Ticks within which a node is surely reached, and beyond which it surely is not."""

    surely: int
    perhaps: int


def amounts_over(
    order: Order, graph: tuple[Array, Array, Array], amount: Array, bounds: Bounds, begin: int
) -> tuple[Array, Array]:
    """Return the amounts reached from places ``begin`` to ``begin + REGION``, and which are sure.

    ``graph`` holds the arcs that leave each node, in ticks; ``order`` is one of the arcs that
    arrive, so its ways up are walked down.
    """
    nodes = len(order.place)
    origins = order.junction[begin : min(begin + REGION, nodes)]
    region = np.sort(order.place[_within(*graph, origins, bounds.perhaps)])
    arcs = _cut_out(order.first, order.higher, order.down, order.up, region)
    own = np.searchsorted(region, order.place[origins])
    here = amount[order.junction[region]]
    return _sum_lanes(*arcs, own, here, bounds.surely, bounds.perhaps)


@compiled
def _within(first: Array, head: Array, weight: Array, origins: Array, limit: int) -> Array:
    """Return the nodes within ``limit`` of any of ``origins``, in no order."""
    nodes = len(first) - 1
    best = np.full(nodes, limit + 1, dtype=np.int64)
    found = np.empty(nodes, dtype=np.int64)
    seen = len(origins)
    for at in range(seen):
        best[origins[at]] = 0
        found[at] = origins[at]
    cost, node = np.zeros(seen + 16, dtype=np.int64), np.empty(seen + 16, dtype=np.int64)
    node[:seen] = origins
    size = seen
    while size > 0:
        here_cost, here = cost[0], node[0]
        size -= 1
        cost[0], node[0] = cost[size], node[size]
        _sift_down(cost, node, size)
        if here_cost > best[here]:
            continue
        for arc in range(first[here], first[here + 1]):
            there, longer = head[arc], here_cost + weight[arc]
            if longer < best[there]:
                if best[there] > limit:
                    found[seen] = there
                    seen += 1
                best[there] = longer
                if size == len(cost):
                    cost, node = grown(cost), grown(node)
                cost[size], node[size] = longer, there
                size += 1
                _sift_up(cost, node, size - 1)
    return found[:seen]


@compiled
def _cut_out(
    first: Array, higher: Array, up: Array, down: Array, region: Array
) -> tuple[Array, Array, Array, Array]:
    """Return the arcs of an order among the places of ``region`` (ascending), numbered by it."""
    inside = np.full(len(first), -1, dtype=np.int32)
    most = 0
    for at in range(len(region)):
        inside[region[at]] = at
        most += first[region[at] + 1] - first[region[at]]
    own_first = np.zeros(len(region) + 1, dtype=np.int64)
    own_higher = np.empty(most, dtype=np.int32)
    own_up, own_down = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    size = 0
    for at in range(len(region)):
        for arc in range(first[region[at]], first[region[at] + 1]):
            if inside[higher[arc]] >= 0:
                own_higher[size] = inside[higher[arc]]
                own_up[size], own_down[size] = up[arc], down[arc]
                size += 1
        own_first[at + 1] = size
    return own_first, own_higher[:size], own_up[:size], own_down[:size]


@compiled
def _sum_lanes(
    first: Array,
    higher: Array,
    up: Array,
    down: Array,
    origins: Array,
    amount: Array,
    surely: int,
    perhaps: int,
) -> tuple[Array, Array]:
    """Return for each origin (o,) the amounts within ``surely``, and whether that is certain."""
    nodes, count = len(first) - 1, len(origins)
    room = count + TOGETHER
    sums, most = np.zeros(room, dtype=np.int64), np.zeros(room, dtype=np.int64)
    value = np.empty((nodes, TOGETHER), dtype=np.int64)
    reached = np.zeros(nodes, dtype=np.bool_)
    for begin in range(0, count, TOGETHER):
        reached[:] = False
        own = origins[begin : begin + TOGETHER]
        for lane in range(len(own)):
            value[own[lane], :] = FAR
            value[own[lane], lane] = 0
            reached[own[lane]] = True
        _rise(first, higher, up, perhaps, value, reached, own.min())
        _fall(first, higher, down, perhaps, value, reached)
        for low in range(nodes):
            if reached[low]:
                here = amount[low]
                for lane in range(TOGETHER):
                    sums[begin + lane] += here if value[low, lane] <= surely else 0
                for lane in range(TOGETHER):
                    most[begin + lane] += here if value[low, lane] <= perhaps else 0
    return sums[:count], (sums == most)[:count]


@compiled
def _rise(
    first: Array, higher: Array, up: Array, limit: int, value: Array, reached: Array, begin: int
) -> None:
    """Carry the values upwards as the sweeps do, but nothing on from beyond the limit."""
    for low in range(begin, len(reached)):
        if not reached[low]:
            continue
        least = FAR
        for lane in range(value.shape[1]):
            least = min(least, value[low, lane])
        reached[low] = least <= limit
        for arc in range(first[low], first[low + 1] if reached[low] else first[low]):
            high, took = higher[arc], up[arc]
            if reached[high]:
                for lane in range(value.shape[1]):
                    value[high, lane] = min(value[low, lane] + took, value[high, lane])
            else:
                reached[high] = True
                for lane in range(value.shape[1]):
                    value[high, lane] = min(value[low, lane] + took, FAR)


@compiled
def _fall(
    first: Array, higher: Array, down: Array, limit: int, value: Array, reached: Array
) -> None:
    """Carry the values downwards as the sweeps do, but nothing on from beyond the limit."""
    for low in range(len(reached) - 1, -1, -1):
        for arc in range(first[low], first[low + 1]):
            high, took = higher[arc], down[arc]
            if not reached[high]:
                continue
            if reached[low]:
                for lane in range(value.shape[1]):
                    value[low, lane] = min(value[high, lane] + took, value[low, lane])
            else:
                reached[low] = True
                for lane in range(value.shape[1]):
                    value[low, lane] = min(value[high, lane] + took, FAR)
        if reached[low]:
            least = FAR
            for lane in range(value.shape[1]):
                least = min(least, value[low, lane])
            reached[low] = least <= limit


@compiled
def amount_within(
    first: Array,
    head: Array,
    weight: Array,
    origins: Array,
    amount: Array,
    known: Array,
    limit: float,
) -> Array:
    """Return for each of ``origins`` (o,) the sum of ``amount`` (n,) over nodes within ``limit``.

    Only ways shorter than ``known`` (n,) count and are followed: where another already is as near
    as this origin, it is as near to all that lies behind.

    The graph holds, for node v, the arcs ``first[v] : first[v + 1]`` that leave it. One bounded
    search per origin: the plain answer that faster ones are held against.
    """
    nodes = len(first) - 1
    reached = np.zeros(len(origins), dtype=amount.dtype)
    best = known.copy()
    touched = np.empty(nodes, dtype=np.int64)
    cost, node = np.empty(16), np.empty(16, dtype=np.int64)
    for row in range(len(origins)):
        origin = origins[row]
        if known[origin] <= 0.0:
            continue
        cost[0], node[0], size = 0.0, origin, 1
        best[origin], touched[0], count = 0.0, origin, 1
        while size > 0:
            here_cost, here = cost[0], node[0]
            size -= 1
            cost[0], node[0] = cost[size], node[size]
            _sift_down(cost, node, size)
            if here_cost > best[here]:
                continue
            reached[row] += amount[here]
            for arc in range(first[here], first[here + 1]):
                there, longer = head[arc], here_cost + weight[arc]
                if longer <= limit and longer < best[there]:
                    if best[there] == known[there]:
                        touched[count] = there
                        count += 1
                    best[there] = longer
                    if size == len(cost):
                        cost, node = grown(cost), grown(node)
                    cost[size], node[size] = longer, there
                    size += 1
                    _sift_up(cost, node, size - 1)
        for at in range(count):
            best[touched[at]] = known[touched[at]]
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
