"""Coverage lists against a slow walker."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.plan.coverage import coverage
from lifecircle.walk.profiles import Profile
from tests.walk.graphs import access, slow_metres, streets

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
