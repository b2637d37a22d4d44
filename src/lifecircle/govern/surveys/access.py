"""What the routes of surveys ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

VIEW, ENTER, REVIEW, CLOSE, RUN = (
    "survey.view",
    "survey.enter",
    "survey.review",
    "survey.close",
    "survey.run",
)

ROUTES: dict[str, Asks] = {}
