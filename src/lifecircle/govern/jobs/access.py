"""What the routes of jobs ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

VIEW, CHANGE = "job.view", "job.change"

ROUTES: dict[str, Asks] = {
    "jobs:desk": Asks(VIEW),
    "jobs:page": Asks(VIEW),
    "jobs:stop": Asks(None, VIEW),
    "jobs:again": Asks(None, VIEW),
}
