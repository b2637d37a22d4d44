"""The rows of all tables as lines of text, the same on both databases, and back."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from lifecircle.govern.audit.chain import moment

LEFT_OUT = frozenset({"sessions.session"})
"""Not worth keeping: after a restoration everybody signs in again."""

AT_ONCE = 1000


def tables() -> list[type[models.Model]]:
    """Return the models whose rows a backup holds, by name."""
    every = apps.get_models(include_auto_created=True)
    kept = [model for model in every if model._meta.managed and not model._meta.proxy]
    return sorted(
        (model for model in kept if model._meta.label_lower not in LEFT_OUT),
        key=lambda model: model._meta.label_lower,
    )


def lines(model: type[models.Model], using: str) -> Iterator[str]:
    """Yield the rows of a table in the order of their key, each a JSON list of its columns."""
    names = [field.attname for field in model._meta.concrete_fields]
    rows = model._base_manager.using(using).order_by("pk").values_list(*names)
    for row in rows.iterator(AT_ONCE):
        plain = [_plain(value) for value in row]
        yield json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def filled(model: type[models.Model], line: str) -> models.Model:
    """Return the row that a line tells."""
    fields = model._meta.concrete_fields
    values = json.loads(line)
    told = {
        field.attname: field.to_python(value) if value is not None else None
        for field, value in zip(fields, values, strict=True)
    }
    return model(**told)


def digest(told: Iterator[str]) -> tuple[int, str]:
    """Return how many lines there are and their hash."""
    count, hashed = 0, hashlib.sha256()
    for line in told:
        count += 1
        hashed.update(f"{line}\n".encode())
    return count, hashed.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date | time | Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    return value
