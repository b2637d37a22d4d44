"""What the routes of publications ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

VIEW, PROPOSE, APPROVE = "publication.view", "publication.propose", "publication.approve"

ROUTES: dict[str, Asks] = {
    "publications:list": Asks(VIEW),
    "publications:page": Asks(VIEW),
    "publications:preview": Asks(VIEW),
    "publications:offered": Asks(PROPOSE),
    "publications:propose": Asks(PROPOSE, PROPOSE),
    "publications:correct": Asks(PROPOSE, PROPOSE),
    "publications:approve": Asks(None, APPROVE),
    "publications:refuse": Asks(None, VIEW),
    "publications:withdraw": Asks(None, APPROVE),
}
