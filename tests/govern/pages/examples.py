"""One example of every page: who opens it and where. A route that shows a page stands here.

Apps add theirs to `EXAMPLES` under the route's full name; ``url`` gets the ids that
tests/govern/people.py tells under `known`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Known = Mapping[str, int]


@dataclass(frozen=True)
class Example:
    """A page: its URL or what makes it, who opens it, with which status it answers."""

    url: str | Callable[[Known], str]
    person: str | None = "clerk"
    status: int = 200

    def path(self, known: Known) -> str:
        """Return the URL."""
        return self.url if isinstance(self.url, str) else self.url(known)


EXAMPLES: dict[str, Example] = {
    "home": Example("/"),
    "home of nobody": Example("/", "nobody"),
    "help": Example("/help/", None),
    "account_login": Example("/account/login/", None),
    "account_logout": Example("/account/logout/"),
    "mfa_index": Example("/account/2fa/"),
    "no such page": Example("/no/such/page/", status=404),
    "gallery": Example("/gallery/?page=3&q=hall"),
    "gallery-form": Example("/gallery/form/", None),
    "gallery-history": Example("/gallery/history/"),
    "gallery-refuse": Example("/gallery/refuse/", status=403),
    "gallery-fail": Example("/gallery/fail/", status=500),
}

NO_PAGE = frozenset({"mfa_activate_totp"})
"""Routes that answer something else than a page, or a page that only some state shows."""
