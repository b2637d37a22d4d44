"""Measures made of verdicts: how many rules a subject meets, which share of areas meets one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from lifecircle.assess.measured import Measured
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
