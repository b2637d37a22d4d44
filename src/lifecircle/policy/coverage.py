"""Holds packs against the ledger of everything the policies ask for."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from lifecircle.policy.models import Pack

ALWAYS_WANTED = frozenset({"standard/threshold", "indicator/target", "spatial analysis"})


@dataclass(frozen=True)
class LedgerRow:
    """One thing a policy asks for: its kind, a phrase of the text, and the numbers it prints."""

    id: str
    kind: str
    phrase: str
    number: str

    @property
    def policy(self) -> str:
        """Return the prefix that tells which policy the row belongs to."""
        return self.id.partition("-")[0]

    @property
    def wanted(self) -> bool:
        """Say whether a pack must model the row or say why not."""
        return self.kind in ALWAYS_WANTED or re.search(r"\d", self.number) is not None


@cache
def ledger() -> tuple[LedgerRow, ...]:
    """Return all rows of the ledger."""
    text = resources.files(__package__).joinpath("ledger.csv").read_text(encoding="utf-8")
    return tuple(LedgerRow(**row) for row in csv.DictReader(text.splitlines()))


@dataclass(frozen=True)
class Coverage:
    """Which wanted rows of the ledger the packs model, leave out with a reason, or miss."""

    modelled: tuple[LedgerRow, ...]
    left_out: tuple[tuple[LedgerRow, str], ...]
    missing: tuple[LedgerRow, ...]
    faults: tuple[str, ...]

    def modelled_of(self, kind: str) -> int:
        """Return how many rows of a kind are modelled."""
        return sum(row.kind == kind for row in self.modelled)

    def reasons(self) -> Counter[str]:
        """Count the rows left out by reason."""
        return Counter(reason for _, reason in self.left_out)


def cover(packs: Iterable[Pack]) -> Coverage:
    """Hold ``packs`` against the rows of the policies they stand for."""
    loaded = list(packs)
    prefixes = {pack.header.ledger_prefix for pack in loaded} - {""}
    rows = {row.id: row for row in ledger()}
    named = {name for pack in loaded for name in named_rows(pack)}
    reasons = {item.ledger: item.reason for pack in loaded for item in pack.not_modelled}
    wanted = [row for row in rows.values() if row.wanted and row.policy in prefixes]
    return Coverage(
        modelled=tuple(row for row in wanted if row.id in named),
        left_out=tuple((row, reasons[row.id]) for row in wanted if row.id in reasons),
        missing=tuple(row for row in wanted if row.id not in named and row.id not in reasons),
        faults=tuple(_faults(loaded, rows, named)),
    )


def named_rows(pack: Pack) -> set[str]:
    """Return the ledger rows that anything modelled in a pack names."""
    named = {row for _, said in pack.statements() for row in said.ledger}
    header = pack.header
    parts = [*header.planning_sizes, *(part for part in (header.walking, header.circle) if part)]
    return named | {row for part in parts for row in part.ledger}


def _faults(packs: list[Pack], rows: dict[str, LedgerRow], named: set[str]) -> Iterable[str]:
    for name in sorted(named - set(rows)):
        yield f"台账里没有 {name}"
    for pack in packs:
        for item in pack.not_modelled:
            if item.ledger not in rows:
                yield f"{pack.id} 的 not_modelled 写了台账里没有的 {item.ledger}"
            if item.ledger in named:
                yield f"{pack.id} 的 {item.ledger} 已有规则，又写在 not_modelled 里"
            if item.reason == "repeats another row" and item.names not in named:
                other = item.names or "（没写）"
                yield f"{pack.id} 的 {item.ledger} 说重复 {other}，但那一条没有规则"
            if item.reason == "module not yet built" and not item.names:
                yield f"{pack.id} 的 {item.ledger} 没有写是哪个模块"
