"""What a policy says on planning: whose need comes first, which sites, what a plan must contain."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from lifecircle.policy.parts import Identifier, Part, Sourced, Text

PlanField = Literal["goal", "content", "mode", "schedule", "operation"]
PLAN_FIELDS: tuple[PlanField, ...] = get_args(PlanField)


class Statement(Sourced):
    """A statement on planning with its clause."""

    id: Identifier
    title: Text


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

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self == type(self).model_construct():
            raise ValueError("至少写一项，一项不写就是什么都算")
        if self.most_functions is not None and (self.least_functions or 1) > self.most_functions:
            raise ValueError("least_functions 不能大于 most_functions")
        return self

    def holds(self, kind: str, ownership: str, mode: str, functions: int) -> bool:
        """Say whether a way to have a site is among those chosen; the words are codes."""
        lists = ((self.space_kinds, kind), (self.ownership, ownership), (self.modes, mode))
        return (
            all(code in codes for codes, code in lists if codes)
            and (self.least_functions or 0) <= functions
            and (self.most_functions is None or functions <= self.most_functions)
        )

    def within(self, other: Chosen) -> bool:
        """Say whether every way that is chosen here ``other`` chooses too."""
        lists = (
            (self.space_kinds, other.space_kinds),
            (self.ownership, other.ownership),
            (self.modes, other.modes),
        )
        most, limit = self.most_functions, other.most_functions
        return (
            all(mine and set(mine) <= set(theirs) for mine, theirs in lists if theirs)
            and (self.least_functions or 0) >= (other.least_functions or 0)
            and (limit is None or (most is not None and most <= limit))
        )


class Way(Part):
    """One way to fill a gap: a site of a kind and an owner, had in a mode.

    ``kind`` is a code of space_kind, ``ownership`` and ``mode`` of the sets of these names;
    ``functions`` is how many kinds of facility that the community lacks the site has floor for.
    """

    kind: str
    ownership: str
    mode: str
    functions: Annotated[int, Field(ge=1)] = 1


class Precedence(Statement):
    """What comes before what.

    A way of ``then`` fills a gap only where no way of any of ``first`` could fill it. A way that
    both would choose is of ``first``.
    """

    first: Annotated[tuple[Chosen, ...], Field(min_length=1)]
    then: Annotated[tuple[Chosen, ...], Field(min_length=1)]

    def is_first(self, way: Way) -> bool:
        """Say whether a way comes first."""
        return self._among(self.first, way)

    def is_then(self, way: Way) -> bool:
        """Say whether a way waits for those that come first."""
        return self._among(self.then, way) and not self.is_first(way)

    @staticmethod
    def _among(chosen: tuple[Chosen, ...], way: Way) -> bool:
        return any(one.holds(way.kind, way.ownership, way.mode, way.functions) for one in chosen)


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

    def missing(self, said: Collection[str]) -> tuple[PlanField, ...]:
        """Return what a plan that says ``said`` still lacks, in the policy's order."""
        return tuple(name for name in self.fields if name not in said)


class PlanningRules(Part):
    """The content of ``planning.yaml``; each list is in the policy's own order.

    A rule in no class comes after all classes. Where two precedences disagree, the earlier holds.
    """

    priority: tuple[PriorityClass, ...] = ()
    precedence: tuple[Precedence, ...] = ()
    claims: tuple[Claim, ...] = ()
    sizes: tuple[SizeByMode, ...] = ()
    community_plan: CommunityPlan | None = None

    def statements(self) -> Iterator[Statement]:
        """Yield every statement in the order of the file."""
        yield from self.priority
        yield from self.precedence
        yield from self.claims
        yield from self.sizes
        if self.community_plan is not None:
            yield self.community_plan
