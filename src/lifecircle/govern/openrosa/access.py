"""What the routes of openrosa ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks
from lifecircle.govern.surveys.access import ENTER

ROUTES: dict[str, Asks] = {
    "openrosa:form_list": Asks(ENTER),
    "openrosa:form": Asks(ENTER),
    "openrosa:manifest": Asks(ENTER),
    "openrosa:list": Asks(ENTER),
    "openrosa:submission": Asks(ENTER, ENTER),
}
