"""Orders the junctions of a street network so that two sweeps answer every shortest way.

Junctions are taken out one by one, always one with the fewest neighbours left; each leaves behind
arcs between its neighbours as long as the way through it (nested elimination, as in customizable
contraction hierarchies: Dibbelt, Strasser, Wagner 2016). Arcs longer than the cut-off are dropped,
which keeps the remains of a large city sparse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecircle.walk.compiling import compiled
from lifecircle.walk.search import Array

DENSEST = 8
"""Up to so many arcs per junction elimination pays; networks that need more are not streets."""


@dataclass(frozen=True, eq=False)
class Order:
    """Junctions in an order in which every shortest way first rises and then falls.

    Place p holds junction ``junction[p]`` (n,), and ``place`` (n,) is its inverse. The arcs of
    place p to higher places are ``first[p] : first[p + 1]`` of ``higher``; ``up`` and ``down`` are
    what they take there and back, more than ``limit`` where one may not or it takes too long.
    ``from_below`` has the ways up once more, at the places where they arrive: (first, lower, up).
    """

    junction: Array
    place: Array
    first: Array
    higher: Array
    up: Array
    down: Array
    from_below: tuple[Array, Array, Array]
    limit: int


def eliminate(first: Array, head: Array, weight: Array, limit: int) -> Order | None:
    """Order a graph whose node v has the arcs ``first[v] : first[v + 1]`` to ``head``.

    ``weight`` are whole numbers from 0; arcs above ``limit`` count as absent. Returns None where
    the order would need more than eight arcs per node.
    """
    absent = limit + 1
    pool = _gather(first, head, weight, absent)
    room = DENSEST * (len(first) - 1) + 64
    rank, start, count, neighbour, there, back, whole = _take_out(*pool, absent, room)
    if not whole:
        return None
    junction, place = _postorder(rank, start, count, neighbour)
    arcs = _lay_out(junction, place, start, count, neighbour, there, back)
    return Order(junction, place, *arcs, turned_round(*arcs[:3]), limit)


def turned_round(first: Array, head: Array, weight: Array) -> tuple[Array, Array, Array]:
    """Return a graph whose arcs stand at the nodes they led to."""
    order = np.argsort(head, kind="stable")
    tail = np.repeat(np.arange(len(first) - 1, dtype=np.int32), np.diff(first))
    counts = np.bincount(head, minlength=len(first) - 1)
    return np.concatenate([[0], np.cumsum(counts)]), tail[order], weight[order]


@compiled
def _gather(
    first: Array, head: Array, weight: Array, absent: int
) -> tuple[Array, Array, Array, Array, Array]:
    """Return per node its neighbours, each once, with what it takes there and back.

    That is (start, count, neighbour, there, back); node v owns ``start[v] : start[v + 1]``.
    """
    nodes = len(first) - 1
    start = np.zeros(nodes + 1, dtype=np.int64)
    for tail in range(nodes):
        for arc in range(first[tail], first[tail + 1]):
            if head[arc] != tail and weight[arc] < absent:
                start[tail + 1] += 1
                start[head[arc] + 1] += 1
    start = np.cumsum(start)
    count = np.zeros(nodes, dtype=np.int64)
    neighbour = np.empty(start[nodes], dtype=np.int64)
    there = np.empty(start[nodes], dtype=np.int64)
    back = np.empty(start[nodes], dtype=np.int64)
    for tail in range(nodes):
        for arc in range(first[tail], first[tail + 1]):
            other, took = head[arc], weight[arc]
            if other != tail and took < absent:
                at = start[tail] + count[tail]
                neighbour[at], there[at], back[at] = other, took, absent
                count[tail] += 1
                at = start[other] + count[other]
                neighbour[at], there[at], back[at] = tail, absent, took
                count[other] += 1
    _merge(start, count, neighbour, there, back)
    return start, count, neighbour, there, back


@compiled
def _merge(start: Array, count: Array, neighbour: Array, there: Array, back: Array) -> None:
    """Leave each neighbour once in a node's list, with the least it takes."""
    nodes = len(count)
    slot = np.full(nodes, -1, dtype=np.int64)
    for node in range(nodes):
        begin, kept = start[node], start[node]
        for at in range(begin, begin + count[node]):
            other = neighbour[at]
            if slot[other] >= begin:
                there[slot[other]] = min(there[slot[other]], there[at])
                back[slot[other]] = min(back[slot[other]], back[at])
            else:
                slot[other] = kept
                neighbour[kept], there[kept], back[kept] = other, there[at], back[at]
                kept += 1
        count[node] = kept - begin


