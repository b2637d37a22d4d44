"""How many communities have what a policy asks for, a row a rule, in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lifecircle.govern.assessments.wording import rule_title
from lifecircle.govern.public.verdicts import counted_as
from lifecircle.govern.public.wording import in_script

COUNTS = ("met", "not_met", "not_assessed", "not_applicable")


@dataclass(frozen=True)
class Total:
    """A rule: how it is counted, where readings of it differ, and communities by verdict."""

    title: str
    counted: str
    counts: tuple[int, ...]


def totals_of(manifest: Mapping[str, Any]) -> list[tuple[str, list[Total]]]:
    """Return the policies of a manifest with their rules; equal readings make one row."""
    packs = {one["id"]: in_script(one["title"]) for one in manifest.get("packs", ())}
    communities = manifest.get("collections", {}).get("communities", 0)
    of_pack: dict[str, dict[str, dict[str, Mapping[str, Any]]]] = defaultdict(dict)
    for row in manifest.get("totals", ()):
        rules = of_pack[row.get("pack", "")]
        rules.setdefault(row.get("rule", row["title"]), {})[row.get("reading", "")] = row
    return [
        (
            packs.get(pack, ""),
            [total for own in rules.values() for total in _rows(own, communities)],
        )
        for pack, rules in of_pack.items()
    ]


def _rows(own: Mapping[str, Mapping[str, Any]], communities: int) -> list[Total]:
    counts = {reading: _counts(row, communities) for reading, row in own.items()}
    first = next(iter(own.values()))
    title = rule_title(first.get("pack", ""), first.get("rule", ""), first["title"])
    if len(set(counts.values())) == 1:
        return [Total(title, "", next(iter(counts.values())))]
    return [Total(title, counted_as(reading), told) for reading, told in counts.items()]


def _counts(row: Mapping[str, Any], communities: int) -> tuple[int, ...]:
    """Return communities by verdict; earlier manifests do not tell to how many no rule applies."""
    known = row["met"] + row["not_met"] + row["not_assessed"]
    left = {"not_applicable": max(communities - known, 0)}
    return tuple({**left, **row}[name] for name in COUNTS)
