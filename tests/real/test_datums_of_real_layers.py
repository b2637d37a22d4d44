"""Datums of real layers held against real streets: found where wrong, left alone where right.

Las Palmas lies where GCJ-02 does not shift, so its streets and places are moved to Xi'an as they
are, metre by metre.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import Transformer

from lifecircle.place.coordinates.alignment import DATUMS, Alignment, Reading, Samples, samples_of
from lifecircle.place.coordinates.datums import Datum, from_wgs84, gcj02_to_wgs84
from lifecircle.place.coordinates.declarations import (
    CONTRADICTED,
    MIXED,
    DeclaredLayer,
    datum_faults,
)
from lifecircle.place.formats.vector import read_vector
from lifecircle.place.plane import Floats, Geometries, Plane
from lifecircle.place.streets.osm import read_extract
from lifecircle.place.tables import Streets

SEED = 20


@dataclass(frozen=True, eq=False)
class Town:
    """Streets, and layers in WGS84."""

    plane: Plane
    alignment: Alignment
    facilities: Geometries
    dwellings: Geometries
    areas: Geometries


@pytest.fixture(scope="module")
def las_palmas(shared_data: Path) -> Town:
    folder = shared_data / "las-palmas"
    extract = read_extract(folder / "example_las_palmas_2023_osm_20230221.pbf")
    here, there = Plane(-15.4, 28.1), Plane(108.9, 34.3)

    def moved(lonlat: Floats) -> Floats:
        return np.column_stack(there.degrees(*here.metres(lonlat[:, 0], lonlat[:, 1])))

    def layer(shapes: list[Any] | Geometries) -> Geometries:
        return np.asarray(shapely.transform(np.array(shapes, dtype=object), moved))

    x_m, y_m = here.metres(extract.lon, extract.lat)
    streets = Streets(extract.node_id, x_m, y_m, extract.segments)
    return Town(
        plane=there,
        alignment=Alignment(there, streets),
        facilities=layer([row[3] for row in extract.facilities]),
        dwellings=layer([row[3] for row in extract.dwellings]),
        areas=layer(read_vector(folder / "las_palmas_school_catchments.geojson").geometry),
    )


def written(geometry: Geometries, datum: Datum) -> Geometries:
    """Return a layer as a file of a datum has it."""
    return np.asarray(
        shapely.transform(
            geometry, lambda xy: np.column_stack(from_wgs84(xy[:, 0], xy[:, 1], datum))
        )
    )


def readings(town: Town, layer: Geometries, size: int, truth: Datum, said: Datum) -> list[Reading]:
    """Ask of twenty random subsets, written in ``truth`` and declared as ``said``."""
    rng = np.random.default_rng(SEED)
    raw = samples_of(written(layer, truth), "points")
    found = []
    for _ in range(20):
        chosen = rng.choice(len(layer), size, replace=False)
        part = Samples(raw.lon[chosen], raw.lat[chosen], np.arange(size), size, "points")
        found.append(town.alignment.reading(part, said))
    return found


@pytest.mark.parametrize("size", [20, 100, 300])
@pytest.mark.parametrize("name", ["facilities", "dwellings"])
def test_true_declarations_are_left_alone(las_palmas: Town, name: str, size: int) -> None:
    for truth in DATUMS:
        found = readings(las_palmas, getattr(las_palmas, name), size, truth, truth)
        assert [reading.verdict for reading in found].count("other") == 0


@pytest.mark.parametrize(("size", "at_least"), [(100, 2), (300, 15)])
@pytest.mark.parametrize("name", ["facilities", "dwellings"])
def test_wrong_declarations_are_found(
    las_palmas: Town, name: str, size: int, at_least: int
) -> None:
    wrong: tuple[tuple[Datum, Datum], ...]
    wrong = (("wgs84", "gcj02"), ("gcj02", "wgs84"), ("bd09", "gcj02"))
    for truth, said in wrong:
        found = readings(las_palmas, getattr(las_palmas, name), size, truth, said)
        right = [reading for reading in found if reading.verdict == "other"]
        assert len(right) >= at_least
        assert {reading.likely for reading in right} == {truth}


@pytest.mark.parametrize("truth", DATUMS)
def test_catchments_tell_their_datum_by_their_borders(las_palmas: Town, truth: Datum) -> None:
    samples = samples_of(written(las_palmas.areas, truth), "outlines")
    for said in DATUMS:
        found = las_palmas.alignment.reading(samples, said)
        assert (found.verdict, found.likely) == ("fits" if said == truth else "other", truth)


def test_a_pasted_block_of_buildings_is_named(las_palmas: Town) -> None:
    rng = np.random.default_rng(SEED)
    hits = named = truly = 0
    for _ in range(10):
        chosen = las_palmas.dwellings[rng.choice(len(las_palmas.dwellings), 600, replace=False)]
        mixed = np.concatenate([chosen[:400], written(chosen[400:500], "gcj02"), chosen[500:]])
        found = datum_faults(las_palmas.alignment, [DeclaredLayer(Path("a"), mixed, "wgs84")])
        assert {fault.code for fault in found} <= {MIXED}
        rows = {row for fault in found for row in fault.rows}
        hits += bool(rows & set(range(400, 500)))
        named += len(rows)
        truly += len(rows & set(range(400, 500)))
    assert hits >= 8
    assert truly > 0.9 * named


@pytest.fixture(scope="module")
def wuhan(shared_data: Path) -> Alignment:
    table = pq.read_table(
        shared_data / "wuhan" / "wuhan_8989_original.parquet", columns=["geometry"]
    )
    lines = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    xy, line = shapely.get_coordinates(lines, return_index=True)
    to_degrees = Transformer.from_crs(32650, 4326, always_xy=True)
    plane = Plane(114.3, 30.6)
    x_m, y_m = plane.metres(*to_degrees.transform(xy[:, 0], xy[:, 1]))
    first = np.flatnonzero(line[1:] == line[:-1])
    segments = np.column_stack([first, first + 1])
    return Alignment(plane, Streets(np.arange(len(x_m)), x_m, y_m, segments))


def test_the_places_of_wuhan_are_in_gcj02(shared_data: Path, wuhan: Alignment) -> None:
    # nobody declared it; the median distance falls from 48 to 28 m, far from by half
    with (shared_data / "wuhan" / "places.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    lon = np.array([float(row["Longitude"]) for row in rows])
    lat = np.array([float(row["Latitude"]) for row in rows])
    raw = Samples(lon, lat, np.arange(len(lon)), len(lon), "points")
    assert (wuhan.reading(raw, None).verdict, wuhan.reading(raw, None).likely) == ("other", "gcj02")
    assert wuhan.reading(raw, "gcj02").verdict == "fits"
    points = shapely.points(np.column_stack(gcj02_to_wgs84(lon, lat)))
    assert datum_faults(wuhan, [DeclaredLayer(Path("a"), points, "gcj02")]) == []
    points = shapely.points(np.column_stack([lon, lat]))
    codes = [
        fault.code for fault in datum_faults(wuhan, [DeclaredLayer(Path("a"), points, "wgs84")])
    ]
    assert codes == [CONTRADICTED]


def test_squares_over_wuhan_tell_nothing(wuhan: Alignment) -> None:
    west, south = wuhan.positions(
        Samples(np.array([114.2]), np.array([30.5]), np.array([0]), 1, "points")
    )["wgs84"][0]
    corner = np.arange(0.0, 10_000.0, 1000.0)
    cells = np.array(
        [
            shapely.box(west + x, south + y, west + x + 1000, south + y + 1000)
            for x in corner
            for y in corner
        ]
    )
    plane = Plane(114.3, 30.6)
    degrees = shapely.transform(
        cells, lambda xy: np.column_stack(plane.degrees(xy[:, 0], xy[:, 1]))
    )
    for said in DATUMS:
        assert wuhan.reading(samples_of(degrees, "outlines"), said).verdict != "other"