@compiled
def _take_out(
    start: Array,
    count: Array,
    neighbour: Array,
    there: Array,
    back: Array,
    absent: int,
    room: int,
) -> tuple[Array, Array, Array, Array, Array, Array, bool]:
    """Take out all nodes, fewest neighbours first; each keeps the list it had at that moment.

    Returns (rank, start, count, neighbour, there, back) and whether ``room`` arcs were enough.
    """
    nodes = len(count)
    rank = np.full(nodes, -1, dtype=np.int64)
    space = np.diff(start)
    start = start[:nodes].copy()
    end = len(neighbour)
    slot = np.full(nodes, -1, dtype=np.int64)
    queue = _queue(count)
    fewest, arcs = 0, 0
    for step in range(nodes):
        while queue[0][fewest] < 0:
            fewest += 1
        node = queue[0][fewest]
        _leave(queue, node, fewest)
        rank[node] = step
        arcs += fewest
        if arcs > room:
            return rank, start, count, neighbour, there, back, False
        for at in range(start[node], start[node] + fewest):
            one = neighbour[at]
            most = count[one] + fewest
            if most > space[one]:
                if end + 2 * most > len(neighbour):
                    neighbour = _longer(neighbour, end + 2 * most)
                    there, back = _longer(there, end + 2 * most), _longer(back, end + 2 * most)
                _move(neighbour, start[one], end, count[one])
                _move(there, start[one], end, count[one])
                _move(back, start[one], end, count[one])
                start[one], space[one] = end, 2 * most
                end += 2 * most
            _leave(queue, one, count[one])
            count[one] = _bridge(
                node, at, start[node], fewest, start[one], count[one],
                neighbour, there, back, slot, absent,
            )  # fmt: skip
            _join(queue, one, count[one])
        fewest = max(0, fewest - 1)
    return rank, start, count, neighbour, there, back, True


@compiled
def _bridge(
    node: int,
    at: int,
    begin: int,
    size: int,
    own: int,
    count: int,
    neighbour: Array,
    there: Array,
    back: Array,
    slot: Array,
    absent: int,
) -> int:
    """Join neighbour ``at`` of ``node`` to its other neighbours in place of ``node``.

    ``own`` and ``count`` are the list of that neighbour; returns how long it is now.
    """
    for mine in range(own, own + count):
        slot[neighbour[mine]] = mine
    hole = slot[node]
    for other in range(begin, begin + size):
        if other == at:
            continue
        onward = min(absent, back[at] + there[other])
        hither = min(absent, back[other] + there[at])
        if onward == absent and hither == absent:
            continue
        mine = slot[neighbour[other]]
        if mine < 0:
            mine = own + count
            count += 1
            neighbour[mine], there[mine], back[mine] = neighbour[other], absent, absent
            slot[neighbour[other]] = mine
        there[mine] = min(there[mine], onward)
        back[mine] = min(back[mine], hither)
    for mine in range(own, own + count):
        slot[neighbour[mine]] = -1
    last = own + count - 1
    neighbour[hole], there[hole], back[hole] = neighbour[last], there[last], back[last]
    return count - 1


@compiled
def _longer(array: Array, least: int) -> Array:
    bigger = np.empty(max(2 * len(array), least), dtype=array.dtype)
    bigger[: len(array)] = array
    return bigger


@compiled
def _move(array: Array, begin: int, to: int, count: int) -> None:
    for at in range(count):
        array[to + at] = array[begin + at]


@compiled
def _queue(count: Array) -> tuple[Array, Array, Array]:
    """Return lists of nodes by number of neighbours: first of each, next and previous of a node."""
    nodes = len(count)
    queue = (
        np.full(nodes + 1, -1, dtype=np.int64),
        np.full(nodes, -1, dtype=np.int64),
        np.full(nodes, -1, dtype=np.int64),
    )
    for node in range(nodes - 1, -1, -1):
        _join(queue, node, count[node])
    return queue


