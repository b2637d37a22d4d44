"""Measures made of verdicts: how many rules a subject meets, which share of areas meets one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from lifecircle.assess.measured import Added, Measured
from lifecircle.place.tables import Integers
from lifecircle.terms.figures import share_text
from lifecircle.terms.words import Verdict

WITHIN, PERHAPS, OUT = 1, 0, -1
"""Whether an area belongs to the denominator; perhaps where an attribute is not recorded."""

VERDICTS: tuple[Verdict, ...] = ("met", "not met", "not assessed", "not applicable")


def rules_met(verdicts: Sequence[Verdict], *, known: bool) -> Measured:
    """Measure #{rules met} of one subject; rules not assessed count as open either way."""
    met, open_ = verdicts.count("met"), verdicts.count("not assessed")
    return Measured(
        at_least=Fraction(met),
        at_most=Fraction(met + open_),
        observed=str(met),
        unit="rules",
        part=str(met),
        whole=str(len(verdicts)),
        reasons=("parts-not-assessed",) if open_ else (),
        known=known,
    )


def spread_of_areas_meeting(
    shares: Sequence[Measured], ids: Sequence[str], home: Integers, count: int, *, known: bool
) -> list[Measured]:
    """Measure max(s_g) - min(s_g) over the areas g of each subject (s = count), 0 to 1.

    ``shares`` (g,) are what `share_of_areas_meeting` says of each area: s_g lies between its two
    bounds whatever the others are. ``home`` (g,) is the subject each area lies in, -1 none. Areas
    with no share are out; with fewer than two left there is nothing to compare. The least spread
    is that of the areas of sure membership, each bound drawn towards the others; the largest the
    farthest two bounds of different areas can stand apart. The measure is ours: the policies name
    uneven development and print no formula (range of a proportion over areas).
    """
    found = []
    for row in range(count):
        inside = [at for at in np.flatnonzero(home == row).tolist() if shares[at].applicable]
        sure = [shares[at] for at in inside if "membership-unknown" not in shares[at].reasons]
        least = Fraction(0)
        if sure:
            least = max(least, max(s.at_least for s in sure) - min(s.at_most for s in sure))
        reasons = dict.fromkeys(code for at in inside for code in shares[at].reasons)
        found.append(
            Measured(
                at_least=least,
                at_most=_farthest([shares[at] for at in inside]),
                observed=share_text(least.numerator, least.denominator),
                unit="spread",
                counted=tuple(Added(ids[at], shares[at].observed) for at in inside),
                reasons=tuple(reasons),
                known=known,
                applicable=len(inside) > 1,
            )
        )
    return found


def _farthest(shares: Sequence[Measured]) -> Fraction:
    """Return how far apart the shares of two different areas can be."""
    pairs = itertools.permutations(shares, 2)
    return max((one.at_most - other.at_least for one, other in pairs), default=Fraction(0))


def share_of_areas_meeting(
    verdicts: Sequence[Verdict], member: Integers, home: Integers, count: int, *, known: bool
) -> list[Measured]:
    """Measure #{areas that meet} / #{areas of the denominator} for each subject (s = count).

    ``verdicts`` and ``member`` are of the areas (a,), ``home`` is the subject each lies in, -1
    none. An area to which the rule does not apply is out. The least share takes all areas that
    are open as failing and of those that perhaps belong only these; the largest takes the open
    ones as meeting and of those that perhaps belong only them. Where none belongs for sure,
    perhaps none does, and no share fails.
    """
    code = np.array([VERDICTS.index(one) for one in verdicts], dtype=np.int64)
    member = np.where(code == VERDICTS.index("not applicable"), OUT, member)

    def tally(wanted: int, belongs: int) -> Integers:
        chosen = home[(code == wanted) & (member == belongs) & (home >= 0)]
        return np.bincount(chosen, minlength=count)

    met, failed, open_ = (tally(one, WITHIN) for one in range(3))
    met_too, failed_too, open_too = (tally(one, PERHAPS) for one in range(3))
    left_out = np.bincount(home[(member == OUT) & (home >= 0)], minlength=count)
    measured = []
    for row in range(count):
        sure = int(met[row] + failed[row] + open_[row])
        least = sure + int(failed_too[row] + open_too[row])
        passing = int(met[row] + open_[row] + met_too[row] + open_too[row])
        most = sure + int(met_too[row] + open_too[row])
        numerator = int(met[row] + met_too[row])
        denominator = least + int(met_too[row])
        perhaps = denominator > sure
        reasons = ("parts-not-assessed",) if open_[row] or open_too[row] else ()
        measured.append(
            Measured(
                at_least=Fraction(int(met[row]), least) if least else Fraction(1),
                at_most=Fraction(passing, most) if sure else Fraction(1),
                observed=share_text(numerator, denominator),
                unit="areas",
                part=str(numerator),
                whole=str(denominator),
                left_out=int(left_out[row]),
                reasons=(*reasons, "membership-unknown") if perhaps else reasons,
                known=known,
                applicable=denominator > 0,
            )
        )
    return measured
