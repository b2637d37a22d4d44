"""What the routes of the inventory ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

VIEW, CHANGE = "inventory.view", "inventory.change"

ROUTES: dict[str, Asks] = {}
