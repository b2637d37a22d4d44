"""Who lives within a walk of which site: the coverage lists that actions are made of."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any, NamedTuple

import numpy as np

from lifecircle.plan.solving import Integers
from lifecircle.walk.compiling import compiled
from lifecircle.walk.nearest import SAME_TIME_S
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import AccessPoints


class Streets(NamedTuple):
    """Arcs of the junctions as slices, and the chains' ends; all in seconds."""

    first: Any
    neighbour: Any
    arc_s: Any
    chain_from: Any
    chain_to: Any
    chain_s: Any


class Doors(NamedTuple):
    """Rows of access points in seconds; ``by_chain`` rows sorted by chain, ``chain_first`` slices.

    ``by_end`` are the same rows twice, once at each end of their chain, sorted by junction.
    """

    owner: Any
    at_s: Any
    leg_s: Any
    chain: Any
    chain_first: Any
    by_chain: Any
    end_first: Any
    end_row: Any
    end_s: Any


def coverage(
    network: Network,
    profile: Profile,
    homes: AccessPoints,
    sites: AccessPoints,
    limit_s: float,
) -> tuple[Integers, Integers]:
    """Return (first, home): site k is within ``limit_s`` of ``home[first[k] : first[k + 1]]``.

    Homes and sites are the owners of the access points; both legs count; homes ascend within a
    site. Searched in float64 from each site and no farther than the limit (Dijkstra 1959), with
    the tolerance of `Walker.reaches`, so that both agree.
    """
    streets = _streets(network, profile)
    from_site = _doors(network, profile, sites)
    at_home = _doors(network, profile, homes)
    rows = np.argsort(from_site.owner, kind="stable")
    first = np.searchsorted(from_site.owner[rows], np.arange(sites.owners + 1))
    limit = float(limit_s) + SAME_TIME_S
    start, found = _within(streets, from_site, at_home, rows, first, homes.owners, limit)
    return start, found


def _streets(network: Network, profile: Profile) -> Streets:
    chain_s = profile.seconds(network.chain_length_m)
    ends = np.concatenate([network.chain_from, network.chain_to])
    others = np.concatenate([network.chain_to, network.chain_from])
    order = np.lexsort((others, ends))
    first = np.searchsorted(ends[order], np.arange(network.junctions + 1))
    arc_s = np.concatenate([chain_s, chain_s])[order]
    return Streets(first, others[order], arc_s, network.chain_from, network.chain_to, chain_s)


def _doors(network: Network, profile: Profile, points: AccessPoints) -> Doors:
    at_s, leg_s = profile.seconds(points.at_m), profile.seconds(points.leg_m)
    chain_s = profile.seconds(network.chain_length_m)[points.chain]
    by_chain = np.argsort(points.chain, kind="stable")
    ends = np.append(network.chain_from[points.chain], network.chain_to[points.chain])
    end_s = np.append(leg_s + at_s, leg_s + chain_s - at_s)
    order = np.argsort(ends, kind="stable")
    row = np.tile(np.arange(len(points.owner)), 2)
    return Doors(
        owner=points.owner,
        at_s=at_s,
        leg_s=leg_s,
        chain=points.chain,
        chain_first=np.searchsorted(points.chain[by_chain], np.arange(network.chains + 1)),
        by_chain=by_chain,
        end_first=np.searchsorted(ends[order], np.arange(network.junctions + 1)),
        end_row=row[order],
        end_s=end_s[order],
    )


@compiled
def _within(
    streets: Streets, sites: Doors, homes: Doors, rows: Any, first: Any, owners: int, limit: float
) -> tuple[Any, Any]:
    start = np.zeros(len(first), dtype=np.int64)
    found = np.empty(1024, dtype=np.int64)
    size = 0
    best = np.full(len(streets.first) - 1, np.inf)
    reached = np.zeros(owners, dtype=np.bool_)
    for site in range(len(first) - 1):
        near = _near(
            streets, sites, homes, rows[first[site] : first[site + 1]], best, reached, limit
        )
        while size + len(near) > len(found):
            found = np.append(found, np.empty_like(found))
        found[size : size + len(near)] = near
        size += len(near)
        start[site + 1] = size
    return start, found[:size].copy()


@compiled
def _near(
    streets: Streets, sites: Doors, homes: Doors, rows: Any, best: Any, reached: Any, limit: float
) -> Any:
    """Return the homes within ``limit`` of one site; ``best`` and ``reached`` are left as found."""
    queue = [(np.inf, -1)]
    near = [-1]
    for row in rows:
        chain, out_s = sites.chain[row], sites.leg_s[row] + sites.at_s[row]
        for k in range(homes.chain_first[chain], homes.chain_first[chain + 1]):
            other = homes.by_chain[k]
            along_s = abs(sites.at_s[row] - homes.at_s[other])
            way_s = sites.leg_s[row] + along_s + homes.leg_s[other]
            _note(homes.owner[other], way_s <= limit, reached, near)
        heappush(queue, (out_s, streets.chain_from[chain]))
        back_s = sites.leg_s[row] + streets.chain_s[chain] - sites.at_s[row]
        heappush(queue, (back_s, streets.chain_to[chain]))
    touched = [-1]
    while queue[0][0] <= limit:
        here_s, here = heappop(queue)
        if here_s < best[here]:
            best[here] = here_s
            touched.append(here)
            for k in range(homes.end_first[here], homes.end_first[here + 1]):
                within = here_s + homes.end_s[k] <= limit
                _note(homes.owner[homes.end_row[k]], within, reached, near)
            _leave(streets, here, here_s, best, queue, limit)
    for junction in touched[1:]:
        best[junction] = np.inf
    for owner in near[1:]:
        reached[owner] = False
    return np.sort(np.array(near[1:], dtype=np.int64))


@compiled
def _note(owner: int, within: Any, reached: Any, near: Any) -> None:
    if within and not reached[owner]:
        reached[owner] = True
        near.append(owner)


@compiled
def _leave(streets: Streets, here: int, here_s: float, best: Any, queue: Any, limit: float) -> None:
    for arc in range(streets.first[here], streets.first[here + 1]):
        there, there_s = streets.neighbour[arc], here_s + streets.arc_s[arc]
        if there_s <= limit and there_s < best[there]:
            heappush(queue, (there_s, there))
