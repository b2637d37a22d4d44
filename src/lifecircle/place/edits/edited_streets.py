"""Finds the stretches of street that a drawing means, makes them otherwise, and adds ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from lifecircle.place.plane import Geometries
from lifecircle.place.tables import Floats, Integers, Streets
from lifecircle.terms.streets import ACROSS, CLOSED, PASSAGES

SLOP_M = 5.0
"""So sloppily a line may be drawn: a stretch that ends so near a node ends there, and a stretch so
short at the end of a drawn line was not meant."""

SAME_PLACE_M = 0.5
"""A node so near to where a way is to be joined is that place."""

PARALLEL_DEGREES = 30.0
"""A street that leads another way than the drawn line by more is crossed by it, not meant."""

Stretches = Mapping[int, Sequence[tuple[float, float]]]
"""Stretches of segments by row, as metres from the first node."""


def plain(streets: Streets) -> Streets:
    """Return the same streets with every passage and wait spelled out."""
    count = len(streets.segments)
    passage = np.zeros(count, dtype=np.int64) if streets.passage is None else streets.passage
    waits = np.zeros(count) if streets.waits is None else streets.waits
    return replace(streets, passage=passage, waits=waits)


def open_rows(streets: Streets) -> Integers:
    """Return the segments that are not closed."""
    if streets.passage is None:
        return np.arange(len(streets.segments))
    return np.flatnonzero(streets.passage != CLOSED)


def lines_of(streets: Streets) -> Geometries:
    """Return the segments as lines (s,)."""
    xy = np.column_stack([streets.x_m, streets.y_m])
    return np.asarray(shapely.linestrings(xy[streets.segments]))


def along(streets: Streets, line: Any, width_m: float) -> Stretches:
    """Return the stretches that run along a drawn line within ``width_m`` of it."""
    drawn = shapely.get_coordinates(line)
    pieces = [np.array(pair) for pair in pairwise(drawn) if (pair[0] != pair[1]).any()]
    lines, rows = lines_of(streets), open_rows(streets)
    tree = shapely.STRtree(lines[rows])
    found: dict[int, list[tuple[float, float]]] = {}
    least = np.cos(np.radians(PARALLEL_DEGREES))
    for piece in pieces:
        region = shapely.buffer(shapely.linestrings(piece), width_m, cap_style="flat")
        way = _direction(piece)
        for row in rows[np.sort(tree.query(region, predicate="intersects"))].tolist():
            if abs(float(_direction(shapely.get_coordinates(lines[row])) @ way)) >= least:
                found.setdefault(row, []).extend(_within(lines[row], region))
    return _meant(found, lines)


def inside(streets: Streets, area: Any) -> Stretches:
    """Return the stretches inside an area, whatever way they lead."""
    lines, rows = lines_of(streets), open_rows(streets)
    met = rows[np.sort(shapely.STRtree(lines[rows]).query(area, predicate="intersects"))]
    return _meant({row: _within(lines[row], area) for row in met.tolist()}, lines)


def _direction(xy: Floats) -> Floats:
    step = xy[-1] - xy[0]
    return np.asarray(step / max(float(np.hypot(*step)), 1e-9))


def _within(line: Any, region: Any) -> list[tuple[float, float]]:
    """Return the stretches of a straight segment inside a region."""
    parts = shapely.get_parts(shapely.intersection(line, region))
    begin = shapely.Point(shapely.get_coordinates(line)[0])
    found = []
    for part in parts[shapely.get_type_id(parts) == 1]:
        ends = shapely.distance(begin, shapely.points(shapely.get_coordinates(part)))
        found.append((float(ends.min()), float(ends.max())))
    return found


def _meant(found: Mapping[int, list[tuple[float, float]]], lines: Geometries) -> Stretches:
    """Join stretches with small gaps, bring their ends to near nodes, drop what is too short."""
    meant: dict[int, list[tuple[float, float]]] = {}
    for row in sorted(found):
        length_m = float(shapely.length(lines[row]))
        joined: list[list[float]] = []
        for begin, end in sorted(found[row]):
            if joined and begin - joined[-1][1] <= SLOP_M:
                joined[-1][1] = max(end, joined[-1][1])
            else:
                joined.append([begin, end])
        for begin, end in joined:
            whole = end - begin >= length_m - 1e-6
            if end - begin > SLOP_M or whole:
                first = 0.0 if begin <= SLOP_M else begin
                last = length_m if end >= length_m - SLOP_M else end
                meant.setdefault(row, []).append((first, last))
    return meant


def _cut(streets: Streets, places: Mapping[int, Sequence[float]]) -> tuple[Streets, Integers]:
    """Cut segments at metres from their first node; places at an end cut nothing.

    Returns the streets and for each segment (s,) the row it was a part of. The first part of a
    cut segment keeps its row, the others follow after the last, in order.
    """
    assert streets.passage is not None
    assert streets.waits is not None
    old = len(streets.node_id)
    points: list[tuple[int, float]] = []
    rows: list[int] = []
    ends: list[tuple[int, int]] = []
    shares: list[float] = []
    segments = streets.segments.copy()
    waits = streets.waits.copy()
    lines = lines_of(streets)
    for row in sorted(places):
        length_m = float(shapely.length(lines[row]))
        inner = sorted({at for at in places[row] if 0 < at < length_m})
        if not inner:
            continue
        numbers = [old + len(points) + n for n in range(len(inner))]
        points += [(row, at / length_m) for at in inner]
        nodes = [int(segments[row, 0]), *numbers, int(segments[row, 1])]
        parts = [(b - a) / length_m for a, b in pairwise([0.0, *inner, length_m])]
        segments[row], waits[row] = nodes[:2], streets.waits[row] * parts[0]
        rows += [row] * len(inner)
        ends += list(pairwise(nodes[1:]))
        shares += parts[1:]
    if not points:
        return streets, np.arange(len(segments))
    part_of = np.concatenate([np.arange(len(segments)), np.array(rows, dtype=np.int64)])
    whole = _with_nodes(streets, *_between(streets, points))
    return replace(
        whole,
        segments=np.concatenate([segments, np.array(ends, dtype=np.int64)]),
        passage=streets.passage[part_of],
        waits=np.concatenate([waits, streets.waits[rows] * np.array(shares)]),
    ), part_of


def _between(
    streets: Streets, points: Sequence[tuple[int, float]]
) -> tuple[Floats, Floats, Floats | None]:
    """Return x_m, y_m, z_m of places given by segment and share of its length."""
    row = np.array([own for own, _ in points], dtype=np.int64)
    share = np.array([own for _, own in points])
    begin, end = streets.segments[row, 0], streets.segments[row, 1]

    def at(values: Floats) -> Floats:
        return np.asarray(values[begin] + share * (values[end] - values[begin]))

    z_m = None if streets.z_m is None else at(streets.z_m)
    return np.round(at(streets.x_m), 3), np.round(at(streets.y_m), 3), z_m


def _with_nodes(streets: Streets, x_m: Floats, y_m: Floats, z_m: Floats | None) -> Streets:
    """Return the streets with more nodes at the end, numbered below every id there is."""
    lowest = min(0, int(streets.node_id.min(initial=0)))
    return replace(
        streets,
        node_id=np.concatenate([streets.node_id, lowest - 1 - np.arange(len(x_m))]),
        x_m=np.concatenate([streets.x_m, x_m]),
        y_m=np.concatenate([streets.y_m, y_m]),
        z_m=None if streets.z_m is None or z_m is None else np.concatenate([streets.z_m, z_m]),
    )


def _chosen(streets: Streets, stretches: Stretches) -> tuple[Streets, npt.NDArray[np.bool_]]:
    """Cut the streets at the ends of stretches; return which segments (s,) are the stretches."""
    borders = {row: [at for pair in own for at in pair] for row, own in stretches.items()}
    lines = lines_of(streets)
    begins = {row: shapely.get_coordinates(lines[row])[0] for row in stretches}
    cut, part_of = _cut(streets, borders)
    xy = np.column_stack([cut.x_m, cut.y_m])
    chosen = np.zeros(len(cut.segments), dtype=np.bool_)
    for place in np.flatnonzero(np.isin(part_of, list(stretches))).tolist():
        row = int(part_of[place])
        middle = xy[cut.segments[place]].mean(axis=0)
        at_m = float(np.hypot(*(middle - begins[row])))
        chosen[place] = any(begin < at_m < end for begin, end in stretches[row])
    return cut, chosen


def made(streets: Streets, stretches: Stretches, word: str) -> tuple[Streets, Geometries]:
    """Return the streets with some stretches made what ``word`` of `PASSAGES` says, and those.

    A crossing is waited for once, over all the stretches of one edit.
    """
    cut, changed = _chosen(streets, stretches)
    assert cut.passage is not None
    assert cut.waits is not None
    lines = lines_of(cut)[changed]
    passage, waits = cut.passage.copy(), cut.waits.copy()
    passage[changed] = PASSAGES.index(word)
    waits[changed] = _waits(word, shapely.length(lines))
    return replace(cut, passage=passage, waits=waits), lines


def _waits(word: str, length_m: Floats) -> Floats:
    """Return how much of one wait each part of a way costs."""
    if PASSAGES.index(word) not in ACROSS:
        return np.zeros(len(length_m))
    return np.asarray(length_m / max(float(length_m.sum()), 1e-9))


@dataclass(frozen=True)
class Joint:
    """The place of the network nearest to a point: a segment, metres along it, metres away."""

    row: int
    at_m: float
    away_m: float


def nearest(streets: Streets, x_m: float, y_m: float) -> Joint:
    """Return the open place nearest to a point, among equals on the first segment."""
    lines, rows = lines_of(streets), open_rows(streets)
    point = shapely.Point(x_m, y_m)
    row = int(rows[shapely.STRtree(lines[rows]).query_nearest(point).min()])
    at_m = float(shapely.line_locate_point(lines[row], point))
    return Joint(row, at_m, float(shapely.distance(lines[row], point)))


def joined(streets: Streets, joint: Joint) -> tuple[Streets, int]:
    """Return the streets with a node at a joint, and its row."""
    length_m = float(shapely.length(lines_of(streets)[joint.row]))
    for end, away_m in ((0, joint.at_m), (1, length_m - joint.at_m)):
        if away_m <= SAME_PLACE_M:
            return streets, int(streets.segments[joint.row, end])
    cut, _ = _cut(streets, {joint.row: [joint.at_m]})
    return cut, len(cut.node_id) - 1


def with_way(
    streets: Streets, begin: int, end: int, line: Any, words: Callable[[float, float], str]
) -> tuple[Streets, Geometries]:
    """Return the streets with a new way between two nodes, and the way as lines.

    The way follows the inner points of ``line``; ``words`` says what a piece is between two
    distances (m) from the beginning. Heights rise evenly from one node to the other.
    """
    xy = shapely.get_coordinates(line)
    at_m = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    inner = np.round(xy[1:-1], 3)
    z_m = None
    if streets.z_m is not None:
        z_m = np.interp(at_m[1:-1], [0.0, at_m[-1]], streets.z_m[[begin, end]])
    old = len(streets.node_id)
    grown = _with_nodes(streets, inner[:, 0], inner[:, 1], z_m)
    nodes = [begin, *range(old, old + len(inner)), end]
    told = [words(a, b) for a, b in pairwise(at_m.tolist())]
    waits = np.sum([_waits(word, np.where(np.array(told) == word, np.diff(at_m), 0.0))
                    for word in sorted(set(told))], axis=0)  # fmt: skip
    assert grown.passage is not None
    assert grown.waits is not None
    segments = np.array(list(pairwise(nodes)), dtype=np.int64)
    whole = replace(
        grown,
        segments=np.concatenate([grown.segments, segments]),
        passage=np.concatenate([grown.passage, [PASSAGES.index(word) for word in told]]),
        waits=np.concatenate([grown.waits, waits]),
    )
    return whole, lines_of(whole)[len(grown.segments) :]
