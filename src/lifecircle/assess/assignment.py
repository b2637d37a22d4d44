"""Who is served where when facilities are full: the transport problem, solved and proven."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack

from lifecircle.assess.first_in_order import Optima, first_in_order
from lifecircle.walk.matrix import Pairs

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Assignment:
    """``people`` (a,) of ``origin`` go to ``facility``; ``left`` (o,) find no room in time.

    ``person_s`` is the sum of people times whole seconds, the least there is.
    """

    origin: Integers
    facility: Integers
    people: Integers
    left: Integers
    person_s: int


def assign(pairs: Pairs, people: npt.ArrayLike, room: npt.ArrayLike) -> Assignment:
    """Serve as many people as possible, then in the least time; ``people`` (o,), ``room`` (f,).

    Maximise ``sum x`` and then minimise ``sum t x`` over whole numbers ``x`` of people on the
    ``pairs``, where an origin sends at most its people and a facility takes at most its room, with
    ``t`` in whole seconds, half to even. An origin may be parted. Of several best answers it is the
    one in which, origin by origin and facility by facility in their order, as many as possible go
    there. HiGHS finds the optimum; its prices prove it in whole numbers. Raises ArithmeticError
    where they do not. Source: Hitchcock 1941; duality as in any text on linear programs.
    """
    heads, rooms = np.asarray(people, dtype=np.int64), np.asarray(room, dtype=np.int64)
    order = np.lexsort((pairs.target, pairs.origin))
    origin, facility = pairs.origin[order], pairs.target[order]
    some = (heads[origin] > 0) & (rooms[facility] > 0)
    origin, facility = origin[some], facility[some]
    time_s = np.rint(pairs.time_s[order][some]).astype(np.int64)
    if not len(time_s):
        return Assignment(origin, facility, origin.copy(), heads.copy(), 0)
    # one more person served outweighs every detour of the others: each facility is passed once
    worth = int(time_s.max() + 1) * (len(rooms) + 1)
    found = _solved(origin, facility, time_s - worth, heads, rooms)
    going = first_in_order(found, origin, facility)
    taken = going > 0
    left = heads - _sums(origin, going, len(heads))
    total = int((going * time_s).sum())
    return Assignment(origin[taken], facility[taken], going[taken], left, total)


def _solved(
    origin: Integers, facility: Integers, cost: Integers, heads: Integers, rooms: Integers
) -> Optima:
    """Return an optimum and its prices, proven: no gap between both objectives."""
    count = len(cost)
    ones, at = np.ones(count), np.arange(count)
    sends = coo_array((ones, (origin, at)), shape=(len(heads), count))
    takes = coo_array((ones, (facility, at)), shape=(len(rooms), count))
    limits = np.concatenate([heads, rooms])
    solved = linprog(
        cost.astype(np.float64), A_ub=vstack([sends, takes]).tocsr(), b_ub=limits, method="highs-ds"
    )
    if solved.status != 0:
        raise ArithmeticError(f"HiGHS found no optimum: {solved.message}")
    going = np.rint(solved.x).astype(np.int64)
    price = np.rint(-solved.ineqlin.marginals).astype(np.int64)
    of_origin, of_facility = price[: len(heads)], price[len(heads) :]
    reduced = cost + of_origin[origin] + of_facility[facility]
    sent, taken = _sums(origin, going, len(heads)), _sums(facility, going, len(rooms))
    allowed = bool((going >= 0).all() and (sent <= heads).all() and (taken <= rooms).all())
    priced = bool((reduced >= 0).all() and (price >= 0).all())
    if not (allowed and priced and int(cost @ going) == -int(limits @ price)):
        raise ArithmeticError("the optimum could not be proven in whole numbers")
    return Optima(
        going=going,
        tight=reduced == 0,
        left=heads - sent,
        unused=rooms - taken,
        may_leave=of_origin == 0,
        may_stay_empty=of_facility == 0,
    )


def _sums(place: Integers, amount: Integers, count: int) -> Integers:
    found = np.zeros(count, dtype=np.int64)
    np.add.at(found, place, amount)
    return found
