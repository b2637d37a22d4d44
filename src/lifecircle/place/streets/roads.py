"""Makes streets of an OpenStreetMap extract or of a layer of lines; says what kinds they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from lifecircle.place.formats.vector import read_vector
from lifecircle.place.forms.cells import text_of
from lifecircle.place.layers import VectorLayer
from lifecircle.place.plane import Plane
from lifecircle.place.sources import NetworkSource
from lifecircle.place.streets.major_roads import Roadways
from lifecircle.place.streets.osm import Extract
from lifecircle.place.streets.parted import Ground, Parted, parted
from lifecircle.place.streets.passages import (
    BARRED,
    CROSSING,
    SIGNALS,
    STEPS,
    ZEBRA,
    Ways,
)
from lifecircle.place.streets.walkable import walkable
from lifecircle.place.tables import Floats, Integers, Streets, WayShares
from lifecircle.terms.errors import stop

FARTHEST_M = 1_000_000.0
"""No street of a city is farther from it; the plane would not hold there either."""

MOST_KINDS = 6
"""So many kinds of way are named in a sentence."""

_HALF = 2**30
_MM = 1000.0
"""A node is its place in whole millimetres: lines meet where they share one."""

Kinds = npt.NDArray[np.str_]
Masks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Roads:
    """The streets of a city and what a reader of the results must know of them."""

    streets: Streets
    notices: tuple[str, ...]
    raised: Masks | None = None
    """which segments (s,) are on a bridge or in a tunnel, None where nobody said"""
    corner_of: Integers | None = None
    """the node row (n,) that each node is as high as: a roadway is level from side to side"""


def roads_of_extract(extract: Extract, plane: Plane) -> Roads:
    """Return the streets of an OpenStreetMap extract; nodes keep their ids.

    A roadway whose pavements are drawn as ways of their own is left out; a node that nobody passes
    is taken apart, each way keeping its own end, numbered below zero.
    """
    x_m, y_m = plane.metres(extract.lon, extract.lat)
    foot = np.isin(extract.kind, list(walkable().passages.foot_ways))
    apart = _walked_beside(extract, foot, x_m, y_m)
    kept = ~apart & ~_turns_cars(extract, x_m, y_m)
    mark = _marks(extract)
    segments, copied = _taken_apart(extract.segments[kept], mark == BARRED, extract.node_id)
    node_id = np.concatenate([extract.node_id, -np.arange(1, len(copied) + 1)])
    x_m, y_m = np.concatenate([x_m, x_m[copied]]), np.concatenate([y_m, y_m[copied]])
    mark = np.concatenate([np.where(mark == BARRED, 0, mark), np.zeros(len(copied), np.int64)])
    length_m = _lengths(x_m, y_m, segments)
    ways = Ways(segments, extract.way[kept], extract.passage[kept], foot[kept], mark, length_m)
    shares = way_shares(x_m, y_m, segments, extract.kind[kept])
    whole = parted(
        Ground(
            node_id,
            np.column_stack([x_m, y_m]),
            ways,
            replace(extract.roads.only(kept), segments=segments),
            extract.closed.and_(extract.roads.only(apart)),
            _rows(extract.node_id, extract.lights),
            np.isin(extract.kind[kept], list(walkable().estate_ways)),
        )
    )
    notices = [
        *_notices(shares),
        *_said_of_gates(extract, _lengths(x_m, y_m, extract.segments[apart]), len(copied)),
        _said_of_passages(ways, whole),
        *whole.notices,
    ]
    if extract.broken_ways:
        notices.append(f"路网文件有{extract.broken_ways}条道路缺少节点，缺的一段没有计入。")
    raised = whole.raised(extract.raised[kept])
    return Roads(_streets(whole, shares), tuple(notices), raised, whole.corner_of)


def _streets(whole: Parted, shares: WayShares) -> Streets:
    return Streets(
        whole.node_id,
        whole.xy[:, 0].copy(),
        whole.xy[:, 1].copy(),
        whole.segments,
        shares,
        passage=whole.passage.astype(np.int64),
        waits=whole.waits,
        guessed=whole.unmarked,
    )


def _walked_beside(extract: Extract, foot: Masks, x_m: Floats, y_m: Floats) -> Masks:
    """Say which segments (s,) are roadways whose pavements are ways of their own, nearby."""
    found = extract.beside & ~foot
    rows = np.flatnonzero(found)
    beside = extract.segments[foot]
    if not len(rows) or not len(beside):
        return np.zeros(len(found), dtype=np.bool_)
    xy = np.column_stack([x_m, y_m])
    middle = shapely.points(xy[extract.segments[rows]].mean(axis=1))
    tree = shapely.STRtree(shapely.linestrings(xy[beside]))
    near = tree.query(middle, predicate="dwithin", distance=walkable().pavement_apart_m)[0]
    found[:] = False
    found[rows[np.unique(near)]] = True
    return found


def _turns_cars(extract: Extract, x_m: Floats, y_m: Floats) -> Masks:
    """Say which segments (s,) are of short links that only lead cars around a corner or back."""
    turns = extract.turning.copy()
    way = extract.way[turns]
    length_m = np.bincount(way, weights=_lengths(x_m, y_m, extract.segments[turns]))
    turns[turns] = length_m[way] <= walkable().turning_link_m
    return turns


def _marks(extract: Extract) -> Integers:
    """Return what each node (n,) is to people who pass it."""
    mark = np.zeros(len(extract.node_id), dtype=np.int64)
    rows = _rows(extract.node_id, sorted(extract.marks))
    mark[rows] = [extract.marks[node] for node in extract.node_id[rows].tolist()]
    return mark


def _rows(node_id: Integers, wanted: Sequence[int]) -> Integers:
    """Return the rows of those of the ``wanted`` ids that there are; both ascend."""
    own = np.array(wanted, dtype=np.int64)
    place = np.searchsorted(node_id, own)
    there = place < len(node_id)
    there[there] = node_id[place[there]] == own[there]
    return np.asarray(place[there])


def _taken_apart(segments: Integers, barred: Masks, node_id: Integers) -> tuple[Integers, Integers]:
    """Give every segment at a barred node an end of its own.

    Returns the segments (s, 2), and the node rows that were copied: copy c is row n + c.
    """
    segments = segments.copy()
    at, side = np.nonzero(barred[segments])
    node, other = segments[at, side], segments[at, 1 - side]
    order = np.lexsort((node_id[other], node_id[node]))
    segments[at[order], side[order]] = len(barred) + np.arange(len(order))
    return segments, node[order]


def _lengths(x_m: Floats, y_m: Floats, segments: Integers) -> Floats:
    begin, end = segments[:, 0], segments[:, 1]
    dx, dy = x_m[end] - x_m[begin], y_m[end] - y_m[begin]
    return np.asarray(np.sqrt(dx * dx + dy * dy))


def _said_of_gates(extract: Extract, left_out_m: Floats, ends: int) -> list[str]:
    """Say what is closed to people on foot, and what is open to some or at some hours."""
    said = []
    if len(left_out_m):
        said.append(
            f"两侧人行道已单独画出的车行道{left_out_m.sum() / 1000:.1f}公里没有计入："
            "沿人行道走，只在画出的过街处过街。"
        )
    if ends:
        barred = sum(mark == BARRED for mark in extract.marks.values())
        said.append(f"路网中{barred}处门或障碍标明不许步行通过，已在该处断开。")
    if extract.conditions:
        said.append(f"{extract.conditions}处道路或门只在部分时间或对部分人开放，一律按开放计。")
    return said


def _said_of_passages(ways: Ways, whole: Parted) -> str:
    """Say which waits and steps the walks count, and what the map cannot tell."""
    passed = np.zeros(len(ways.mark), dtype=np.bool_)
    passed[ways.segments] = True
    marks = np.bincount(ways.mark[passed], minlength=SIGNALS + 1)
    counted = [
        f"{name}{marks[code]}处"
        for name, code in (("红绿灯过街", SIGNALS), ("斑马线", ZEBRA), ("其他过街处", CROSSING))
        if marks[code]
    ]
    passage = whole.passage
    steps_m = float(ways.length_m[ways.passage >= STEPS].sum())
    counted += [f"台阶{steps_m / 1000:.1f}公里"] if steps_m else []
    if not ((passage >= CROSSING) & (passage <= SIGNALS)).any():
        told = "路网里没有过街处：过街按不用等候计，步行时间可能偏短"
        return f"{told}（计入的有{'、'.join(counted)}）。" if counted else f"{told}。"
    return (
        f"步行时间计入等候和台阶（路网标有{'、'.join(counted)}，用时是待核的默认值）；"
        "没有标出的过街处按不用等候计。"
    )


def roads_of_lines(source: NetworkSource, plane: Plane) -> Roads:
    """Return the streets of a layer of lines.

    Lines meet at points they share to the millimetre; where they only cross they do not, since
    that may be a bridge. Node ids follow the order of coordinates, never that of rows. With a
    ``highway`` column (and ``foot``, ``access``, ``sidewalk``) the ways open on foot are taken as
    from OpenStreetMap, and rows without a kind as open; without the column all are. Where some of
    the lines are crossings (``footway=crossing``), major roads have two sides as there.
    Raises InputError when there are no lines, or none that may be walked.
    """
    layer = read_vector(source.file, source.layer, source.datum, source.crs)
    lines = np.isin(shapely.get_type_id(layer.geometry), (1, 2, 5))
    if not lines.all():
        row = int(np.flatnonzero(~lines)[0])
        raise stop("路网应为线", file=source.file, place=layer.places[row], remedy="换成道路线图层")
    rows, said = _rows_told(layer)
    kind, open_ = rows.kind, rows.open_
    shape = plane.to_metres(layer.geometry)
    far = ~(np.abs(shapely.bounds(shape)) < FARTHEST_M).all(axis=1)
    if far.any():
        row = int(np.flatnonzero(far)[0])
        reason = "道路离社区1000公里以上"
        raise stop(reason, file=source.file, place=layer.places[row], remedy="检查坐标系")
    if not open_.any():
        raise stop("里面没有可以步行的道路", file=source.file, remedy="检查 highway 列")
    said += _left_out(shape, kind, open_)
    told = "路网由线图层建成：线只在共有的节点处相通，相交而没有节点的不相通"
    if (open_ & (rows.passage >= CROSSING) & (rows.passage <= SIGNALS)).any():
        streets, of_roads = _with_sides(shape, rows)
        return Roads(streets, (*said, f"{told}。", *of_roads, *_notices(streets.ways)))
    node_id, x_m, y_m, segments, line = _joined(shape[open_])
    ways = way_shares(x_m, y_m, segments, kind[open_][line])
    passage = np.where(kind[open_][line] == "steps", STEPS, 0)
    streets = Streets(
        node_id, x_m, y_m, segments, ways, passage=passage, waits=np.zeros(len(passage))
    )
    return Roads(streets, (*said, f"{told}，过街按不用等候计。", *_notices(ways)))


class _Rows(NamedTuple):
    """What the rows (r,) of a layer of lines are."""

    kind: Kinds
    open_: Masks
    passage: Integers
    roadway_m: Floats
    one_way: Masks


def _with_sides(shape: npt.NDArray[np.object_], rows: _Rows) -> tuple[Streets, tuple[str, ...]]:
    """Return the streets with two sides for each major road, and what is to be said of them."""
    own = np.flatnonzero(rows.open_ | (rows.roadway_m > 0))
    node_id, x_m, y_m, segments, line = _joined(shape[own])
    row = own[line]
    roads = Roadways(segments, rows.roadway_m[row], rows.one_way[row])
    open_ = rows.open_[row]
    row, segments = row[open_], segments[open_]
    kind, xy = rows.kind[row], np.column_stack([x_m, y_m])
    foot = np.isin(kind, list(walkable().passages.foot_ways))
    unmarked = np.zeros(len(node_id), dtype=np.int64)
    length_m = _lengths(x_m, y_m, segments)
    ways = Ways(segments, row, rows.passage[row], foot, unmarked, length_m)
    service = np.isin(kind, list(walkable().estate_ways))
    nowhere = np.empty(0, dtype=np.int64)
    whole = parted(
        Ground(node_id, xy, ways, roads.only(open_), roads.only(~open_), nowhere, service)
    )
    return _streets(whole, way_shares(x_m, y_m, segments, kind)), whole.notices


def _rows_told(layer: VectorLayer) -> tuple[_Rows, list[str]]:
    """Return what each row is, and what is to be said of that."""
    choices = walkable()
    roads, passages, count = choices.major_roads, choices.passages, len(layer)
    keys = sorted(
        {"highway", "foot", "access", *(key for key, _ in choices.pavement)}
        | {*passages.way_keys, *roads.keys}
    )
    if "highway" not in layer.columns:
        told = f"{layer.path.name} 没有 highway 列，不知道道路种类，全部按可以步行计入。"
        nothing = np.zeros(count, dtype=np.int64)
        open_ = np.ones(count, dtype=np.bool_)
        return _Rows(np.full(count, ""), open_, nothing, np.zeros(count), ~open_), [told]
    texts = {
        key: [text_of(cell) for cell in layer.columns[key]] for key in keys if key in layer.columns
    }
    known: dict[tuple[str, ...], tuple[bool, int, float, bool]] = {}
    for row in zip(*texts.values(), strict=True):
        if row not in known:
            tags = {key: text for key, text in zip(texts, row, strict=True) if text}
            may_walk = choices.may_walk({"highway": "road", **tags})
            wide_m = roads.roadway_m_of(tags)
            known[row] = may_walk, passages.of_way(tags), wide_m, roads.is_one_way(tags)
    told_of = [known[row] for row in zip(*texts.values(), strict=True)]
    open_ = np.array([own[0] for own in told_of], dtype=np.bool_)
    passage = np.array([own[1] for own in told_of], dtype=np.int64)
    roadway_m = np.array([own[2] for own in told_of], dtype=np.float64)
    one_way = np.array([own[3] for own in told_of], dtype=np.bool_)
    return _Rows(np.array(texts["highway"]), open_, passage, roadway_m, one_way), []


def _left_out(
    shape: npt.NDArray[np.object_], kind: Kinds, open_: npt.NDArray[np.bool_]
) -> list[str]:
    """Say which ways are not open on foot, by kind."""
    if open_.all():
        return []
    length_mm = np.rint(shapely.length(shape[~open_]) * _MM).astype(np.int64)
    names, code = np.unique(kind[~open_], return_inverse=True)
    total_mm = np.zeros(len(names), dtype=np.int64)
    np.add.at(total_mm, code, length_mm)
    ranked = sorted(zip(total_mm.tolist(), names.tolist(), strict=True), reverse=True)
    shown = "、".join(f"{name} {mm / 1e6:.0f}公里" for mm, name in ranked[:MOST_KINDS])
    more = f"等{len(ranked)}种" if len(ranked) > MOST_KINDS else ""
    return [f"路网中不供步行、没有计入的线：{shown}{more}。"]


def _joined(
    shape: npt.NDArray[np.object_],
) -> tuple[Integers, Floats, Floats, Integers, Integers]:
    """Return ids (n), x_m, y_m of the nodes, segments (s, 2), and the row of each segment."""
    parts, row_of_part = shapely.get_parts(shape, return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    whole = np.rint(xy * _MM).astype(np.int64) + _HALF
    key = (whole[:, 0] << 32) | whole[:, 1]
    places, node = np.unique(key, return_inverse=True)
    later = np.flatnonzero(part[1:] == part[:-1]) + 1
    later = later[node[later] != node[later - 1]]
    segments = np.column_stack([node[later - 1], node[later]]).astype(np.int64)
    x_m = ((places >> 32) - _HALF) / _MM
    y_m = ((places & (2**32 - 1)) - _HALF) / _MM
    return np.arange(1, len(places) + 1), x_m, y_m, segments, row_of_part[part[later]]


def way_shares(x_m: Floats, y_m: Floats, segments: Integers, kind: Kinds) -> WayShares:
    """Return the metres of the segments (s, 2) by ``kind`` (s,).

    A segment drawn twice counts once, as the kind that comes first in the alphabet.
    """
    # the segments of a way follow each other: few texts are sorted, and numbers instead of rows
    runs = np.flatnonzero(np.concatenate([[True], kind[1:] != kind[:-1]])[: len(kind)])
    names, code = np.unique(kind[runs], return_inverse=True)
    code = np.repeat(code, np.diff(np.append(runs, len(kind))))
    low, high = segments.min(axis=1), segments.max(axis=1)
    key = np.sort((low * len(x_m) + high) * len(names) + code)
    pair, code = np.divmod(key, len(names))
    once = np.ones(len(pair), dtype=np.bool_)
    once[1:] = pair[1:] != pair[:-1]
    begin, end = np.divmod(pair[once], len(x_m))
    dx, dy = x_m[end] - x_m[begin], y_m[end] - y_m[begin]
    length_mm = np.rint(np.sqrt(dx * dx + dy * dy) * _MM)
    metres = np.bincount(code[once], weights=length_mm, minlength=len(names)) / _MM
    by_kind = {str(name): round(float(own)) for name, own in zip(names, metres, strict=True)}
    ranked = sorted(by_kind.items(), key=lambda item: (-item[1], item[0]))
    return WayShares(tuple(ranked), _doubts(by_kind))


def _doubts(by_kind: Mapping[str, int]) -> tuple[str, ...]:
    """Say what a network lacks.

    Where there are footways they may well lead through estates; where nobody noted any kind,
    nothing can be said of either.
    """
    choices = walkable()
    if not any(by_kind):
        return ("way-kinds-unknown",)
    footways = any(by_kind.get(kind) for kind in choices.footways)
    estate_ways = any(by_kind.get(kind) for kind in choices.estate_ways)
    if footways:
        return ()
    return ("no-footways",) if estate_ways else ("no-footways", "no-estate-ways")


def _notices(ways: WayShares) -> list[str]:
    if "no-footways" not in ways.doubts:
        return []
    lacking = "也没有小区内部道路" if "no-estate-ways" in ways.doubts else "只有车行道和内部道路"
    shown = "、".join(
        f"{kind or '未注明'} {metres / ways.total_m:.0%}" for kind, metres in ways.by_kind[:4]
    )
    return [
        f"路网里没有人行道和步行小路，{lacking}（按长度：{shown}）：实际走法可能更近，步行结论不可靠。"
    ]
