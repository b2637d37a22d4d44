"""What a page tells of the past of a thing: each step with what it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils.text import capfirst

from lifecircle.govern.records.models import Version
from lifecircle.govern.records.services import difference
from lifecircle.govern.wording import listed


@dataclass(frozen=True)
class Changed:
    """A field before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """One change. ``on`` is the day from which it is true."""

    on: date
    recorded_at: datetime
    actor: str
    reason: str
    removed: bool
    changes: tuple[Changed, ...]


def _plain(_name: str, value: Any) -> str:
    if value is None or value == []:
        return ""
    return listed(value) if isinstance(value, list) else str(value)


def steps(versions: Iterable[Version], say: Callable[[str, Any], str] = _plain) -> list[Step]:
    """Return the steps of the versions of one record, newest first; personal values masked.

    ``say`` turns the value of a named field into words.
    """
    ordered = sorted(versions, key=lambda one: one.pk)
    return [_step(now, after, say) for now, after in pairwise([None, *ordered]) if after][::-1]


def _step(now: Version | None, after: Version, say: Callable[[str, Any], str]) -> Step:
    before, changed = difference(now, after)
    changes = tuple(
        Changed(_label(after, name), say(name, before.get(name)), say(name, value))
        for name, value in changed.items()
        if say(name, before.get(name)) or say(name, value)
    )
    made = after.since
    return Step(after.since_on, made.recorded_at, made.actor, made.reason, after.removed, changes)


def _label(version: Version, name: str) -> str:
    field = version._meta.get_field(name.removesuffix("_id"))
    return capfirst(str(getattr(field, "verbose_name", name)))
