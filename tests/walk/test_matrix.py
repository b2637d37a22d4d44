"""All pairs within a limit, against the slow walker and against the nearest search."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecircle.walk.matrix import pairs_within
from lifecircle.walk.nearest import Walker
from lifecircle.walk.profiles import Profile
from tests.walk.graphs import access, slow_metres, streets

ADULT = Profile("adult", 80.0)
SLOW_OK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW_OK
@given(st.data())
def test_pairs_equal_the_slow_walker(data: st.DataObject) -> None:
    network = data.draw(streets()).network()
    if network.chains == 0:
        return
    origins, targets = data.draw(access(network)), data.draw(access(network))
    truth = slow_metres(network, origins, targets)
    at_the_limit = [m for row in truth for m in row if m < np.inf]
    limit_s = ADULT.seconds(data.draw(st.sampled_from([*at_the_limit, 50.0]))).item()
    found = pairs_within(network, ADULT, origins, targets, limit_s)
    wanted = {
        (t, o): ADULT.seconds(metres).item()
        for o, row in enumerate(truth)
        for t, metres in enumerate(row)
        if ADULT.seconds(metres).item() <= limit_s + 1e-6
    }
    assert list(zip(found.target, found.origin, strict=True)) == sorted(wanted)
    assert found.time_s == pytest.approx([wanted[key] for key in sorted(wanted)], abs=1e-9)
    nearer = pairs_within(network, ADULT, origins, targets, limit_s / 2)
    assert found.within(limit_s / 2).time_s.tolist() == nearer.time_s.tolist()


@SLOW_OK
@given(st.data())
def test_the_nearest_of_all_pairs_is_the_nearest(data: st.DataObject) -> None:
    network = data.draw(streets(most=30)).network()
    if network.chains == 0:
        return
    origins, targets = data.draw(access(network)), data.draw(access(network))
    pairs = pairs_within(network, ADULT, origins, targets, 400.0)
    least_s = np.full(origins.owners, np.inf)
    np.minimum.at(least_s, pairs.origin, pairs.time_s)
    nearest = Walker(network, ADULT).nearest(origins, targets, 400.0).time_s[:, 0]
    # the nearest search rounds its ways to ticks
    assert np.where(np.isfinite(least_s), least_s, 0) == pytest.approx(
        np.where(np.isfinite(nearest), nearest, 0), abs=0.5
    )
