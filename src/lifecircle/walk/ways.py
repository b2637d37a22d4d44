"""The way from one origin to one target: which junctions, how long, how it bends."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from lifecircle.walk.network import Floats, Network
from lifecircle.walk.snap import AccessPoints

BEND_DEGREES = 45.0
"""A change of direction that a walker calls a turn."""

Step = tuple[int, int]
"""A chain, and whether it is walked from its beginning (1) or from its end (-1)."""


@dataclass(frozen=True, eq=False)
class Way:
    """A shortest way: metres off the network at both ends, and the bends of the line between.

    ``junctions`` are the caller's node ids in the order they are passed; ``x_m``, ``y_m`` (v,)
    the line walked on the network, in plane metres. ``length_m`` is all of it, both legs included.
    """

    length_m: float
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


def way(
    network: Network, origins: AccessPoints, origin: int, targets: AccessPoints, target: int
) -> Way | None:
    """Return a shortest way from owner ``origin`` to owner ``target``, None where there is none.

    A plain search in float64 from all points of the origin; for a single question only.
    """
    ends = _ends(network, targets, target)
    reached, before = _search(network, _ends(network, origins, origin), set(ends))
    found: list[tuple[float, int, int, int]] = [
        (reached[node] + metres, point, node, side)
        for node, options in ends.items()
        if node in reached
        for metres, point, side in options
    ]
    best = min(found, default=None)
    same = _on_one_chain(origins, origin, targets, target)
    if same is not None and (best is None or same[0] <= best[0]):
        return _along(network, origins, same[1], targets, same[2], same[0])
    if best is None:
        return None
    total_m, point, node, side = best
    return _through(network, origins, targets, before, total_m, point, node, side)


Ends = dict[int, list[tuple[float, int, int]]]


def _ends(network: Network, points: AccessPoints, owner: int) -> Ends:
    """Return by junction (metres, point, side): how the points of an owner reach their ends."""
    found: Ends = {}
    for point in np.flatnonzero(points.owner == owner).tolist():
        chain, at_m = int(points.chain[point]), float(points.at_m[point])
        leg_m, rest_m = float(points.leg_m[point]), float(network.chain_length_m[chain]) - at_m
        for node, metres, side in (
            (int(network.chain_from[chain]), leg_m + at_m, -1),
            (int(network.chain_to[chain]), leg_m + max(rest_m, 0.0), 1),
        ):
            found.setdefault(node, []).append((metres, point, side))
    return found


Before = dict[int, tuple[int, int, int]]


def _search(network: Network, seeds: Ends, wanted: set[int]) -> tuple[dict[int, float], Before]:
    """Search until every wanted junction is settled.

    Returns metres by junction, and what came before: (junction, chain, side) along the way, or
    (-1, point, side) where it begins.
    """
    first, arcs = network.arcs
    heap = [
        (metres, node, -1, point, side)
        for node, options in seeds.items()
        for metres, point, side in options
    ]
    heapq.heapify(heap)
    reached: dict[int, float] = {}
    before: Before = {}
    left = set(wanted)
    while heap and left:
        metres, here, came, chain, side = heapq.heappop(heap)
        if here in reached:
            continue
        reached[here], before[here] = metres, (came, chain, side)
        left.discard(here)
        for arc in arcs[first[here] : first[here + 1]].tolist():
            forward = arc < network.chains
            own = arc if forward else arc - network.chains
            there = int((network.chain_to if forward else network.chain_from)[own])
            if there not in reached:
                longer_m = metres + float(network.chain_length_m[own])
                heapq.heappush(heap, (longer_m, there, here, own, 1 if forward else -1))
    return reached, before


def _on_one_chain(
    origins: AccessPoints, origin: int, targets: AccessPoints, target: int
) -> tuple[float, int, int] | None:
    """Return (metres, point, point) of the shortest way that passes no junction."""
    found = [
        (
            float(origins.leg_m[o] + abs(origins.at_m[o] - targets.at_m[t]) + targets.leg_m[t]),
            o,
            t,
        )
        for o in np.flatnonzero(origins.owner == origin).tolist()
        for t in np.flatnonzero(targets.owner == target).tolist()
        if origins.chain[o] == targets.chain[t]
    ]
    return min(found, default=None)


def _along(
    network: Network, origins: AccessPoints, o: int, targets: AccessPoints, t: int, total_m: float
) -> Way:
    line = piece(network, int(origins.chain[o]), float(origins.at_m[o]), float(targets.at_m[t]))
    legs = float(origins.leg_m[o]), float(targets.leg_m[t])
    return Way(total_m, *legs, (), line[:, 0], line[:, 1])


def _through(
    network: Network,
    origins: AccessPoints,
    targets: AccessPoints,
    before: Before,
    total_m: float,
    t: int,
    node: int,
    side: int,
) -> Way:
    """Walk back from the target to the origin and put the line together."""
    chain = int(targets.chain[t])
    end_m = 0.0 if side < 0 else float(network.chain_length_m[chain])
    lines = [piece(network, chain, end_m, float(targets.at_m[t]))]
    passed = [node]
    came, chain, side = before[node]
    while came >= 0:
        ends_m = 0.0, float(network.chain_length_m[chain])
        lines.append(piece(network, chain, *(ends_m if side > 0 else ends_m[::-1])))
        passed.append(came)
        came, chain, side = before[came]
    o = chain
    chain = int(origins.chain[o])
    end_m = 0.0 if side < 0 else float(network.chain_length_m[chain])
    lines.append(piece(network, chain, float(origins.at_m[o]), end_m))
    line = np.concatenate(lines[::-1])
    ids = tuple(network.junction_id[passed[::-1]].tolist())
    legs = float(origins.leg_m[o]), float(targets.leg_m[t])
    return Way(total_m, *legs, ids, line[:, 0], line[:, 1])


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
