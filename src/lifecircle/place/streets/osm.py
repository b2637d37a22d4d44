"""Reads an OpenStreetMap extract in one pass: walkable ways, facilities, dwellings."""

from __future__ import annotations

import bz2
import gzip
import zlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import numpy as np
import numpy.typing as npt
import osmium
import shapely

from lifecircle.place import main_streets
from lifecircle.place.streets.barriers import Lines, barrier_keys, barrier_of, barrier_pairs
from lifecircle.place.streets.major_roads import Roadways
from lifecircle.place.streets.passages import BARRED
from lifecircle.place.streets.walkable import Walkable, walkable
from lifecircle.terms.errors import stop
from lifecircle.terms.gate import check_readable
from lifecircle.terms.taxonomy import categories_of_tags, osm_pairs

UNITS_PER_DEGREE = 10**7
_NOWHERE = 2**31 - 1
_LOOKED_AT_BYTES = 64 * 2**20
_MOST_GROWTH = 100
"""Street maps in XML pack to a tenth or a twentieth; a bomb to a thousandth and less."""


@dataclass
class Extract:
    """What one pass over a file found; geometries are WGS84 degrees."""

    node_id: npt.NDArray[np.int64]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    segments: npt.NDArray[np.int64]
    kind: npt.NDArray[np.str_]
    """the highway tag of each segment"""
    facilities: list[tuple[str, str, tuple[str, ...], Any]]
    """(id, name, categories, geometry)"""
    dwellings: list[tuple[str, int, bool, Any]]
    """(id, storeys, taken as a dwelling without a tag that says so, geometry)"""
    broken_ways: int
    way: npt.NDArray[np.int64]
    """the way of each segment, numbered from 0 in the order of the file"""
    passage: npt.NDArray[np.int64]
    """what that way is to a walker as a whole, a place in PASSAGES"""
    beside: npt.NDArray[np.bool_]
    """whether its pavements are drawn as ways of their own"""
    raised: npt.NDArray[np.bool_]
    """whether it is on a bridge or in a tunnel"""
    turning: npt.NDArray[np.bool_]
    """whether it only leads cars around a corner, if it is short"""
    marks: Mapping[int, int]
    """what nodes are to a walker by id: a place in PASSAGES, or BARRED"""
    roads: Roadways
    """how wide the roadway of each segment is where it is a major road"""
    closed: Roadways
    """major roads that nobody walks on, but that part those who do"""
    lights: tuple[int, ...]
    """nodes where lights stop the cars, by id"""
    conditions: int = 0
    """how many ways and gates are open at some hours or to some people only"""
    barriers: Lines = field(default_factory=list)
    main_streets: main_streets.Lines = field(default_factory=list)


class _Way(NamedTuple):
    """A way open on foot or a major road; ``first`` is the row of its first node."""

    first: int
    kind: str
    passage: int
    beside: bool
    raised: bool
    turning: bool
    roadway_m: float
    one_way: bool
    closed: bool


def _whole_numbers() -> array[int]:
    """Return a list that takes 8 bytes a number, where Python's own takes 40."""
    return array("q")


@dataclass
class _Gathered:
    refs: array[int] = field(default_factory=_whole_numbers)
    xs: array[int] = field(default_factory=_whole_numbers)
    ys: array[int] = field(default_factory=_whole_numbers)
    breaks: list[int] = field(default_factory=list)
    ways: list[_Way] = field(default_factory=list)
    marks: dict[int, int] = field(default_factory=dict)
    lights: list[int] = field(default_factory=list)
    conditions: int = 0
    facilities: list[tuple[str, str, tuple[str, ...], Any]] = field(default_factory=list)
    dwellings: list[tuple[str, int, bool, Any]] = field(default_factory=list)
    broken_ways: int = 0
    barriers: dict[str, tuple[str, Any]] = field(default_factory=dict)
    main_streets: dict[int, tuple[str, str, Any]] = field(default_factory=dict)


def read_extract(path: Path) -> Extract:
    """Read ways, facilities and dwellings from an OpenStreetMap file in one pass.

    Raises InputError when the file is missing, empty, cut off or of another kind.
    """
    check_readable(path)
    _check_packing(path)
    gathered = _Gathered()
    try:
        _pass_over(path, gathered)
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        raise stop(
            f"不是完整的 OpenStreetMap 文件（{error}）", file=path, remedy="重新下载或重新导出"
        ) from error
    if not gathered.refs or all(way.closed for way in gathered.ways):
        raise stop("里面没有可以步行的道路", file=path, remedy="换一份包含道路的提取文件")
    return _assemble(gathered)


def _unpacked(file: BinaryIO, packing: str) -> BinaryIO:
    return cast("BinaryIO", gzip.open(file) if packing == ".gz" else bz2.open(file))


