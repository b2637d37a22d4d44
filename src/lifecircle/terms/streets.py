"""What audit, reader and engine agree on about streets."""

from __future__ import annotations

SHORTEST_PART_M = 1000.0
"""Parts of the network shorter than this in all are mapping fragments: nobody is snapped there."""

PASSAGES = (
    "way",
    "kerb",
    "crossing",
    "zebra",
    "signals",
    "lift",
    "steps",
    "steps-up",
    "steps-down",
    "closed",
)
"""What a straight piece of way is to a walker, the easier first; a piece carries the place here.

A kerb is a raised one that a piece leads over; a crossing is one without a mark or of an unknown
kind. Steps go up or down in the direction in which the piece is given; plain steps do not say.
Nobody passes what is closed; it still belongs to its part of the network.
"""

CLOSED = PASSAGES.index("closed")

ACROSS = tuple(PASSAGES.index(word) for word in ("crossing", "zebra", "signals", "lift"))
"""Pieces on which nobody's door stands."""


def reversed_passage(passage: int) -> int:
    """Return what a passage is when walked from its other end."""
    up, down = PASSAGES.index("steps-up"), PASSAGES.index("steps-down")
    return {up: down, down: up}.get(passage, passage)
