"""What the routes of assessments ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

VIEW, RUN, EXCUSE, INTERPRET = (
    "assessment.view",
    "assessment.run",
    "assessment.excuse",
    "assessment.interpret",
)

ROUTES: dict[str, Asks] = {}
