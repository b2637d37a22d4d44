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
}

IN_THE_API = (
    "facility estate permit space room facilityfunction offhours tenure equipment gate remedy"
)
"""The kinds of records and of their parts, as the API calls them."""

for _kind in IN_THE_API.split():
    ROUTES |= {f"api:{_kind}_list": Asks(VIEW, CHANGE), f"api:{_kind}": Asks(VIEW, CHANGE)}
