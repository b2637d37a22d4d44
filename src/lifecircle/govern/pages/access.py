"""What the routes of all pages ask."""

from __future__ import annotations

from lifecircle.govern.access import PUBLIC, SIGNED_IN, Asks

ROUTES: dict[str, Asks] = {
    "home": Asks(SIGNED_IN),
    "help": Asks(PUBLIC),
    "look": Asks(None, PUBLIC),
    "api:api-root": Asks(PUBLIC),
    "api:openapi-json": Asks(PUBLIC),
    "set_language": Asks(None, PUBLIC),
}
