"""How long one profile takes on each piece of a network, in both directions."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from lifecircle.terms.streets import PASSAGES, reversed_passage
from lifecircle.walk.chains import piece_at, summed_along
from lifecircle.walk.network import Floats, Integers, Network
from lifecircle.walk.profiles import Profile

BARRED_S = 1e6
"""What a piece takes that cannot be passed: eleven days, more than any walk that is asked for, and
so little that the seconds after it on its chain are still true to a tenth of a microsecond."""

_SLOPED = np.array([not word.startswith(("steps", "lift")) for word in PASSAGES])
_REVERSED = np.array([reversed_passage(code) for code in range(len(PASSAGES))])


class Timing:
    """The seconds of one profile on one network.

    Time is the metres at the level pace and an extra for what is not level way: slopes, steps,
    waits. On level way the extra is exactly nothing. The extra of a piece spreads evenly over it;
    ``ahead_s`` and ``back_s`` (v,) sum it from the beginning of the chain to each vertex, walking
    towards the vertex and away from it.
    """

    def __init__(self, network: Network, profile: Profile) -> None:
        """Sum the extras of every chain."""
        self.network = network
        self.profile = profile
        ahead, back = self._extras()
        self.barred = (ahead >= BARRED_S) & (back >= BARRED_S)
        self.ahead_s = summed_along(network.chain_start, ahead)
        self.back_s = summed_along(network.chain_start, back)

    def _extras(self) -> tuple[Floats, Floats]:
        """Return the extra of the piece that leaves each vertex (v,), ahead and back."""
        network, profile = self.network, self.profile
        length_m, rise_m = np.zeros((2, len(network.vertex_at_m)))
        length_m[:-1] = np.maximum(np.diff(network.vertex_at_m), 0.0)
        rise_m[:-1] = np.diff(network.vertex_z_m)
        length_m[network.chain_start[1:] - 1] = 0.0
        slope = np.divide(rise_m, length_m, out=np.zeros_like(rise_m), where=length_m > 0)
        level_s = profile.seconds(length_m)
        passage = network.piece_passage.astype(np.int64)
        return (
            self._extra(passage, slope, level_s),
            self._extra(_REVERSED[passage], -slope, level_s),
        )

    def _extra(self, passage: Integers, slope: Floats, level_s: Floats) -> Floats:
        profile = self.profile
        pace, wait_s = np.array(profile.pace)[passage], np.array(profile.wait_s)[passage]
        sloped = _SLOPED[passage]
        barred = np.isinf(pace) | np.isinf(wait_s) | (sloped & (np.abs(slope) > profile.steepest))
        pace = np.where(sloped, pace * profile.slowed_by(slope), pace)
        waited_s = np.where(np.isinf(wait_s), 0.0, wait_s) * self.network.piece_waits
        extra_s = level_s * (np.where(np.isinf(pace), 1.0, pace) - 1.0) + waited_s
        extra_s[barred] = BARRED_S
        extra_s[self.network.chain_start[1:] - 1] = 0.0
        return np.asarray(extra_s)

    @cached_property
    def level(self) -> bool:
        """Say whether all of the network is level way to this profile."""
        return not self.ahead_s.any() and not self.back_s.any()

    def takes_as_long_as(self, other: Timing) -> bool:
        """Say whether every piece of the same network takes as long as by ``other``."""
        pairs = zip(self.chain_s, other.chain_s, strict=True)
        return all(np.array_equal(own, its) for own, its in pairs)

    @cached_property
    def chain_s(self) -> tuple[Floats, Floats]:
        """Return the seconds of each chain (m,), from its beginning and from its end."""
        level_s = self.profile.seconds(self.network.chain_length_m)
        last = self.network.chain_start[1:] - 1
        return level_s + self.ahead_s[last], level_s + self.back_s[last]

    @cached_property
    def arcs(self) -> tuple[Integers, Floats]:
        """Return where each arc of the network (2 m,) leads, and its seconds."""
        there = np.concatenate([self.network.chain_to, self.network.chain_from])
        return there, np.concatenate(self.chain_s)

    def extra_at(self, chain: Integers, at_m: Floats) -> tuple[Floats, Floats]:
        """Return the extra between the beginning of ``chain`` (p,) and ``at_m`` (p,), both ways."""
        if self.level:
            nothing = np.zeros(len(chain))
            return nothing, nothing
        network = self.network
        piece = piece_at(network.chain_start, network.vertex_at_m, chain, at_m)
        begin_m = network.vertex_at_m[piece]
        length_m = network.vertex_at_m[piece + 1] - begin_m
        share = np.divide(at_m - begin_m, length_m, out=np.zeros(len(piece)), where=length_m > 0)
        share = np.clip(share, 0.0, 1.0)
        ahead, back = (
            summed[piece] + share * (summed[piece + 1] - summed[piece])
            for summed in (self.ahead_s, self.back_s)
        )
        return ahead, back

    def to_ends(self, chain: Integers, at_m: Floats, leg_m: Floats) -> Floats:
        """Return the seconds (p, 2) from the door to the beginning and to the end of the chain."""
        ahead, back = self.extra_at(chain, at_m)
        last = self.network.chain_start[chain + 1] - 1
        return self._level_s(chain, at_m, leg_m) + np.column_stack(
            [back, self.ahead_s[last] - ahead]
        )

    def from_ends(self, chain: Integers, at_m: Floats, leg_m: Floats) -> Floats:
        """Return the seconds (p, 2) from both ends of the chain to the door."""
        ahead, back = self.extra_at(chain, at_m)
        last = self.network.chain_start[chain + 1] - 1
        return self._level_s(chain, at_m, leg_m) + np.column_stack(
            [ahead, self.back_s[last] - back]
        )

    def _level_s(self, chain: Integers, at_m: Floats, leg_m: Floats) -> Floats:
        rest_m = np.maximum(self.network.chain_length_m[chain] - at_m, 0.0)
        return self.profile.seconds(np.column_stack([at_m, rest_m]) + leg_m[:, None])

    def along(
        self, chain: Integers, from_m: Floats, to_m: Floats, legs_m: npt.ArrayLike = 0.0
    ) -> Floats:
        """Return the seconds (p,) along ``chain`` between two places, and over ``legs_m``."""
        (begin_ahead, begin_back), (end_ahead, end_back) = (
            self.extra_at(chain, at_m) for at_m in (from_m, to_m)
        )
        extra_s = np.where(to_m >= from_m, end_ahead - begin_ahead, begin_back - end_back)
        return self.profile.seconds(np.abs(to_m - from_m) + legs_m) + extra_s
