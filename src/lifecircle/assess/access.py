"""Supply within reach per person, where many share it: two-step floating catchments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lifecircle.walk.matrix import Pairs

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

Decay = Callable[[Floats], Floats]
"""The weight of a walk by its seconds (n,): 1 at the door, 0 beyond the limit."""

NEAREST_S = 60.0
"""A power has no value at the door itself: nearer than a minute counts as a minute."""


def step(limit_s: float) -> Decay:
    """Return 1 within the limit and 0 beyond it: the first 2SFCA, Luo and Wang 2003."""
    return steps((limit_s,), (1.0,))


def steps(limits_s: Sequence[float], weights: Sequence[float]) -> Decay:
    """Return the weight of each zone, ``limits_s`` rising: the enhanced 2SFCA, Luo and Qi 2009.

    Raises ValueError where limits do not rise or each has not its weight.
    """
    edges, values = np.asarray(limits_s, np.float64), np.append(np.asarray(weights, np.float64), 0)
    if len(edges) + 1 != len(values) or bool(np.any(np.diff(edges) <= 0)):
        raise ValueError("limits must rise, each with its weight")
    return lambda time_s: np.asarray(values[np.searchsorted(edges, time_s, side="left")])


def gaussian(limit_s: float) -> Decay:
    """Return ``(exp(-(t/T)^2 / 2) - exp(-1/2)) / (1 - exp(-1/2))``: 1 at the door, 0 at the limit.

    Source: Dai 2010, Health and Place 16, 1038-1052.
    """
    foot = np.exp(-0.5)

    def weight(time_s: Floats) -> Floats:
        bell = (np.exp(-0.5 * (time_s / limit_s) ** 2) - foot) / (1.0 - foot)
        return np.asarray(np.where(time_s <= limit_s, np.maximum(bell, 0.0), 0.0))

    return weight


def gravity(limit_s: float, beta: float) -> Decay:
    """Return ``(t / 60)^-beta`` within the limit, and 1 in the first minute.

    Source: the gravity model that Luo and Wang 2003 hold against the 2SFCA. ``beta`` has no value
    of its own: say which one was taken.
    """

    def weight(time_s: Floats) -> Floats:
        power = (np.maximum(time_s, NEAREST_S) / NEAREST_S) ** -beta
        return np.asarray(np.where(time_s <= limit_s, power, 0.0))

    return weight


@dataclass(frozen=True, eq=False)
class Catchments:
    """``per_person`` (o,) is the supply within reach of one person of each origin.

    ``demand`` (f,) is how many people, weighted by their walk, share each facility, ``ratio`` (f,)
    its capacity for each of them: 0 where nobody comes, who then gets nothing of it either.
    """

    per_person: Floats
    demand: Floats
    ratio: Floats


def catchments(
    pairs: Pairs, people: npt.ArrayLike, capacity: npt.ArrayLike, decay: Decay
) -> Catchments:
    """Share each facility's capacity among the people around it, then add up what each reaches.

    ``R_j = S_j / sum_k(P_k w(t_kj))`` and ``A_i = sum_j(R_j w(t_ij))`` over ``pairs`` of origins
    and facilities with ``people`` (o,) and ``capacity`` (f,). All people together get exactly the
    capacity of the facilities that anybody reaches. Source: Luo and Wang 2003, Environment and
    Planning B 30, 865-884; Luo and Qi 2009, Health and Place 15, 1100-1107.
    """
    heads = np.asarray(people, dtype=np.float64)
    supply = np.asarray(capacity, dtype=np.float64)
    # one order of summing, whatever the order of the pairs
    order = np.lexsort((pairs.target, pairs.origin))
    origin, target = pairs.origin[order], pairs.target[order]
    weight = decay(pairs.time_s[order])
    demand = _summed(target, heads[origin] * weight, len(supply))
    ratio = np.divide(supply, demand, out=np.zeros_like(supply), where=demand > 0)
    reached = _summed(origin, ratio[target] * weight, len(heads))
    return Catchments(reached, demand, ratio)


def _summed(place: Integers, amount: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(place, weights=amount, minlength=count), dtype=np.float64)
