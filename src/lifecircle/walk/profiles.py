"""Who walks: how long a metre of way takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Profile:
    """A kind of walker on the level, at a constant pace."""

    name: str
    speed_m_per_min: float

    def seconds(self, length_m: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return the seconds for ways of ``length_m`` metres, element by element."""
        return np.asarray(length_m, dtype=np.float64) * 60.0 / self.speed_m_per_min

    def metres(self, time_s: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return the metres walked in ``time_s`` seconds, element by element."""
        return np.asarray(time_s, dtype=np.float64) * self.speed_m_per_min / 60.0
