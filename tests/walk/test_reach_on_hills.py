"""Pairs and reachable streets where slopes, steps and waits make both directions differ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecircle.walk.isochrones import Isochrones
from lifecircle.walk.matrix import pairs_within
from lifecircle.walk.snap import AccessPoints
from tests.walk.graphs import access, hilly, slow_seconds
from tests.walk.test_timing import PLAIN, TOBLER

SLOW_OK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MARKS = (0.0, 0.1, 0.3, 0.5, 0.77, 0.9, 1.0)


@SLOW_OK
@given(st.data())
def test_pairs_equal_the_slow_walker_on_hills(data: st.DataObject) -> None:
    plan = data.draw(hilly())
    network = plan.network()
    if network.chains == 0:
        return
    origins, targets = data.draw(access(network)), data.draw(access(network))
    limit_s = data.draw(st.sampled_from([120.0, 700.0]))
    for profile in (PLAIN, TOBLER):
        truth = slow_seconds(plan, network, profile, origins, targets)
        found = pairs_within(network, profile, origins, targets, limit_s)
        keys = zip(found.origin.tolist(), found.target.tolist(), strict=True)
        got = dict(zip(keys, found.time_s.tolist(), strict=True))
        for o, row in enumerate(truth):
            for t, true_s in enumerate(row):
                if abs(true_s - limit_s) > 1e-5:
                    assert ((o, t) in got) == (true_s < limit_s)
                    assert (o, t) not in got or got[o, t] == pytest.approx(true_s, abs=1e-6)


@SLOW_OK
@given(st.data())
def test_streets_end_where_the_slow_walker_does_on_hills(data: st.DataObject) -> None:
    plan = data.draw(hilly())
    network = plan.network()
    if network.chains == 0:
        return
    starts = data.draw(access(network, most=3))
    limit_s = data.draw(st.sampled_from([90.0, 400.0]))
    chain = np.repeat(np.arange(network.chains), len(MARKS))
    length_m = network.chain_length_m[chain]
    at_m, count = np.tile(MARKS, network.chains) * length_m, len(chain)
    samples = AccessPoints(count, np.arange(count), chain, at_m, np.zeros(count))
    for profile in (PLAIN, TOBLER):
        truth = slow_seconds(plan, network, profile, starts, samples)
        for owner in range(starts.owners):
            (found,) = Isochrones(network, profile).reached(starts, owner, [limit_s])
            for row in np.flatnonzero(length_m > 0).tolist():
                own = found.chain == chain[row]
                after, before = found.from_m <= at_m[row] + 1e-6, at_m[row] <= found.to_m + 1e-6
                if abs(truth[owner][row] - limit_s) > 1e-3:
                    assert bool((own & after & before).any()) == (truth[owner][row] < limit_s)