@compiled
def _join(queue: tuple[Array, Array, Array], node: int, degree: int) -> None:
    head, after, before = queue
    after[node], before[node] = head[degree], -1
    if head[degree] >= 0:
        before[head[degree]] = node
    head[degree] = node


@compiled
def _leave(queue: tuple[Array, Array, Array], node: int, degree: int) -> None:
    head, after, before = queue
    if before[node] >= 0:
        after[before[node]] = after[node]
    else:
        head[degree] = after[node]
    if after[node] >= 0:
        before[after[node]] = before[node]


@compiled
def _parents(by_rank: Array, rank: Array, start: Array, count: Array, neighbour: Array) -> Array:
    """Return the tree in which each node stands above all those that have an arc to it.

    (Liu 1986, by joining roots.) The neighbour taken out next would not do: where long arcs were
    dropped the other neighbours need not be above it.
    """
    nodes = len(rank)
    lower = np.zeros(nodes + 1, dtype=np.int64)
    for node in range(nodes):
        for at in range(start[node], start[node] + count[node]):
            lower[rank[neighbour[at]] + 1] += 1
    lower = np.cumsum(lower)
    fill = lower[:nodes].copy()
    below = np.empty(lower[nodes], dtype=np.int64)
    for step in range(nodes):
        node = by_rank[step]
        for at in range(start[node], start[node] + count[node]):
            above = rank[neighbour[at]]
            below[fill[above]] = step
            fill[above] += 1
    parent = np.full(nodes, -1, dtype=np.int64)
    root = np.arange(nodes)
    for step in range(nodes):
        for at in range(lower[step], lower[step + 1]):
            top = below[at]
            while root[top] != top:
                root[top] = root[root[top]]
                top = root[top]
            if top != step:
                parent[top] = step
                root[top] = step
    return parent


@compiled
def _postorder(rank: Array, start: Array, count: Array, neighbour: Array) -> tuple[Array, Array]:
    """Give numbers to the nodes: each subtree of the elimination tree is one run of numbers.

    The top of a subtree has the last of them. Returns (node by place, place by node).
    """
    nodes = len(rank)
    by_rank = np.empty(nodes, dtype=np.int64)
    by_rank[rank] = np.arange(nodes)
    parent = _parents(by_rank, rank, start, count, neighbour)
    size = np.ones(nodes, dtype=np.int64)
    for step in range(nodes):
        if parent[step] >= 0:
            size[parent[step]] += size[step]
    place = np.empty(nodes, dtype=np.int64)
    # the run of a subtree ends at its top; its children fill what is before, last ones first
    end = np.empty(nodes, dtype=np.int64)
    free = nodes
    for step in range(nodes - 1, -1, -1):
        if parent[step] < 0:
            top, free = free, free - size[step]
        else:
            top = end[parent[step]]
            end[parent[step]] -= size[step]
        place[by_rank[step]] = top - 1
        end[step] = top - 1
    junction = np.empty(nodes, dtype=np.int64)
    junction[place] = np.arange(nodes)
    return junction, place


@compiled
def _lay_out(
    junction: Array,
    place: Array,
    start: Array,
    count: Array,
    neighbour: Array,
    there: Array,
    back: Array,
) -> tuple[Array, Array, Array, Array]:
    """Return the arcs (first, higher, up, down) by place."""
    nodes = len(junction)
    first = np.zeros(nodes + 1, dtype=np.int64)
    for at in range(nodes):
        first[at + 1] = first[at] + count[junction[at]]
    higher = np.empty(first[nodes], dtype=np.int32)
    up = np.empty(first[nodes], dtype=np.int64)
    down = np.empty(first[nodes], dtype=np.int64)
    for at in range(nodes):
        begin = start[junction[at]]
        for arc in range(first[at], first[at + 1]):
            one = begin + arc - first[at]
            higher[arc] = place[neighbour[one]]
            up[arc], down[arc] = there[one], back[one]
    return first, higher, up, down
