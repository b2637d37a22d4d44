"""Applies what a policy says on planning: whose need, which site, which claim, which size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from lifecircle.policy.decide import applies
from lifecircle.policy.models import Pack, PlanningSize
from lifecircle.policy.planning import PlanningRules, Precedence, Way


def class_of(planning: PlanningRules, rule_id: str) -> int:
    """Return the place of a rule in the order of needs, 0 first; in no class, after all classes."""
    places = (n for n, one in enumerate(planning.priority) if rule_id in one.rules)
    return next(places, len(planning.priority))


def held_back(planning: PlanningRules, ways: Sequence[Way]) -> tuple[Precedence | None, ...]:
    """Return for each way to fill one gap the precedence that holds it back, None where open.

    Precedences are applied in the policy's order, each to the ways that are still open, so that
    two that disagree never close all ways of a gap.
    """
    held: list[Precedence | None] = [None] * len(ways)
    for precedence in planning.precedence:
        still = [n for n, by in enumerate(held) if by is None]
        if any(precedence.is_first(ways[n]) for n in still):
            for n in still:
                if precedence.is_then(ways[n]):
                    held[n] = precedence
    return tuple(held)


def remedies_for(planning: PlanningRules, state: str) -> tuple[str, ...]:
    """Return the remedies for a permit in a state, the first to be tried first.

    ``state`` is a code of permit_state; empty where the policy claims nothing.
    """
    claims = (claim.remedies for claim in planning.claims if state in claim.states)
    return next(claims, ())


def size_for(
    pack: Pack, mode: str, area: Mapping[str, str] = MappingProxyType({})
) -> PlanningSize | None:
    """Return the planning size for a mode, a code of build_mode; None where nothing is printed.

    ``area`` holds the attributes of the community: a size whose minimum is not for such a
    community is not for it either. What is not known excludes nothing.
    """
    names = {one.size for one in pack.planning.sizes if mode in one.modes}
    sizes = (size for size in pack.header.planning_sizes if size.id in names)
    return next((size for size in sizes if applies(pack.rule(size.minimum), area)), None)
