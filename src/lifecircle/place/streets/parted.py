"""Puts the walking network together with both sides of major roads in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lifecircle.place.streets.crossings import NOWHERE, Meetings, crossed_at, undrawn, waits_of
from lifecircle.place.streets.major_roads import Roadways
from lifecircle.place.streets.passages import CROSSING, WAY, Ways, passages_of
from lifecircle.place.streets.sides import arms_of, sides_of
from lifecircle.place.streets.walkable import walkable
from lifecircle.place.tables import Floats, Integers

Masks = npt.NDArray[np.bool_]

LINK = -1
"""What a link between two sides is instead of a row of the ways."""


@dataclass(frozen=True, eq=False)
class Ground:
    """All ways open on foot as they are drawn, and what is said of their nodes (n,).

    ``roads`` are the same segments with their roadways, ``closed`` major roads that nobody walks
    on; ``lights`` are node rows, ``service`` (s,) says which ways are of estates and car parks.
    """

    node_id: Integers
    xy: Floats
    ways: Ways
    roads: Roadways
    closed: Roadways
    lights: Integers
    service: Masks


@dataclass(frozen=True, eq=False)
class Parted:
    """The network with two sides for each major road; new nodes follow the old (r,).

    ``corner_of`` (r,) is the old node that a node is a corner of, or the node itself.
    ``source`` (t,) is the row of the ways that a segment is of, `LINK` for a way across;
    ``unmarked`` are node rows where a major road is crossed though no crossing is drawn.
    """

    node_id: Integers
    corner_of: Integers
    xy: Floats
    segments: Integers
    source: Integers
    passage: Integers
    waits: Floats
    unmarked: Integers
    notices: tuple[str, ...]

    def raised(self, of_ways: Masks) -> Masks:
        """Say which segments (t,) are raised, where the ways (s,) are; links as their ends are."""
        link = self.source == LINK
        raised = np.where(link, True, of_ways[self.source])
        on_ground = np.zeros(len(self.node_id), dtype=np.bool_)
        on_ground[self.segments[~raised]] = True
        raised[link] = ~on_ground[self.segments[link]].any(axis=1)
        return np.asarray(raised)


@dataclass(frozen=True, eq=False)
class _Links:
    """All ways across arms that could be (l,): corners joined (l, 2), the arm, whether open."""

    arm: Integers
    ends: Integers
    open_: Masks


def parted(ground: Ground) -> Parted:
    """Return the network in which major roads are crossed only where one may.

    Passages and waits are those of `passages_of`; the wait at a crossing of a major road lies on
    the link across it, whether or not the crossing is drawn as a way.
    """
    ways, roads = ground.ways, ground.roads
    major = roads.roadway_m > 0
    arms, ends = arms_of(ground.xy, roads.only(major).and_(ground.closed))
    corner = np.full((len(major), 2), -1, dtype=np.int64)
    corner[~major] = arms.corners(ground.xy, ways.segments[~major])
    met = Meetings(
        ground.xy, ways, roads, arms, corner, ground.lights, ground.service,
        walkable().major_roads,
    )  # fmt: skip
    sort = crossed_at(met)
    guessed = undrawn(met, sort)
    sort[guessed] = WAY
    passage, waits = _without_waits(met, sort)
    segments, source = _two_sided(met, ends[: int(major.sum())])
    arm, across = arms.across()
    links = _Links(arm, across, sort[arms.node[arm]] != NOWHERE)
    xy = arms.places(ground.xy, ways.segments[(corner >= 0).any(axis=1)])
    whole = _Whole(met, xy, segments, source, links)
    links, opened = whole.linked()
    kept, own = whole.worth_keeping(links)
    length_m = _lengths(xy, links.ends[own])
    crossed = np.maximum(sort[arms.node[links.arm[own]]], WAY)
    lowest = min(0, int(ground.node_id.min(initial=0)))
    new_ids = lowest - 1 - np.arange(arms.rows - arms.nodes)
    unmarked = np.union1d(guessed, opened)
    return Parted(
        node_id=np.concatenate([ground.node_id, new_ids]),
        corner_of=arms.came_from(),
        xy=xy,
        segments=np.concatenate([segments[kept], links.ends[own]]),
        source=np.concatenate([source[kept], np.full(len(own), LINK)]),
        passage=np.concatenate([passage[source[kept]], crossed]),
        waits=np.concatenate([waits[source[kept]], waits_of(met, sort, links.arm[own], length_m)]),
        unmarked=unmarked,
        notices=_notices(met, sort, guessed, opened, float(whole.left_out_m(kept))),
    )


def _without_waits(met: Meetings, sort: Integers) -> tuple[Integers, Floats]:
    """Return what segments are (s,) and how many waits they cost (s,), without those of links."""
    ways = met.ways
    linked = sort >= CROSSING
    passage, waits = passages_of(replace(ways, mark=np.where(linked, WAY, ways.mark)))
    drawn = np.flatnonzero(met.drawn)
    over = drawn[linked[ways.segments[drawn]].any(axis=1)]
    waits[drawn[np.isin(ways.way[drawn], ways.way[over])]] = 0.0
    return passage, waits


def _two_sided(met: Meetings, ends: Integers) -> tuple[Integers, Integers]:
    """Return segments (t, 2) with both sides of major roads, and the way rows they are of (t,)."""
    major = np.flatnonzero(met.roads.roadway_m > 0)
    left, right = sides_of(met.arms, ends)
    met_by = met.corner >= 0
    segments = met.ways.segments.copy()
    segments[met_by] = met.arms.row[met.corner[met_by]]
    segments[major] = left
    two = (left != right).any(axis=1)
    rows = np.concatenate([np.arange(len(segments)), major[two]])
    return np.concatenate([segments, right[two]]), rows


def _lengths(xy: Floats, segments: Integers) -> Floats:
    step = xy[segments[:, 1]] - xy[segments[:, 0]]
    return np.asarray(np.sqrt((step * step).sum(axis=1)))


class _Whole:
    """Sees to it that the sides and corners do not fall apart where the streets did not.

    A part that was linked to more is a pocket where it has so much street of its own that somebody
    may live there; otherwise it is a strip between roadways. Parts are those without any links;
    all links together, open or not, join again what was one.
    """

    def __init__(
        self, met: Meetings, xy: Floats, segments: Integers, source: Integers, links: _Links
    ) -> None:
        self._met, self._links = met, links
        part = _parts(segments, len(xy))
        count = int(part.max(initial=-1)) + 1
        length_m = _lengths(xy, segments)
        strip = (met.roads.roadway_m > 0) & met.roads.one_way
        self._of_segment = part[segments[:, 0]]
        self._length_m = np.bincount(self._of_segment, length_m, minlength=count)
        self._own_m = np.where(strip[source], 0.0, length_m)
        self._street_m = np.bincount(self._of_segment, self._own_m, minlength=count)
        self._ends = part[links.ends]
        self._was = _parts(self._ends, count)

    def linked(self) -> tuple[_Links, Integers]:
        """Return the links with those open that pockets need, and the nodes where that is."""
        links, opened = self._links, np.empty(0, dtype=np.int64)
        junction = np.isin(self._met.arms.node[links.arm], self._met.junctions)
        while True:
            part, main, street_m = self._joined(links.open_)
            pocket = ~main & (street_m >= self._met.choices.pocket_m)
            ends = part[self._ends]
            out = ~links.open_ & (ends[:, 0] != ends[:, 1]) & pocket[ends].any(axis=1)
            if not out.any():
                return links, np.unique(opened)
            at_junctions = np.zeros(len(pocket), dtype=np.bool_)
            at_junctions[ends[out & junction]] = True
            new = out & (junction | ~at_junctions[ends].any(axis=1))
            links = replace(links, open_=links.open_ | new)
            opened = np.concatenate([opened, self._met.arms.node[links.arm[new]]])

    def worth_keeping(self, links: _Links) -> tuple[Integers, Integers]:
        """Return the rows of segments, and of open links, of no strip that nothing leads to."""
        part, main, street_m = self._joined(links.open_)
        led_to = (main | (street_m >= self._met.choices.pocket_m))[part]
        own = links.open_ & led_to[self._ends[:, 0]]
        return np.flatnonzero(led_to[self._of_segment]), np.flatnonzero(own)

    def left_out_m(self, kept: Integers) -> float:
        """Return the metres of street, strips not counted, that are not among the rows kept."""
        gone = np.ones(len(self._of_segment), dtype=np.bool_)
        gone[kept] = False
        return float(self._own_m[gone].sum())

    def _joined(self, open_: Masks) -> tuple[Integers, Masks, Floats]:
        """Join parts by open links: which each is of now, which is the largest of one, metres."""
        part = _parts(self._ends[open_], len(self._was))
        count = int(part.max(initial=-1)) + 1
        length_m = np.bincount(part, self._length_m, minlength=count)
        street_m = np.bincount(part, self._street_m, minlength=count).astype(np.float64)
        was = np.zeros(count, dtype=np.int64)
        was[part] = self._was
        order = np.lexsort((np.arange(count), -length_m, was))
        main: Masks = np.zeros(count, dtype=np.bool_)
        main[order] = np.concatenate([[True], was[order][1:] != was[order][:-1]])[:count]
        return part, main, street_m


def _parts(segments: Integers, count: int) -> Integers:
    ones = np.ones(len(segments), dtype=np.int8)
    joined = coo_array((ones, (segments[:, 0], segments[:, 1])), shape=(count, count))
    return np.asarray(connected_components(joined, directed=False)[1], dtype=np.int64)


def _notices(
    met: Meetings, sort: Integers, guessed: Integers, opened: Integers, left_out_m: float
) -> tuple[str, ...]:
    """Say how major roads are crossed, and where that is a guess."""
    major = met.roads.roadway_m > 0
    if not len(met.arms.node):
        return ()
    km = met.ways.length_m[major].sum() / 1000
    crossings = int((sort >= CROSSING).sum())
    told = (
        f"主要道路{km:.1f}公里按两侧分开走，只在过街处、有信号灯的路口、天桥和地道过街"
        f"（画有{crossings}处；车道数和宽度没有标的按推定值，待核）。"
    )
    said = [told]
    if len(guessed):
        said.append(
            f"主要道路有{len(guessed)}个路口周边几乎没有画过街处，按路口都能过街、不用等候计，"
            "附近的步行结论不可靠。"
        )
    if len(opened):
        said.append(
            f"有些片区只隔着主要道路与其余路网相连，路上没有画过街处，其{len(opened)}个路口按能过街计。"
        )
    if left_out_m >= 1:
        said.append(f"夹在主要道路之间、没有过街处通到的零星路段共{left_out_m:.0f}米没有计入。")
    return tuple(said)
