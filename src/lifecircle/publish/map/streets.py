"""The walking network as a page carries it: enough to find every way that the engine finds.

Coordinates are whole millimetres, as exact as the engine's own, so that a page which sums them in
the same order has the engine's lengths to the last bit, and names the same facility.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from lifecircle.assess.profiles import WALKERS, figures
from lifecircle.place.tables import Barriers, Integers
from lifecircle.publish.map.packing import millimetres, packed, steps
from lifecircle.terms.streets import ACROSS, CLOSED, PASSAGES, reversed_passage
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import STEEPEST_STREET, Profile
from lifecircle.walk.snap import FARTHEST_LEG_M, LONGEST_CROSSING_M
from lifecircle.walk.timing import BARRED_S

_LEVEL = tuple(word.startswith(("steps", "lift")) for word in PASSAGES)


def network_data(network: Network) -> dict[str, Any]:
    """Return junctions and chains: a chain's inner vertices as steps from its first junction."""
    last = network.chain_start[1:] - 1
    first = network.chain_start[:-1]
    inner = np.ones(len(network.vertex_x_m), dtype=np.bool_)
    inner[first] = inner[last] = False
    x, y = millimetres(network.vertex_x_m), millimetres(network.vertex_y_m)
    z = millimetres(network.vertex_z_m)
    at = np.empty(network.junctions, dtype=np.int64)
    at[network.chain_to], at[network.chain_from] = last, first
    return {
        "junctions": network.junctions,
        "chains": network.chains,
        "x": steps(x[at]),
        "y": steps(y[at]),
        "from": steps(network.chain_from),
        "to": packed(network.chain_to - network.chain_from),
        "inner": packed(np.diff(network.chain_start) - 2),
        "dx": packed(np.diff(x, prepend=0)[inner]),
        "dy": packed(np.diff(y, prepend=0)[inner]),
        "z": steps(z) if z.any() else "",
        "unlinked": steps(np.flatnonzero(~network.linked)),
        **_passages(network),
    }


def _passages(network: Network) -> dict[str, Any]:
    """Return the pieces that are not plain level way: where they are, and which sort each is."""
    other = np.flatnonzero((network.piece_passage != 0) | (network.piece_waits != 0))
    found = list(zip(network.piece_passage[other], network.piece_waits[other], strict=True))
    sorts = sorted({(int(passage), float(waits)) for passage, waits in found})
    number = {sort: at for at, sort in enumerate(sorts)}
    return {
        "special": steps(other),
        "sort": packed([number[int(passage), float(waits)] for passage, waits in found]),
        "sorts": [list(sort) for sort in sorts],
        "rules": {
            "across": list(ACROSS),
            "closed": CLOSED,
            "reversed": [reversed_passage(code) for code in range(len(PASSAGES))],
            "unsloped": list(_LEVEL),
            "longest_crossing_m": LONGEST_CROSSING_M,
            "farthest_leg_m": FARTHEST_LEG_M,
            "steepest_street": STEEPEST_STREET,
            "barred_s": BARRED_S,
        },
    }


def walker_data(profile: Profile) -> dict[str, Any]:
    """Return a walker's own weights; what bars the way is null."""
    own = figures(profile.name)
    return {
        "id": profile.name,
        "name": WALKERS[profile.name],
        "speed_m_per_min": profile.speed_m_per_min,
        "pace": [_finite(one) for one in profile.pace],
        "wait_s": [_finite(one) for one in profile.wait_s],
        "tobler": profile.tobler,
        "steepest": _finite(profile.steepest),
        "unverified": any(figure.read == "no" for figure in own),
    }


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def barrier_data(barriers: Barriers) -> dict[str, Any]:
    """Return the lines that no leg from a door crosses, walls left out as the engine does."""
    kept = barriers.shape[[kind != "wall" for kind in barriers.kind]]
    parts = shapely.get_parts(shapely.get_parts(_edges(kept)))
    xy, line = shapely.get_coordinates(parts, return_index=True)
    mm = millimetres(xy)
    sizes: Integers = np.bincount(line, minlength=len(parts)).astype(np.int64)
    return {"size": packed(sizes), "x": steps(mm[:, 0]), "y": steps(mm[:, 1])}


def _edges(shapes: Any) -> Any:
    """Return lines as they are and areas by their edges."""
    areas = np.isin(shapely.get_type_id(shapes), (3, 6))
    return np.where(areas, shapely.boundary(shapes), shapes)
