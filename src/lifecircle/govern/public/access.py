"""What the routes of public ask: nothing, but of a draft to see publications."""

from __future__ import annotations

from lifecircle.govern.access import PUBLIC, Asks
from lifecircle.govern.publications.access import VIEW

_PAGES = (
    "front", "search", "map", "map_page", "map_file", "communities", "community", "facility",
    "code", "results", "publication", "data", "file", "language", "nowhere",
    "embed", "embed_search", "embed_community", "embed_facility",
)  # fmt: skip
_CALLS = ("about", "communities", "community", "facilities", "facility", "results")

ROUTES: dict[str, Asks] = {
    **{f"public:{name}": Asks(PUBLIC) for name in _PAGES},
    **{f"api:public_{name}": Asks(PUBLIC) for name in _CALLS},
    "drafts:front": Asks(VIEW),
    "drafts:page": Asks(VIEW),
}
