"""What the routes of needs ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

VIEW, CHANGE = "need.view", "need.change"

ROUTES: dict[str, Asks] = {}
