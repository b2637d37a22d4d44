"""What the routes of needs ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

VIEW, CHANGE = "need.view", "need.change"

ROUTES: dict[str, Asks] = {
    "needs:list": Asks(VIEW),
    "needs:compile": Asks(CHANGE, CHANGE),
    "needs:page": Asks(VIEW),
    "needs:taken": Asks(VIEW),
    "needs:compare": Asks(VIEW),
    "needs:add": Asks(CHANGE, CHANGE),
    "needs:item": Asks(VIEW, CHANGE),
    "needs:propose": Asks(None, CHANGE),
    "needs:take_back": Asks(None, CHANGE),
    "api:need_lists": Asks(VIEW, CHANGE),
    "api:need_list": Asks(VIEW),
    "api:need_items": Asks(VIEW),
}
