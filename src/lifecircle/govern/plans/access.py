"""What the routes of plans ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

VIEW, MAKE = "plan.view", "plan.make"

ROUTES: dict[str, Asks] = {
    "plans:list": Asks(VIEW),
    "plans:ask": Asks(MAKE, MAKE),
    "plans:plan": Asks(VIEW),
    "plans:communities": Asks(VIEW),
    "plans:file": Asks(VIEW),
    "plans:stop": Asks(None, MAKE),
    "plans:again": Asks(None, MAKE),
    "plans:choose": Asks(None, MAKE),
    "api:plan_list": Asks(VIEW, MAKE),
    "api:plan": Asks(VIEW),
    "api:plan_actions": Asks(VIEW),
}
