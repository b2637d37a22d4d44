"""Coverage lists against a slow walker."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.plan.model.coverage import coverage
from lifecircle.walk.profiles import Profile
from tests.walk.graphs import access, hilly, slow_metres, slow_seconds, streets
from tests.walk.test_timing import TOBLER

ADULT = Profile("adult", 80.0)


@given(st.data())
def test_who_is_within_a_walk(data: st.DataObject) -> None:
    network = data.draw(streets()).network()
    if not network.chains:
        return
    homes, sites = data.draw(access(network)), data.draw(access(network))
    limit_m = data.draw(st.integers(0, 600))
    first, home = coverage(network, ADULT, homes, sites, ADULT.seconds(limit_m).item())
    metres = np.array(slow_metres(network, homes, sites))
    assert len(first) == sites.owners + 1
    for site in range(sites.owners):
        within = home[first[site] : first[site + 1]]
        assert list(within) == list(np.flatnonzero(metres[:, site] <= limit_m + 1e-6))


@given(st.data())
def test_the_way_to_the_site_counts_not_the_way_back(data: st.DataObject) -> None:
    """Slopes, steps and waits make them differ."""
    plan = data.draw(hilly())
    network = plan.network()
    if not network.chains:
        return
    homes, sites = data.draw(access(network)), data.draw(access(network))
    limit_s = data.draw(st.sampled_from([90.0, 400.0]))
    first, home = coverage(network, TOBLER, homes, sites, limit_s)
    seconds = np.array(slow_seconds(plan, network, TOBLER, homes, sites))
    for site in range(sites.owners):
        within = set(home[first[site] : first[site + 1]].tolist())
        sure = {own for own, s in enumerate(seconds[:, site]) if s < limit_s - 1e-5}
        perhaps = {own for own, s in enumerate(seconds[:, site]) if s < limit_s + 1e-5}
        assert sure <= within <= perhaps
