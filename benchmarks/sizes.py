"""Towns of ten thousand, a hundred thousand and a million junctions, and what one costs."""

from __future__ import annotations

from functools import partial
from statistics import median

import numpy as np

from benchmarks.contestants import Lifecircle, Scipy
from benchmarks.rounds import Difference, worked
from benchmarks.work import CATEGORIES, SEED, Work
from lifecircle.walk.network import Network

SIZES = (10_000, 100_000, 1_000_000)
BLOCK_M = 90.0
LEFT_OUT = 0.2
"""So many of the streets of a lattice are missing, as in a town."""
FEWEST_PER_SITE, MOST_PER_SITE = 20, 700
"""A category has a site for so many junctions, in towns of every size."""


def town(junctions: int, cut_off_m: float) -> Work:
    """Draw a seeded lattice with bent corners and missing streets, with sites and people."""
    dice = np.random.default_rng(SEED)
    side = round(junctions**0.5)
    ids = np.arange(side * side).reshape(side, side)
    places = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
    x_m, y_m = ((places + dice.uniform(-0.3, 0.3, places.shape)) * BLOCK_M).T
    across = np.column_stack([ids[:, :-1].ravel(), ids[:, 1:].ravel()])
    along = np.column_stack([ids[:-1].ravel(), ids[1:].ravel()])
    streets = np.concatenate([across, along])
    streets = streets[dice.random(len(streets)) > LEFT_OUT]
    network = Network.from_segments(ids.ravel(), x_m, y_m, streets)
    per_site = np.geomspace(MOST_PER_SITE, FEWEST_PER_SITE, CATEGORIES)
    counts = np.maximum(network.junctions / per_site, 1).astype(np.int64)
    sites = tuple(np.sort(dice.choice(network.junctions, n, replace=False)) for n in counts)
    return Work(network, sites, dice.integers(0, 100, network.junctions), cut_off_m)


def print_sizes(cut_off_m: float, rounds: int) -> None:
    """Hold one category of each town against scipy, then print processor seconds."""
    print(f"{'junctions':>10}{'network':>10}{'prepare':>10}{'nearest':>10}{'ns each':>10}")
    for size in SIZES:
        built, work = worked(partial(town, size, cut_off_m))
        prepared, own = worked(partial(Lifecircle, work))
        found = own.nearest()
        _check(work, found[0])
        nearest = median(worked(own.nearest)[0] for _ in range(rounds))
        n = work.network.junctions
        each = nearest / n / CATEGORIES * 1e9
        print(f"{n:>10}{built:>9.2f}s{prepared:>9.2f}s{nearest:>9.3f}s{each:>10.1f}")


def _check(work: Work, seconds: np.ndarray) -> None:
    first = Work(work.network, work.sites[:1], work.people, work.cut_off_m)
    metres = seconds * 80.0 / 60.0
    wanted = Scipy(first).nearest()[0]
    within = np.minimum(wanted, metres) < work.cut_off_m - 0.01
    away = np.abs(np.subtract(wanted, metres, where=within, out=np.zeros_like(wanted)))
    if away.max() > 1e-3:
        raise Difference(f"scipy is {away.max()} m away in a town of {work.network.junctions}.")
