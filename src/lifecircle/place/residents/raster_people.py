"""Makes origins of the cells of population rasters; totals are kept to the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import shapely

from lifecircle.place.formats.rasters import Box, Grid, opened
from lifecircle.place.plane import Floats, Geometries, Plane
from lifecircle.place.residents.coverage import coverage
from lifecircle.place.sources import RasterSource
from lifecircle.place.tables import Communities, Integers, Origins, PeopleBasis, PeopleEstimate
from lifecircle.terms.errors import Spot, stop

UNKNOWN = -1
COVERED = 0.99
"""A community of which a raster covers less is not counted by it: a part is not the whole."""

MOST_CELLS = 20_000_000
_BASIS: tuple[PeopleBasis, ...] = ("raster",)
GROUP_WORDS = {"residents": "常住人口", "adults": "成年人", "older": "老年人", "children": "儿童"}


@dataclass(frozen=True, eq=False)
class Cells:
    """The origins that rasters make, what they estimate, and what is to be said of them.

    The origins are in the order of all tables only after `joined`.
    """

    origins: Origins
    estimates: tuple[PeopleEstimate, ...]
    notices: list[str]


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Parts of cells (p) in the communities covered, sorted by community, row and column.

    ``home`` (p,) counts the ``covered`` communities (their rows) from 0; ``people`` are fractions
    of persons by group (p,).
    """

    covered: Integers
    home: Integers
    row: Integers
    column: Integers
    people: dict[str, Floats]


@dataclass(frozen=True, eq=False)
class _Whole:
    """One group in whole persons: by community (c,), and up to each piece in its own (p,)."""

    total: Integers
    upto: Integers
    outside: int


def cells_of(
    communities: Communities, plane: Plane, source: RasterSource, wanted: list[int]
) -> Cells:
    """Return origins in the ``wanted`` communities (rows) that the rasters cover.

    A cell belongs to communities by the share of its area inside each; where communities overlap
    the later has what the earlier left of it. Its middle is the origin. People become whole
    numbers twice: communities and the rest by largest remainders, so that they add up to the
    raster; and within a community by rounding the running sum, so that its cells add up to it and
    any run of them is right to a person. Cells left without a person are no origins. A community
    where nobody lives is walked from its centre, with weight 1. One that the rasters cover for
    less than 99 %, or only without data, gets no origins: unknown is not zero.
    Raises InputError for rasters that cannot be used.
    """
    with opened(source.files) as grid:
        shapes = grid.to_cells(plane, communities.shape[wanted])
        boxes = [grid.box(bounds) for bounds in shapely.bounds(shapes)]
        cells = sum(box.cells for box in boxes)
        if cells > MOST_CELLS:
            file = next(iter(source.files.values()))
            remedy = "换成100米或更粗的栅格"
            raise stop(f"社区范围内有{cells}个单元，太细", file=file, remedy=remedy)
        grid.keep(grid.box(shapely.total_bounds(shapes)))
        pieces = _pieces(grid, source, shapes, boxes, wanted)
        chosen = np.isin(wanted, pieces.covered)
        nowhere = np.full(4, np.nan)
        around = grid.box(shapely.total_bounds(shapes[chosen]) if chosen.any() else nowhere)
        totals, bad = _totals(grid, source, around)
        at_m = grid.centres_m(plane, pieces.row, pieces.column)
    whole = {group: _whole(pieces, group, total) for group, total in totals.items()}
    estimates = _estimates(source, whole)
    notices = _notices(source, estimates, bad)
    without = [communities.name[row] for row in wanted if row not in pieces.covered]
    if without:
        more = f"等{len(without)}个社区" if len(without) > 3 else ""
        named = "、".join(without[:3])
        notices.append(f"{named}{more}不全在人口栅格范围内或没有数据，没有用栅格。")
    return Cells(_origins(communities, pieces, whole, at_m), estimates, notices)


