"""What the routes of jobs ask."""

from __future__ import annotations

from lifecircle.govern.access import SIGNED_IN, Asks

VIEW, CHANGE = "job.view", "job.change"
"""Everybody sees the jobs that they handed over themselves, and may stop them."""

ROUTES: dict[str, Asks] = {
    "jobs:desk": Asks(VIEW),
    "jobs:page": Asks(SIGNED_IN),
    "jobs:stop": Asks(None, SIGNED_IN),
    "jobs:again": Asks(None, SIGNED_IN),
}
