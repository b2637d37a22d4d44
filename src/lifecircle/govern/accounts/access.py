"""What the routes of accounts ask."""

from __future__ import annotations

from lifecircle.govern.access import PUBLIC, SIGNED_IN, Asks

ROUTES: dict[str, Asks] = {
    "account_login": Asks(PUBLIC, PUBLIC),
    "account_logout": Asks(PUBLIC, PUBLIC, enrolling=True),
    "mfa_index": Asks(SIGNED_IN, SIGNED_IN, enrolling=True),
    "mfa_activate_totp": Asks(SIGNED_IN, SIGNED_IN, enrolling=True),
}
