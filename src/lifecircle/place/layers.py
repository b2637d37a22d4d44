"""A layer as it was read: geometries and columns, before anything is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from lifecircle.place.plane import Geometries


@dataclass(frozen=True, eq=False)
class VectorLayer:
    """Features of one layer: geometries in WGS84 degrees and their columns by header.

    ``places`` says how a person finds each row in the file, such as 第5行 of a sheet; ``remarks``
    are sentences on how the coordinates were read.
    """

    path: Path
    geometry: Geometries
    columns: dict[str, npt.NDArray[Any]]
    places: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.geometry)