def _check_packing(path: Path) -> None:
    """Refuse a packed file that grows from its beginning on as no map does.

    Only the beginning is looked at: libosmium unpacks in pieces, so that a bomb that comes later
    costs time, not memory.
    """
    packing = path.suffix.lower()
    if packing not in (".gz", ".bz2"):
        return
    try:
        with path.open("rb") as file, _unpacked(file, packing) as unpacked:
            grown = 0
            while grown < _LOOKED_AT_BYTES and (piece := unpacked.read(2**20)):
                grown += len(piece)
            taken = file.tell()
    except (OSError, EOFError, zlib.error) as error:
        raise stop("压缩包不完整", file=path, remedy="重新下载") from error
    if grown > 2**20 and grown > _MOST_GROWTH * taken:
        reason = f"{taken}字节解压成{grown // 2**20}兆以上，不像地图"
        raise stop(reason, file=path, remedy="检查文件来源")


def _pass_over(path: Path, gathered: _Gathered) -> None:
    """Look at what may matter only: most of a map is trees, lamps and sheds."""
    choices = walkable()
    wkb = osmium.geom.WKBFactory()
    of_nodes = osmium.filter.TagFilter(*sorted(osm_pairs()))
    for node in osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(of_nodes):
        _take_place(node, wkb, gathered)
    for thing in _objects(path, choices):
        if isinstance(thing, osmium.osm.Area):
            _take_area(thing, wkb, choices, gathered)
        elif isinstance(thing, osmium.osm.Way):
            tags = _tags(thing)
            _take_main_street(thing, tags, wkb, gathered)
            if choices.may_walk(tags):
                _take_way(thing, tags, choices, gathered)
                continue
            if kind := barrier_of(tags):
                _take_barrier(thing, kind, wkb, gathered)
            if choices.major_roads.roadway_m_of(tags):
                _take_way(thing, tags, choices, gathered, closed=True)
        else:
            _take_mark(thing.id, _tags(thing), choices, gathered)


def _objects(path: Path, choices: Walkable) -> Iterable[Any]:
    """Return nodes that ways may pass, ways, and areas of facilities, dwellings and barriers."""
    of_nodes = osmium.filter.KeyFilter(*sorted(choices.passages.node_keys))
    of_nodes.enable_for(osmium.osm.NODE)
    of_ways = osmium.filter.KeyFilter("highway", *sorted(barrier_keys()))
    of_ways.enable_for(osmium.osm.WAY)
    dwellings = {("building", value) for value in (*choices.dwellings, "yes")}
    of_areas = osmium.filter.TagFilter(*sorted(osm_pairs() | barrier_pairs() | dwellings))
    of_areas.enable_for(osmium.osm.AREA)
    kinds = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.AREA
    objects: Iterable[Any] = (
        osmium.FileProcessor(str(path))
        .with_areas()
        .with_filter(osmium.filter.EntityFilter(kinds))
        .with_filter(of_nodes)
        .with_filter(of_ways)
        .with_filter(of_areas)
    )
    return objects


def _tags(thing: Any) -> dict[str, str]:
    """Return the tags; asking for one too many makes C++ throw, which costs more than them all."""
    tags = thing.tags
    return dict(islice(tags, len(tags)))


def _take_place(node: Any, wkb: Any, gathered: _Gathered) -> None:
    tags = _tags(node)
    codes = categories_of_tags(tags)
    if codes:
        gathered.facilities.append((f"n{node.id}", _name(tags), codes, wkb.create_point(node)))


def _name(tags: Mapping[str, str]) -> str:
    return tags.get("name:zh") or tags.get("name") or ""


def _take_mark(node: int, tags: Mapping[str, str], choices: Walkable, gathered: _Gathered) -> None:
    """Keep what a node is to people who pass it; whether any way does, is seen later."""
    mark = BARRED if choices.is_barred(tags) else choices.passages.of_node(tags)
    if mark and not (mark > 0 and choices.major_roads.denies_crossing(tags)):
        gathered.marks[node] = mark
    if choices.major_roads.is_lit(tags):
        gathered.lights.append(node)
    if "barrier" in tags:
        gathered.conditions += not choices.conditions.isdisjoint(tags)


def _take_way(
    way: Any,
    tags: Mapping[str, str],
    choices: Walkable,
    gathered: _Gathered,
    *,
    closed: bool = False,
) -> None:
    """Keep the runs of nodes that have a place; an extract's edge cuts ways."""
    roadway_m = choices.major_roads.roadway_m_of(tags)
    gathered.breaks.append(len(gathered.refs))
    gathered.ways.append(
        _Way(
            len(gathered.refs),
            tags["highway"],
            choices.passages.of_way(tags),
            choices.walked_beside(tags),
            tags.get("bridge", "no") != "no" or tags.get("tunnel", "no") != "no",
            choices.turns_cars(tags),
            roadway_m,
            roadway_m > 0 and choices.major_roads.is_one_way(tags),
            closed,
        )
    )
    gathered.conditions += not closed and not choices.conditions.isdisjoint(tags)
    broken = False
    refs, xs, ys = gathered.refs, gathered.xs, gathered.ys
    for node in way.nodes:
        place = node.location  # asked for once: each question crosses into C++
        x = place.x
        if x == _NOWHERE:
            broken = True
            gathered.breaks.append(len(refs))
            continue
        refs.append(node.ref)
        xs.append(x)
        ys.append(place.y)
    gathered.broken_ways += broken and not closed


