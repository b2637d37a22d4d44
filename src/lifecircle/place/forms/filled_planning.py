"""Turns spaces and what else an office plans with back into rows of the forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lifecircle.place.plane import Plane
from lifecircle.place.planning import Planning, Space

EXACT = 9
"""Decimals of a degree: 0.1 mm, so that the millimetres of the plane come back."""


def space_rows(
    spaces: Iterable[Space], communities: Sequence[str], plane: Plane
) -> Iterator[dict[str, Any]]:
    """Yield a row for each space; ``communities`` are the ids by row."""
    for space in spaces:
        lon = lat = None
        if space.x_m is not None and space.y_m is not None:
            lon, lat = (float(part) for part in plane.degrees(space.x_m, space.y_m, EXACT))
        yield {**vars(space), **_home(space.community, communities), **space.amounts} | {
            "lon": lon,
            "lat": lat,
        }


def planning_rows(
    planning: Planning, communities: Sequence[str]
) -> Mapping[str, list[dict[str, Any]]]:
    """Return the rows of the other forms of planning; ``communities`` are the ids by row."""
    return {
        "permits": [
            {**vars(permit), **_home(permit.community, communities)} for permit in planning.permits
        ],
        "stated_needs": [
            {**vars(need), **_home(need.community, communities)} for need in planning.needs
        ],
        "build_standards": [vars(standard) for standard in planning.standards],
        "mode_prices": [vars(price) for price in planning.prices],
        "budget": [vars(year) for year in planning.budget],
    }


def _home(row: int, communities: Sequence[str]) -> dict[str, str]:
    return {"community": "" if row < 0 else communities[row]}
