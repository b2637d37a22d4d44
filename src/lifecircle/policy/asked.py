"""What a pack asks an office to put on record."""

from __future__ import annotations

from collections.abc import Mapping

from lifecircle.policy.measures import RecordMeasure, records_of
from lifecircle.policy.models import Pack, Rule


def records_asked(pack: Pack) -> Mapping[tuple[str, str], list[Rule]]:
    """Return by level and record the rules that read it, in the order of their names."""
    asked: dict[tuple[str, str], list[Rule]] = {}
    for rule in pack.rules:
        if isinstance(rule.measure, RecordMeasure):
            for record in records_of(rule.measure):
                asked.setdefault((rule.subject, record), []).append(rule)
    return dict(sorted(asked.items()))
