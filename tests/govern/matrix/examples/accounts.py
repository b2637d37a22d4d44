"""Accounts, roles, grants, tokens, and the doors of sign-in."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from lifecircle.govern.accounts.models import ApiToken
from tests.govern.matrix.example import Example

BY_RULE = frozenset({403})
"""Who gives must hold all of the role there too, who acts on an account all that it holds."""

GONE = frozenset({404})


def seed(place: Any, number: int) -> None:
    """Give the person of the place a token."""
    place.token = ApiToken.objects.create(
        user=place.user, name=place.word, hash=f"{place.word}-{number}", permissions=["area.view"],
        expires_at=timezone.now() + timedelta(days=9),
    )  # fmt: skip


def _give(place: Any) -> dict[str, Any]:
    return {"role": "volunteer", "area": place.area.pk, "from_on": date(2999, 1, 1)}


EXAMPLES = {
    "accounts:users": Example(
        queries=("q={word}", "q=wordof", "role=volunteer", "state=open", "area={area}", "page=2")
    ),
    "accounts:new_user": Example(
        body=lambda _: {"username": "fresh", "name": "fresh"}, reach="all"
    ),
    "accounts:user": Example(lambda place: {"pk": place.user.pk}),
    "accounts:act": Example(
        lambda place: {"pk": place.user.pk}, lambda _: {"act": "close"}, own=BY_RULE
    ),
    "accounts:give": Example(lambda place: {"pk": place.user.pk}, _give, own=BY_RULE),
    "accounts:give_many": Example(
        body=lambda _: {"rows": "nobody,volunteer,999999999999"}, reach="all"
    ),
    "accounts:end": Example(lambda place: {"pk": place.grant.pk}, lambda _: {}, own=BY_RULE),
    "accounts:roles": Example(),
    "accounts:role": Example(lambda _: {"code": "township"}, reach="all"),
    "accounts:me": Example(body=lambda _: {"name": "x"}, reach="all", tells=("past",)),
    "accounts:new_token": Example(body=lambda _: {"name": "x", "days": 9}, reach="all"),
    "accounts:stop_token": Example(lambda place: {"pk": place.token.pk}, reach="nobody"),
    "account_login": Example(body=lambda _: {}, reach="all"),
    "account_logout": Example(body=lambda _: {}, reach="all"),
    "account_reauthenticate": Example(body=lambda _: {}, reach="all"),
    "account_change_password": Example(body=lambda _: {}, reach="all"),
    "mfa_authenticate": Example(body=lambda _: {}, reach="all", own=frozenset({302})),
    "mfa_reauthenticate": Example(body=lambda _: {}, reach="all"),
    "mfa_index": Example(),
    "mfa_activate_totp": Example(body=lambda _: {}, reach="all", varies=True),
    "mfa_deactivate_totp": Example(body=lambda _: {}, reach="all", own=GONE),
    "mfa_view_recovery_codes": Example(own=GONE),
    "mfa_generate_recovery_codes": Example(body=lambda _: {}, reach="all", own=GONE),
    "mfa_download_recovery_codes": Example(own=GONE),
}
