"""Reads an OpenStreetMap extract in one pass: walkable ways, facilities, dwellings."""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt
import osmium
import shapely
import yaml

from lifecircle.place.barriers import Lines, barrier_keys, barrier_of
from lifecircle.terms.errors import stop
from lifecircle.terms.gate import check_readable
from lifecircle.terms.taxonomy import categories_of_tags, osm_keys

UNITS_PER_DEGREE = 10**7
_NOWHERE = 2**31 - 1
_LOOKED_AT_BYTES = 64 * 2**20
_MOST_GROWTH = 100
"""Street maps in XML pack to a tenth or a twentieth; a bomb to a thousandth and less."""


@dataclass(frozen=True)
class Walkable:
    """The choices of ``walkable.yaml``, as sets."""

    highways: frozenset[str]
    footways: frozenset[str]
    estate_ways: frozenset[str]
    with_pavement_only: frozenset[str]
    pavement: tuple[tuple[str, frozenset[str]], ...]
    foot_allowed: frozenset[str]
    foot_barred: frozenset[str]
    access_barred: frozenset[str]
    dwellings: frozenset[str]
    other_uses: frozenset[str]

    def may_walk(self, tags: Mapping[str, str]) -> bool:
        """Say whether a way with these tags is open to people on foot."""
        foot = tags.get("foot")
        if foot in self.foot_barred:
            return False
        if tags.get("access") in self.access_barred and foot not in self.foot_allowed:
            return False
        highway = tags.get("highway")
        if highway in self.highways:
            return True
        return highway in self.with_pavement_only and (
            foot in self.foot_allowed
            or any(tags.get(key) in values for key, values in self.pavement)
        )

    def is_dwelling(self, tags: Mapping[str, str]) -> bool:
        """Say whether a building is, or may be taken as, one where people live."""
        building = tags.get("building")
        if building == "yes":
            return not any(key in tags for key in self.other_uses)
        return building in self.dwellings


@cache
def walkable() -> Walkable:
    """Return the choices that come with lifecircle."""
    text = resources.files(__package__).joinpath("walkable.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    return Walkable(
        highways=frozenset(data["highways"]),
        footways=frozenset(data["footways"]),
        estate_ways=frozenset(data["estate_ways"]),
        with_pavement_only=frozenset(data["highways_with_pavement_only"]),
        pavement=tuple((key, frozenset(v)) for key, v in data["pavement"].items()),
        foot_allowed=frozenset(data["foot_allowed"]),
        foot_barred=frozenset(data["foot_barred"]),
        access_barred=frozenset(data["access_barred"]),
        dwellings=frozenset(data["dwellings"]),
        other_uses=frozenset(data["other_uses"]),
    )


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
    barriers: Lines = field(default_factory=list)


@dataclass
class _Gathered:
    refs: list[int] = field(default_factory=list)
    xs: list[int] = field(default_factory=list)
    ys: list[int] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    ways: list[tuple[int, str]] = field(default_factory=list)
    """(first row of the way, its kind)"""
    facilities: list[tuple[str, str, tuple[str, ...], Any]] = field(default_factory=list)
    dwellings: list[tuple[str, int, bool, Any]] = field(default_factory=list)
    broken_ways: int = 0
    barriers: dict[str, tuple[str, Any]] = field(default_factory=dict)


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
    if not gathered.refs:
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
    keys = sorted(osm_keys() | {"highway", "building"})
    of_nodes = osmium.filter.KeyFilter(*keys)
    of_nodes.enable_for(osmium.osm.NODE)
    of_shapes = osmium.filter.KeyFilter(*keys, *barrier_keys())
    of_shapes.enable_for(osmium.osm.ALL & ~osmium.osm.NODE)
    objects: Iterable[Any] = (
        osmium.FileProcessor(str(path)).with_areas().with_filter(of_nodes).with_filter(of_shapes)
    )
    wkb = osmium.geom.WKBFactory()
    choices = walkable()
    for thing in objects:
        if thing.is_area():
            _take_area(thing, wkb, choices, gathered)
        elif thing.is_way():
            tags = dict(thing.tags)
            if choices.may_walk(tags):
                _take_way(thing, gathered)
            elif kind := barrier_of(tags):
                _take_barrier(thing, kind, gathered)
        elif thing.is_node():
            tags = dict(thing.tags)
            codes = categories_of_tags(tags)
            if codes:
                point = shapely.Point(thing.location.x / 1e7, thing.location.y / 1e7)
                gathered.facilities.append((f"n{thing.id}", _name(tags), codes, point))


def _name(tags: Mapping[str, str]) -> str:
    return tags.get("name:zh") or tags.get("name") or ""


def _take_way(way: Any, gathered: _Gathered) -> None:
    """Keep the runs of nodes that have a place; an extract's edge cuts ways."""
    gathered.breaks.append(len(gathered.refs))
    gathered.ways.append((len(gathered.refs), way.tags["highway"]))
    broken = False
    for node in way.nodes:
        if node.x == _NOWHERE:
            broken = True
            gathered.breaks.append(len(gathered.refs))
            continue
        gathered.refs.append(node.ref)
        gathered.xs.append(node.x)
        gathered.ys.append(node.y)
    gathered.broken_ways += broken


def _take_barrier(way: Any, kind: str, gathered: _Gathered) -> None:
    """Keep the line of a barrier as far as its nodes have a place."""
    places = [(node.x / 1e7, node.y / 1e7) for node in way.nodes if node.x != _NOWHERE]
    if len(places) > 1:
        gathered.barriers[f"w{way.id}"] = (kind, shapely.LineString(places))


def _take_area(area: Any, wkb: Any, choices: Walkable, gathered: _Gathered) -> None:
    tags = dict(area.tags)
    codes = categories_of_tags(tags)
    dwelling = choices.is_dwelling(tags)
    barrier = "" if area.from_way() else barrier_of(tags)
    if not codes and not dwelling and not barrier:
        return
    try:
        shape = shapely.from_wkb(wkb.create_multipolygon(area))
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
    refs = np.array(gathered.refs, dtype=np.int64)
    node_id, first, index = np.unique(refs, return_index=True, return_inverse=True)
    xs, ys = np.array(gathered.xs, dtype=np.int64), np.array(gathered.ys, dtype=np.int64)
    joined = np.ones(len(refs), dtype=np.bool_)
    breaks = np.array(gathered.breaks, dtype=np.int64)
    joined[breaks[breaks < len(refs)]] = False
    later = np.flatnonzero(joined)
    begins, kinds = zip(*gathered.ways, strict=True)
    way = np.searchsorted(np.array(begins, dtype=np.int64), later, side="right") - 1
    return Extract(
        node_id=node_id,
        lon=xs[first] / UNITS_PER_DEGREE,
        lat=ys[first] / UNITS_PER_DEGREE,
        segments=np.column_stack([index[later - 1], index[later]]),
        kind=np.array(kinds)[way],
        facilities=sorted(gathered.facilities, key=lambda row: row[0]),
        dwellings=sorted(gathered.dwellings, key=lambda row: row[0]),
        broken_ways=gathered.broken_ways,
        barriers=[gathered.barriers[own_id] for own_id in sorted(gathered.barriers)],
    )
