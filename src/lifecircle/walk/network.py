"""The pedestrian network: junctions joined by chains of straight segments, in metres."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lifecircle.terms.errors import stop
from lifecircle.terms.streets import PASSAGES, SHORTEST_PART_M, reversed_passage
from lifecircle.walk.chains import cut_into_chains, summed_along

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Passages = npt.NDArray[np.int8]

_REVERSED = np.array([reversed_passage(code) for code in range(len(PASSAGES))], dtype=np.int8)
_OF_VERTICES = ("vertex_", "piece_")


@dataclass(frozen=True, eq=False)
class Network:
    """Junctions 0..n-1 and chains 0..m-1 between them; a chain may be walked both ways.

    ``junction_id`` (n) are the caller's node ids. Chain c joins ``chain_from[c]`` and
    ``chain_to[c]`` and runs over the vertices ``chain_start[c] : chain_start[c + 1]`` of
    ``vertex_x_m``, ``vertex_y_m`` (plane metres), ``vertex_z_m`` (metres of height, all zero where
    nobody knows it) and ``vertex_at_m`` (metres from its beginning). The straight piece that leaves
    a vertex is what ``piece_passage`` says (a place in `PASSAGES`, as walked from the chain's
    beginning) and costs ``piece_waits`` waits of its sort; the last vertex of a chain has zeros.
    """

    junction_id: Integers
    chain_from: Integers
    chain_to: Integers
    chain_start: Integers
    vertex_x_m: Floats
    vertex_y_m: Floats
    vertex_at_m: Floats
    vertex_z_m: Floats
    piece_passage: Passages
    piece_waits: Floats

    @classmethod
    def from_segments(
        cls,
        node_id: Integers,
        x_m: Floats,
        y_m: Floats,
        segments: Integers,
        z_m: Floats | None = None,
        passage: npt.NDArray[np.integer] | None = None,
        waits: Floats | None = None,
    ) -> Network:
        """Build the network from nodes (n) and straight segments (s, 2) of node positions.

        ``z_m`` (n) are heights, ``passage`` and ``waits`` (s) what each segment is, from its first
        node to its second; without them all is level way. Nodes where exactly two segments meet
        become vertices of a chain. The result does not depend on the order of nodes or segments.
        Repeated segments count once, as the easiest of them.
        """
        order = np.argsort(node_id, kind="stable")
        position = np.empty(len(order), dtype=np.int64)
        position[order] = np.arange(len(order))
        ends = position[np.asarray(segments, dtype=np.int64).reshape(-1, 2)]
        pairs, own_passage, own_waits = _once(ends, passage, waits)
        start, nodes, segment = cut_into_chains(len(order), pairs)
        xs, ys = np.asarray(x_m)[order], np.asarray(y_m)[order]
        zs = np.zeros(len(order)) if z_m is None else np.asarray(z_m, dtype=np.float64)[order]
        within = segment >= 0
        against = within & (nodes != pairs[segment, 0])
        walked = np.where(within, own_passage[segment], 0)
        walked[against] = _REVERSED[walked[against]]
        ends = nodes[np.concatenate([start[:-1], start[1:] - 1])]
        junctions, renumbered = np.unique(ends, return_inverse=True)
        half = len(ends) // 2
        return cls(
            junction_id=np.asarray(node_id, dtype=np.int64)[order][junctions],
            chain_from=renumbered[:half].astype(np.int64),
            chain_to=renumbered[half:].astype(np.int64),
            chain_start=start,
            vertex_x_m=xs[nodes],
            vertex_y_m=ys[nodes],
            vertex_at_m=_along(start, xs[nodes], ys[nodes]),
            vertex_z_m=zs[nodes],
            piece_passage=walked.astype(np.int8),
            piece_waits=np.where(within, own_waits[segment], 0.0),
        )

    def only(self, chains: Integers) -> Network:
        """Return the network of some of the chains, each as it is, in the order given.

        No chain is cut and no length summed anew, so that a walk over them takes as long as before.
        """
        ends, renumbered = np.unique(
            np.concatenate([self.chain_from[chains], self.chain_to[chains]]), return_inverse=True
        )
        start, size = self.chain_start[chains], np.diff(self.chain_start)[chains]
        begins = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        vertex = np.arange(begins[-1]) + np.repeat(start - begins[:-1], size)
        of_vertices = [one.name for one in fields(self) if one.name.startswith(_OF_VERTICES)]
        return Network(
            junction_id=self.junction_id[ends],
            chain_from=renumbered[: len(chains)].astype(np.int64),
            chain_to=renumbered[len(chains) :].astype(np.int64),
            chain_start=begins,
            **{name: getattr(self, name)[vertex] for name in of_vertices},
        )

    @property
    def junctions(self) -> int:
        """Return the number of junctions."""
        return len(self.junction_id)

    @property
    def chains(self) -> int:
        """Return the number of chains."""
        return len(self.chain_from)

    @cached_property
    def chain_length_m(self) -> Floats:
        """Return the length of each chain (m)."""
        return np.asarray(self.vertex_at_m[self.chain_start[1:] - 1])

    @cached_property
    def arcs(self) -> tuple[Integers, Integers]:
        """Return (first (n + 1,), arc): junction v is left by the arcs ``first[v] : first[v + 1]``.

        Arc c is chain c walked from its beginning, arc c + m the same from its end.
        """
        leaves = np.concatenate([self.chain_from, self.chain_to])
        order = np.argsort(leaves, kind="stable")
        degree = np.bincount(leaves, minlength=self.junctions)
        return np.concatenate([[0], np.cumsum(degree)]).astype(np.int64), order

    @cached_property
    def part_of_chain(self) -> Integers:
        """Return for each chain the connected part it belongs to, numbered from 0."""
        ones = np.ones(self.chains, dtype=np.int8)
        joined = coo_array(
            (ones, (self.chain_from, self.chain_to)), shape=(self.junctions, self.junctions)
        )
        _, part = connected_components(joined, directed=False)
        return np.asarray(part[self.chain_from], dtype=np.int64)

    @cached_property
    def linked(self) -> npt.NDArray[np.bool_]:
        """Say for each chain whether its part is long enough to start or end a walk on."""
        if self.chains == 0:
            return np.zeros(0, dtype=np.bool_)
        length_m = np.bincount(self.part_of_chain, weights=self.chain_length_m)
        keep = length_m >= min(SHORTEST_PART_M, float(length_m.max()))
        return np.asarray(keep[self.part_of_chain])

    @cached_property
    def sha256(self) -> str:
        """Return the hash of all arrays; equal networks have equal hashes."""
        digest = hashlib.sha256()
        for field in fields(self):
            array = getattr(self, field.name)
            digest.update(f"{field.name} {array.dtype.str} {array.shape}\n".encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def save(self, folder: Path) -> Path:
        """Write the network into ``folder`` under its hash, all or nothing, and return the path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"network-{self.sha256}.npz"
        if not path.exists():
            handle, partial = tempfile.mkstemp(dir=folder, suffix=".partial")
            try:
                with os.fdopen(handle, "wb") as out:
                    np.savez(out, **{f.name: getattr(self, f.name) for f in fields(self)})
                Path(partial).replace(path)
            finally:
                Path(partial).unlink(missing_ok=True)
        return path

    @classmethod
    def load(cls, path: Path) -> Network:
        """Read a saved network; raises InputError when its content does not match its name."""
        remedy = "删去它，让程序重新生成"
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                network = cls(**{f.name: stored[f.name] for f in fields(cls)})
        except Exception as error:
            raise stop("不是完整的路网文件", file=path, remedy=remedy) from error
        if path.name != f"network-{network.sha256}.npz":
            raise stop("内容与文件名中的校验值不符", file=path, remedy=remedy)
        return network


