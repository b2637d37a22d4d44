"""What the routes of personal data ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks
from lifecircle.govern.accounts.services import GRANT
from lifecircle.govern.personal.models import CHANGE, REVEAL, VIEW

ROUTES: dict[str, Asks] = {
    "personal:list": Asks(VIEW),
    "personal:find": Asks(REVEAL, REVEAL),
    "personal:new": Asks(CHANGE, CHANGE),
    "personal:contact": Asks(VIEW),
    "personal:change": Asks(CHANGE, CHANGE),
    "personal:reveal": Asks(REVEAL, REVEAL),
    "personal:hold": Asks(REVEAL, REVEAL),
    "personal:erase": Asks(CHANGE, CHANGE),
    "personal:export": Asks(REVEAL, REVEAL),
    "personal:forget_user": Asks(GRANT, GRANT),
    "personal:export_user": Asks(GRANT, GRANT),
    "api:contact_list": Asks(VIEW),
}
