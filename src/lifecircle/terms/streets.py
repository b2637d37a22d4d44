"""What audit and engine agree on about streets."""

from __future__ import annotations

SHORTEST_PART_M = 1000.0
"""Parts of the network shorter than this in all are mapping fragments: nobody is snapped there."""
