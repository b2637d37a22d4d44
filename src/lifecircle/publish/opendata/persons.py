"""Numbers of persons as spans of at least five values, so that nobody stands out.

Every number of persons that is published is the span of a scale that its number falls on: 0-4,
5-9, and so on. What is told of wider areas is the sum of such spans, never of the numbers. So all
files together, of one day or of several, are a function of the spans, and whatever numbers fall on
the same spans give the same files: that is the proof, and complementary suppression is not needed,
since no exact total is there to subtract from. Rounding each total by itself would not do: four
parts of 0-2 under a total rounded to 10 are all 2.

Two things beside the spans speak of persons, and the scale of a community is made so that they cut
no span short. The verdict of a rule about a share of the people bounds who is affected: so nothing
finer than ``smallest`` is told of few residents, where 85 % of eight people met would leave one at
most; and the span in which the bound lies is one with the next. Those affected are told only where
a rule is not met. Both depend on nothing but what is published anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

K = 5
"""The fewest values that a number of persons may have, whatever is published."""

FEW = 100
"""Of a community with fewer residents no group of them is told."""


@dataclass(frozen=True)
class Span:
    """From ``least`` to ``most`` persons, both within; None is no upper end told."""

    least: int
    most: int | None


@dataclass(frozen=True)
class Scale:
    """The spans of a community: below ``smallest`` one, then of `K`, without ends in ``joined``.

    ``few`` says that the community has fewer residents, all of its numbers falling on one span.
    """

    smallest: int
    few: bool
    joined: frozenset[int] = frozenset()

    def span(self, count: int) -> Span:
        """Return the span that a number of persons falls on."""
        if self.few:
            return Span(0, self.smallest - 1)
        least = count - count % K
        end = least + K
        while least in self.joined:
            least -= K
        while end in self.joined:
            end += K
        return Span(least, end - 1)


def smallest_told(shares: Iterable[Fraction]) -> int:
    """Return the residents from which on numbers are told, for rules that ask for these shares.

    From there on a rule met leaves four people without, a rule not met leaves four with, and its
    bound lies spans away from all residents.
    """
    least = [FEW]
    for share in shares:
        least += [ceil(4 * K / share)] if share > 0 else []
        least += [ceil((K - 1) / (1 - share)) + 1] if share < 1 else []
    return K * ceil(Fraction(max(least), K))


def scale_of(residents: int, not_met: Iterable[Fraction], smallest: int) -> Scale:
    """Return the scale of a community; ``not_met`` are the shares asked for by rules not met."""
    if residents < smallest:
        return Scale(smallest, few=True)
    told = residents - residents % K
    bounds = [(1 - share) * told for share in not_met]
    fewest = {whole for bound in bounds for whole in (ceil(bound), floor(bound) + 1)}
    return Scale(smallest, few=False, joined=frozenset(n - n % K + K for n in fewest if n % K))


def together(spans: Sequence[Span | None]) -> Span:
    """Return the sum of spans; one that is not told leaves the upper end open."""
    told = [span for span in spans if span is not None]
    ends = [span.most for span in told if span.most is not None]
    whole = len(ends) == len(spans)
    return Span(sum(span.least for span in told), sum(ends) if whole else None)
