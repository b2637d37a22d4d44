"""Random street networks, and a slow walker that knows nothing of ticks, heaps or chains."""

from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from lifecircle.terms.streets import CLOSED, PASSAGES
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import AccessPoints


@dataclass(frozen=True)
class Streets:
    xy: list[tuple[float, float]]
    pairs: list[tuple[int, int]]

    def network(self) -> Network:
        points = np.array(self.xy, dtype=np.float64)
        return Network.from_segments(
            np.arange(len(points)), points[:, 0], points[:, 1], np.array(self.pairs).reshape(-1, 2)
        )


@st.composite
def streets(draw: st.DrawFn, most: int = 14) -> Streets:
    count = draw(st.integers(2, most))
    metre = st.integers(0, 300).map(float)
    xy = draw(st.lists(st.tuples(metre, metre), min_size=count, max_size=count))
    node = st.integers(0, count - 1)
    pairs = draw(st.lists(st.tuples(node, node), min_size=1, max_size=3 * count))
    pairs = [(a, b) for a, b in pairs if a != b] or [(0, 1)]
    return Streets(xy, pairs)


@st.composite
def access(draw: st.DrawFn, network: Network, most: int = 6) -> AccessPoints:
    owners = draw(st.integers(1, most))
    points = draw(st.integers(1, most))
    owner = draw(st.lists(st.integers(0, owners - 1), min_size=points, max_size=points))
    chain = draw(st.lists(st.integers(0, network.chains - 1), min_size=points, max_size=points))
    share = draw(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=points, max_size=points))
    leg = draw(st.lists(st.integers(0, 30).map(float), min_size=points, max_size=points))
    chains = np.array(chain, dtype=np.int64)
    return AccessPoints(
        owners,
        np.array(owner, dtype=np.int64),
        chains,
        np.array(share) * network.chain_length_m[chains],
        np.array(leg),
    )


def slow_metres(
    network: Network, origins: AccessPoints, targets: AccessPoints
) -> list[list[float]]:
    """Return the metres from each origin owner to each target owner, infinite without a way."""
    best = [[math.inf] * targets.owners for _ in range(origins.owners)]
    for o in range(len(origins.owner)):
        reach = _from_point(network, origins, o)
        for t in range(len(targets.owner)):
            way = _to_point(network, origins, o, targets, t, reach)
            row = best[origins.owner[o]]
            row[targets.owner[t]] = min(row[targets.owner[t]], way)
    return best


def _from_point(network: Network, points: AccessPoints, row: int) -> dict[int, float]:
    chain = int(points.chain[row])
    leg, at = float(points.leg_m[row]), float(points.at_m[row])
    length = float(network.chain_length_m[chain])
    heap = [
        (leg + at, int(network.chain_from[chain])),
        (leg + length - at, int(network.chain_to[chain])),
    ]
    heapq.heapify(heap)
    done: dict[int, float] = {}
    while heap:
        metres, here = heapq.heappop(heap)
        if here in done:
            continue
        done[here] = metres
        for c in range(network.chains):
            ends = int(network.chain_from[c]), int(network.chain_to[c])
            for a, b in (ends, ends[::-1]):
                if a == here and b not in done:
                    heapq.heappush(heap, (metres + float(network.chain_length_m[c]), b))
    return done


def _to_point(
    network: Network,
    origins: AccessPoints,
    o: int,
    targets: AccessPoints,
    t: int,
    reach: dict[int, float],
) -> float:
    chain = int(targets.chain[t])
    leg, at = float(targets.leg_m[t]), float(targets.at_m[t])
    length = float(network.chain_length_m[chain])
    ways = [
        reach.get(int(network.chain_from[chain]), math.inf) + at + leg,
        reach.get(int(network.chain_to[chain]), math.inf) + length - at + leg,
    ]
    if int(origins.chain[o]) == chain:
        ways.append(float(origins.leg_m[o]) + abs(float(origins.at_m[o]) - at) + leg)
    return min(ways)


@dataclass(frozen=True)
class Hilly:
    """Streets with heights, passages and waits; a passage counts from a pair's first node."""

    xy: list[tuple[float, float]]
    z: list[float]
    pairs: list[tuple[int, int]]
    passage: list[int]
    waits: list[float]

    def network(self) -> Network:
        points = np.array(self.xy, dtype=np.float64)
        return Network.from_segments(
            np.arange(len(points)),
            points[:, 0],
            points[:, 1],
            np.array(self.pairs).reshape(-1, 2),
            np.array(self.z),
            np.array(self.passage),
            np.array(self.waits),
        )

    def shuffled(self, dice: Any) -> Network:
        """Return the network of the same streets with nodes, pairs and their ends turned about."""
        order = list(range(len(self.xy)))
        dice.shuffle(order)
        place = {old: new for new, old in enumerate(order)}
        rows = list(range(len(self.pairs)))
        dice.shuffle(rows)
        pairs = [(place[self.pairs[row][1]], place[self.pairs[row][0]]) for row in rows]
        points = np.array([self.xy[old] for old in order])
        return Network.from_segments(
            np.array(order),
            points[:, 0],
            points[:, 1],
            np.array(pairs).reshape(-1, 2),
            np.array([self.z[old] for old in order]),
            np.array([_turned(self.passage[row]) for row in rows]),
            np.array([self.waits[row] for row in rows]),
        )


def _turned(passage: int) -> int:
    word = {"steps-up": "steps-down", "steps-down": "steps-up"}.get(PASSAGES[passage])
    return passage if word is None else PASSAGES.index(word)


