"""What the routes of plans ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

VIEW, MAKE = "plan.view", "plan.make"

ROUTES: dict[str, Asks] = {}
