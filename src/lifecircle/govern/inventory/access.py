"""What the routes of the inventory ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

VIEW, CHANGE = "inventory.view", "inventory.change"

ROUTES: dict[str, Asks] = {
    "inventory:facilities": Asks(VIEW),
    "inventory:places": Asks(VIEW),
    "inventory:summary": Asks(VIEW),
    "inventory:list": Asks(VIEW),
    "inventory:file": Asks(VIEW),
    "inventory:page": Asks(VIEW),
    "inventory:add": Asks(CHANGE, CHANGE),
    "inventory:change": Asks(CHANGE, CHANGE),
    "inventory:remove": Asks(CHANGE, CHANGE),
    "inventory:add_part": Asks(CHANGE, CHANGE),
    "inventory:change_part": Asks(CHANGE, CHANGE),
    "inventory:remove_part": Asks(CHANGE, CHANGE),
    "api:facility_list": Asks(VIEW, CHANGE),
    "api:facility": Asks(VIEW, CHANGE),
    "api:estate_list": Asks(VIEW),
    "api:permit_list": Asks(VIEW),
    "api:space_list": Asks(VIEW),
}
