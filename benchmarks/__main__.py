"""Runs the comparisons: `python -m benchmarks`, with --every-node on Porto's way nodes."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import Any

import numpy as np

from benchmarks.contestants import ADULT, Lifecircle, Scipy
from benchmarks.peers import Cityseer, Pandana, installed
from benchmarks.rounds import Difference, clocked, race
from benchmarks.sizes import print_sizes
from benchmarks.work import Floats, Integers, MissingData, Work, made_up, porto
from lifecircle.walk.network import Network

CLOSE_M = {"lifecircle": 0.2, "scipy": 1e-5, "pandana": 0.2, "cityseer": 0.2}
"""How far a peer may differ: pandana counts whole millimetres per edge, cityseer in float32."""


def main() -> int:
    """Read the work, prepare everyone, and race."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--cut-off-m", type=float, default=1500.0)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--every-node", action="store_true", help="each node of a way is a node")
    parser.add_argument("--sizes", action="store_true", help="towns of 10,000 to 1,000,000")
    options = parser.parse_args()
    try:
        if options.sizes:
            print_sizes(options.cut_off_m, options.rounds)
            return 0
        work = porto(options.cut_off_m, every_node=options.every_node)
        _compare(work, options.rounds)
    except (MissingData, Difference) as stop:
        print(stop)
        return 1
    return 0


def _compare(work: Work, rounds: int) -> None:
    network = work.network
    print(f"Porto: {network.junctions} junctions, {network.chains} chains, {work.cut_off_m:.0f} m")
    print(f"compile, or load what was compiled: {clocked(_compile)[0]:.2f} s")
    there: dict[str, Any] = {}
    for kind in (Lifecircle, Scipy, Pandana, Cityseer):
        if kind in (Lifecircle, Scipy) or installed(kind.name):
            took, there[kind.name] = clocked(partial(kind, work))
            print(f"prepare {kind.name}: {took:.3f} s")
        else:
            print(f"{kind.name} is not installed here and takes no part.")
    truth = there["scipy"].nearest()
    race(
        "30 categories, metres to the nearest of each, from every junction",
        {name: one.nearest for name, one in there.items()},
        partial(_same_metres, work, truth),
        rounds,
    )
    race(
        "the same, and which it is",
        {name: one.nearest_and_which for name, one in there.items() if name != "cityseer"},
        partial(_same_sites, work, there["scipy"].nearest_and_which()),
        rounds,
    )
    sample, wanted = there["scipy"].reached()
    race(
        "people within the cut-off of every junction",
        {name: there[name].reached for name in ("lifecircle", "pandana") if name in there},
        partial(_same_people, sample, wanted),
        rounds,
    )


def _compile() -> None:
    """Do all the work on a small lattice."""
    side = 6
    x, y = np.meshgrid(np.arange(side) * 50.0, np.arange(side) * 50.0)
    ids = np.arange(side * side).reshape(side, side)
    across = np.column_stack([ids[:, :-1].ravel(), ids[:, 1:].ravel()])
    along = np.column_stack([ids[:-1].ravel(), ids[1:].ravel()])
    segments = np.concatenate([across, along])
    network = Network.from_segments(ids.ravel(), x.ravel(), y.ravel(), segments)
    one = Lifecircle(made_up(network, 100.0))
    one.nearest_and_which()
    one.reached()


def _metres(work: Work, name: str, values: Floats) -> Floats:
    """Return metres, infinite beyond the cut-off, from what a contestant calls near."""
    metres = ADULT.metres(values) if name == "lifecircle" else values.astype(np.float64)
    return np.where(metres < work.cut_off_m, metres, np.inf)


def _same_metres(work: Work, truth: list[Floats], name: str, answer: list[Floats]) -> str:
    """Compare metres; a walk that ends at the very cut-off may count as within or beyond."""
    close_m, worst = CLOSE_M.get(name, 1e-3), 0.0
    for category, (wanted, values) in enumerate(zip(truth, answer, strict=True)):
        metres = _metres(work, name, values)
        edge = np.minimum(wanted, metres) > work.cut_off_m - close_m
        both = np.isfinite(wanted) & np.isfinite(metres)
        away = np.where(both, np.abs(np.subtract(wanted, metres, where=both)), np.inf)
        away[(~np.isfinite(wanted) & ~np.isfinite(metres)) | edge] = 0.0
        if (away > close_m).any():
            node = int(np.argmax(away))
            raise Difference(
                f"{name} says {metres[node]} m from junction {node} to category {category}, "
                f"scipy {wanted[node]} m ({int((away > close_m).sum())} differ): not raced."
            )
        worst = max(worst, float(away.max()))
    return f"equals scipy to {worst:.1e} m"


def _same_sites(work: Work, truth: Any, name: str, answer: Any) -> str:
    """Compare metres, and which sites; of two as near as the rounding either may be named."""
    _same_metres(work, [metres for metres, _ in truth], name, [near for near, _ in answer])
    other = 0
    for sites, (metres, junction), (_, which) in zip(work.sites, truth, answer, strict=True):
        inside = np.isfinite(metres) & (metres < work.cut_off_m - CLOSE_M["pandana"])
        named = sites[which[inside]] if name == "lifecircle" else which[inside]
        other += int((named != junction[inside]).sum())
    most = sum(len(metres) for metres, _ in truth) // 1000
    if other > most:
        raise Difference(f"{name} names another site in {other} places: not raced.")
    return f"names the same sites, another as near in {other} places"


def _same_people(sample: Integers, wanted: Integers, name: str, answer: Integers) -> str:
    """Compare people with scipy on a sample; those at the very cut-off may count or not."""
    off = np.abs(answer[sample] - wanted)
    share = float((off > 0).mean())
    if float(off.sum()) > 1e-3 * float(wanted.sum()):
        raise Difference(f"{name} counts {int(off.sum())} people otherwise than scipy: not raced.")
    return f"equals scipy on {len(sample)} junctions but {share:.1%}, by {int(off.sum())} people"


if __name__ == "__main__":
    sys.exit(main())
