"""What the routes of areas ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

VIEW, CHANGE = "area.view", "area.change"

ROUTES: dict[str, Asks] = {
    "areas:list": Asks(VIEW),
    "areas:page": Asks(VIEW),
    "areas:outlines": Asks(VIEW),
    "areas:change": Asks(CHANGE, CHANGE),
    "areas:lists": Asks(CHANGE, CHANGE),
    "areas:code_list": Asks(CHANGE, CHANGE),
    "api:area_list": Asks(VIEW),
    "api:area": Asks(VIEW),
    "api:area_tree": Asks(VIEW),
    "api:area_succession": Asks(VIEW),
}
