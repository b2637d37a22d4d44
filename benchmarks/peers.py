"""The peers that may be missing: pandana (AGPL) and cityseer (AGPL). Never a dependency."""

from __future__ import annotations

import logging
import os
import warnings
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.work import Floats, Integers, Work

os.environ.setdefault("CITYSEER_QUIET_MODE", "1")
warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)


def installed(name: str) -> bool:
    """Say whether a peer can be imported here."""
    return find_spec(name) is not None


class Pandana:
    """pandana: contraction hierarchies, all answers per node from one range query."""

    name = "pandana"

    def __init__(self, work: Work) -> None:
        """Contract the network, and put sites and people on it."""
        pandana = _load("pandana")
        pandas = _load("pandas")
        low, high, metres = work.edges
        x_m, y_m = work.place_m
        x, y = pandas.Series(x_m), pandas.Series(y_m)
        weight = pandas.DataFrame({"metres": metres})
        self._work = work
        self._net = pandana.Network(x, y, pandas.Series(low), pandas.Series(high), weight)
        for category, sites in enumerate(work.sites):
            self._net.set_pois(str(category), work.cut_off_m, 1, x[sites], y[sites])
        nodes = pandas.Series(np.arange(len(x_m)))
        self._net.set(nodes, variable=pandas.Series(work.people.astype(float)), name="people")

    def nearest(self) -> list[Floats]:
        """Return metres to the nearest site, per category (n,), the cut-off where there is none."""
        found = []
        for category in range(len(self._work.sites)):
            table = self._net.nearest_pois(self._work.cut_off_m, str(category), num_pois=1)
            found.append(table[1].to_numpy())
        return found

    def nearest_and_which(self) -> list[tuple[Floats, Integers]]:
        """Return metres and the nearest site's junction, -1 beyond the cut-off."""
        found = []
        for category in range(len(self._work.sites)):
            table = self._net.nearest_pois(
                self._work.cut_off_m, str(category), num_pois=1, include_poi_ids=True
            )
            found.append((table[1].to_numpy(), table["poi1"].fillna(-1).to_numpy().astype(int)))
        return found

    def reached(self) -> Integers:
        """Return the people within the cut-off of every junction (n,)."""
        limit = self._work.cut_off_m
        people = self._net.aggregate(limit, type="sum", decay="flat", name="people")
        return np.asarray(np.rint(people.to_numpy()), dtype=np.int64)


class Cityseer:
    """cityseer: one bounded Dijkstra per node gives nearest and counts together."""

    name = "cityseer"

    def __init__(self, work: Work) -> None:
        """Build its network from the lines of the chains, and the table of sites."""
        geopandas, networkx, shapely = _load("geopandas"), _load("networkx"), _load("shapely")
        x_m, y_m = work.place_m
        graph = networkx.MultiGraph(crs=32629)
        for node, (x, y) in enumerate(zip(x_m.tolist(), y_m.tolist(), strict=True)):
            graph.add_node(str(node), x=x, y=y)
        for low, high, line in zip(*work.edges[:2], work.lines, strict=True):
            graph.add_edge(str(low), str(high), geom=line)
        self._work = work
        io = _load("cityseer.tools.io")
        self._nodes, _, self._structure = io.network_structure_from_nx(graph)
        rows = np.concatenate(work.sites)
        kind = np.repeat(np.arange(len(work.sites)), [len(sites) for sites in work.sites])
        self._sites = geopandas.GeoDataFrame(
            {"kind": [str(k) for k in kind]},
            geometry=shapely.points(x_m[rows], y_m[rows]),
            crs=32629,
        )

    def nearest(self) -> list[Floats]:
        """Return metres to the nearest site, per category (n,), NaN where there is none."""
        limit = int(self._work.cut_off_m)
        keys = [str(k) for k in range(len(self._work.sites))]
        table = _load("cityseer.metrics.layers").compute_accessibilities(
            self._sites, "kind", keys, self._nodes.copy(), self._structure,
            max_netw_assign_dist=1.0, distances=[limit], decay_fn="1",
        )  # fmt: skip
        table = table.loc[[str(n) for n in range(self._work.network.junctions)]]
        return [table[f"cc_{key}_nearest_max_{limit}"].to_numpy() for key in keys]


def _load(name: str) -> Any:
    """Import at run time what may not be there."""
    from importlib import import_module  # noqa: PLC0415

    return import_module(name)
