"""Verifies the chain of the database: names the first entry that was changed, lost or added."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lifecircle.govern.audit.chain import FIELDS, FIRST, Verified, moment, verify
from lifecircle.govern.audit.models import Entry, EntryQuerySet, Head

__all__ = ("FIELDS", "Verified", "head", "rows", "verify", "verify_database", "verify_part")


def rows(entries: EntryQuerySet | None = None) -> Iterator[dict[str, Any]]:
    """Yield entries from the first on, as an export has them; all where none are given."""
    chosen = Entry.objects.all() if entries is None else entries
    for entry in chosen.order_by("number").values(*FIELDS).iterator(2000):
        yield {**entry, "at": moment(entry["at"])}


def verify_database(anchor: tuple[int, str] | None = None) -> Verified:
    """Verify the chain of the database; ``anchor`` is a number and hash noted outside before."""
    end = head()
    found = verify(rows(), (end.number, end.hash))
    if anchor and not found.number:
        number, hashed = anchor
        kept = Entry.objects.filter(number=number).values_list("hash", flat=True).first()
        if number and kept != hashed:
            reason = "与库外记下的链尾不符：这一条或它以前的记录整段换过"
            return Verified(found.count, found.hash, number, reason)
    return found


def head() -> Head:
    """Return the end of the chain."""
    return Head.objects.get()


def verify_part(after: int, most: int) -> tuple[Verified, bool]:
    """Verify at most so many entries after a number; say also whether that was the end.

    What stands before them is taken as it is: it was verified by the part before.
    """
    end = head()
    start = Entry.objects.filter(number=after).values_list("hash", flat=True).first()
    if after and start is None:
        return Verified(0, FIRST, after, f"缺第{after}条"), True
    known = (after, start or FIRST)
    upto = after + most
    ends = upto >= end.number
    part = Entry.objects.filter(number__gt=after)
    part = part.filter(number__lte=end.number) if ends else part.filter(number__lte=upto)
    found = verify(rows(part), (end.number, end.hash) if ends else None, known)
    if not found.number and not ends and found.count < upto:
        return Verified(found.count, found.hash, found.count + 1, "缺记录"), True
    return found, ends or bool(found.number)
