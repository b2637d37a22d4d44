"""Verifies the chain: names the first entry that was changed, lost or added."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lifecircle.govern.audit.chain import FIRST, link, moment
from lifecircle.govern.audit.models import Entry, Head

REPEATED = ("number", "actor", "user_id", "channel", "action", "kind", "subject", "area_path")
"""The columns that repeat what the content says."""

FIELDS = (*REPEATED, "at", "content", "previous", "hash")


@dataclass(frozen=True)
class Verified:
    """How many entries hold, the hash of the last, and what is wrong with the first that does not.

    ``number`` is that of the first bad entry, 0 where all hold.
    """

    count: int
    hash: str
    number: int = 0
    reason: str = ""


def rows() -> Iterator[dict[str, Any]]:
    """Yield the entries from the first on, as an export has them."""
    for entry in Entry.objects.order_by("number").values(*FIELDS).iterator(2000):
        entry["at"] = moment(entry["at"])
        yield entry


def verify(entries: Iterable[dict[str, Any]], head: tuple[int, str] | None = None) -> Verified:
    """Verify entries in their order; ``head`` is the number and hash that the last should have."""
    count, previous = 0, FIRST
    for entry in entries:
        wrong = _wrong(entry, count + 1, previous)
        if wrong:
            return Verified(count, previous, count + 1, wrong)
        count, previous = count + 1, entry["hash"]
    if head and head != (count, previous):
        reason = f"链尾记的是第{head[0]}条，实际到第{count}条：末尾被删或链尾被改"
        return Verified(count, previous, min(count, head[0]) + 1, reason)
    return Verified(count, previous)


def verify_database(anchor: tuple[int, str] | None = None) -> Verified:
    """Verify the chain of the database; ``anchor`` is a number and hash noted outside before."""
    head = Head.objects.get()
    found = verify(rows(), (head.number, head.hash))
    if anchor and not found.number:
        number, hashed = anchor
        kept = Entry.objects.filter(number=number).values_list("hash", flat=True).first()
        if number and kept != hashed:
            reason = "与库外记下的链尾不符：这一条或它以前的记录整段换过"
            return Verified(found.count, found.hash, number, reason)
    return found


def _wrong(entry: dict[str, Any], number: int, previous: str) -> str:
    if entry["number"] != number:
        return f"缺第{number}条"
    if entry["previous"] != previous:
        return "与前一条接不上"
    if entry["hash"] != link(previous, entry["content"]):
        return "内容与指纹不符"
    try:
        content = json.loads(entry["content"])
        wrong = [name for name in REPEATED if content.get(name) != entry[name]]
        at = datetime.strptime(content["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except (ValueError, KeyError, TypeError):
        return "内容读不出"
    if wrong or moment(at) != entry["at"]:
        return f"列与内容不符（{'、'.join(wrong) or 'at'}）"
    return ""
