"""Who lives within a walk of which site: the coverage lists that actions are made of."""

from __future__ import annotations

import numpy as np

from lifecircle.plan.model.solving import Integers
from lifecircle.walk.matrix import pairs_within
from lifecircle.walk.network import Network
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import AccessPoints


def coverage(
    network: Network,
    profile: Profile,
    homes: AccessPoints,
    sites: AccessPoints,
    limit_s: float,
) -> tuple[Integers, Integers]:
    """Return (first, home): site k is within ``limit_s`` of ``home[first[k] : first[k + 1]]``.

    Homes and sites are the owners of the access points; both legs count, slopes, steps and waits
    in the direction from home to site; homes ascend within a site.
    """
    pairs = pairs_within(network, profile, homes, sites, limit_s)
    return np.searchsorted(pairs.target, np.arange(sites.owners + 1)), pairs.origin
