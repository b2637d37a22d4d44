"""Shortest ways to all junctions for many groups of targets at once: one sweep up, one down.

A value is one whole number, ``ticks << shift | target``: the least value is the nearest target,
and of equally near ones that with the smallest number. A row holds one value for each of sixteen
lanes; lanes do not know of each other, so the processor works on several at once.
"""

from __future__ import annotations

import numpy as np

from lifecircle.walk.compiling import compiled
from lifecircle.walk.rows import FAR, LANES, lower
from lifecircle.walk.search import Array

STRIP = 64
"""Owners answered together, lane by lane, while their values are at hand."""


@compiled
def sow(value: Array, known: Array, node: Array, lane: Array, packed: Array) -> None:
    """Set out from targets: ``packed`` values at nodes, each in its lane of ``value`` (n, 16).

    Rows that are not ``known`` (n,) have anything in them; those of ``node`` become known.
    """
    for seed in range(len(node)):
        at, into = node[seed], lane[seed]
        if not known[at]:
            known[at] = True
            value[at, :] = FAR
        value[at, into] = min(value[at, into], packed[seed])


@compiled
def rise(first: Array, below: Array, ticks: Array, shift: int, value: Array, known: Array) -> None:
    """Carry the values (n, 16) to each node from those below it, lowest nodes first.

    All rows are known then.
    """
    for at in range(len(first) - 1):
        lower(value, at, known[at], value, below, ticks, shift, first[at], first[at + 1])


@compiled
def fall(first: Array, higher: Array, ticks: Array, shift: int, value: Array) -> None:
    """Carry the values (n, 16) to each node from those above it, highest nodes first."""
    for at in range(len(first) - 2, -1, -1):
        lower(value, at, True, value, higher, ticks, shift, first[at], first[at + 1])


@compiled
def harvest(
    first: Array,
    node: Array,
    ticks: Array,
    near_owner: Array,
    near_lane: Array,
    near_packed: Array,
    value: Array,
    shift: int,
    limit: int,
    tick_s: float,
    target: Array,
    time_s: Array,
) -> None:
    """Read the values (n, 16) where owners stand, into ``time_s`` and ``target`` (lanes, owners).

    Owner o walks to the ends ``first[o] : first[o + 1]`` of ``node`` in ``ticks``, or to what is
    near without a junction, ``packed`` values in order of owners; lanes outside of 0 to 15 are
    passed over. -1 and infinite beyond the limit; ``target`` may have no rows.
    """
    lanes, owners = time_s.shape
    mask = (1 << shift) - 1
    best = np.empty((STRIP, LANES), dtype=value.dtype)
    near = 0
    for begin in range(0, owners, STRIP):
        end = min(begin + STRIP, owners)
        for owner in range(begin, end):
            row, one, last = owner - begin, first[owner], first[owner + 1]
            lower(best, row, False, value, node, ticks, shift, one, last)
        while near < len(near_owner) and near_owner[near] < end:
            whose, lane = near_owner[near] - begin, near_lane[near]
            if 0 <= lane < LANES:
                best[whose, lane] = min(best[whose, lane], near_packed[near])
            near += 1
        for lane in range(lanes):
            for owner in range(begin, end):
                took = best[owner - begin, lane] >> shift
                time_s[lane, owner] = took * tick_s if took <= limit else np.inf
        for lane in range(len(target)):
            for owner in range(begin, end):
                known = best[owner - begin, lane]
                target[lane, owner] = known & mask if known >> shift <= limit else -1