def _pieces(
    grid: Grid, source: RasterSource, shapes: Geometries, boxes: list[Box], wanted: list[int]
) -> _Pieces:
    """Cut the cells along the borders of communities; leave out those not covered."""
    base = next(iter(source.files))
    covered: list[int] = []
    found: list[list[Any]] = []
    for at, (shape, box) in enumerate(zip(shapes, boxes, strict=True)):
        corner = np.array([box.column, box.row])
        moved = shapely.transform(shape, lambda xy, corner=corner: xy - corner)
        share = coverage(moved, box.rows, box.columns)
        if box.cells == 0 or share.sum() < COVERED * shapely.area(shape):
            continue
        people = {group: grid.read(group, box)[0] for group in source.files}
        if np.isnan(people[base][share > 0]).all():
            continue
        people = {group: np.nan_to_num(own) for group, own in people.items()}
        row, column = np.nonzero((share > 0) & (sum(people.values()) > 0))
        home = np.full(len(row), len(covered), dtype=np.int64)
        covered.append(wanted[at])
        columns = [home, row + box.row, column + box.column, share[row, column]]
        found.append([*columns, *(people[group][row, column] for group in source.files)])
    whole = [np.concatenate(parts) for parts in zip(*found, strict=True)] or [np.empty(0)] * 8
    home, row, column = (part.astype(np.int64) for part in whole[:3])
    share = _shared_out(row * grid.columns + column, whole[3])
    people = {group: share * own for group, own in zip(source.files, whole[4:], strict=False)}
    return _Pieces(np.array(covered, dtype=np.int64), home, row, column, people)


def _shared_out(cell: Integers, share: Floats) -> Floats:
    """Return shares (p,) that add up to no more than one in each cell, the first come first."""
    cells, own = np.unique(cell, return_inverse=True)
    order = np.argsort(own, kind="stable")
    begin = np.searchsorted(own[order], np.arange(len(cells)))
    turn = np.empty(len(own), dtype=np.int64)
    turn[order] = np.arange(len(own)) - begin[own[order]]
    left = np.ones(len(cells))
    share = share.copy()
    for nth in range(int(turn.max(initial=-1)) + 1):
        now = turn == nth
        share[now] = np.minimum(share[now], left[own[now]])
        left[own[now]] -= share[now]
    return share


def _totals(grid: Grid, source: RasterSource, around: Box) -> tuple[dict[str, float], int]:
    """Return the sum of each raster over a window, and how many values are no people."""
    totals, bad = dict.fromkeys(source.files, 0.0), 0
    for group in source.files:
        for strip in around.strips():
            people, wrong = grid.read(group, strip)
            totals[group] += float(np.nansum(people))
            bad += wrong
    return totals, bad


def _whole(pieces: _Pieces, group: str, total: float) -> _Whole:
    """Round one group of people to whole numbers; see `cells_of`."""
    running = np.concatenate([[0.0], np.cumsum(pieces.people[group])])
    numbers = np.arange(len(pieces.covered))
    begin = np.searchsorted(pieces.home, numbers, side="left")
    end = np.searchsorted(pieces.home, numbers, side="right")
    sums = running[end] - running[begin]
    parts = largest_remainders(np.append(sums, max(total - float(sums.sum()), 0.0)))
    scale = np.divide(parts[:-1], sums, out=np.zeros_like(sums), where=sums > 0)
    within = running[1:] - running[begin][pieces.home]
    upto = np.floor(within * scale[pieces.home] + 0.5).astype(np.int64)
    return _Whole(parts[:-1], upto, int(parts[-1]))


def largest_remainders(amounts: Floats) -> Integers:
    """Round amounts (n,) down or up to whole numbers that add up to their rounded sum.

    Those with the largest remainders go up; among equal ones the first.
    """
    down = np.floor(amounts)
    missing = round(float(amounts.sum()) - float(down.sum()))
    up = np.argsort(down - amounts, kind="stable")[:missing]
    whole = down.astype(np.int64)
    whole[up] += 1
    return whole


