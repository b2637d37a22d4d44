"""Puts points onto the network: the nearest straight piece of way, and the leg to reach it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from lifecircle.walk.network import Floats, Integers, Network


@dataclass(frozen=True, eq=False)
class AccessPoints:
    """Where walks may begin or end; row r belongs to ``owner[r]`` (0..owners-1).

    ``chain`` is the chain reached, ``at_m`` the metres along it, ``leg_m`` the metres walked off
    the network to get there. An owner without a row cannot reach the network.
    """

    owners: int
    owner: Integers
    chain: Integers
    at_m: Floats
    leg_m: Floats

    def nearest_leg_m(self) -> Floats:
        """Return for each owner its shortest leg (owners,), infinite where there is none."""
        legs = np.full(self.owners, np.inf)
        np.minimum.at(legs, self.owner, self.leg_m)
        return legs


class Snapper:
    """Snaps points to one network; building it once serves many calls."""

    def __init__(self, network: Network) -> None:
        """Index the straight pieces of every chain that is not a fragment."""
        begins = np.ones(len(network.vertex_at_m), dtype=np.bool_)
        begins[network.chain_start[1:] - 1] = False
        chain = np.repeat(np.arange(network.chains), np.diff(network.chain_start))
        first = np.flatnonzero(begins & network.linked[chain])
        x, y = network.vertex_x_m, network.vertex_y_m
        self._chain = chain[first]
        self._at_m = network.vertex_at_m[first]
        self._length_m = network.vertex_at_m[first + 1] - self._at_m
        self._from = np.column_stack([x[first], y[first]])
        self._to = np.column_stack([x[first + 1], y[first + 1]])
        lines = shapely.linestrings(np.stack([self._from, self._to], axis=1))
        self._tree = shapely.STRtree(lines)

    def snap(
        self,
        x_m: npt.ArrayLike,
        y_m: npt.ArrayLike,
        owner: npt.ArrayLike | None = None,
        before_m: npt.ArrayLike | None = None,
        owners: int | None = None,
        most_leg_m: float = np.inf,
    ) -> AccessPoints:
        """Snap points (p) to the nearest way; among equally near ways to the first.

        ``owner`` (p) says whose point it is, by default its own; ``before_m`` (p) are metres
        already walked before the point, such as from the house to the gate of its estate. With
        ``owner`` goes ``owners``, how many there are, with or without a point. A point farther
        than ``most_leg_m`` from any way stays off the network; ``before_m`` does not count there.
        """
        point = np.column_stack([np.asarray(x_m, np.float64), np.asarray(y_m, np.float64)])
        whose = np.arange(len(point)) if owner is None else np.asarray(owner, dtype=np.int64)
        count = len(point) if owners is None else owners
        if len(self._chain) == 0 or len(point) == 0:
            none_i, none_f = np.empty(0, np.int64), np.empty(0)
            return AccessPoints(count, none_i, none_i, none_f, none_f)
        found = self._tree.query_nearest(shapely.points(point), all_matches=True)
        order = np.lexsort((found[1], found[0]))
        row, piece = found[0][order], found[1][order]
        once = np.concatenate([[True], row[1:] != row[:-1]])
        row, piece = row[once], piece[once]
        at_m, leg_m = self._project(point[row], piece)
        near = leg_m <= most_leg_m
        row, piece, at_m, leg_m = row[near], piece[near], at_m[near], leg_m[near]
        if before_m is not None:
            leg_m = leg_m + np.asarray(before_m, dtype=np.float64)[row]
        return AccessPoints(count, whose[row], self._chain[piece], at_m, leg_m)

    def _project(self, point: Floats, piece: Integers) -> tuple[Floats, Floats]:
        """Return metres along the chain and off it for each point on its piece."""
        begin, along = self._from[piece], self._to[piece] - self._from[piece]
        square = along[:, 0] * along[:, 0] + along[:, 1] * along[:, 1]
        rel = point - begin
        inner = rel[:, 0] * along[:, 0] + rel[:, 1] * along[:, 1]
        share = np.clip(np.divide(inner, square, out=np.zeros_like(inner), where=square > 0), 0, 1)
        off = rel - along * share[:, None]
        leg_m = np.sqrt(off[:, 0] * off[:, 0] + off[:, 1] * off[:, 1])
        return self._at_m[piece] + share * self._length_m[piece], leg_m
