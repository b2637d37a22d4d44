"""The validated tables of a city. Rows are sorted by id; coordinates are plane metres."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from lifecircle.place.plane import Plane

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Geometries = npt.NDArray[Any]

PeopleBasis = Literal["estate", "point", "building", "centre"]
Declared = Literal["census", "partial", "none"]


@dataclass(frozen=True, eq=False)
class Communities:
    """Communities and villages (c rows). ``radius_m`` is the widened circle on record, or NaN."""

    id: tuple[str, ...]
    name: tuple[str, ...]
    kind: tuple[str, ...]
    size: tuple[str, ...]
    township: tuple[str, ...]
    county: tuple[str, ...]
    radius_m: Floats
    shape: Geometries

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, eq=False)
class Origins:
    """Where people start walking (o rows), sorted by community and id.

    ``weight`` counts residents, or square metres of dwelling where nobody counted residents; -1 in
    ``residents``, ``older`` and ``children`` is unknown. Gates are rows of ``gate_of`` (the
    origin), ``gate_x_m``, ``gate_y_m``, ``gate_leg_m`` (metres walked inside); an origin without
    gates is entered from its own point.
    """

    id: tuple[str, ...]
    community: Integers
    basis: tuple[PeopleBasis, ...]
    x_m: Floats
    y_m: Floats
    weight: Integers
    residents: Integers
    older: Integers
    children: Integers
    gate_of: Integers
    gate_x_m: Floats
    gate_y_m: Floats
    gate_leg_m: Floats

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Layer:
    """A layer of facilities and what it claims to hold.

    ``census`` are the categories it lists completely on ``census_on``, as ``declared_by`` said;
    of ``partial`` categories it holds some. ``looked_for`` says how the rows were recognised,
    ``remarks`` how their coordinates were read.
    """

    name: str
    census: frozenset[str]
    partial: frozenset[str]
    census_on: date | None = None
    declared_by: str = ""
    looked_for: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Facilities:
    """Facilities (f rows) with the points where they are entered: rows of ``entry_of``."""

    id: tuple[str, ...]
    name: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    layer: tuple[int, ...]
    shape: Geometries
    entry_of: Integers
    entry_x_m: Floats
    entry_y_m: Floats

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, eq=False)
class Streets:
    """Ways open on foot: nodes (n) in plane metres and straight segments (s, 2) of node rows."""

    node_id: Integers
    x_m: Floats
    y_m: Floats
    segments: Integers


@dataclass(frozen=True)
class RecordedWaiver:
    """A rule excused for one community: by whom, when and why."""

    community: str
    rule: str
    by: str
    on: date
    reason: str


@dataclass(frozen=True)
class InputFile:
    """A file that went in: the part it played, its name without folders, and its hash."""

    role: str
    name: str
    sha256: str


@dataclass(frozen=True, eq=False)
class City:
    """Everything known of a city, validated, on one plane, with its declarations.

    ``notices`` are sentences about the data that a reader of the results must see.
    """

    title: str
    simulated: bool
    plane: Plane
    communities: Communities
    origins: Origins
    layers: tuple[Layer, ...]
    facilities: Facilities
    streets: Streets
    files: tuple[InputFile, ...]
    notices: tuple[str, ...]
    attributions: tuple[str, ...]
    waivers: tuple[RecordedWaiver, ...] = ()

    def declared(self, category: str) -> Declared:
        """Say whether a census or only a partial list covers a category, or nothing does."""
        if any(category in layer.census for layer in self.layers):
            return "census"
        return "partial" if any(category in layer.partial for layer in self.layers) else "none"

    def of_categories(self, codes: tuple[str, ...]) -> Integers:
        """Return the rows of the facilities of any of ``codes``.

        Where a category has a census, rows of partial lists do not count beside it.
        """
        counted = {code: self.declared(code) for code in codes}
        wanted = [
            any(
                code in counted and (counted[code] != "census" or code in self.layers[layer].census)
                for code in own
            )
            for own, layer in zip(self.facilities.categories, self.facilities.layer, strict=True)
        ]
        return np.flatnonzero(np.array(wanted, dtype=np.bool_))
