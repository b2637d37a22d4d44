"""Puts together the rows of a register that are one facility: its rooms, its extensions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from lifecircle.place.tables import FacilityDetails
from lifecircle.terms.errors import Fault, Spot

ROOMS = frozenset({"floor_m2", "usable_m2"})
"""Every room has these, whether anybody wrote them or not."""

UNTOLD = FacilityDetails()
NO_SPOT = Spot()
AlsoListed = Mapping[tuple[str, str], tuple[int, ...]]


@dataclass(slots=True)
class Row:
    """One facility before the table is built; the shape is in WGS84 degrees.

    ``home`` is the id of its community where a register says one.
    """

    id: str
    name: str
    categories: tuple[str, ...]
    layer: int
    shape: Any
    home: str = ""
    details: FacilityDetails = UNTOLD
    spot: Spot = NO_SPOT


@dataclass(frozen=True)
class Whole:
    """Rows with their parts put in; ``also_listed`` as in `Facilities`; what is wrong with parts.

    A row whose facility could not be found stays a row of its own.
    """

    rows: list[Row]
    also_listed: AlsoListed
    faults: list[Fault]


def put_together(rows: Sequence[Row]) -> Whole:
    """Put every row that is part of another into it, in the order of ``rows``.

    Name, place, entries, hours, status and community are those of the facility that the parts
    name; where it has no coordinates they are those of its first part that has some. Categories
    and functions are of all rows. Amounts are added: an amount that the facility itself does not
    say stays unknown, and so do gross and usable floor where any part leaves them out, since
    unknown is not zero; of beds, places and site a part that says nothing adds none. Only rows
    that serve people today are put together: a part still being built adds nothing yet.
    """
    by_id: dict[str, Row] = {}
    for row in rows:
        by_id.setdefault(row.id, row)
    faults: list[Fault] = []
    parts: dict[str, list[Row]] = {}
    alone: list[Row] = []
    for row in rows:
        host = _whole_of(row, by_id, faults) if row.details.part_of else None
        if host is None or not (host.details.serves and row.details.serves):
            alone.append(row)
        else:
            parts.setdefault(host.id, []).append(row)
    joined = [_joined(row, parts[row.id]) if row.id in parts else row for row in alone]
    listed = {key: layers for row in alone for key, layers in _listed(row, parts.get(row.id, []))}
    return Whole(joined, listed, faults)


def placed_with_parts(
    ids: Sequence[str], part_of: Sequence[str], placed: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Say of each row whether it, or what it is part of in the same table, has coordinates."""
    row_of = {own_id: row for row, own_id in enumerate(ids)}
    found = placed.copy()
    for row in range(len(ids)):
        at, left = row, len(ids)
        while not found[row] and part_of[at] in row_of and left:
            at, left = row_of[part_of[at]], left - 1
            found[row] = placed[at]
    return found


def _whole_of(row: Row, by_id: Mapping[str, Row], faults: list[Fault]) -> Row | None:
    """Return the facility that a row is in the end part of; tell where there is none."""
    seen, at = {row.id}, row
    while at.details.part_of:
        name = at.details.part_of
        if name in seen:
            reason = f"{row.name or row.id}并入的设施又并入它自己（{name}）"
            faults.append(_fault(row, reason, "主设施的一行不写并入设施编号", "part-of-itself"))
            return None
        if name not in by_id:
            if at is row:
                reason = f"没有编号为 {name} 的设施可以并入"
                remedy = "改正并入设施编号；另算一处的留空"
                faults.append(_fault(row, reason, remedy, "no-facility"))
            return None
        at = by_id[name]
        seen.add(name)
    return at


def _fault(row: Row, reason: str, remedy: str, code: str) -> Fault:
    return Fault(reason, row.spot.file, row.spot.place, remedy, code, row.spot)


def _joined(host: Row, parts: list[Row]) -> Row:
    every = [host, *parts]
    placed = [row.shape for row in every if not row.shape.is_empty]
    details = replace(
        host.details,
        functions=tuple(sorted({code for row in every for code in row.details.functions})),
        amounts=_added(host.details.amounts, [part.details.amounts for part in parts]),
    )
    codes = tuple(sorted({code for row in every for code in row.categories}))
    shape = placed[0] if placed else host.shape
    return replace(host, categories=codes, details=details, shape=shape)


def _added(host: Mapping[str, float], parts: list[Mapping[str, float]]) -> dict[str, float]:
    """Return the sums that are known; exact, so that the order of parts does not matter."""
    return {
        name: math.fsum([own, *(part.get(name, 0.0) for part in parts)])
        for name, own in host.items()
        if name not in ROOMS or all(name in part for part in parts)
    }


def _listed(host: Row, parts: list[Row]) -> Iterator[tuple[tuple[str, str], tuple[int, ...]]]:
    """Yield by facility and category the other layers whose rows say that it is of it."""
    for code in sorted({code for part in parts for code in part.categories}):
        layers = {part.layer for part in parts if code in part.categories} - {host.layer}
        if layers:
            yield (host.id, code), tuple(sorted(layers))
