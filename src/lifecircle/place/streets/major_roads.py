"""Which roads are too wide to be crossed anywhere, as ``walkable.yaml`` says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lifecircle.place.tables import Floats, Integers

Masks = npt.NDArray[np.bool_]
Wanted = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Drawn:
    """When crossings count as drawn: see ``walkable.yaml``."""

    near_m: float
    around_m: float
    least_share: float


@dataclass(frozen=True)
class MajorRoads:
    """The section ``major_roads`` of ``walkable.yaml``."""

    lanes: Mapping[str, int]
    major_from_lanes: int
    halves: frozenset[str]
    half_told: Wanted
    one_way: Wanted
    lane_m: float
    roadway_m: tuple[float, float]
    lights: Wanted
    lights_near_m: float
    no_crossing: Wanted
    divided_m: float
    drawn: Drawn
    pocket_m: float

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> MajorRoads:
        """Take the section of the file."""
        sets = {
            name: {key: frozenset(values) for key, values in told[name].items()}
            for name in ("half_told", "one_way", "lights", "no_crossing")
        }
        least_m, most_m = told["roadway_m"]
        own = {
            "halves": frozenset(told["halves"]),
            "drawn": Drawn(**told["drawn"]),
            "roadway_m": (float(least_m), float(most_m)),
        }
        return cls(**{**told, **sets, **own})

    @property
    def keys(self) -> frozenset[str]:
        """Return the keys by which roads are told."""
        return frozenset({"highway", "lanes", "width", *self.half_told, *self.one_way})

    def roadway_m_of(self, tags: Mapping[str, str]) -> float:
        """Return how wide the roadway of a line is (m), 0 where it is crossed anywhere."""
        usual = self.lanes.get(tags.get("highway", ""))
        if usual is None:
            return 0.0
        one_way = self.is_one_way(tags)
        half = one_way and (tags["highway"] in self.halves or _says(tags, self.half_told))
        lanes = _number(tags.get("lanes", "")) or (usual / 2 if one_way else usual)
        if lanes * (2 if half else 1) < self.major_from_lanes:
            return 0.0
        least_m, most_m = self.roadway_m
        told_m = _number(tags.get("width", "").removesuffix("m").strip())
        return told_m if least_m <= told_m <= most_m else min(lanes * self.lane_m, most_m)

    def is_one_way(self, tags: Mapping[str, str]) -> bool:
        """Say whether cars drive in one direction only."""
        return _says(tags, self.one_way)

    def is_lit(self, tags: Mapping[str, str]) -> bool:
        """Say whether lights stop the cars at a node with these tags."""
        return _says(tags, self.lights) and not _says(tags, self.no_crossing)

    def denies_crossing(self, tags: Mapping[str, str]) -> bool:
        """Say whether a node says of itself that nobody crosses there."""
        return _says(tags, self.no_crossing)


def _says(tags: Mapping[str, str], wanted: Wanted) -> bool:
    # a map asks this often, and a generator costs more than the answer
    for key, values in wanted.items():  # noqa: SIM110
        if key in tags and tags[key] in values:
            return True
    return False


def _number(text: str) -> float:
    """Return a number a tag tells, 0 where it tells none or nonsense."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) and value > 0 else 0.0


@dataclass(frozen=True, eq=False)
class Roadways:
    """Straight segments (s, 2) of node rows, and how wide their roadways are (s,).

    ``roadway_m`` is 0 where a road is crossed anywhere; ``one_way`` says where cars drive in one
    direction only.
    """

    segments: Integers
    roadway_m: Floats
    one_way: Masks

    def only(self, rows: Masks) -> Roadways:
        """Return some of the segments."""
        return Roadways(self.segments[rows], self.roadway_m[rows], self.one_way[rows])

    def and_(self, others: Roadways) -> Roadways:
        """Return these segments and then the others."""
        return Roadways(
            np.concatenate([self.segments, others.segments]),
            np.concatenate([self.roadway_m, others.roadway_m]),
            np.concatenate([self.one_way, others.one_way]),
        )
