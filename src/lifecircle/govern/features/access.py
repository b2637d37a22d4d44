"""What the routes of features ask: nothing."""

from __future__ import annotations

from lifecircle.govern.access import PUBLIC, Asks

_PAGES = (
    "landing", "api", "conformance", "collections", "collection", "schema", "items", "item",
    "nowhere",
)  # fmt: skip

ROUTES: dict[str, Asks] = {f"features:{name}": Asks(PUBLIC) for name in _PAGES}
