"""Counts people: who lives in each community, and how many of them a mask of origins holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lifecircle.place.tables import City, Integers

Mask = npt.NDArray[np.bool_]

FAR_FROM_WAY_M = 100.0
"""Beyond this a way was probably not mapped: a block is rarely deeper than 200 m."""

OUTSIDE_M = 1000.0
"""Beyond this the files do not cover the place at all, and absence there proves nothing."""


@dataclass(frozen=True, eq=False)
class People:
    """The origins of a city grouped by community (c groups, o origins)."""

    city: City

    @property
    def home(self) -> Integers:
        """Return the community of each origin (o,)."""
        return self.city.origins.community

    def weight(self, mask: Mask | None = None) -> Integers:
        """Return the summed weight of the origins in ``mask`` by community (c,)."""
        return self._sum(self.city.origins.weight, mask)

    def known(self, column: str, mask: Mask | None = None) -> list[int | None]:
        """Return a count of people by community, None where any origin's count is unknown."""
        values = getattr(self.city.origins, column)
        unknown = self._sum((values < 0).astype(np.int64), mask)
        return [
            None if missing else int(total)
            for total, missing in zip(self._sum(values, mask), unknown, strict=True)
        ]

    def basis(self) -> list[str]:
        """Return for each community what its people rest on; the weakest where several do."""
        ranks = ("estate", "point", "raster", "building", "centre")
        worst = [0] * len(self.city.communities)
        for home, basis in zip(self.home.tolist(), self.city.origins.basis, strict=True):
            worst[home] = max(worst[home], ranks.index(basis))
        return [ranks[rank] for rank in worst]

    def farther_than(self, metres: float, nearest_leg_m: npt.NDArray[np.float64]) -> Mask:
        """Say for each community whether over a tenth of its weight is so far from any way."""
        far = self.weight(nearest_leg_m > metres)
        return np.asarray(far * 10 > self.weight())

    def _sum(self, values: Integers, mask: Mask | None) -> Integers:
        total = np.zeros(len(self.city.communities), dtype=np.int64)
        chosen: Any = slice(None) if mask is None else mask
        np.add.at(total, self.home[chosen], values[chosen])
        return total
