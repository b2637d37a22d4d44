"""What the routes of accounts ask. Pages of allauth that are not named here do not answer."""

from __future__ import annotations

from lifecircle.govern.access import PUBLIC, SIGNED_IN, Asks

VIEW, GRANT = "user.view", "user.grant"

ROUTES: dict[str, Asks] = {
    "accounts:users": Asks(VIEW),
    "accounts:new_user": Asks(GRANT, GRANT),
    "accounts:user": Asks(VIEW),
    "accounts:act": Asks(None, GRANT),
    "accounts:give": Asks(GRANT, GRANT),
    "accounts:give_many": Asks(GRANT, GRANT),
    "accounts:end": Asks(GRANT, GRANT),
    "accounts:roles": Asks(SIGNED_IN),
    "accounts:role": Asks(SIGNED_IN),
    "accounts:me": Asks(SIGNED_IN, SIGNED_IN),
    "accounts:new_token": Asks(SIGNED_IN, SIGNED_IN),
    "accounts:stop_token": Asks(None, SIGNED_IN),
    "account_login": Asks(PUBLIC, PUBLIC),
    "account_logout": Asks(PUBLIC, PUBLIC, enrolling=True),
    "account_reauthenticate": Asks(SIGNED_IN, SIGNED_IN, enrolling=True),
    "account_change_password": Asks(SIGNED_IN, SIGNED_IN, enrolling=True),
    "mfa_authenticate": Asks(PUBLIC, PUBLIC),
    "mfa_reauthenticate": Asks(SIGNED_IN, SIGNED_IN),
    "mfa_index": Asks(SIGNED_IN, enrolling=True),
    "mfa_activate_totp": Asks(SIGNED_IN, SIGNED_IN, enrolling=True),
    "mfa_deactivate_totp": Asks(SIGNED_IN, SIGNED_IN),
    "mfa_view_recovery_codes": Asks(SIGNED_IN),
    "mfa_generate_recovery_codes": Asks(SIGNED_IN, SIGNED_IN),
    "mfa_download_recovery_codes": Asks(SIGNED_IN),
}
