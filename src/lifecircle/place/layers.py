"""A layer as it was read: geometries and columns, before anything is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy.typing as npt

from lifecircle.place.coordinates.datums import Datum
from lifecircle.place.kept_areas import KeptAreas
from lifecircle.place.plane import Geometries
from lifecircle.terms.errors import Fault, Spot
from lifecircle.terms.memory import Memory, forgetful


@dataclass(frozen=True, eq=False)
class VectorLayer:
    """Features of one layer: geometries in WGS84 degrees and their columns by header.

    An empty point stands where a table gives no coordinates. ``places`` says how a person finds
    each row in the file, such as 第5行 of a sheet; ``rows`` are the same as numbers, and
    ``at_column`` tells where the columns of a table stand, from 1; both are empty for map files.
    ``faults`` and ``doubts`` are what reading found of single rows,
    ``remarks`` how the coordinates were read, ``datum`` what was declared of them.
    """

    path: Path
    geometry: Geometries
    columns: dict[str, npt.NDArray[Any]]
    places: tuple[str, ...]
    sheet: str = ""
    rows: tuple[int, ...] = ()
    at_column: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()
    remarks: tuple[str, ...] = ()
    datum: Datum | None = None

    def __len__(self) -> int:
        return len(self.geometry)

    def spot(self, row: int, header: str = "") -> Spot:
        """Return the place of row ``row``, counted from 1, or of one of its cells."""
        if not self.rows:
            return Spot(str(self.path), self.sheet, row, header)
        number = self.rows[row - 1] if row else 0
        at = self.at_column.get(header)
        cell = f"{letters(at)}{number}" if at and number else ""
        return Spot(str(self.path), self.sheet, number, header, cell)


@dataclass(frozen=True, eq=False)
class Kept:
    """Layers that are kept as records, by the file they came from and their form.

    They stand in place of what the file says. ``hashes`` are of those whose records are no longer
    what the file says; a file named there need not be there. ``memory`` knows what was read of the
    same files before, ``areas`` what is on record of communities.
    """

    layers: Mapping[tuple[Path, str], VectorLayer] = field(default_factory=dict)
    hashes: Mapping[Path, str] = field(default_factory=dict)
    memory: Memory = forgetful
    areas: KeptAreas = field(default_factory=KeptAreas)

    def instead_of(self, path: Path, sheets: dict[str, VectorLayer]) -> dict[str, VectorLayer]:
        """Return the sheets of a workbook, those that are kept from what is kept."""
        own = {form: layer for (file, form), layer in self.layers.items() if file == path}
        return {form: layer for form, layer in (sheets | own).items() if len(layer)}


NOTHING_KEPT = Kept()


def letters(column: int) -> str:
    """Return the letters of a column of a sheet, A for 1."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
