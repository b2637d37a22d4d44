"""Permit against actual (许可与现状比对): what was promised and is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lifecircle.place.planning import Permit
from lifecircle.place.tables import City
from lifecircle.plan.needs import Need
from lifecircle.policy.models import Pack
from lifecircle.policy.planning import Claim

FIRST = "claimed"
"""Why a need is kept out of what is built: what was permitted comes before money is spent."""


@dataclass(frozen=True)
class Owed:
    """One permit that was not kept.

    ``statement`` is what the pack says of it, ``remedies`` codes of claim_remedy, the first to be
    tried first; ``missing_m2`` None where nobody wrote the areas; ``fills`` (community, rule) of
    the needs that it would fill.
    """

    permit: Permit
    statement: Claim
    remedies: tuple[str, ...]
    missing_m2: float | None
    fills: tuple[tuple[str, str], ...]


def claims_of(
    city: City, pack: Pack, needs: Sequence[Need]
) -> tuple[tuple[Owed, ...], tuple[Need, ...]]:
    """Return what is owed, by permit, and the needs, those kept out that a claim would fill.

    A claim fills a need of its own community that counts its category and is no matter of floor
    area; of an area need, if what is missing of the permit is enough.
    """
    statements = {state: claim for claim in pack.planning.claims for state in claim.states}
    owed: list[Owed] = []
    filled: set[tuple[str, str]] = set()
    for permit in city.planning.permits:
        statement = statements.get(permit.actual)
        if statement is None:
            continue
        missing = _missing_m2(permit)
        keys = tuple(
            (need.subject, need.rule.id)
            for need in needs
            if need.planned and _would_fill(city, permit, missing, need)
        )
        filled.update(keys)
        owed.append(Owed(permit, statement, statement.remedies, missing, keys))
    return tuple(owed), tuple(
        need.without(FIRST) if (need.subject, need.rule.id) in filled and need.planned else need
        for need in needs
    )


def _missing_m2(permit: Permit) -> float | None:
    if permit.permitted_m2 is None:
        return None
    if permit.actual in ("missing", "diverted"):
        return permit.permitted_m2
    return None if permit.actual_m2 is None else max(permit.permitted_m2 - permit.actual_m2, 0.0)


def _would_fill(city: City, permit: Permit, missing_m2: float | None, need: Need) -> bool:
    if permit.community < 0 or need.level != "community" or permit.category not in need.categories:
        return False
    if city.communities.id[permit.community] != need.subject:
        return False
    if permit.actual == "smaller" and need.missing_m2 is None:
        return False
    return need.missing_m2 is None or (missing_m2 or 0.0) >= need.missing_m2
