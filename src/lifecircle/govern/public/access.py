"""What the routes of public ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

ROUTES: dict[str, Asks] = {}