def _take_main_street(way: Any, tags: Mapping[str, str], wkb: Any, gathered: _Gathered) -> None:
    """Keep the line of a street that people find their way by."""
    name = _name(tags)
    if main_streets.is_drawn(tags, name) and (shape := _line(way, wkb)) is not None:
        gathered.main_streets[way.id] = (tags["highway"], name, shape)


def _take_barrier(way: Any, kind: str, wkb: Any, gathered: _Gathered) -> None:
    """Keep the line of a barrier."""
    if (shape := _line(way, wkb)) is not None:
        gathered.barriers[f"w{way.id}"] = (kind, shape)


def _line(way: Any, wkb: Any) -> Any:
    """Return the line of a way as far as its nodes have a place, None where fewer than two do."""
    located = [place for node in way.nodes if (place := node.location).x != _NOWHERE]
    if len(located) < 2:
        return None
    if len(located) == len(way.nodes):
        return wkb.create_linestring(way, osmium.geom.ALL)
    return shapely.LineString([(place.x / 1e7, place.y / 1e7) for place in located])


def _take_area(area: Any, wkb: Any, choices: Walkable, gathered: _Gathered) -> None:
    tags = _tags(area)
    codes = categories_of_tags(tags)
    dwelling = choices.is_dwelling(tags)
    barrier = "" if area.from_way() else barrier_of(tags)
    if not codes and not dwelling and not barrier:
        return
    try:
        shape = wkb.create_multipolygon(area)
    except RuntimeError:
        gathered.broken_ways += 1
        return
    name = f"{'w' if area.from_way() else 'r'}{area.orig_id()}"
    if codes:
        gathered.facilities.append((name, _name(tags), codes, shape))
    if barrier:
        gathered.barriers[name] = (barrier, shape)
    if dwelling:
        storeys = _storeys(tags.get("building:levels", ""))
        gathered.dwellings.append((name, storeys, tags["building"] == "yes", shape))


def _storeys(text: str) -> int:
    """Return the number of storeys a tag tells, one where it tells none or nonsense."""
    try:
        return min(max(round(float(text)), 1), 120)
    except (ValueError, OverflowError):
        return 1


def _assemble(gathered: _Gathered) -> Extract:
    refs = np.frombuffer(gathered.refs, dtype=np.int64)
    node_id, first, index = np.unique(refs, return_index=True, return_inverse=True)
    xs, ys = (np.frombuffer(own, dtype=np.int64) for own in (gathered.xs, gathered.ys))
    joined = np.ones(len(refs), dtype=np.bool_)
    breaks = np.array(gathered.breaks, dtype=np.int64)
    joined[breaks[breaks < len(refs)]] = False
    later = np.flatnonzero(joined)
    ways = gathered.ways
    begins = np.array([way.first for way in ways], dtype=np.int64)
    way = np.searchsorted(begins, later, side="right") - 1
    roads = Roadways(
        np.column_stack([index[later - 1], index[later]]),
        np.array([own.roadway_m for own in ways])[way],
        np.array([own.one_way for own in ways], dtype=np.bool_)[way],
    )
    closed = np.array([own.closed for own in ways], dtype=np.bool_)[way]
    way = way[~closed]
    return Extract(
        node_id=node_id,
        lon=xs[first] / UNITS_PER_DEGREE,
        lat=ys[first] / UNITS_PER_DEGREE,
        segments=roads.segments[~closed],
        kind=np.array([own.kind for own in ways])[way],
        way=way,
        passage=np.array([own.passage for own in ways], dtype=np.int64)[way],
        beside=np.array([own.beside for own in ways], dtype=np.bool_)[way],
        raised=np.array([own.raised for own in ways], dtype=np.bool_)[way],
        turning=np.array([own.turning for own in ways], dtype=np.bool_)[way],
        roads=roads.only(~closed),
        closed=roads.only(closed),
        marks=gathered.marks,
        lights=tuple(sorted(gathered.lights)),
        conditions=gathered.conditions,
        facilities=_drawn(sorted(gathered.facilities, key=lambda row: row[0])),
        dwellings=_drawn(sorted(gathered.dwellings, key=lambda row: row[0])),
        broken_ways=gathered.broken_ways,
        barriers=_drawn([own for _, own in sorted(gathered.barriers.items())]),
        main_streets=_drawn([own for _, own in sorted(gathered.main_streets.items())]),
    )


def _drawn(rows: list[Any]) -> list[Any]:
    """Return rows with their shapes, which stand last; those osmium packed are unpacked at once."""
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [row[-1] for row in rows]
    packed = np.array([isinstance(shape, str) for shape in shapes], dtype=np.bool_)
    shapes[packed] = shapely.from_wkb([bytes.fromhex(own) for own in shapes[packed]])
    return [(*row[:-1], shape) for row, shape in zip(rows, shapes, strict=True)]
