"""Adds to the audit, in the transaction of the change it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from lifecircle.govern.actor import Actor
from lifecircle.govern.audit.chain import canonical, link, moment
from lifecircle.govern.audit.models import Entry, Head
from lifecircle.govern.identity import refuse_number

HEAD = 1


def append(
    actor: Actor,
    action: str,
    kind: str,
    subject: object,
    *,
    area_path: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Entry:
    """Add an entry to the chain and return it; call it last in a transaction, it holds a lock.

    ``before`` and ``after`` carry what changed, never a personal value. Raises Refused for a
    reason with a number of identity in it, RuntimeError outside a transaction.
    """
    refuse_number(reason)
    if not connection.in_atomic_block:
        raise RuntimeError("An entry belongs to the transaction of its change")
    head = Head.objects.select_for_update().get(pk=HEAD)
    at = timezone.now()
    columns = {
        "number": head.number + 1,
        "actor": actor.name,
        "user_id": actor.user_id,
        "channel": actor.channel,
        "action": action,
        "kind": kind,
        "subject": str(subject),
        "area_path": area_path,
    }
    change = {"before": dict(before or {}), "after": dict(after or {}), "reason": reason}
    content = canonical({**columns, **change, "at": moment(at)})
    hashed = link(head.hash, content)
    entry = Entry.objects.create(**columns, at=at, content=content, previous=head.hash, hash=hashed)
    Head.objects.filter(pk=HEAD).update(number=entry.number, hash=hashed)
    return entry
