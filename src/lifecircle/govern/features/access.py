"""What the routes of features ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

ROUTES: dict[str, Asks] = {}
