"""The part of the API that is of audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from lifecircle.govern.actor import Actor
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.audit.searching import narrowed
from lifecircle.govern.days import Day

router = Router(tags=["审计"])
MOST = 500


class EntryOut(Schema):
    """An entry; ``before`` and ``after`` hold the fields that changed, personal ones masked."""

    number: int
    at: datetime
    actor: str
    channel: str
    action: str
    kind: str
    subject: str
    area_path: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
    previous: str
    hash: str

    @classmethod
    def of(cls, one: Entry) -> EntryOut:
        """Return an entry as the API tells it."""
        content = one.told()
        plain = ("number", "at", "actor", "channel", "action", "kind", "subject", "area_path",
                 "previous", "hash")  # fmt: skip
        change = {name: content[name] for name in ("before", "after", "reason")}
        return cls(**{name: getattr(one, name) for name in plain}, **change)


class Asked(Schema):
    """Which entries are asked for: those numbered below ``below``, the newest first."""

    who: str = ""
    kind: str = ""
    act: str = ""
    subject: str = ""
    area: str = ""
    since: Day | None = None
    until: Day | None = None
    below: int | None = None
    limit: int = 100


@router.get("", response=list[EntryOut], url_name="audit_list", summary="审计记录")
def audit_list(request: HttpRequest, asked: Query[Asked]) -> list[EntryOut]:
    """List entries, the newest first; ask on with ``below`` the last number."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    entries = narrowed(actor, asked.model_dump())
    if asked.below is not None:
        entries = entries.filter(number__lt=asked.below)
    return [EntryOut.of(one) for one in entries[: max(1, min(asked.limit, MOST))]]
