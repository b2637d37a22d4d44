"""Who walks: how long a metre of each kind of way takes, and what is waited for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lifecircle.terms.streets import PASSAGES

BARRED = float("inf")
"""The factor or the wait of what a walker cannot pass."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Profile:
    """A kind of walker; without more than a speed, one who takes everything as level way.

    ``pace`` and ``wait_s`` go by `PASSAGES`: how many times as long as the level a metre takes, and
    the seconds of a wait, both `BARRED` where there is no passing. Slopes count by Tobler's
    function where ``tobler``; a way steeper than ``steepest`` (rise over run) is barred. A raster
    of heights is too coarse to believe slopes beyond `STEEPEST_STREET`.
    """

    name: str
    speed_m_per_min: float
    pace: tuple[float, ...] = tuple(BARRED if word == "closed" else 1.0 for word in PASSAGES)
    wait_s: tuple[float, ...] = (0.0,) * len(PASSAGES)
    tobler: bool = False
    steepest: float = BARRED

    def seconds(self, length_m: npt.ArrayLike) -> Floats:
        """Return the seconds for level ways of ``length_m`` metres, element by element."""
        return np.asarray(length_m, dtype=np.float64) * 60.0 / self.speed_m_per_min

    def metres(self, time_s: npt.ArrayLike) -> Floats:
        """Return the metres of level way walked in ``time_s`` seconds, element by element."""
        return np.asarray(time_s, dtype=np.float64) * self.speed_m_per_min / 60.0

    def farthest_m(self, time_s: float) -> float:
        """Return metres that no way of any kind exceeds in ``time_s``: downhill is faster."""
        easiest = min(1.0, *self.pace) * float(self.slowed_by(np.array([-0.05]))[0])
        return float(self.metres(time_s)) / easiest

    def at(self, speed_m_per_min: float) -> Profile:
        """Return the same walker at another pace on the level."""
        return replace(self, speed_m_per_min=speed_m_per_min)

    def slowed_by(self, slope: Floats) -> Floats:
        """Return how many times as long as the level a metre of ``slope`` takes (Tobler 1993).

        Tobler's speed is 6 exp(-3.5 |S + 0.05|) km/h; this is its value at S = 0 over that at S.
        """
        if not self.tobler:
            return np.ones(len(slope))
        believed = np.clip(slope, -STEEPEST_STREET, STEEPEST_STREET)
        return np.asarray(np.exp(3.5 * (np.abs(believed + 0.05) - 0.05)))


STEEPEST_STREET = 0.35
"""The steepest streets of the world rise so much; what a raster shows beyond is its own noise."""
