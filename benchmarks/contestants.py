"""The contestants that are always there: lifecircle and scipy. Each is prepared once."""

from __future__ import annotations

import numpy as np
from scipy.sparse.csgraph import dijkstra

from benchmarks.work import Array, Floats, Integers, Work
from lifecircle.walk.nearest import Walker
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import AccessPoints

ADULT = Profile("adult", 80.0)
SAMPLE = 512
"""So many origins scipy searches from: all would take minutes and tell nothing more."""


class Lifecircle:
    """The engine of this project, asked as `assess` asks it."""

    name = "lifecircle"

    def __init__(self, work: Work) -> None:
        """Take the network as it is, chains and all, and order it for the cut-off."""
        self._work = work
        self._walker = Walker(work.network, ADULT)
        self._limit_s = ADULT.seconds(work.cut_off_m).item()
        self._walker.prepare(self._limit_s)
        self._doors = at_junctions(work, np.arange(work.network.junctions))
        self._lanes = [at_junctions(work, sites) for sites in work.sites]
        shape = len(work.sites), work.network.junctions
        self._which, self._far_s = np.empty(shape, dtype=np.int32), np.empty(shape)

    def nearest(self) -> list[Floats]:
        """Return seconds to the nearest site, per category (n,), infinite beyond the cut-off."""
        far_s = self._walker.seconds_each(self._doors, self._lanes, self._limit_s, self._far_s)
        return list(far_s)

    def nearest_and_which(self) -> list[tuple[Floats, Array]]:
        """Return seconds and which site is nearest, -1 beyond the cut-off."""
        out = self._which, self._far_s
        found = self._walker.nearest_each(self._doors, self._lanes, self._limit_s, out)
        return [(nearest.time_s[:, 0], nearest.target[:, 0]) for nearest in found]

    def reached(self) -> Integers:
        """Return the people within the cut-off of every junction (n,)."""
        return self._walker.amount_within(self._work.people, self._limit_s)


class Scipy:
    """scipy.sparse.csgraph, its own compiled Dijkstra."""

    name = "scipy"

    def __init__(self, work: Work) -> None:
        """Lay the matrix out."""
        self._work = work
        self._matrix = work.matrix

    def nearest(self) -> list[Floats]:
        """Return metres to the nearest site, per category (n,), infinite beyond the cut-off."""
        limit = self._work.cut_off_m
        return [
            dijkstra(self._matrix, indices=sites, min_only=True, limit=limit)
            for sites in self._work.sites
        ]

    def nearest_and_which(self) -> list[tuple[Floats, Integers]]:
        """Return metres and the nearest site's junction, negative beyond the cut-off."""
        found = []
        for sites in self._work.sites:
            metres, _, source = dijkstra(
                self._matrix,
                indices=sites,
                min_only=True,
                limit=self._work.cut_off_m,
                return_predecessors=True,
            )
            found.append((metres, source))
        return found

    def reached(self) -> tuple[Integers, Integers]:
        """Return (junctions, people within the cut-off) for a sample of junctions."""
        sample = some_junctions(self._work)
        people = []
        for part in np.array_split(sample, 16):
            metres = dijkstra(self._matrix, indices=part, limit=self._work.cut_off_m)
            people.append(np.isfinite(metres) @ self._work.people)
        return sample, np.concatenate(people)


def some_junctions(work: Work) -> Integers:
    """Return a seeded sample of junctions."""
    dice = np.random.default_rng(1)
    n = work.network.junctions
    return np.asarray(dice.choice(n, min(SAMPLE, n), replace=False), dtype=np.int64)


def at_junctions(work: Work, junctions: Integers) -> AccessPoints:
    """Stand exactly on junctions: on the beginning or the end of a chain that touches each."""
    network = work.network
    chain = np.empty(network.junctions, dtype=np.int64)
    at_m: Array = np.empty(network.junctions)
    every = np.arange(network.chains)
    chain[network.chain_to], at_m[network.chain_to] = every, network.chain_length_m
    chain[network.chain_from], at_m[network.chain_from] = every, 0.0
    none = np.zeros(len(junctions))
    return AccessPoints(
        len(junctions), np.arange(len(junctions)), chain[junctions], at_m[junctions], none
    )
