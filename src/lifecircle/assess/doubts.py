"""Which doubts of the audit weigh on a finding."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Sequence

from lifecircle.place.tables import Aspect, City, Doubt
from lifecircle.policy.asked import records_asked
from lifecircle.policy.measures import (
    AreaPer100Households,
    CapacityPerThousand,
    FacilityArea,
    FacilityMeasure,
    RulesMet,
    parts_of,
)
from lifecircle.policy.models import Pack, Rule
from lifecircle.terms.doubts import doubted
from lifecircle.terms.errors import Fault, Spot

Weight = tuple[str, frozenset[str] | None, Aspect]


class DoubtsOfCity:
    """The doubts that weaken anything, by community."""

    def __init__(self, city: City) -> None:
        """Take the doubts of ``city``; those that weaken nothing are told elsewhere."""
        self._of_all: set[Weight] = set()
        self._by_community: dict[str, set[Weight]] = defaultdict(set)
        for doubt in city.doubts:
            if not doubted()[doubt.code].weakens:
                continue
            if doubt.communities is None:
                self._of_all.add((doubt.code, doubt.categories, doubt.aspect))
            for own_id in doubt.communities or ():
                self._by_community[own_id].add((doubt.code, doubt.categories, doubt.aspect))

    def codes(
        self, community: str, categories: tuple[str, ...], *, amounts: bool, walked: bool
    ) -> list[str]:
        """Return the names of the doubts about a community that touch these categories, sorted.

        A doubt that is not about facilities touches everything; one about the area or capacity
        of a facility only what rests on ``amounts``, one about walks only what is ``walked``.
        """
        weights = self._of_all | self._by_community.get(community, set())
        wanted = frozenset(categories)
        return sorted(
            {
                code
                for code, own, aspect in weights
                if (own is None or own & wanted) and aspect in _aspects(amounts, walked)
            }
        )


def doubts_touching(
    city: City, community: str, categories: tuple[str, ...], *, amounts: bool, walked: bool
) -> list[Doubt]:
    """Return the doubts behind the names that `DoubtsOfCity` gives, in the order of the audit."""
    wanted = frozenset(categories)
    return [
        doubt
        for doubt in city.doubts
        if doubted()[doubt.code].weakens
        and (doubt.communities is None or community in doubt.communities)
        and (doubt.categories is None or doubt.categories & wanted)
        and doubt.aspect in _aspects(amounts, walked)
    ]


def _aspects(amounts: bool, walked: bool) -> set[Aspect]:  # noqa: FBT001
    touched: dict[Aspect, bool] = {"all": True, "amounts": amounts, "walks": walked}
    return {aspect for aspect, does in touched.items() if does}


def categories_touched(pack: Pack, rule: Rule) -> tuple[str, ...]:
    """Return the categories that a rule, or any part of a composed rule, counts."""
    measure = rule.measure
    if isinstance(measure, FacilityMeasure):
        return pack.categories_of(measure)
    if isinstance(measure, RulesMet):
        parts = (categories_touched(pack, pack.rule(part)) for part in measure.rules)
        return tuple(sorted({code for part in parts for code in part}))
    return ()


def rests_on_amounts(pack: Pack, rule: Rule) -> bool:
    """Say whether a rule, or any part of a composed rule, measures areas or capacities."""
    measure = rule.measure
    if parts_of(measure):
        return any(rests_on_amounts(pack, pack.rule(part)) for part in parts_of(measure))
    return isinstance(measure, AreaPer100Households | FacilityArea | CapacityPerThousand)


def record_doubts(city: City, packs: Sequence[Pack]) -> list[Doubt]:
    """Return a doubt for each record that no rule of the packs reads, with the nearest name."""
    asked = sorted({record for pack in packs for _, record in records_asked(pack)})
    found = []
    for one in city.records if asked else ():
        if one.record not in asked:
            close = difflib.get_close_matches(one.record, asked, n=1, cutoff=0.6)
            like = f"，像是 {close[0]}" if close else ""
            reason = f"登记值“{one.record}”没有规则要用{like}"
            remedy = "照 lifecircle packs records 改正项目名"
            spot = one.spot or Spot()
            fault = Fault(reason, spot.file, spot.place, remedy, "unknown-record", spot)
            found.append(Doubt(fault, frozenset()))
    return found
