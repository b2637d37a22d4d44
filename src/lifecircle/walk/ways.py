"""The way from one origin to one target: which junctions, how long, how it bends."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lifecircle.walk.compiling import compiled
from lifecircle.walk.network import Floats, Integers, Network
from lifecircle.walk.snap import AccessPoints
from lifecircle.walk.timing import BARRED_S, Timing

BEND_DEGREES = 45.0
"""A change of direction that a walker calls a turn."""

Timed = Callable[[Integers, Floats, Floats], Floats]


@dataclass(frozen=True, eq=False)
class Way:
    """A quickest way: metres off the network at both ends, and the bends of the line between.

    ``junctions`` are the caller's node ids in the order they are passed; ``x_m``, ``y_m`` (v,)
    the line walked on the network, in plane metres. ``length_m`` and ``time_s`` are of all of it,
    both legs included.
    """

    length_m: float
    time_s: float
    leg_from_m: float
    leg_to_m: float
    junctions: tuple[int, ...]
    x_m: Floats
    y_m: Floats

    @property
    def turns(self) -> int:
        """Return how often the line turns by 45 degrees or more."""
        return sum(1 for _ in self.straights()) - 1 if len(self.x_m) > 1 else 0

    def straights(self) -> list[tuple[str, float]]:
        """Return the parts between turns: how each begins (left, right or start) and its metres.

        Parts of less than a metre are walked with the one before them.
        """
        step = np.column_stack([np.diff(self.x_m), np.diff(self.y_m)])
        length_m = np.hypot(step[:, 0], step[:, 1])
        heading = np.degrees(np.arctan2(step[:, 1], step[:, 0]))
        parts: list[tuple[str, float]] = []
        last = 0.0
        for metres, degrees in zip(length_m.tolist(), heading.tolist(), strict=True):
            turn = (degrees - last + 180.0) % 360.0 - 180.0
            if not parts:
                parts.append(("start", metres))
            elif metres < 1.0 or abs(turn) < BEND_DEGREES:
                parts[-1] = (parts[-1][0], parts[-1][1] + metres)
            else:
                parts.append(("left" if turn > 0 else "right", metres))
            if metres >= 1.0:
                last = degrees
        return parts


@dataclass(frozen=True, eq=False)
class _Route:
    """A quickest way as pieces of chains, from an access point ``origin`` to one ``target``.

    ``pieces`` are (chain, metres where it begins, metres where it ends), ``nodes`` those passed.
    """

    origin: int
    target: int
    time_s: float
    pieces: tuple[tuple[int, float, float], ...]
    nodes: tuple[int, ...] = ()

    def length_m(self, origins: AccessPoints, targets: AccessPoints) -> float:
        """Return the metres of all of it, both legs included."""
        walked_m = sum(abs(begin_m - end_m) for _, begin_m, end_m in self.pieces)
        return float(origins.leg_m[self.origin]) + walked_m + float(targets.leg_m[self.target])


def way(
    timing: Timing, origins: AccessPoints, origin: int, targets: AccessPoints, target: int
) -> Way | None:
    """Return a quickest way from owner ``origin`` to owner ``target``, None where there is none.

    A plain search in float64 from all points of the origin; for single questions only.
    """
    network, route = timing.network, _route(timing, origins, origin, targets, target)
    if route is None:
        return None
    line = np.concatenate([piece(network, *one) for one in route.pieces])
    return Way(
        route.length_m(origins, targets),
        route.time_s,
        float(origins.leg_m[route.origin]),
        float(targets.leg_m[route.target]),
        tuple(network.junction_id[list(route.nodes)].tolist()),
        line[:, 0],
        line[:, 1],
    )


def length_m(
    timing: Timing, origins: AccessPoints, origin: int, targets: AccessPoints, target: int
) -> float | None:
    """Return the metres of the `way` from ``origin`` to ``target``, without drawing its line."""
    route = _route(timing, origins, origin, targets, target)
    return None if route is None else route.length_m(origins, targets)


def _route(
    timing: Timing, origins: AccessPoints, origin: int, targets: AccessPoints, target: int
) -> _Route | None:
    network = timing.network
    o = np.flatnonzero(origins.owner == origin)
    t = np.flatnonzero(targets.owner == target)
    begin_node, begin_s = _ends(timing, origins, o, timing.to_ends)
    end_node, end_s = _ends(timing, targets, t, timing.from_ends)
    first, arcs = network.arcs
    there, arc_s = timing.arcs
    best, best_s, before = quickest(
        first, arcs, there, arc_s, begin_node, begin_s, end_node, end_s, BARRED_S
    )
    same = _on_one_chain(timing, origins, o, targets, t)
    if same is not None and same[0] <= best_s:
        time_s, one, other = same
        along = int(origins.chain[one]), float(origins.at_m[one]), float(targets.at_m[other])
        return _Route(one, other, time_s, (along,))
    if best < 0:
        return None
    return _through(network, origins, o, targets, t, before, best, best_s)


def _ends(
    timing: Timing, points: AccessPoints, rows: Integers, timed: Timed
) -> tuple[Integers, Floats]:
    """Return the junctions at the ends of the chains of ``rows`` (2 p,), and the seconds there."""
    chain = points.chain[rows]
    network = timing.network
    node = np.column_stack([network.chain_from[chain], network.chain_to[chain]])
    return node.ravel(), timed(chain, points.at_m[rows], points.leg_m[rows]).ravel()


@compiled
def quickest(
    first: Integers,
    arcs: Integers,
    there: Integers,
    arc_s: Floats,
    begin_node: Integers,
    begin_s: Floats,
    end_node: Integers,
    end_s: Floats,
    limit_s: float,
) -> tuple[int, float, Integers]:
    """Search from junctions that are reached after ``begin_s`` to any that is ``end_s`` from home.

    Returns the place in ``end_node`` by which the quickest way ends (-1 without any below
    ``limit_s``), its seconds, and for each junction the arc it was reached by, or -2 - b for the
    place b in ``begin_node`` where the way began.
    """
    reached = np.full(len(first) - 1, np.inf)
    before = np.full(len(first) - 1, -1, dtype=np.int64)
    heap = [(0.0, np.int64(-1))]
    heap.pop()
    for place in range(len(begin_node)):
        node = begin_node[place]
        if begin_s[place] < reached[node]:
            reached[node] = begin_s[place]
            before[node] = -2 - place
            heapq.heappush(heap, (begin_s[place], node))
    best, best_s = -1, limit_s
    while len(heap) > 0:
        time_s, here = heapq.heappop(heap)
        if time_s > best_s:
            break
        if time_s > reached[here]:
            continue
        for place in range(len(end_node)):
            if end_node[place] == here and time_s + end_s[place] < best_s:
                best, best_s = place, time_s + end_s[place]
        for at in range(first[here], first[here + 1]):
            arc = arcs[at]
            later_s = time_s + arc_s[arc]
            if later_s < reached[there[arc]]:
                reached[there[arc]] = later_s
                before[there[arc]] = arc
                heapq.heappush(heap, (later_s, there[arc]))
    return best, best_s if best >= 0 else np.inf, before


def _on_one_chain(
    timing: Timing, origins: AccessPoints, o: Integers, targets: AccessPoints, t: Integers
) -> tuple[float, int, int] | None:
    """Return (seconds, point, point) of the quickest way that passes no junction."""
    one, other = np.nonzero(origins.chain[o][:, None] == targets.chain[t])
    one, other = o[one], t[other]
    time_s = timing.along(
        origins.chain[one],
        origins.at_m[one],
        targets.at_m[other],
        origins.leg_m[one] + targets.leg_m[other],
    )
    found = zip(time_s.tolist(), one.tolist(), other.tolist(), strict=True)
    return min((way for way in found if way[0] < BARRED_S), default=None)


def _through(
    network: Network,
    origins: AccessPoints,
    o: Integers,
    targets: AccessPoints,
    t: Integers,
    before: Integers,
    best: int,
    time_s: float,
) -> _Route:
    """Walk back from the target to the origin; the pieces are then in the order of walking."""
    target, ends = int(t[best // 2]), (network.chain_from, network.chain_to)
    chain, end = int(targets.chain[target]), best % 2
    length_m = network.chain_length_m
    pieces = [(chain, float(length_m[chain]) * end, float(targets.at_m[target]))]
    nodes = [int(ends[end][chain])]
    while (arc := int(before[nodes[-1]])) >= 0:
        chain, back = arc % network.chains, arc // network.chains
        whole_m = float(length_m[chain])
        pieces.append((chain, whole_m * back, whole_m * (1 - back)))
        nodes.append(int(ends[back][chain]))
    origin, end = int(o[(-2 - arc) // 2]), (-2 - arc) % 2
    chain = int(origins.chain[origin])
    pieces.append((chain, float(origins.at_m[origin]), float(length_m[chain]) * end))
    return _Route(origin, target, time_s, tuple(reversed(pieces)), tuple(reversed(nodes)))


def piece(network: Network, chain: int, from_m: float, to_m: float) -> Floats:
    """Return the line (v, 2) of a chain from one place on it to another."""
    rows = slice(int(network.chain_start[chain]), int(network.chain_start[chain + 1]))
    at_m = network.vertex_at_m[rows]
    low, high = min(from_m, to_m), max(from_m, to_m)
    inner = at_m[(at_m > low) & (at_m < high)]
    places = np.concatenate([[low], inner, [high]])
    line = np.column_stack(
        [
            np.interp(places, at_m, network.vertex_x_m[rows]),
            np.interp(places, at_m, network.vertex_y_m[rows]),
        ]
    )
    return line if from_m <= to_m else line[::-1]
