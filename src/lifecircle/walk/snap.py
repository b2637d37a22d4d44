"""Puts points onto the network: the nearest straight piece of way, and the leg to reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from lifecircle.terms.streets import ACROSS
from lifecircle.walk.network import Floats, Integers, Network
from lifecircle.walk.timing import Timing


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


FARTHEST_LEG_M = 500.0
"""So far a way on a door's own side is looked for; beyond it the map, not the door, is odd."""

AT_ONCE = 16
"""So many ways near a door are looked at together; the first few nearly always hold the answer."""

LONGEST_CROSSING_M = 60.0
"""A longer piece is a foot way that only ends at a crossing: doors stand along it."""


def _across(network: Network) -> npt.NDArray[np.bool_]:
    """Say which pieces (v,) lead across a roadway or up a lift."""
    length_m = np.append(np.diff(network.vertex_at_m), 0.0)
    return np.isin(network.piece_passage, ACROSS) & (length_m <= LONGEST_CROSSING_M)


class Snapper:
    """Snaps points to one network; building it once serves many calls."""

    def __init__(
        self,
        network: Network,
        timing: Timing | None = None,
        barriers: npt.NDArray[np.object_] | None = None,
    ) -> None:
        """Index the straight pieces of every chain that is not a fragment.

        Nobody's door stands on a crossing or in a lift, nor, with ``timing``, on a piece that its
        profile cannot pass. ``barriers`` are lines and areas that no leg from a door crosses, where
        there is a way within `FARTHEST_LEG_M` on its own side.
        """
        begins = np.ones(len(network.vertex_at_m), dtype=np.bool_)
        begins[network.chain_start[1:] - 1] = False
        chain = np.repeat(np.arange(network.chains), np.diff(network.chain_start))
        open_ = begins & network.linked[chain] & ~_across(network)
        if timing is not None:
            open_ &= ~timing.barred
        first = np.flatnonzero(open_)
        x, y = network.vertex_x_m, network.vertex_y_m
        self._chain = chain[first]
        self._at_m = network.vertex_at_m[first]
        self._length_m = network.vertex_at_m[first + 1] - self._at_m
        self._from = np.column_stack([x[first], y[first]])
        self._to = np.column_stack([x[first + 1], y[first + 1]])
        lines = shapely.linestrings(np.stack([self._from, self._to], axis=1))
        self._tree = shapely.STRtree(lines)
        self._lines = lines
        self._barriers = shapely.STRtree(barriers if barriers is not None else [])

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
        piece = self._on_own_side(point[row], piece)
        at_m, leg_m = self._project(point[row], piece)
        near = leg_m <= most_leg_m
        row, piece, at_m, leg_m = row[near], piece[near], at_m[near], leg_m[near]
        if before_m is not None:
            leg_m = leg_m + np.asarray(before_m, dtype=np.float64)[row]
        return AccessPoints(count, whose[row], self._chain[piece], at_m, leg_m)

    def _on_own_side(self, point: Floats, piece: Integers) -> Integers:
        """Return for each point (p, 2) the nearest piece without a barrier before it."""
        if not len(self._barriers.geometries):
            return piece
        piece = piece.copy()
        for row in self._crossing(shapely.points(point), piece):
            door = shapely.points(point[row])
            near = self._tree.query(door, predicate="dwithin", distance=FARTHEST_LEG_M)
            near = near[np.lexsort((near, shapely.distance(door, self._lines[near])))]
            piece[row] = self._first_on_side(door, near, piece[row])
        return piece

    def _first_on_side(self, door: Any, near: Integers, else_: int) -> int:
        """Return the first of the pieces ``near`` a door that no barrier parts it from."""
        for begin in range(0, len(near), AT_ONCE):
            some = near[begin : begin + AT_ONCE]
            over = np.zeros(len(some), dtype=np.bool_)
            over[self._crossing(np.full(len(some), door), some)] = True
            if not over.all():
                return int(some[int(np.argmin(over))])
        return else_

    def _crossing(self, door: npt.NDArray[np.object_], piece: Integers) -> Integers:
        """Return which legs from doors (p,) to pieces (p,) cross a barrier."""
        legs = shapely.shortest_line(door, self._lines[piece])
        return np.unique(self._barriers.query(legs, predicate="crosses")[0])

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
