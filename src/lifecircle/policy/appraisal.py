"""Appraisals as data: cycles, items whose points may be left to the office, one-vote vetoes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from lifecircle.policy.parts import Identifier, Part, Sourced, Text


class Cycle(Sourced):
    """Something that is published or decided again and again."""

    id: Identifier
    title: Text
    every: Literal["month", "quarter", "half_year", "year"]
    product: Literal["bulletin", "ranking", "appraisal", "report", "evaluation", "inspection"]
    by: tuple[str, ...] = ()


class Item(Sourced):
    """What is scored. ``points`` are None where the policy leaves them open (local data)."""

    id: Identifier
    title: Text
    points: Decimal | None = None
    rule: str = ""


class Veto(Sourced):
    """A fault that alone undoes the result of a year (一票否决)."""

    id: Identifier
    title: Text


class Appraisal(Part):
    """How a policy appraises: who answers, in which cycles, by what."""

    roles: dict[str, Text] = {}
    cycles: tuple[Cycle, ...] = ()
    items: tuple[Item, ...] = ()
    vetoes: tuple[Veto, ...] = ()

    def names(self) -> list[str]:
        """Return the ids of all cycles, items and vetoes."""
        parts: list[Cycle | Item | Veto] = [*self.cycles, *self.items, *self.vetoes]
        return [part.id for part in parts]


@dataclass(frozen=True)
class Appraised:
    """A result: the sum of what was scored, what is still open, and which vetoes fell.

    ``total`` is None as long as an item is not scored, and when a veto fell.
    """

    total: Decimal | None
    open_items: tuple[str, ...]
    vetoed_by: tuple[str, ...]


def appraise(
    appraisal: Appraisal,
    scores: Mapping[str, Decimal],
    fallen: Collection[str] = (),
    points: Mapping[str, Decimal] | None = None,
) -> Appraised:
    """Add up ``scores`` by item; ``points`` are the office's own maxima where the policy has none.

    Raises ValueError for an unknown item or veto, or a score above its maximum.
    """
    known = {item.id: item.points for item in appraisal.items}
    limits = {**known, **(points or {})}
    for name, score in scores.items():
        if name not in known:
            raise ValueError(f"没有考核项 {name}")
        most = limits[name]
        if most is not None and not 0 <= score <= most:
            raise ValueError(f"{name} 的得分 {score} 不在0到{most}之间")
    unknown = set(fallen) - {veto.id for veto in appraisal.vetoes}
    if unknown:
        raise ValueError(f"没有否决项 {'、'.join(sorted(unknown))}")
    open_items = tuple(item.id for item in appraisal.items if item.id not in scores)
    vetoed = tuple(veto.id for veto in appraisal.vetoes if veto.id in fallen)
    done = not open_items and not vetoed and bool(known)
    return Appraised(sum(scores.values(), Decimal(0)) if done else None, open_items, vetoed)


def rank(totals: Mapping[str, Decimal | None]) -> dict[str, int | None]:
    """Rank units by total, the highest first; equal totals share a rank, None is not ranked."""
    known = [total for total in totals.values() if total is not None]
    return {
        unit: None if total is None else 1 + sum(other > total for other in known)
        for unit, total in totals.items()
    }