def _once(
    ends: Integers, passage: npt.NDArray[np.integer] | None, waits: Floats | None
) -> tuple[Integers, npt.NDArray[np.int8], Floats]:
    """Return each pair of different nodes once, the smaller first, with its passage and waits."""
    kind = np.zeros(len(ends), np.int8) if passage is None else np.asarray(passage, dtype=np.int8)
    own_waits = np.zeros(len(ends)) if waits is None else np.asarray(waits, dtype=np.float64)
    kind = np.where(ends[:, 0] > ends[:, 1], _REVERSED[kind], kind)
    pairs = np.sort(ends, axis=1)
    order = np.lexsort((own_waits, kind, pairs[:, 1], pairs[:, 0]))
    pairs = pairs[order]
    kept = pairs[:, 0] != pairs[:, 1]
    kept[1:] &= (pairs[1:] != pairs[:-1]).any(axis=1)
    return pairs[kept], kind[order][kept], own_waits[order][kept]


def _along(start: Integers, x_m: Floats, y_m: Floats) -> Floats:
    """Return metres from the beginning of each chain to each of its vertices."""
    step = np.zeros(len(x_m))
    dx, dy = np.diff(x_m), np.diff(y_m)
    step[:-1] = np.sqrt(dx * dx + dy * dy)
    return summed_along(start, step)
