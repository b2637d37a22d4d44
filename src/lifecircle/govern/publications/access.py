"""What the routes of publications ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

VIEW, PROPOSE, APPROVE = "publication.view", "publication.propose", "publication.approve"

ROUTES: dict[str, Asks] = {}
