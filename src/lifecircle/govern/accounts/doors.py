"""Whose failed sign-ins count together: those of one user name from one address.

Five of them lock the name for that address alone, so that no stranger locks somebody out. All
addresses together have a second, wider limit for a name (``password_failed``), which an address
that is locked uses no further.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from allauth.core.internal.ratelimit import truncate_ip
from django.http import HttpRequest

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
