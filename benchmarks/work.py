"""The work all contestants do: Porto's streets, 30 made-up categories, made-up people."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array

from lifecircle.place.plane import Plane
from lifecircle.place.streets.osm import read_extract
from lifecircle.walk.network import Network

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Array = npt.NDArray[Any]

CATEGORIES = 30
FEWEST, MOST = 100, 3000
SEED = 20261122
FOLDER = "LIFECIRCLE_DATA"
FILE = Path("porto") / "porto_portugal.osm.pbf"


class MissingData(Exception):
    """Says in one sentence what is not there."""


@dataclass(frozen=True, eq=False)
class Work:
    """One network and what is asked of it.

    ``sites`` are per category the junctions with a facility, ascending; ``people`` (n,) live at
    the junctions; ``cut_off_m`` bounds every walk.
    """

    network: Network
    sites: tuple[Integers, ...]
    people: Integers
    cut_off_m: float

    @cached_property
    def edges(self) -> tuple[Integers, Integers, Floats]:
        """Return (from, to, metres): of parallel chains the shortest, no loops."""
        network, chain = self.network, self.shortest
        return network.chain_from[chain], network.chain_to[chain], network.chain_length_m[chain]

    @cached_property
    def shortest(self) -> Integers:
        """Return the shortest chain between any two junctions that are joined."""
        network = self.network
        low = np.minimum(network.chain_from, network.chain_to)
        high = np.maximum(network.chain_from, network.chain_to)
        order = np.lexsort((network.chain_length_m, high, low))
        low, high = low[order], high[order]
        first = np.append(True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])) & (low != high)
        return np.asarray(order[first], dtype=np.int64)

    @cached_property
    def lines(self) -> Array:
        """Return the line of each edge."""
        network = self.network
        start = network.chain_start
        row = np.repeat(np.arange(network.chains), np.diff(start))
        xy = np.column_stack([network.vertex_x_m, network.vertex_y_m])
        return np.asarray(shapely.linestrings(xy, indices=row))[self.shortest]

    @cached_property
    def matrix(self) -> Any:
        """Return the edges as a symmetric sparse matrix of metres."""
        low, high, metres = self.edges
        both = (np.append(low, high), np.append(high, low))
        n = self.network.junctions
        return csr_array((np.append(metres, metres), both), shape=(n, n))

    @cached_property
    def place_m(self) -> tuple[Floats, Floats]:
        """Return x and y of every junction."""
        network = self.network
        x_m, y_m = np.empty(network.junctions), np.empty(network.junctions)
        for chain_end, vertex in (
            (network.chain_from, network.chain_start[:-1]),
            (network.chain_to, network.chain_start[1:] - 1),
        ):
            x_m[chain_end] = network.vertex_x_m[vertex]
            y_m[chain_end] = network.vertex_y_m[vertex]
        return x_m, y_m


def porto(cut_off_m: float, *, every_node: bool = False) -> Work:
    """Read Porto; with ``every_node`` each node of a way is a junction, as many peers take it.

    Raises MissingData without the folder of real data or the file in it.
    """
    folder = os.environ.get(FOLDER, "")
    if not folder or not (Path(folder) / FILE).is_file():
        raise MissingData(f"Set {FOLDER} to the folder of real data that holds {FILE}.")
    extract = read_extract(Path(folder) / FILE)
    plane = Plane(float(np.median(extract.lon)), float(np.median(extract.lat)))
    x_m, y_m = plane.metres(extract.lon, extract.lat)
    if every_node:
        return made_up(_undissolved(x_m, y_m, extract.segments), cut_off_m)
    network = Network.from_segments(extract.node_id, x_m, y_m, extract.segments)
    return made_up(network, cut_off_m)


def made_up(network: Network, cut_off_m: float) -> Work:
    """Put seeded facilities and people on the junctions of ``network``."""
    dice = np.random.default_rng(SEED)
    people = dice.integers(0, 100, network.junctions)
    clear = _clear(Work(network, (), people, cut_off_m))
    counts = np.geomspace(min(FEWEST, len(clear)), min(MOST, len(clear)), CATEGORIES).astype(
        np.int64
    )
    sites = tuple(np.sort(dice.choice(clear, n, replace=False)) for n in counts)
    return Work(network, sites, people, cut_off_m)


def _clear(work: Work) -> Integers:
    """Return the junctions that no other way passes within two metres, as under a bridge.

    A peer that puts points on the nearest way itself would take the wrong one there.
    """
    low, high, _ = work.edges
    degree = np.bincount(np.append(low, high), minlength=work.network.junctions)
    points = shapely.points(*work.place_m)
    near, _ = shapely.STRtree(work.lines).query(points, predicate="dwithin", distance=2.0)
    passing = np.bincount(near, minlength=work.network.junctions)
    return np.flatnonzero((degree > 0) & (passing == degree))


def _undissolved(x_m: Floats, y_m: Floats, segments: Integers) -> Network:
    """Return a network whose chains are single segments, so that every node is a junction."""
    pairs = np.unique(np.sort(segments, axis=1), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    used, ends = np.unique(pairs, return_inverse=True)
    ends = ends.reshape(-1, 2).astype(np.int64)
    x_m, y_m = x_m[used], y_m[used]
    length_m = np.hypot(np.diff(x_m[ends]), np.diff(y_m[ends]))
    return Network(
        junction_id=used,
        chain_from=ends[:, 0],
        chain_to=ends[:, 1],
        chain_start=np.arange(0, 2 * len(ends) + 1, 2),
        vertex_x_m=x_m[ends].ravel(),
        vertex_y_m=y_m[ends].ravel(),
        vertex_at_m=np.column_stack([np.zeros(len(ends)), length_m]).ravel(),
        vertex_z_m=np.zeros(2 * len(ends)),
        piece_passage=np.zeros(2 * len(ends), dtype=np.int8),
        piece_waits=np.zeros(2 * len(ends)),
    )
