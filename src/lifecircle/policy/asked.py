"""What a pack asks about: categories of facilities, and what an office puts on record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lifecircle.policy.measures import FacilityMeasure, RecordMeasure, records_of
from lifecircle.policy.models import Pack, Rule
from lifecircle.terms.taxonomy import categories


def records_asked(pack: Pack) -> Mapping[tuple[str, str], list[Rule]]:
    """Return by level and record the rules that read it, in the order of their names."""
    asked: dict[tuple[str, str], list[Rule]] = {}
    for rule in pack.rules:
        if isinstance(rule.measure, RecordMeasure):
            for record in records_of(rule.measure):
                asked.setdefault((rule.subject, record), []).append(rule)
    return dict(sorted(asked.items()))


def categories_asked(packs: Iterable[Pack]) -> tuple[str, ...]:
    """Return the categories of the packs' kinds and rules, in the order of the taxonomy."""
    wanted: set[str] = set()
    for pack in packs:
        for _, kind in pack.kinds():
            wanted.update(kind.categories)
        for rule in pack.rules:
            if isinstance(rule.measure, FacilityMeasure):
                wanted.update(pack.categories_of(rule.measure))
    return tuple(code for code in categories() if code in wanted)
