"""One large region walked in parts: each with the streets that any walk of its people can touch.

Only walking is local. Everything else (registers, area rules, circles, roll-ups, the audit) is
judged on the whole, from walks that are joined again and are those of the whole to the last bit:

- Doors and facilities are put on the streets of the whole, so that a fragment that a cut leaves at
  the edge of a part is as linked as it is there.
- A part takes whole chains, all that come as near to its doors as the farthest walk goes.
- Its rounding is the whole's (`Walker.only`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from lifecircle.place.tables import Floats, Integers
from lifecircle.walk.nearest import Nearest, Walker
from lifecircle.walk.network import Network
from lifecircle.walk.snap import AccessPoints

MARGIN_M = 1.0
"""Beyond the farthest walk, for what float64 and the kernel's ticks round."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class Part:
    """Some origins (``owners``, rows of the whole), where they stand, and the walker they need.

    ``chain`` (m,) is the part's number of each chain of the whole, -1 outside.
    """

    owners: Integers
    origins: AccessPoints
    walker: Walker
    chain: Integers

    def there(self, points: AccessPoints) -> AccessPoints:
        """Return the points that stand on the part; their owners keep their numbers."""
        return _moved(points, self.chain, np.arange(points.owners), points.owners)


def cut(walker: Walker, origins: AccessPoints, count: int, limit_s: float) -> tuple[Part, ...]:
    """Cut the streets of ``walker`` into at most ``count`` parts, for walks of up to ``limit_s``.

    The parts have about as many origins each and overlap where their walks do. Origins that are
    not on the network are of none.
    """
    if not len(origins.owner):
        return ()
    boxes = _boxes(walker.network)
    reach_m = walker.profile.farthest_m(limit_s) + MARGIN_M
    owners, first = np.unique(origins.owner, return_index=True)
    middle = (boxes[:, :2] + boxes[:, 2:])[origins.chain[first]] / 2
    found = []
    for rows in _halved(middle, np.arange(len(owners)), count):
        mine = np.isin(origins.owner, owners[rows])
        doors = boxes[origins.chain[mine]]
        low, high = doors[:, :2].min(axis=0) - reach_m, doors[:, 2:].max(axis=0) + reach_m
        near = (boxes[:, 2:] >= low).all(axis=1) & (boxes[:, :2] <= high).all(axis=1)
        found.append(_part(walker, origins, owners[rows], np.flatnonzero(near)))
    return tuple(found)


def _part(walker: Walker, origins: AccessPoints, owners: Integers, chains: Integers) -> Part:
    number = np.full(walker.network.chains, -1, dtype=np.int64)
    number[chains] = np.arange(len(chains))
    rank = np.full(origins.owners, -1, dtype=np.int64)
    rank[owners] = np.arange(len(owners))
    there = _moved(origins, number, rank, len(owners))
    return Part(owners, there, walker.only(chains), number)


def _moved(points: AccessPoints, chain: Integers, rank: Integers, owners: int) -> AccessPoints:
    """Return the points of the owners and on the chains that have a number, by that number."""
    kept = (chain[points.chain] >= 0) & (rank[points.owner] >= 0)
    return AccessPoints(
        owners,
        rank[points.owner[kept]],
        chain[points.chain[kept]],
        points.at_m[kept],
        points.leg_m[kept],
    )


def _halved(xy_m: Floats, rows: Integers, count: int) -> list[Integers]:
    """Divide ``rows`` of places (n, 2) across their longer side, again and again."""
    if count < 2 or len(rows) < 2:
        return [rows]
    own = xy_m[rows]
    side = int(np.argmax(own.max(axis=0) - own.min(axis=0)))
    order = rows[np.lexsort((rows, own[:, side]))]
    half = count // 2
    at = max(1, len(order) * half // count)
    return _halved(xy_m, order[:at], half) + _halved(xy_m, order[at:], count - half)


def _boxes(network: Network) -> Floats:
    """Return the least x and y and the largest x and y of each chain (m, 4)."""
    begins = network.chain_start[:-1]
    x_m, y_m = network.vertex_x_m, network.vertex_y_m
    least, most = np.minimum.reduceat, np.maximum.reduceat
    return np.column_stack([one(xy, begins) for one in (least, most) for xy in (x_m, y_m)])


class PartedWalker:
    """Answers as the `Walker` it was cut from, part by part and on all processors."""

    def __init__(self, walker: Walker, origins: AccessPoints, count: int, limit_s: float) -> None:
        """Cut for walks from ``origins``; for others, and for longer ones, the whole is asked."""
        self.whole = walker
        self._origins = origins
        self._limit_s = limit_s
        self.parts = cut(walker, origins, count, limit_s)

    def nearest(
        self, origins: AccessPoints, targets: AccessPoints, limit_s: float, k: int = 1
    ) -> Nearest:
        """Find what `Walker.nearest` finds."""
        if not self._cut_for(origins, limit_s):
            return self.whole.nearest(origins, targets, limit_s, k)
        found = self._each(
            lambda part: part.walker.nearest(part.origins, part.there(targets), limit_s, k)
        )
        return self._joined(found, k)

    def nearest_each(
        self, origins: AccessPoints, lanes: Sequence[AccessPoints], limit_s: float
    ) -> list[Nearest]:
        """Find what `Walker.nearest_each` finds."""
        if not self._cut_for(origins, limit_s):
            return self.whole.nearest_each(origins, lanes, limit_s)
        found = self._each(
            lambda part: part.walker.nearest_each(
                part.origins, [part.there(lane) for lane in lanes], limit_s
            )
        )
        return [self._joined([own[lane] for own in found], 1) for lane in range(len(lanes))]

    def reaches(
        self,
        origins: AccessPoints,
        targets: AccessPoints,
        limit_s: float,
        count: int = 1,
        found: Nearest | None = None,
    ) -> npt.NDArray[np.bool_]:
        """Say what `Walker.reaches` says."""
        if not self._cut_for(origins, limit_s):
            return self.whole.reaches(origins, targets, limit_s, count, found)
        said = self._each(lambda part: _reached(part, targets, limit_s, count, found))
        answer = np.zeros(origins.owners, dtype=np.bool_)
        for part, own in zip(self.parts, said, strict=True):
            answer[part.owners] = own
        return answer

    def _cut_for(self, origins: AccessPoints, limit_s: float) -> bool:
        return origins is self._origins and limit_s <= self._limit_s

    def _each(self, ask: Callable[[Part], Answer]) -> list[Answer]:
        """Ask every part; the kernels let go of Python's lock."""
        with ThreadPoolExecutor() as threads:
            return list(threads.map(ask, self.parts))

    def _joined(self, found: Sequence[Nearest], k: int) -> Nearest:
        target = np.full((self._origins.owners, k), -1, dtype=np.int64)
        time_s = np.full((self._origins.owners, k), np.inf)
        for part, own in zip(self.parts, found, strict=True):
            target[part.owners], time_s[part.owners] = own.target, own.time_s
        return Nearest(target, time_s)


def _reached(
    part: Part, targets: AccessPoints, limit_s: float, count: int, found: Nearest | None
) -> npt.NDArray[np.bool_]:
    own = found and Nearest(found.target[part.owners], found.time_s[part.owners])
    return part.walker.reaches(part.origins, part.there(targets), limit_s, count, own)
