"""Among equally good assignments, the first in order: as many as possible on each pair in turn."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Node = tuple[str, int]
Step = tuple[int, int]
"""A flow by its number, and whether it grows (1) or shrinks (-1)."""


@dataclass(frozen=True, eq=False)
class Optima:
    """One optimum ``going`` (p,) and what all optima have in common.

    Only ``tight`` pairs (p,) are ever used. ``left`` (o,) people may change where ``may_leave``,
    ``unused`` (f,) room where ``may_stay_empty``.
    """

    going: Integers
    tight: Mask
    left: Integers
    unused: Integers
    may_leave: Mask
    may_stay_empty: Mask


def first_in_order(found: Optima, origin: Integers, facility: Integers) -> Integers:
    """Return the optimum whose pairs (p,), in their order, each hold as many as they can."""
    flows = _Flows(found, origin, facility)
    for pair in np.flatnonzero(found.tight).tolist():
        flows.fix(pair, int(origin[pair]), int(facility[pair]))
    going = found.going.copy()
    for pair in np.flatnonzero(found.tight).tolist():
        going[pair] = flows.amount[pair]
    return going


class _Flows:
    """Flows from origins to facilities, and those to and from the place of nobody.

    Who is left goes to nobody's place, and unused room is filled from there.
    """

    def __init__(self, found: Optima, origin: Integers, facility: Integers) -> None:
        nobody: Node = ("nobody", 0)
        self._ends: dict[int, tuple[Node, Node]] = {}
        self.amount: dict[int, int] = {}
        self._at: dict[Node, list[int]] = {}
        for pair in np.flatnonzero(found.tight).tolist():
            ends = ("origin", int(origin[pair])), ("facility", int(facility[pair]))
            self._add(pair, *ends, int(found.going[pair]))
        number = len(found.going)
        for own in np.flatnonzero(found.may_leave).tolist():
            self._add(number + own, ("origin", own), nobody, int(found.left[own]))
        number += len(found.left)
        for own in np.flatnonzero(found.may_stay_empty).tolist():
            self._add(number + own, nobody, ("facility", own), int(found.unused[own]))

    def _add(self, flow: int, tail: Node, head: Node, amount: int) -> None:
        self._ends[flow], self.amount[flow] = (tail, head), amount
        self._at.setdefault(tail, []).append(flow)
        self._at.setdefault(head, []).append(flow)

    def fix(self, pair: int, origin: int, facility: int) -> None:
        """Let a pair grow as far as the others can give way, then leave it as it is."""
        tail, head = ("origin", origin), ("facility", facility)
        self._at[tail].remove(pair)
        self._at[head].remove(pair)
        while any(self.amount[flow] > 0 for flow in self._at[tail]):
            steps = self._giving_way(head, tail)
            if not steps:
                return
            most = min(self.amount[flow] for flow, sign in steps if sign < 0)
            for flow, sign in steps:
                self.amount[flow] += sign * most
            self.amount[pair] += most

    def _giving_way(self, start: Node, goal: Node) -> list[Step]:
        """Return the steps that take one from ``start`` and bring one to ``goal``, the fewest."""
        came: dict[Node, tuple[Node, Step] | None] = {start: None}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            if here == goal:
                break
            for flow in self._at[here]:
                tail, head = self._ends[flow]
                # a flow into here may shrink; one out of here may grow
                there, sign = (tail, -1) if head == here else (head, 1)
                if there not in came and (sign > 0 or self.amount[flow] > 0):
                    came[there] = (here, (flow, sign))
                    queue.append(there)
        steps = []
        before = came.get(goal)
        while before is not None:
            node, step = before
            steps.append(step)
            before = came[node]
        return steps
