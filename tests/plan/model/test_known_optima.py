"""Instances whose best value others have published."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path

from lifecircle.plan.model.location import lscp, mclp, p_centre, p_median
from lifecircle.plan.model.solving import Status

LIMIT_M = 5000.0


def distances(path: Path) -> tuple[np.ndarray, int]:
    """Return all shortest ways of an OR-Library instance and how many sites to open."""
    numbers = np.array(path.read_text(encoding="ascii").split(), dtype=np.int64)
    n, _, p = numbers[:3]
    graph = np.full((n, n), np.inf)
    for i, j, cost in numbers[3:].reshape(-1, 3):
        graph[i - 1, j - 1] = graph[j - 1, i - 1] = cost  # the last cost of an edge counts
    return shortest_path(graph, directed=False), int(p)


def published(path: Path) -> dict[str, int]:
    lines = path.read_text(encoding="ascii").split("\n")
    return {name: int(value) for name, value in (line.split() for line in lines if line.strip())}


# pmed6 takes most of a minute and stands in the benchmarks
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 10, 15, 20, 25])
def test_p_median_of_the_or_library(shared_data: Path, number: int) -> None:
    name, folder = f"pmed{number}", shared_data / "orlib-pmed"
    cost, count = distances(folder / f"{name}.txt")
    found = p_median(cost, np.ones(len(cost)), count)
    assert found.status is Status.OPTIMAL
    assert len(found.sites) == count
    assert found.value == published(folder / "p-median-optima.txt")[name]
    assert found.gap < 1e-6


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 10, 15, 20])
def test_p_centre_of_the_or_library(shared_data: Path, number: int) -> None:
    name, folder = f"pmed{number}", shared_data / "orlib-pmed"
    cost, count = distances(folder / f"{name}.txt")
    found = p_centre(cost, count)
    assert found.status is Status.OPTIMAL
    assert found.value == found.bound == published(folder / "kcenteropt.txt")[name]


@pytest.fixture(scope="module")
def stores(shared_data: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return metres (205 tracts, 16 stores) and the people of the tracts."""
    name = "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
    with (shared_data / "san-francisco-stores" / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tracts = sorted({row["DestinationName"] for row in rows})
    names = sorted({row["name"] for row in rows})
    metres = np.full((len(tracts), len(names)), np.inf)
    people = np.zeros(len(tracts))
    for row in rows:
        tract = tracts.index(row["DestinationName"])
        metres[tract, names.index(row["name"])] = float(row["distance"])
        people[tract] = float(row["demand"])
    return metres, people


def test_stores_of_san_francisco(stores: tuple[np.ndarray, np.ndarray]) -> None:
    metres, people = stores
    near = metres <= LIMIT_M
    assert lscp(near).value == 8
    assert mclp(near, people, 4).value == 875_247
    median = p_median(metres, people, 4)
    assert median.value / people.sum() == pytest.approx(2982.1269, abs=1e-4)
    assert p_centre(metres, 4).value == pytest.approx(7403.0638, abs=1e-4)
