"""What comes before what (先后): what a policy puts second yields to what it puts first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lifecircle.place.planning import Space
from lifecircle.place.tables import Integers
from lifecircle.plan.offers import Offer, Offers
from lifecircle.plan.ways import Way
from lifecircle.policy import planning
from lifecircle.policy.planning import Precedence


@dataclass(frozen=True)
class Yielded:
    """An offer that gives way: for how many of its demands, and whether nothing is left of it."""

    precedence: Precedence
    offer: Offer
    demands: int
    all: bool


def in_order(
    offers: Offers,
    ways: Sequence[Way],
    spaces: Sequence[Space],
    precedences: Sequence[Precedence],
) -> tuple[Offers, tuple[Yielded, ...]]:
    """Return the offers that the policy admits, and those that give way, by precedence.

    For each demand: where an offer of ``first`` reaches it, offers of ``then`` do not. Precedences
    apply one after the other, each to what the ones before left. Who is in both comes first. It
    is a matter of what could be had at all, not of money: an office that wants it otherwise sets
    the precedence aside by name.
    """
    way_of = np.array([offer.way for offer in offers.offers], dtype=np.int64)[offers.offer]
    said = _as_policy_says(offers, ways, spaces)
    kept = np.ones(len(offers.offer), dtype=np.bool_)
    yielded: list[Yielded] = []
    for one in precedences:
        first = np.array([one.is_first(way) for way in said], dtype=np.bool_)
        then = np.array([one.is_then(way) for way in said], dtype=np.bool_)
        could = np.zeros(len(offers.asked.people), dtype=np.bool_)
        could[offers.demand[kept & first[way_of]]] = True
        gone = kept & then[way_of] & could[offers.demand]
        kept &= ~gone
        left = np.bincount(offers.offer[kept], minlength=len(offers.offers))
        counts = np.bincount(offers.offer[gone], minlength=len(offers.offers))
        yielded += [
            Yielded(one, offers.offers[at], int(counts[at]), bool(left[at] == 0))
            for at in np.flatnonzero(counts).tolist()
        ]
    return _only(offers, kept), tuple(yielded)


def _as_policy_says(
    offers: Offers, ways: Sequence[Way], spaces: Sequence[Space]
) -> list[planning.Way]:
    """Return each way (w,) in the policy's words.

    Its functions are how many kinds of facility it has the floor for, the smallest first.
    """
    floors: list[list[float]] = [[] for _ in ways]
    for offer in offers.offers:
        floors[offer.way].append(offer.floor_m2)
    return [
        planning.Way(
            kind=spaces[way.space].kind,
            ownership=spaces[way.space].ownership,
            mode=way.mode,
            functions=max(int((np.cumsum(sorted(own)) <= way.floor_m2).sum()), 1),
        )
        for own, way in zip(floors, ways, strict=True)
    ]


def _only(offers: Offers, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Offers:
    """Return the offers that still reach somebody."""
    rows = np.unique(offers.offer[kept])
    place: Integers = np.full(len(offers.offers), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    return Offers(
        offers=tuple(offers.offers[row] for row in rows.tolist()),
        asked=offers.asked,
        offer=place[offers.offer[kept]],
        demand=offers.demand[kept],
    )
