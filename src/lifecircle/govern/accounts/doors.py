"""Whose failed sign-ins count together: those of one user name from one address.

Five of them lock the name for that address alone, so that no stranger locks somebody out. All
addresses together have a second, wider limit for a name (``password_failed``), which an address
that is locked uses no further.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import get_client_ip
from allauth.core.internal.ratelimit import truncate_ip
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.core.cache import cache
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

from lifecircle.govern.accounts.models import User

LONGEST_NAME = 150


def called(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Return the user name that is tried, however it is spelled."""
    said = (credentials or {}).get("username") or request.POST.get("login", "")
    return unicodedata.normalize("NFKC", str(said)).strip().lower()[:LONGEST_NAME]


def address(request: HttpRequest) -> str | None:
    """Return where a request comes from; an IPv6 address counts as its network of 64 bits.

    What a proxy says is believed only where the platform was told that it stands behind one.
    """
    seen = get_client_ip(request)
    return str(truncate_ip(seen)) if seen else None


def locked_names() -> set[str]:
    """Return the user names that are locked for an address at this moment."""
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    tried = AccessAttempt.objects.order_by().filter(attempt_time__gte=since)
    summed = tried.values("username", "ip_address").annotate(times=Sum("failures_since_start"))
    full = summed.filter(times__gte=settings.AXES_FAILURE_LIMIT)
    return set(full.values_list("username", flat=True))


def forget_failures(user: User) -> None:
    """Forget what was tried in vain under the name of an account: passwords and codes."""
    reset(username=user.username)
    codes = f"mfa-auth-user-{user.pk}"  # as allauth.mfa names it
    for action, key in (("password_failed", user.username), ("login_failed", codes)):
        about = {"app": "allauth.account", "action": action}
        for rate in ratelimit.get_rates(**about):
            if rate.per == "key":
                cache.delete(ratelimit.get_cache_key(None, rate=rate, key=key, **about))
