"""How evenly something is spread over people: one value a place, weighted by who lives there.

Every measure takes ``value`` (n,), not negative, and ``people`` (n,) counts or weights, not
negative; places where nobody lives count for nothing. Each returns NaN where it is not defined:
of nobody, or where all values are zero. Sums are rounded once, so the order of places changes
nothing.
"""

from __future__ import annotations

from math import fsum, isnan, nan
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

POOREST, WEALTHIEST = 0.4, 0.9
"""Where the Palma ratio cuts: the lowest four tenths and the highest tenth."""


def gini(value: npt.ArrayLike, people: npt.ArrayLike) -> float:
    """Return the Gini index: 0 where all have the same, towards 1 where few have everything.

    ``G = sum_ij(p_i p_j |v_i - v_j|) / (2 P^2 m)`` with the mean ``m``, which is the concentration
    index along the values themselves. Source: Gini 1912; Lerman and Yitzhaki 1989 for weights.
    """
    return concentration(value, people, value)


def concentration(value: npt.ArrayLike, people: npt.ArrayLike, rank: npt.ArrayLike) -> float:
    """Return the concentration index of ``value`` along ``rank`` (n,), -1 to 1.

    ``C = sum_i(p_i v_i (2 r_i - 1)) / sum_i(p_i v_i)``, where ``r_i`` is the share of people before
    the middle of those with the rank of i. Negative where the value lies with the low ranks.
    Source: Kakwani, Wagstaff and van Doorslaer 1997; places of equal rank share their middle.
    """
    v, p, by = _lived_in(value, people, rank)
    whole = fsum(p * v)
    if not whole > 0:
        return nan
    return fsum(p * v * (2.0 * _middle(p, by) - 1.0)) / whole


def concentration_corrected(
    value: npt.ArrayLike, people: npt.ArrayLike, rank: npt.ArrayLike
) -> float:
    """Return Erreygers' corrected concentration index, for values with bounds.

    ``E = 4 m C / (highest - lowest)``, the bounds being those observed; 0 where all are equal.
    Source: Erreygers 2009, Journal of Health Economics 28, 504-515.
    """
    v, p, _ = _lived_in(value, people, rank)
    index = concentration(value, people, rank)
    if isnan(index):
        return nan
    span = float(v.max() - v.min())
    return 4.0 * fsum(p * v) / fsum(p) * index / span if span > 0 else 0.0


def palma(value: npt.ArrayLike, people: npt.ArrayLike, rank: npt.ArrayLike | None = None) -> float:
    """Return the mean of the tenth of people ranked highest over that of the lowest four tenths.

    ``rank`` (n,) is by default the value itself; income where that is known. A place is never
    parted: the lowest are those up to the first rank that holds four tenths of people, the highest
    those above the first that holds nine. Source: Palma 2011 for incomes; means in place of shares
    as in Herszenhut et al., the R package accessibility.
    """
    v, p, by = _lived_in(value, people, value if rank is None else rank)
    if not len(v):
        return nan
    order = np.argsort(by, kind="stable")
    held = np.cumsum(p[order]) / fsum(p)
    # a sum of shares may miss nine tenths by its last digit
    low, high = (by[order][np.searchsorted(held, cut - 1e-12)] for cut in (POOREST, WEALTHIEST))
    lowest, highest = by <= low, by > high
    least = _mean(v[lowest], p[lowest])
    return _mean(v[highest], p[highest]) / least if highest.any() and least > 0 else nan


class Theil(NamedTuple):
    """Theil's T and its parts: ``total == between + within``."""

    total: float
    between: float
    within: float


def theil(value: npt.ArrayLike, people: npt.ArrayLike, group: npt.ArrayLike) -> Theil:
    """Return Theil's T, and how much of it lies between and within the groups (n,) of places.

    ``T = sum_i(p_i/P x_i ln x_i)`` with ``x_i = v_i / m`` and ``0 ln 0 = 0``; between the groups
    each has its mean, within them each counts by its share of the value. 0 where all have the
    same. Source: Theil 1967; Conceicao and Ferreira 2000 for the parts.
    """
    v, p, _ = _lived_in(value, people, value)
    groups = np.asarray(group)[np.asarray(people, dtype=np.float64) > 0]
    mean = _mean(v, p)
    if not mean > 0:
        return Theil(nan, nan, nan)
    members = [groups == one for one in np.unique(groups)]
    of_group = [(v[own], p[own], _mean(v[own], p[own])) for own in members]
    heads = np.array([fsum(own_p) for _, own_p, _ in of_group])
    means = np.array([own_mean for _, _, own_mean in of_group])
    between = _entropy(means / mean, heads)
    within = fsum(
        fsum(own_p) * own_mean * _entropy(own_v / own_mean, own_p)
        for own_v, own_p, own_mean in of_group
        if own_mean > 0
    ) / (fsum(p) * mean)
    return Theil(_entropy(v / mean, p), between, within)


def fgt(value: npt.ArrayLike, people: npt.ArrayLike, line: float, alpha: int) -> float:
    """Return how many people lie below ``line`` (0), how far (1), and how unevenly (2).

    ``F = sum(p_i ((line - v_i) / line)^alpha) / P`` over the places with ``v_i < line``.
    Source: Foster, Greer and Thorbecke 1984, Econometrica 52, 761-766.
    """
    v, p, _ = _lived_in(value, people, value)
    if not len(v):
        return nan
    below = v < line
    return fsum(p[below] * ((line - v[below]) / line) ** alpha) / fsum(p)


def _lived_in(
    value: npt.ArrayLike, people: npt.ArrayLike, rank: npt.ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Return value, people and rank of the places where somebody lives."""
    v, p, by = (np.asarray(one, dtype=np.float64) for one in (value, people, rank))
    there = p > 0
    return v[there], p[there], by[there]


def _middle(people: Floats, rank: Floats) -> Floats:
    """Return for each place the share of people before the middle of those of its rank."""
    _, place = np.unique(rank, return_inverse=True)
    heads = np.bincount(place, weights=people)
    before = np.cumsum(heads) - heads
    return np.asarray((before + heads / 2.0) / fsum(people))[place]


def _mean(value: Floats, people: Floats) -> float:
    return fsum(value * people) / fsum(people) if len(value) else nan


def _entropy(ratio: Floats, people: Floats) -> float:
    some = ratio > 0
    return fsum(people[some] * ratio[some] * np.log(ratio[some])) / fsum(people)
