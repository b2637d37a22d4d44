"""What the routes of the audit ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks
from lifecircle.govern.audit.models import VIEW

ROUTES: dict[str, Asks] = {
    "audit:list": Asks(VIEW),
    "audit:entry": Asks(VIEW),
    "audit:subject": Asks(VIEW),
    "audit:chain": Asks(VIEW),
    "audit:export": Asks(VIEW),
    "api:audit_list": Asks(VIEW),
}