def _origins(
    communities: Communities,
    pieces: _Pieces,
    whole: Mapping[str, _Whole],
    at_m: tuple[Floats, Floats],
) -> Origins:
    """Return the cells with people, and the centres of communities where nobody lives."""
    base = whole["residents" if "residents" in whole else "adults"]
    kept = np.flatnonzero(_steps(base.upto, pieces.home) > 0)
    home = pieces.home[kept]
    last = np.append(home[1:] != home[:-1], True)[: len(home)]
    people = {}
    for group, own in whole.items():
        upto = own.upto[kept]
        # the last origin of a community takes the persons of the cells left out behind it
        upto[last] = own.total[home[last]]
        people[group] = _steps(upto, home)
    empty = np.setdiff1d(np.arange(len(pieces.covered)), home)
    centre = shapely.get_coordinates(shapely.centroid(communities.shape[pieces.covered[empty]]))
    at = zip(pieces.row[kept].tolist(), pieces.column[kept].tolist(), strict=True)
    ids = [f"r{row:06d}c{column:06d}" for row, column in at]
    rows = np.concatenate([pieces.covered[home], pieces.covered[empty]])
    unknown = np.full(len(rows), UNKNOWN, dtype=np.int64)
    known = {group: np.concatenate([people[group], whole[group].total[empty]]) for group in whole}
    none_i, none_f = np.empty(0, dtype=np.int64), np.empty(0)
    return Origins(
        id=(*ids, *(f"centre-{communities.id[row]}" for row in pieces.covered[empty])),
        community=rows,
        basis=_BASIS * len(rows),
        x_m=np.concatenate([at_m[0][kept], np.round(centre[:, 0], 3)]),
        y_m=np.concatenate([at_m[1][kept], np.round(centre[:, 1], 3)]),
        weight=np.maximum(known.get("residents", known.get("adults", unknown)), 1),
        residents=known.get("residents", unknown),
        older=known.get("older", unknown),
        children=known.get("children", unknown),
        households=unknown,
        gate_of=none_i,
        gate_x_m=none_f,
        gate_y_m=none_f,
        gate_leg_m=none_f,
        spots=(Spot(),) * len(rows),
    )


def _steps(upto: Integers, home: Integers) -> Integers:
    """Return by how much a running count grows at each place of its community."""
    before = np.concatenate([[0], upto[:-1]])[: len(upto)]
    before[np.append(True, home[1:] != home[:-1])[: len(home)]] = 0
    return np.asarray(upto - before, dtype=np.int64)


def joined(one: Origins, other: Origins) -> Origins:
    """Return the origins of both in the order of all tables."""
    arrays = {
        field.name: np.concatenate([getattr(one, field.name), getattr(other, field.name)])
        for field in fields(Origins)
        if isinstance(getattr(one, field.name), np.ndarray)
    }
    arrays["gate_of"] = np.concatenate([one.gate_of, other.gate_of + len(one)])
    return _sorted(
        Origins(
            id=one.id + other.id,
            basis=one.basis + other.basis,
            spots=one.spots + other.spots,
            stage=(one.stage or ("",) * len(one)) + (other.stage or ("",) * len(other)),
            name=(one.name or ("",) * len(one)) + (other.name or ("",) * len(other)),
            gate_hours=one.gate_hours + other.gate_hours,
            gate_open_to=one.gate_open_to + other.gate_open_to,
            **arrays,
        )
    )


def _sorted(origins: Origins) -> Origins:
    """Return the origins by community and id."""
    order = np.lexsort((np.array(origins.id), origins.community))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    arrays = ("community", "x_m", "y_m", "weight", "residents", "older", "children", "households")
    return replace(
        origins,
        id=tuple(origins.id[at] for at in order),
        basis=tuple(origins.basis[at] for at in order),
        spots=tuple(origins.spots[at] for at in order),
        stage=tuple(origins.stage[at] for at in order) if origins.stage else (),
        name=tuple(origins.name[at] for at in order) if origins.name else (),
        gate_of=rank[origins.gate_of],
        **{name: getattr(origins, name)[order] for name in arrays},
    )


def _estimates(source: RasterSource, whole: Mapping[str, _Whole]) -> tuple[PeopleEstimate, ...]:
    estimates = tuple(
        PeopleEstimate(
            group, file.name, source.source, int(whole[group].total.sum()), whole[group].outside
        )
        for group, file in source.files.items()
    )
    base, *parts = estimates
    for part in parts:
        if part.inside + part.outside > base.inside + base.outside:
            reason = f"{part.group} 的合计多于 {base.group}，两个文件可能写反了"
            raise stop(
                reason, file=source.files[part.group], remedy="检查 lifecircle.toml 的 rasters"
            )
    return estimates


def _notices(source: RasterSource, estimates: tuple[PeopleEstimate, ...], bad: int) -> list[str]:
    said = "；".join(
        f"{GROUP_WORDS[own.group]}（{own.file}）社区内{own.inside:,}人，"
        f"社区外（同一矩形范围）{own.outside:,}人"
        for own in estimates
    )
    notices = [f"人口由栅格推算，是估计数，不是登记数：{said}。来源：{source.source}。"]
    if source.adults is not None:
        notices.append("人口栅格只有成年人：达标比例按成年人计，常住人口仍为未知。")
    if bad:
        notices.append(f"人口栅格里有{bad}个值不是人数（负数或过大），按没有数据处理。")
    return notices
