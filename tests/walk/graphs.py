"""Random street networks, and a slow walker that knows nothing of ticks, heaps or chains."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from lifecircle.walk.network import Network
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
