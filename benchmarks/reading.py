"""Reads PBF files to networks, beside a bare loop: `python -m benchmarks.reading`.

Each answer comes from a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
import osmium

from benchmarks.rounds import clocked
from benchmarks.work import FOLDER
from lifecircle.assess.walks import network_of
from lifecircle.place.plane import Plane
from lifecircle.place.streets.osm import read_extract
from lifecircle.place.streets.roads import roads_of_extract

FILES = (
    Path("porto") / "porto_portugal.osm.pbf",
    Path("las-palmas") / "example_las_palmas_2023_osm_20230221.pbf",
)
Answer = tuple[float, float, float, float, int, str]
"""Seconds, seconds of CPU, megabytes before and at most, nodes, and what was found."""


def bare(path: Path) -> tuple[int, str]:
    """Touch every node of every way; Python sees neither nodes nor relations by themselves."""
    ways = osmium.filter.EntityFilter(osmium.osm.WAY)
    nodes = placed = 0
    for thing in osmium.FileProcessor(str(path)).with_locations().with_filter(ways):
        assert isinstance(thing, osmium.osm.Way)
        for node in thing.nodes:
            nodes += 1
            placed += node.location.valid()
    return nodes, f"{placed} with a place"


def extract(path: Path) -> tuple[int, str]:
    """Read ways, facilities, dwellings and barriers, as a city does."""
    found = read_extract(path)
    said = f"{len(found.facilities)} facilities, {len(found.dwellings)} dwellings"
    return len(found.node_id), said


def network(path: Path) -> tuple[int, str]:
    """Read the same, and build streets and network."""
    found = read_extract(path)
    plane = Plane(float(np.median(found.lon)), float(np.median(found.lat)))
    streets = roads_of_extract(found, plane).streets
    made = network_of(streets)
    return len(streets.node_id), f"{made.junctions} junctions, {made.chains} chains"


READERS = {"bare loop": bare, "extract": extract, "to network": network}


def main() -> int:
    """Read every file as often as asked, in turn."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    folder = os.environ.get(FOLDER, "")
    files = [Path(folder) / file for file in FILES]
    if not folder or not all(file.is_file() for file in files):
        print(
            f"Set {FOLDER} to the folder of real data that holds {' and '.join(map(str, FILES))}."
        )
        return 1
    for file in files:
        print(f"\n{file.name}, {file.stat().st_size / 1e6:.1f} MB")
        heads = ("min s", "median s", "CPU s", "MB", "more MB", "nodes")
        print(f"  {'':<12}" + "".join(f"{head:>10}" for head in heads))
        found: dict[str, list[Answer]] = {name: [] for name in READERS}
        for _ in range(options.rounds):
            for name, answers in found.items():
                with get_context("spawn").Pool(1) as alone:
                    answers.append(alone.apply(_measured, (name, file)))
        for name, answers in found.items():
            wall, cpu, before, most, nodes, said = zip(*answers, strict=True)
            print(
                f"  {name:<12}{min(wall):>10.2f}"
                f"{median(wall):>10.2f}{min(cpu):>10.2f}"
                f"{max(most):>10.0f}{max(most) - min(before):>10.0f}"
                f"{nodes[0]:>10}  {said[0]}"
            )
    return 0


def _measured(name: str, file: Path) -> Answer:
    before = _peak_mb()
    begun = process_time()
    took, (nodes, said) = clocked(lambda: READERS[name](file))
    return took, process_time() - begun, before, _peak_mb(), nodes, said


def _peak_mb() -> float:
    """Return the most memory so far; Linux counts kilobytes, macOS bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    sys.exit(main())
