"""What a policy says on planning: whose need comes first, which sites, what a plan must contain."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lifecircle.policy.parts import Clause, Identifier, InferredReading, Part, Text

PlanField = Literal["goal", "content", "mode", "schedule", "operation"]


class Statement(Part):
    """A statement on planning with its verbatim clause."""

    id: Identifier
    title: Text
    clause: Clause
    ledger: tuple[str, ...] = ()
    inferred: tuple[InferredReading, ...] = ()


class PriorityClass(Statement):
    """Rules whose gaps are filled before those of every later class."""

    rules: Annotated[tuple[Identifier, ...], Field(min_length=1)]


class Chosen(Part):
    """Ways to have a site, by kind of space, by owner, by mode, by how many gaps it can fill.

    Each list that is given must hold what the site is; ``least_functions`` is how many kinds of
    facility that its community lacks it has the floor for, ``most_functions`` likewise.
    """

    space_kinds: tuple[str, ...] = ()
    ownership: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    least_functions: Annotated[int, Field(ge=1)] | None = None
    most_functions: Annotated[int, Field(ge=1)] | None = None


class Precedence(Statement):
    """What comes before what.

    A way of ``then`` fills a gap only where no way of any of ``first`` could fill it.
    """

    first: Annotated[tuple[Chosen, ...], Field(min_length=1)]
    then: Annotated[tuple[Chosen, ...], Field(min_length=1)]


class Claim(Statement):
    """What is claimed where a permit was not kept: remedies, the first to be tried first.

    ``states`` are codes of permit_state, ``remedies`` of claim_remedy.
    """

    states: Annotated[tuple[str, ...], Field(min_length=1)]
    remedies: Annotated[tuple[str, ...], Field(min_length=1)]


class SizeByMode(Statement):
    """Which planning size of the pack a facility of these modes is planned with."""

    size: Identifier
    modes: Annotated[tuple[str, ...], Field(min_length=1)]


class CommunityPlan(Statement):
    """What the plan of a community must say before it is complete."""

    fields: Annotated[tuple[PlanField, ...], Field(min_length=1)]


class PlanningRules(Part):
    """The content of ``planning.yaml``; each list is in the policy's own order.

    A rule in no class comes after all classes.
    """

    priority: tuple[PriorityClass, ...] = ()
    precedence: tuple[Precedence, ...] = ()
    claims: tuple[Claim, ...] = ()
    sizes: tuple[SizeByMode, ...] = ()
    community_plan: CommunityPlan | None = None
