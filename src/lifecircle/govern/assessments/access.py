"""What the routes of assessments ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

VIEW, RUN, EXCUSE, INTERPRET = (
    "assessment.view",
    "assessment.run",
    "assessment.excuse",
    "assessment.interpret",
)

ROUTES: dict[str, Asks] = {
    "assessments:list": Asks(VIEW),
    "assessments:ask": Asks(RUN, RUN),
    "assessments:run": Asks(VIEW),
    "assessments:stop": Asks(None, RUN),
    "assessments:again": Asks(None, RUN),
    "assessments:areas": Asks(VIEW),
    "assessments:findings": Asks(VIEW),
    "assessments:places": Asks(VIEW),
    "assessments:taken": Asks(VIEW),
    "assessments:finding": Asks(VIEW),
    "assessments:why": Asks(VIEW),
    "assessments:file": Asks(VIEW),
    "assessments:compare": Asks(VIEW, VIEW),
    "assessments:rules": Asks(VIEW),
    "assessments:rule": Asks(VIEW),
    "assessments:waivers": Asks(VIEW),
    "assessments:excuse": Asks(EXCUSE, EXCUSE),
    "assessments:end_waiver": Asks(EXCUSE, EXCUSE),
    "assessments:interpret": Asks(INTERPRET, INTERPRET),
    "assessments:end_interpretation": Asks(INTERPRET, INTERPRET),
    "api:run_list": Asks(VIEW, RUN),
    "api:run": Asks(VIEW),
    "api:run_findings": Asks(VIEW),
    "api:run_compare": Asks(VIEW, VIEW),
}