@st.composite
def hilly(draw: st.DrawFn, most: int = 9) -> Hilly:
    plan = draw(streets(most).filter(lambda plan: len(set(plan.xy)) == len(plan.xy)))
    pairs = list({frozenset(pair): pair for pair in plan.pairs}.values())
    count = len(pairs)
    z = draw(st.lists(st.integers(-30, 30).map(float), min_size=len(plan.xy),
                      max_size=len(plan.xy)))  # fmt: skip
    # nobody's door stands on what is closed; what is barred has tests of its own
    passage = st.lists(st.integers(0, CLOSED - 1), min_size=count, max_size=count)
    waits = st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=count, max_size=count)
    return Hilly(plan.xy, z, pairs, draw(passage), draw(waits))


def _piece_s(profile: Profile, word: str, length_m: float, rise_m: float, waits: float) -> float:
    """Return the seconds over one piece, by the book: pace, Tobler's speeds in km/h, waits."""
    if word.startswith("steps"):
        return length_m / (profile.speed_m_per_min / 60) * profile.pace[PASSAGES.index(word)]
    slower = 1.0
    if profile.tobler and word != "lift" and length_m > 0:
        slope = min(max(rise_m / length_m, -0.35), 0.35)
        slower = math.exp(-3.5 * 0.05) / math.exp(-3.5 * abs(slope + 0.05))
    wait_s = profile.wait_s[PASSAGES.index(word)]
    return length_m / (profile.speed_m_per_min / 60) * slower + waits * wait_s


def slow_seconds(
    plan: Hilly,
    network: Network,
    profile: Profile,
    origins: AccessPoints,
    targets: AccessPoints,
) -> list[list[float]]:
    """Return the seconds from each origin owner to each target owner over the plan's own pairs.

    Doors are nodes of their own on the piece they stand on. The network only says where that is.
    """
    arcs: dict[Any, list[tuple[Any, float]]] = {}
    cuts: dict[tuple[int, int], list[tuple[float, Any]]] = {}
    for name, points in (("o", origins), ("t", targets)):
        for row in range(len(points.owner)):
            pair, share = _stands(plan, network, points, row)
            cuts.setdefault(pair, []).append((share, (name, row)))
    for row, (a, b) in enumerate(plan.pairs):
        doors = sorted([*cuts.get((a, b), []), *((1 - s, d) for s, d in cuts.get((b, a), []))])
        stops = [(0.0, a), *doors, (1.0, b)]
        length_m = math.dist(plan.xy[a], plan.xy[b])
        rise_m, own = plan.z[b] - plan.z[a], plan.passage[row]
        ahead = _piece_s(profile, PASSAGES[own], length_m, rise_m, plan.waits[row])
        back = _piece_s(profile, PASSAGES[_turned(own)], length_m, -rise_m, plan.waits[row])
        for (here, one), (there, other) in itertools.pairwise(stops):
            arcs.setdefault(one, []).append((other, (there - here) * ahead))
            arcs.setdefault(other, []).append((one, (there - here) * back))
    best = [[math.inf] * targets.owners for _ in range(origins.owners)]
    for o in range(len(origins.owner)):
        reached = _dijkstra(arcs, ("o", o))
        for t in range(len(targets.owner)):
            legs_m = float(origins.leg_m[o] + targets.leg_m[t])
            time_s = reached.get(("t", t), math.inf) + legs_m * 60 / profile.speed_m_per_min
            known = best[origins.owner[o]]
            known[targets.owner[t]] = min(known[targets.owner[t]], time_s)
    return best


def _stands(
    plan: Hilly, network: Network, points: AccessPoints, row: int
) -> tuple[tuple[int, int], float]:
    """Return the pair on which a door stands, and the share of it from its first node."""
    chain, at_m = int(points.chain[row]), float(points.at_m[row])
    nodes = plan_nodes(plan, network)[chain]
    run_m = 0.0
    for a, b in itertools.pairwise(nodes):
        length_m = math.dist(plan.xy[a], plan.xy[b])
        if at_m <= run_m + length_m or b == nodes[-1]:
            share = min(max((at_m - run_m) / length_m, 0.0), 1.0) if length_m else 0.0
            return (a, b), share
        run_m += length_m
    raise AssertionError("a chain has a piece")


def plan_nodes(plan: Hilly, network: Network) -> list[list[int]]:
    """Return the plan's nodes along each chain, traced anew from the pairs."""
    around: dict[int, set[int]] = {}
    for a, b in plan.pairs:
        around.setdefault(a, set()).add(b)
        around.setdefault(b, set()).add(a)
    found = []
    for chain in range(network.chains):
        rows = slice(int(network.chain_start[chain]), int(network.chain_start[chain + 1]))
        line = list(zip(network.vertex_x_m[rows], network.vertex_y_m[rows], strict=True))
        begin = int(network.junction_id[network.chain_from[chain]])
        end = int(network.junction_id[network.chain_to[chain]])
        paths = [[begin]]
        for place in line[1:]:
            paths = [
                [*path, b]
                for path in paths
                for b in sorted(around[path[-1]])
                if plan.xy[b] == place and not _used(path, b)
            ]
        found.append(next(path for path in paths if path[-1] == end))
    return found


def _used(path: list[int], there: int) -> bool:
    return any({a, b} == {path[-1], there} for a, b in itertools.pairwise(path))


def _dijkstra(arcs: dict[Any, list[tuple[Any, float]]], begin: Any) -> dict[Any, float]:
    count = itertools.count()
    heap = [(0.0, next(count), begin)]
    done: dict[Any, float] = {}
    while heap:
        time_s, _, here = heapq.heappop(heap)
        if here in done:
            continue
        done[here] = time_s
        for there, more_s in arcs.get(here, []):
            if there not in done:
                heapq.heappush(heap, (time_s + more_s, next(count), there))
    return done
